"""The address's place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.address.operations import may_give
from portal.orders.lifecycle import EARLY_STAGES, ENDED_STAGES, OrderStage
from portal.orders.panels import Panel


def load(_conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None on an order that has ended without one."""
    if order.stage in ENDED_STAGES and not order.address:
        return None
    asked = actor.role == Role.CREATOR and not order.address and order.stage not in EARLY_STAGES
    return {
        "address": order.address,
        "may_give": may_give(order, actor.role),
        "open": order.stage == OrderStage.READY_TO_SHIP or asked,
    }


PANEL = Panel("address", "orders/address/_panel.html", load, early=True)
