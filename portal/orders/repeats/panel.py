"""The reorder's place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.orders.panels import Panel
from portal.orders.repeats import operations, queries


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows: the order that this one repeats, and the way to have it made again. None for neither."""
    may = operations.may_repeat(order, actor)
    if not may and order.repeats_id is None:
        return None
    asked = operations.waiting(conn, order.id) if may else None
    before = queries.named(conn, order.repeats_id) if order.repeats_id else None
    return {"may_repeat": may, "asked": asked, "before": before}


PANEL = Panel("repeat", "orders/repeats/_panel.html", load)
