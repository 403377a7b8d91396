"""Reads of what was reported from production. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from portal.accounts.models import Person
from portal.core.events import Event
from portal.orders.models import Progress

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
    .where(Progress.order_id == bindparam("order_id"))
    .order_by(Progress.id.desc())
)


def reports(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Every report from an order's production, newest first."""
    return conn.execute(_REPORTS, {"order_id": order_id}).all()


_FINISHED = (
    select(Event.created_at, Event.data)
    .where(Event.order_id == bindparam("order_id"), Event.name == "production_finished")
    .order_by(Event.id.desc())
    .limit(1)
)


def finished(conn: Connection, order_id: UUID) -> Row[Any] | None:
    """When production ended the last time, and what `operations.finish` said of the bill (`data`)."""
    return conn.execute(_FINISHED, {"order_id": order_id}).first()
