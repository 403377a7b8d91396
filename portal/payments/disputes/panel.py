"""The banner of a dispute on the order page: what happens next, and by when."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.opened import happened
from portal.orders.panels import Panel
from portal.payments.disputes import queries, words


def load(connection: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the banner says; None where no bank has asked."""
    if not happened(order, "dispute_opened"):
        return None
    rows = queries.disputes_of(connection, order.id)
    if not rows:
        return None
    return {
        "disputes": rows,
        "role": actor.role,
        "operator": actor.role == Role.OPERATOR,
        "ended": order.stage in ENDED_STAGES,
        "reasons": words.REASONS,
        "any_reason": words.ANY_REASON,
    }


PANEL = Panel("dispute", "payments/disputes/_panel.html", load, early=True, first=True)
