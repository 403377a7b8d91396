"""Reads of what goes back after release. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import col

from portal.accounts.models import Person
from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import at_most, one_of
from portal.orders.models import Order
from portal.payments.givebacks.lifecycle import ANSWERED_WITHIN, GiveBackStage
from portal.payments.givebacks.models import GiveBack

MOST = 20

_OF_ORDER = (
    select(*GiveBack.__table__.c)  # type: ignore[attr-defined]
    .where(GiveBack.order_id == bindparam("order_id"))
    .order_by(col(GiveBack.id).desc())
)


def of_order(connection: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Requests and what was given, the newest first."""
    return connection.execute(_OF_ORDER, {"order_id": order_id}).all()  # type: ignore[return-value]


_ASKED_OF = (
    select(GiveBack.order_id, GiveBack.created_at, Order.number, Order.title, Person.name)
    .join(Order, Order.id == GiveBack.order_id)
    .join(Person, Person.id == Order.creator_id)
    .where(one_of(GiveBack.stage, GiveBackStage.ASKED), GiveBack.factory_id == bindparam("factory_id"))
    .order_by(GiveBack.created_at)
    .limit(at_most(MOST))
)


def asked_of(connection: Connection, actor: Actor) -> Sequence[Row[Any]]:
    """The requests that the actor's factory has not answered, the oldest first, at most `MOST`: order_id, created_at,
    and the order's number, title and creator's name."""
    return connection.execute(_ASKED_OF, {"factory_id": actor.factory_id}).all()  # type: ignore[return-value]


def waiting(rows: Sequence[Row[Any]]) -> Row[Any] | None:
    """The request among these that is not answered."""
    return next((row for row in rows if row.stage == GiveBackStage.ASKED), None)


def due(row: Row[Any]) -> Any:
    """By when the factory is to answer a request; None once that has passed."""
    at = row.created_at + ANSWERED_WITHIN
    return at if at > now() else None
