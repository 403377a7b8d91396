"""Money given back, never more than was charged."""

from typing import Any

from stripe.params import RefundCreateParams, RefundListParams, RefundRetrieveParams

from sandbox.stripe.api import checks, listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.cards import card_by_number
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import balance, charges, disputes, payment_intents
from sandbox.stripe.resources.shape import blank

KIND = "refund"
OUTCOME_AFTER = 3
"""Seconds until the test cards that refund asynchronously show how it ended."""


def create(work: Work, params: dict[str, Any]) -> Body:
    """Give back a charge, or a part of what is left of it."""
    charge = _charge_to_refund(work, params)
    amount = _amount(work, charge, params.get("amount"))
    outcome = card_by_number(work.hidden(charge["id"])["card"]).refund
    refund = work.add(
        "re",
        blank(KIND)
        | {
            "amount": amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
            "metadata": params.get("metadata") or {},
            "payment_intent": charge["payment_intent"],
            "reason": params.get("reason"),
            "status": "pending" if outcome == "succeeds_later" else "succeeded",
        },
    )
    transaction = balance.book(work, "refund", refund, -amount, available_on=work.now)
    refund["balance_transaction"] = transaction["id"]
    work.save(refund)
    work.emit("refund.created", refund)
    _count_against(work, charge, amount)
    work.emit("charge.refunded", charge)
    disputes.refunded(work, charge)
    if outcome != "succeeds":
        work.later(OUTCOME_AFTER, f"refunds.{outcome}", refund["id"])
    return refund


def _charge_to_refund(work: Work, params: dict[str, Any]) -> Body:
    intent_id, charge_id = params.get("payment_intent"), params.get("charge")
    if not intent_id and not charge_id:
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if intent_id and charge_id:
        raise StripeError(
            "You may only specify one of these parameters: charge, payment_intent.", code="parameters_exclusive"
        )
    if intent_id:
        intent = work.get(payment_intents.KIND, intent_id, "payment_intent")
        if intent["status"] != "succeeded":
            raise StripeError(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
                param="payment_intent",
            )
        charge_id = intent["latest_charge"]
    charge = work.get(charges.KIND, charge_id, "charge")
    if not charge["captured"]:
        raise StripeError(
            f"Charge {charge_id} is not refundable: it has not been captured.", code="charge_not_refundable"
        )
    return charge


def _amount(work: Work, charge: Body, wanted: int | None) -> int:
    contested = disputes.contested(work, charge)
    left = charge["amount"] - charge["amount_refunded"] - contested
    if not left and contested:
        raise StripeError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if not left:
        raise StripeError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if wanted is None:
        return left
    checks.check_positive(wanted, "amount")
    if wanted > left:
        raise StripeError(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    return wanted


def _count_against(work: Work, charge: Body, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    work.save(charge)


def succeed_later(work: Work, refund_id: str) -> None:
    """A pending refund has reached the card."""
    refund = work.get(KIND, refund_id)
    refund["status"] = "succeeded"
    work.save(refund)
    work.emit("refund.updated", refund, previous={"status": "pending"})


def fail_later(work: Work, refund_id: str) -> None:
    """The bank sent a refund back: the money is in the balance again, and the charge counts as not refunded."""
    refund = work.get(KIND, refund_id)
    if refund["status"] == "failed":
        return
    transaction = balance.book(work, "refund_failure", refund, refund["amount"], available_on=work.now)
    refund |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": transaction["id"],
    }
    work.save(refund)
    _count_against(work, work.get(charges.KIND, refund["charge"]), -refund["amount"])
    work.emit("refund.updated", refund, previous={"status": "succeeded"})
    work.emit("refund.failed", refund)


def retrieve(work: Work, params: dict[str, Any], refund_id: str) -> Body:
    """One refund."""
    return work.get(KIND, refund_id)


def list_refunds(work: Work, params: dict[str, Any]) -> Body:
    """Refunds, newest first."""
    return listing.page(work, KIND, params, "/v1/refunds")


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/refunds",
        RefundCreateParams,
        create,
        simulates="amount charge expand metadata payment_intent reason",
    ),
    Endpoint("GET", "/v1/refunds", RefundListParams, list_refunds),
    Endpoint("GET", "/v1/refunds/<id>", RefundRetrieveParams, retrieve),
)
TIMERS = {"refunds.succeeds_later": succeed_later, "refunds.fails_later": fail_later}
