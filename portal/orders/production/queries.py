"""Reads of what was reported from production. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, exists, select

from portal.accounts.models import Person
from portal.core.events import Event
from portal.orders.models import Progress

#: Of goods that are made again, what was reported from their first making tells nothing.
_REMADE = exists().where(
    Event.order_id == Progress.order_id, Event.name == "remake_settled", Event.created_at > Progress.created_at
)
_REPORTS = (
    select(
        Progress.id,
        Progress.milestone,
        Progress.percent,
        Progress.quantity,
        Progress.expected_on,
        Progress.photos,
        Progress.note,
        Progress.created_at,
        Person.name.label("reporter"),
    )
    .join(Person, Person.id == Progress.reported_by)
    .where(Progress.order_id == bindparam("order_id"), ~_REMADE)
    .order_by(Progress.id.desc())
)


def reports(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Every report from an order's production, or since it began again by a claim, newest first."""
    return conn.execute(_REPORTS, {"order_id": order_id}).all()
