"""Reads of what was reported from production. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from portal.accounts.models import Person
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
