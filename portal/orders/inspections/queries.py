"""Reads of inspections. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select

from portal.accounts.models import Person
from portal.core.errors import NotFound
from portal.orders.models import Inspection

_COLUMNS = (*Inspection.__table__.c, Person.name.label("reporter"))  # type: ignore[attr-defined]
_INSPECTIONS = (
    select(*_COLUMNS)
    .join(Person, Person.id == Inspection.reported_by)
    .where(Inspection.order_id == bindparam("order_id"))
    .order_by(Inspection.id.desc())
)
_INSPECTION = (
    select(*_COLUMNS).join(Person, Person.id == Inspection.reported_by).where(Inspection.id == bindparam("id"))
)


def inspections(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Every inspection of an order, newest first: all its columns, and the name of its `reporter`."""
    return conn.execute(_INSPECTIONS, {"order_id": order_id}).all()


def inspection(conn: Connection, inspection_id: UUID) -> Row[Any]:
    """One inspection, as `inspections` gives it. Raises `NotFound`."""
    found = conn.execute(_INSPECTION, {"id": inspection_id}).first()
    if found is None:
        raise NotFound()
    return found


_NUMBER = (
    select(func.count())
    .select_from(Inspection)
    .where(Inspection.order_id == bindparam("order_id"), Inspection.id <= bindparam("id"))
)


def number_of(conn: Connection, row: Row[Any]) -> int:
    """Which inspection of its order this one is; 1 is the first."""
    return conn.execute(_NUMBER, {"order_id": row.order_id, "id": row.id}).scalar_one()
