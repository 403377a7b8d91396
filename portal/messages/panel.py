"""The part of the order page that shows what was said last."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.messages import queries
from portal.orders.panels import Panel

_LAST = 3


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any]:
    """The last messages; an operator gets the way to the thread, where they say why they want to read it."""
    if actor.role == Role.OPERATOR:
        return {"talk": None, "invitation_id": order.invitation_id}
    return {"talk": queries.newest(conn, actor, order.invitation_id, _LAST), "invitation_id": order.invitation_id}


PANEL = Panel("messages", "messages/_panel.html", load, early=True)
