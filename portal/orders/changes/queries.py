"""Reads of change orders. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlmodel import Session

from portal.core.actor import Actor, Role
from portal.orders.changes.proposal import CHANGEABLE, Spec, with_changes
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import ChangeOrder, Order

_ALL = (
    select(*ChangeOrder.__table__.c)  # type: ignore[attr-defined]
    .where(ChangeOrder.order_id == bindparam("order_id"))
    .order_by(ChangeOrder.number.desc())
)
_AGREED = _ALL.where(ChangeOrder.stage == ChangeStage.ACCEPTED)
_TERMS = select(
    Order.terms["brief"]["values"].label("values"),  # type: ignore[index]
    Order.terms["assumptions"].label("assumptions"),  # type: ignore[index]
).where(Order.id == bindparam("order_id"))
_NEWEST = select(func.coalesce(func.max(ChangeOrder.number), 0)).where(ChangeOrder.order_id == bindparam("order_id"))


def changes(conn: Connection | Session, order_id: UUID) -> Sequence[Row[Any]]:
    """Every change order of an order, the newest first: all columns."""
    return conn.execute(_ALL, {"order_id": order_id}).all()


def agreed(conn: Connection | Session, order_id: UUID) -> Sequence[Row[Any]]:
    """The change orders that are in force, the first first."""
    return conn.execute(_AGREED, {"order_id": order_id}).all()[::-1]


def newest(conn: Connection | Session, order_id: UUID) -> int:
    """The number of the newest change order; 0 before the first."""
    return conn.execute(_NEWEST, {"order_id": order_id}).scalar_one()


def spec_now(conn: Connection | Session, order_id: UUID) -> Spec:
    """The spec of an order as it is agreed now: as frozen at the award, and every accepted change since."""
    frozen = conn.execute(_TERMS, {"order_id": order_id}).one()
    spec = Spec(frozen.values, frozen.assumptions)
    for change in agreed(conn, order_id):
        spec = changed(spec, change.values)
    return spec


def changed(spec: Spec, values: dict[str, Any]) -> Spec:
    """`spec` after a change order's `values`: what is agreed now is assumed no longer."""
    kept = {name: words for name, words in spec.assumptions.items() if name not in values}
    return Spec(with_changes(spec.values, values), kept)


_CHANGING = select(Order.id).where(
    Order.brief_id == bindparam("brief_id"),
    Order.creator_id == bindparam("person_id"),
    Order.stage.in_(CHANGEABLE),  # type: ignore[attr-defined]
)


def can_offer(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    """Whether the actor may offer other artwork: the creator of the brief's order, while it can be changed."""
    values = {"brief_id": brief_id, "person_id": actor.person_id}
    return actor.role == Role.CREATOR and conn.execute(_CHANGING, values).first() is not None
