"""The parcels' place on the order page."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders import progress
from portal.orders.lifecycle import OrderStage
from portal.orders.opened import happened, pictures
from portal.orders.panels import Panel
from portal.orders.parcels import carriers, operations, papers, queries, standstill

_S = OrderStage
#: Stages before which nobody thinks of parcels.
_FROM = frozenset({_S.READY_TO_SHIP, _S.SHIPPED, _S.DELIVERED, _S.DISPUTED, _S.CLOSED})


class Shown(NamedTuple):
    """A parcel as the page shows it: its row, and what is worked out of it."""

    row: Row[Any]
    carrier: str
    tracking_url: str
    papers: Sequence[papers.ParcelPaper]
    photos: Sequence[Any]


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None before there is something to ship."""
    if order.stage not in _FROM:
        return None
    rows = queries.parcels(conn, order.id)
    ready = papers.papers(conn, order.id) if rows else {}
    found = pictures(conn, order, [ident for row in rows for ident in row.photos])
    return {
        "parcels": [_shown(row, ready.get(row.id, ()), found) for row in rows],
        "shipped": sum(row.pieces for row in rows),
        "made": operations.made(order),
        "may_ship": progress.may("ship_parcel", order, actor.role),
        "stays": _stays(conn, order),
        "may_confirm": actor.role == Role.CREATOR and progress.may("parcel_arrived", order, actor.role),
        "may_report": actor.role != Role.CREATOR and progress.may("parcel_arrived", order, actor.role),
        "may_close": actor.role == Role.CREATOR and progress.may("close", order, actor.role),
        "open": order.stage in (_S.READY_TO_SHIP, _S.SHIPPED, _S.DELIVERED),
    }


def _stays(conn: Connection, order: Row[Any]) -> Any:
    """Why the goods must stay, in words. No order stands still before a bank has asked."""
    waits = order.stage == _S.READY_TO_SHIP and happened(order, "dispute_opened")
    return standstill.why(conn, order.id) if waits else None


def _shown(row: Row[Any], ready: Sequence[papers.ParcelPaper], pictures: dict[str, Any]) -> Shown:
    url = carriers.tracking_url(row.carrier, row.tracking_number)
    taken = [pictures[ident] for ident in row.photos if ident in pictures]
    return Shown(row, carriers.name_of(row.carrier), url, ready, taken)


PANEL = Panel("parcels", "orders/parcels/_panel.html", load)
