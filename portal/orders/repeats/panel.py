"""The reorder's place on the order page."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from portal.core.actor import Actor
from portal.orders.models import Order
from portal.orders.panels import Panel
from portal.orders.repeats import operations


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows: the order that this one repeats, and the way to have it made again. None for neither."""
    may = operations.may_repeat(order, actor)
    if not may and order.repeats_id is None:
        return None
    asked = operations.waiting(conn, order.id) if may else None
    return {"may_repeat": may, "asked": asked, "before": _before(conn, order.repeats_id)}


def _before(conn: Connection, order_id: UUID | None) -> Row[Any] | None:
    """The number of the order that was repeated; both have the same two sides."""
    return conn.execute(select(Order.id, Order.number).where(Order.id == order_id)).first() if order_id else None


PANEL = Panel("repeat", "orders/repeats/_panel.html", load)
