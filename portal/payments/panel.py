"""The payments' place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.panels import Panel
from portal.payments import queries, words
from portal.payments.lifecycle import RefundStage
from portal.payments.queries import PaymentState

#: what a leg may be at when its payer can go to the payment page
PAYABLE = ("none", "open", "failed", "expired")


def load(connection: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any]:
    """What the panel shows `actor`, who may see the order."""
    payments = queries.payments_of(connection, order)
    under_way = any(leg.state in (*PAYABLE, "arriving", "processing") for leg in payments.legs)
    returning = any(refund.stage != RefundStage.SUCCEEDED for refund in payments.refunds)
    return {
        "payments": payments,
        "paid_minor": sum(leg.amount_minor for leg in payments.legs if leg.state == "paid"),
        "open": under_way or returning or order.stage in ENDED_STAGES,
        "payable": PAYABLE if actor.role == Role.CREATOR else (),
        "sees_receipt": actor.role in (Role.CREATOR, Role.OPERATOR),
        "sees_fee": actor.role == Role.OPERATOR,
        "refusals": [refusal(leg) for leg in payments.legs],
    }


def refusal(leg: PaymentState) -> Any:
    """Why the last card was refused, in words; nothing if none was."""
    return words.REFUSALS.get(leg.refusal, words.ANY_REFUSAL) if leg.refusal else None


PANEL = Panel("payments", "payments/_panel.html", load, early=True)
