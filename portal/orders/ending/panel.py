"""The claim's place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.designs import photos
from portal.orders import progress
from portal.orders.ending import queries, words
from portal.orders.lifecycle import CALLABLE_OFF, ORDER, OrderStage
from portal.orders.opened import pictures
from portal.orders.panels import Panel

#: Stages at which there can be no claim yet. An order that is made again comes back to those after them.
_BEFORE = CALLABLE_OFF - {OrderStage.PRODUCTION} | {OrderStage.AWAITING_DEPOSIT, OrderStage.EXPIRED}
#: The acts on a claim: (step, endpoint of its page, kind of its button).
_ACTS = (
    ("settle_claim", "orders.settle_claim", "primary"),
    ("have_remade", "orders.have_remade", "secondary"),
    ("dispute", "orders.open_claim", "secondary"),
    ("withdraw_claim", "orders.withdraw_claim", "secondary"),
)


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel shows; None where there is no claim and the reader can't open one."""
    if order.stage in _BEFORE:
        return None
    claims = queries.claims(conn, order)
    acts = _acts(order, actor)
    if not claims and not acts:
        return None
    shown = pictures(conn, order, [ident for claim in claims for ident in claim.photos])
    return {
        "claims": [(claim, photos.row(claim.photos, shown)) for claim in reversed(claims)],
        "acts": acts,
        "open": order.stage == OrderStage.DISPUTED or (order.stage == OrderStage.DELIVERED and bool(acts)),
        "remedies": words.REMEDIES,
        "ends": words.CLAIM_ENDS,
    }


def _acts(order: Row[Any], actor: Actor) -> list[tuple[str, str, Any]]:
    """(endpoint, kind of button, its words) of what the reader may do about a claim now."""
    allowed = ((step, endpoint, kind) for step, endpoint, kind in _ACTS if progress.may(step, order, actor.role))
    return [(endpoint, kind, ORDER.by_name[step].label) for step, endpoint, kind in allowed]


PANEL = Panel("claim", "orders/ending/_panel.html", load)
