"""Reads of an order's parcels. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from portal.core.errors import NotFound
from portal.orders.models import Parcel

_PARCELS = select(*Parcel.__table__.c).where(Parcel.order_id == bindparam("order_id")).order_by(Parcel.number)
_UNDER_WAY = (
    select(Parcel.id, Parcel.order_id, Parcel.carrier, Parcel.tracking_number)
    .where(Parcel.delivered_at.is_(None), Parcel.carrier.in_(bindparam("carriers", expanding=True)))
    .order_by(Parcel.id)
)


def parcels(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Every parcel of an order, the first first."""
    return conn.execute(_PARCELS, {"order_id": order_id}).all()  # type: ignore[return-value]


def parcel(conn: Connection, order_id: UUID, parcel_id: UUID) -> Row[Any]:
    """One of them. Raises `NotFound`."""
    found = next((row for row in parcels(conn, order_id) if row.id == parcel_id), None)
    if found is None:
        raise NotFound()
    return found


def under_way(conn: Connection, carriers: Sequence[str]) -> Sequence[Row[Any]]:
    """(id, order_id, carrier, tracking_number) of parcels that these carriers have not delivered yet."""
    return conn.execute(_UNDER_WAY, {"carriers": list(carriers)}).all()
