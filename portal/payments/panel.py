"""The payments' place on the order page."""

from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.orders.panels import Panel
from portal.payments import queries, words
from portal.payments.queries import PaymentState

#: what a leg may be at when its payer can go to the payment page
PAYABLE = frozenset({"none", "open", "failed", "expired"})


def load(connection: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any]:
    """What the panel shows `actor`, who may see the order."""
    deposit = queries.deposit_state(connection, order)
    return {
        "deposit": deposit,
        "may_pay": actor.role == Role.CREATOR and deposit.state in PAYABLE,
        "sees_receipt": actor.role in (Role.CREATOR, Role.OPERATOR),
        "sees_fee": actor.role == Role.OPERATOR,
        "refusal": refusal(deposit),
        "refund_stages": words.REFUND_STAGES,
        "refund_reasons": words.REFUND_REASONS,
    }


def refusal(deposit: PaymentState) -> Any:
    """Why the last card was refused, in words; nothing if none was."""
    return words.REFUSALS.get(deposit.refusal, words.ANY_REFUSAL) if deposit.refusal else None


PANEL = Panel("payments", "payments/_panel.html", load)
