"""The papers on the order's page, and wherever else an order's papers are shown."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.orders.panels import Panel
from portal.payments.papers import queries, words


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What "payments/papers/_list.html" shows `actor`, who may see the order; None while there are no papers."""
    papers = queries.of_order(conn, actor, order.id)
    return {"papers": papers, "paper_kinds": words.KINDS} if papers else None


PANEL = Panel("papers", "payments/papers/_panel.html", load, early=True)
