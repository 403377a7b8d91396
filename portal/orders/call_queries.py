"""Orders that call for an operator: a claim is open, or the clock gave up a wait and the order has not moved on since.

Only operators' views call this.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Person
from portal.core.db import one_of
from portal.core.events import Event
from portal.factories.models import Factory
from portal.orders.lifecycle import MAKING, OrderStage
from portal.orders.models import IS_CALL, Order

MOST = 50
_later = aliased(Event)
_moved = exists().where(
    _later.order_id == Order.id, _later.subject == "order", _later.id > Event.id, _later.source != _later.target
)
#: Late is late at whatever stage of the making; everything else is over with the stage that it was said at.
_stands = or_(
    and_(Event.name == "order_late", one_of(Order.stage, *MAKING)),  # type: ignore[arg-type]
    and_(Event.target == Order.stage, ~_moved),  # type: ignore[arg-type]
)
_CALLS = (
    select(
        Event.name,
        Event.created_at,
        Order.id,
        Order.number,
        Order.title,
        Order.stage,
        Person.name.label("creator_name"),
        Factory.name.label("factory_name"),
        Factory.name_zh.label("factory_name_zh"),
    )
    .join(Order, Order.id == Event.order_id)
    .join(Person, Person.id == Order.creator_id)
    .join(Factory, Factory.id == Order.factory_id)
    .where(IS_CALL, Event.subject == "order", _stands)
    .order_by(Event.id.desc())
    .limit(4 * MOST)
)


class Call(NamedTuple):
    """An order that calls: `why` are the names of the events, the newest first; `since` is when the newest came."""

    id: UUID
    number: int
    title: str
    stage: OrderStage
    creator_name: str
    factory_name: str
    factory_name_zh: str
    why: list[str]
    since: datetime


def calls(conn: Connection) -> Sequence[Call]:
    """At most `MOST` orders, the one that called last first, each once."""
    found: dict[UUID, Call] = {}
    for row in conn.execute(_CALLS):
        if row.id in found:
            found[row.id].why.append(row.name)
        elif len(found) < MOST:
            found[row.id] = _call(row)
    return list(found.values())


def _call(row: Any) -> Call:
    return Call(
        row.id,
        row.number,
        row.title,
        row.stage,
        row.creator_name,
        row.factory_name,
        row.factory_name_zh,
        why=[row.name],
        since=row.created_at,
    )
