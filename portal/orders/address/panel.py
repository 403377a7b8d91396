"""The address's place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.address.operations import TOO_LATE
from portal.orders.lifecycle import ENDED_STAGES, OrderStage
from portal.orders.panels import Panel


def load(_conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None on an order that has ended without one."""
    if order.stage in ENDED_STAGES and not order.address:
        return None
    return {
        "address": order.address,
        "may_give": actor.role == Role.CREATOR and order.stage not in TOO_LATE,
        "open": order.stage == OrderStage.READY_TO_SHIP or (actor.role == Role.CREATOR and not order.address),
    }


PANEL = Panel("address", "orders/address/_panel.html", load)
