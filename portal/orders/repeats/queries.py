"""The order that is made again."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from portal.orders.models import Order

_NAMED = select(Order.id, Order.number, Order.delivered_at).where(Order.id == bindparam("order_id"))


def named(conn: Connection, order_id: UUID) -> Row[Any] | None:
    """id, number and delivered_at of an order, for the two sides of it."""
    return conn.execute(_NAMED, {"order_id": order_id}).first()
