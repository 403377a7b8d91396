"""The place on the order page of what goes back after release."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.opened import happened
from portal.orders.panels import Panel
from portal.payments.givebacks import queries, words


def load(connection: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None before anything was released of an order that has ended."""
    if order.stage not in ENDED_STAGES or not happened(order, "money_released"):
        return None
    rows = queries.of_order(connection, order.id)
    waiting = queries.waiting(rows)
    return {
        "rows": rows,
        "waiting": waiting,
        "due": queries.due(waiting) if waiting else None,
        "may_ask": actor.role == Role.CREATOR and waiting is None,
        "may_withdraw": actor.role == Role.CREATOR and waiting is not None,
        "may_give": actor.role in (Role.FACTORY, Role.OPERATOR),
        "give_stages": words.STAGES,
        "open": waiting is not None,
    }


PANEL = Panel("give_back", "payments/givebacks/_panel.html", load)
