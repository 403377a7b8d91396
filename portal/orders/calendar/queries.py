"""The dates of a calendar: each a running deadline of something that its reader is a side of, or a promised day.

The reader is looked up afresh each time, membership included. Statements are built once.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, bindparam, case, select

from portal.accounts.models import Membership, Person
from portal.accounts.operations import token_hash
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.deadlines import Deadline
from portal.core.errors import NotFound
from portal.orders.lifecycle import MAKING, UNDER_WAY
from portal.orders.models import CalendarFeed, ChangeOrder, Order
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief, Invitation

MOST = 500  # of each kind

_READER = (
    select(Person.id, Person.role, Person.locale, Membership.factory_id)
    .select_from(CalendarFeed)
    .join(Person, Person.id == CalendarFeed.person_id)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .where(CalendarFeed.token_hash == bindparam("hash"), Person.active)
)


def reader_of(conn: Connection, token: str) -> Actor:
    """Whose calendar the token opens, with the team of this moment. Raises `NotFound`."""
    row = conn.execute(_READER, {"hash": token_hash(token)}).first()
    if row is None:
        raise NotFound()
    return Actor(row.role, row.id, row.factory_id, locale=row.locale)


_FEED = select(CalendarFeed.id, CalendarFeed.token_hash).where(CalendarFeed.person_id == bindparam("person_id"))


def feed_of(conn: Connection, actor: Actor) -> Row[Any] | None:
    """The actor's feed (id, token_hash), if it is switched on."""
    return conn.execute(_FEED, {"person_id": actor.person_id}).first()


class Entry(NamedTuple):
    """A date of the calendar. `at`: a moment, or a whole day. `ident` and `step` name it for good; `since`: when it was
    set; `number` and `title` of the order or brief, empty where the reader may not know them."""

    subject: str
    ident: UUID
    step: str
    at: date | datetime
    since: datetime
    number: int
    title: str
    page_id: UUID  # of the order, brief or invitation where it is dealt with


_RUNNING = (Deadline.subject, Deadline.subject_id, Deadline.step, Deadline.due_at, Deadline.created_at)
_MINE = {
    Role.CREATOR: Order.creator_id == bindparam("viewer"),
    Role.FACTORY: Order.factory_id == bindparam("viewer"),
}
_sealed = and_(Brief.confidential, Invitation.nda_accepted_at.is_(None))  # type: ignore[union-attr, arg-type]


def _first(statement: Select[Any]) -> Select[Any]:
    return statement.order_by(Deadline.due_at).limit(MOST)


def _of_orders(role: Role) -> Select[Any]:
    """The promised day is no moment: it stands in the calendar as a day of its own."""
    dated = select(*_RUNNING, Order.number, Order.title, Order.id.label("page_id"))
    dated = dated.join(Order, Order.id == Deadline.subject_id)
    return _first(dated.where(_MINE[role], Deadline.step != "fall_late"))


def _of_changes(role: Role) -> Select[Any]:
    dated = select(*_RUNNING, Order.number, Order.title, Order.id.label("page_id"))
    dated = dated.join(ChangeOrder, ChangeOrder.id == Deadline.subject_id)
    return _first(dated.join(Order, Order.id == ChangeOrder.order_id).where(_MINE[role]))


def _ship_days(role: Role) -> Select[Any]:
    since = Order.deposit_paid_at.label("since")  # type: ignore[union-attr]
    return (
        select(Order.id, Order.ship_by, since, Order.number, Order.title)
        .where(_MINE[role], Order.stage.in_(UNDER_WAY | MAKING), Order.ship_by.is_not(None))
        .order_by(Order.ship_by)
        .limit(MOST)
    )


_DATED = {role: (_of_orders(role), _of_changes(role)) for role in _MINE}
_SHIP_DAYS = {role: _ship_days(role) for role in _MINE}
_ASKED = _first(
    select(
        *_RUNNING,
        Brief.number,
        case((_sealed, ""), else_=Brief.title).label("title"),
        Invitation.id.label("page_id"),
    )
    .join(Invitation, Invitation.id == Deadline.subject_id)
    .join(Brief, Brief.id == Invitation.brief_id)
    .where(Deadline.subject == "invitation", Invitation.factory_id == bindparam("viewer"))
)
_OFFERED = _first(
    select(*_RUNNING, Brief.number, Brief.title, Brief.id.label("page_id"))
    .join(Invitation, Invitation.id == Deadline.subject_id)
    .join(Brief, Brief.id == Invitation.brief_id)
    .where(Deadline.step == "expire_quote", Brief.creator_id == bindparam("viewer"))
)
_BRIEFS = (
    select(Brief.id, Brief.number, Brief.title, Brief.submitted_at, Brief.quotes_due_at, Brief.closes_at)
    .where(Brief.creator_id == bindparam("viewer"), Brief.stage == BriefStage.OPEN)
    .order_by(Brief.id.desc())
    .limit(MOST)
)


def entries(conn: Connection, reader: Actor) -> list[Entry]:
    """Every date that concerns the reader. A factory's person who is on no team any more has none."""
    if reader.role == Role.CREATOR:
        viewer, own = {"viewer": reader.person_id}, _of_briefs
    elif reader.role == Role.FACTORY and reader.factory_id:
        viewer, own = {"viewer": reader.factory_id}, _of_invitations
    else:
        return []
    running = (Entry(*row) for dated in _DATED[reader.role] for row in conn.execute(dated, viewer))
    days = (
        Entry("order", row.id, "ship", row.ship_by, row.since, row.number, row.title, row.id)
        for row in conn.execute(_SHIP_DAYS[reader.role], viewer)
    )
    return list(chain(running, days, own(conn, viewer)))


def _of_invitations(conn: Connection, viewer: dict[str, Any]) -> Iterator[Entry]:
    return (Entry(*row) for row in conn.execute(_ASKED, viewer))


def _of_briefs(conn: Connection, viewer: dict[str, Any]) -> Iterator[Entry]:
    yield from (Entry(*row) for row in conn.execute(_OFFERED, viewer))
    for row in conn.execute(_BRIEFS, viewer):
        named = (row.submitted_at, row.number, row.title, row.id)
        if row.quotes_due_at > clock.now():
            yield Entry("brief", row.id, "quotes_due", row.quotes_due_at, *named)
        yield Entry("brief", row.id, "expire", row.closes_at, *named)
