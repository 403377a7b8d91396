"""Reads of orders, each scoped to who is looking. Statements are built once; rows have what a page shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, true

from portal.accounts.models import Person
from portal.core.actor import Actor, Role
from portal.core.db import at_most
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.factories.models import Factory
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order

PAGE = 20

#: role -> whose orders it sees, by the parameter that `viewer` gives
SCOPES: dict[Role, ColumnElement[bool]] = {
    Role.CREATOR: Order.creator_id == bindparam("viewer"),  # type: ignore[dict-item]
    Role.FACTORY: Order.factory_id == bindparam("viewer"),  # type: ignore[dict-item]
    Role.OPERATOR: true(),
}


def viewer(actor: Actor) -> dict[str, Any]:
    """The parameter of the actor's scope. Raises `NotFound` for who has none."""
    if actor.role == Role.CREATOR:
        return {"viewer": actor.person_id}
    if actor.role == Role.FACTORY and actor.factory_id:
        return {"viewer": actor.factory_id}
    if actor.role == Role.OPERATOR:
        return {}
    raise NotFound()


_LISTED = select(
    Order.id,
    Order.number,
    Order.stage,
    Order.title,
    Order.quantity,
    Order.currency,
    Order.total_minor,
    Order.deposit_due_at,
    Order.ship_by,
    Order.sample_due_at,
    Order.balance_due_at,
    Order.arrival_due_at,
    Order.claims_until,
    Order.due_at,
    Order.brief_id,
    Order.version,
    Order.created_at,
)


def listing(role: Role) -> Select[Any]:
    """One role's orders, each with whom they deal with; to be given `viewer(actor)`."""
    statement = _LISTED.where(SCOPES[role])
    if role != Role.FACTORY:
        factory = (Factory.name.label("factory_name"), Factory.name_zh.label("factory_name_zh"))
        statement = statement.add_columns(*factory).join(Factory, Factory.id == Order.factory_id)
    if role != Role.CREATOR:
        statement = statement.add_columns(Person.name.label("creator_name"))
        statement = statement.join(Person, Person.id == Order.creator_id)
    return statement


def _listing(role: Role, stage: bool, later: bool) -> Select[Any]:
    """One role's list, the newest first; of one stage only, or behind the number `before`."""
    statement = listing(role).order_by(Order.number.desc()).limit(at_most(PAGE + 1))
    if stage:
        statement = statement.where(Order.stage == bindparam("stage"))
    return statement.where(Order.number < bindparam("before")) if later else statement


_LISTINGS = {
    (role, stage, later): _listing(role, stage, later)
    for role in SCOPES
    for stage in (False, True)
    for later in (False, True)
}


class Page(NamedTuple):
    """Rows of one page, newest order first, and the number before which the next begins (None on the last)."""

    rows: Sequence[Row[Any]]
    before: int | None


def orders(conn: Connection, actor: Actor, *, stage: OrderStage | None = None, before: int | None = None) -> Page:
    """A page of the orders that the actor may see."""
    values = viewer(actor) | ({"stage": stage} if stage else {}) | ({"before": before} if before else {})
    statement = _LISTINGS[actor.role, stage is not None, before is not None]  # type: ignore[index]
    rows = conn.execute(statement, values).all()
    return Page(rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None)


_SHOWN = (
    select(
        *(c for c in Order.__table__.c if c.key != "terms"),
        Order.terms["amounts"].label("amounts"),
        Order.terms["quote"].label("quote"),
        Person.name.label("creator_name"),
        Factory.name.label("factory_name"),
        Factory.name_zh.label("factory_name_zh"),
        Factory.slug.label("factory_slug"),
        Factory.timezone.label("factory_timezone"),
    )
    .join(Person, Person.id == Order.creator_id)
    .join(Factory, Factory.id == Order.factory_id)
)
_BY_ID = {role: _SHOWN.where(Order.id == bindparam("id"), scope) for role, scope in SCOPES.items()}
_BY_BRIEF = {role: _SHOWN.where(Order.brief_id == bindparam("id"), scope) for role, scope in SCOPES.items()}


def visible_order(conn: Connection, actor: Actor, order_id: UUID) -> Row[Any]:
    """An order as its page shows it: every column but `terms`, of which `amounts` and `quote`; and the names of both
    parties. Raises `NotFound` unless the actor is one of them or an operator."""
    return _one(conn, _BY_ID, actor, order_id)


def order_of_brief(conn: Connection, actor: Actor, brief_id: UUID) -> Row[Any]:
    """The order that a brief led to, as `visible_order` gives it."""
    return _one(conn, _BY_BRIEF, actor, brief_id)


def _one(conn: Connection, statements: dict[Role, Select[Any]], actor: Actor, ident: UUID) -> Row[Any]:
    values = viewer(actor) | {"id": ident}
    row = conn.execute(statements[actor.role], values).first()  # type: ignore[index]
    if row is None:
        raise NotFound()
    return row


_PARTIES = select(Order.creator_id, Order.factory_id).where(Order.id == bindparam("id"))


def is_party(conn: Connection, actor: Actor, order_id: UUID) -> bool:
    """Whether the actor is of one of the order's two sides."""
    row = conn.execute(_PARTIES, {"id": order_id}).first()
    if row is None:
        return False
    if actor.role == Role.CREATOR:
        return row.creator_id == actor.person_id
    return actor.role == Role.FACTORY and row.factory_id == actor.factory_id


_TERMS = select(Order.terms).where(Order.id == bindparam("id"))


def terms_of(conn: Connection, order_id: UUID) -> dict[str, Any]:
    """The frozen terms of an order that the caller has made sure may be seen."""
    return conn.execute(_TERMS, {"id": order_id}).scalar_one()


_HISTORY = (
    select(Event.id, Event.subject, Event.name, Event.actor_role, Event.created_at, Event.data)
    .where(Event.order_id == bindparam("order_id"))
    .order_by(Event.id.desc())
)


def history(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """What has happened to an order that the caller may see, newest first."""
    return conn.execute(_HISTORY, {"order_id": order_id}).all()
