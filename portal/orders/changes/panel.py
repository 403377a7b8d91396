"""The change orders' place on the order page."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.changes import queries, words
from portal.orders.changes.operations import WINDOW
from portal.orders.changes.proposal import CHANGEABLE, outlook
from portal.orders.lifecycle import ChangeStage
from portal.orders.opened import happened
from portal.orders.panels import Panel

_SIDES = frozenset({Role.CREATOR, Role.FACTORY})


class Shown(NamedTuple):
    """A change order as the page shows it: its row, and what was and is to be."""

    row: Row[Any]
    lines: list[words.Line]


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None before anything can be changed, and where nothing was."""
    rows = queries.changes(conn, order.id) if happened(order, "change_proposed") else []
    changeable = order.stage in CHANGEABLE
    if not rows and not changeable:
        return None
    shown = [Shown(row, words.lines(order, _as_now(conn, order, row))) for row in rows]
    waiting = next((one for one in shown if one.row.stage == ChangeStage.PROPOSED), None)
    side = actor.role in _SIDES
    return {
        "waiting": waiting,
        "past": [one for one in shown if one is not waiting],
        "agreed": sum(row.stage == ChangeStage.ACCEPTED for row in rows),
        "due": waiting and waiting.row.created_at + WINDOW,
        "changeable": changeable,
        "may_propose": side and changeable and waiting is None,
        "may_answer": side and waiting is not None and waiting.row.side != actor.role,
        "may_withdraw": side and waiting is not None and waiting.row.side == actor.role,
    }


def _as_now(conn: Connection, order: Row[Any], row: Row[Any]) -> Any:
    """What a change order altered, or would alter as things stand."""
    if row.stage != ChangeStage.PROPOSED:
        return row
    return outlook(order, queries.spec_now(conn, order.id), row)


PANEL = Panel("changes", "orders/changes/_panel.html", load)
