"""Samples on the order's page: the round that waits, what was asked for last, the golden sample in the end."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.orders import progress
from portal.orders.lifecycle import OrderStage
from portal.orders.opened import events, pictures
from portal.orders.panels import Panel
from portal.orders.samples import present, queries


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel's template shows; None until samples are made."""
    rows = queries.rounds(conn, order.id)
    if not rows and order.stage != OrderStage.SAMPLING:
        return None
    rounds = present.rounds(conn, order, rows)
    made = events(conn, order, "tooling_made") if order.quote["tooling_minor"] else []
    tooling = made[-1] if made else None

    def may(step: str) -> bool:
        return progress.may(step, order, actor.role)

    return {
        "rounds": rounds,
        "golden": next((one for one in rounds if one.row.seal_hash), None),
        "coming": present.after(order, rows[0].round if rows else 0),
        "tooling": tooling,
        "tooling_photos": list(pictures(conn, order, tooling.data.get("photos", ())).values()) if tooling else [],
        "may_send": may("send_sample"),
        "may_judge": may("approve_sample"),
        "may_tool": may("tooling_made") and bool(order.quote["tooling_minor"]) and tooling is None,
        "may_keep": may("keep_sample") and _repeats_golden(conn, order),
    }


def _repeats_golden(conn: Connection, order: Row[Any]) -> bool:
    return order.repeats_id is not None and queries.golden(conn, order.repeats_id) is not None


PANEL = Panel("samples", "orders/samples/_panel.html", load)
