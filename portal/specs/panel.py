"""The spec on the order's page: its pages as pictures, who has accepted it, the button that accepts it."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.designs import storage
from portal.orders.lifecycle import OrderStage
from portal.orders.panels import Panel
from portal.specs import queries


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel's template shows; None while nothing has been put on paper."""
    begun = queries.on_page(conn, order.id)
    newest = begun if begun.id else None
    spec = newest if newest is None or newest.ready_at else queries.latest(conn, order.id) or newest
    if spec is None and not begun.has_purchase_order and order.stage != OrderStage.AWAITING_ACCEPTANCE:
        return None
    accepted = queries.acceptances(conn, spec.id) if spec else []
    sides = {row.side for row in accepted}
    number = queries.spec_number(order.number)
    return {
        "spec": spec,
        "number": number,
        "has_purchase_order": begun.has_purchase_order,
        "pages": [_picture(key, f"{number}-{page}") for page, key in enumerate(spec.page_keys if spec else (), 1)],
        "accepted": accepted,
        "coming": newest.revision if newest and spec and newest.id != spec.id else "",
        "replaced": queries.replaced(conn, order.id) if begun.has_replaced else [],
        "waiting": spec is None and order.stage == OrderStage.AWAITING_ACCEPTANCE,
        "may_accept": bool(spec and spec.ready_at)
        and order.stage == OrderStage.AWAITING_ACCEPTANCE
        and actor.role in ("creator", "factory")
        and actor.role not in sides,
    }


def _picture(key: str, name: str) -> str:
    return storage.link(key, f"{name}.webp", media_type="image/webp", inline=True)


PANEL = Panel("spec", "specs/_panel.html", load, early=True)
