"""The attempt to collect one amount, from its first try to its success."""

from typing import Any

from stripe.params import PaymentIntentListParams, PaymentIntentRetrieveParams

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources.shape import blank

KIND = "payment_intent"


def create(work: Work, *, amount: int, currency: str, **details: Any) -> Body:
    """A payment that still needs a card. `details` are what the session's `payment_intent_data` sets."""
    intent_id = new_id("pi")
    intent = work.add(
        "pi",
        blank(KIND)
        | {
            "id": intent_id,
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": "automatic_async",
            "client_secret": new_id(f"{intent_id}_secret"),
            "confirmation_method": "automatic",
            "currency": currency,
            "metadata": {},
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
        }
        | details,
    )
    work.emit("payment_intent.created", intent)
    return intent


def require_action(work: Work, intent: Body, url: str) -> None:
    """The bank wants to see the card's owner, at this address."""
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}}
    intent |= {"status": "requires_action", "next_action": action, "last_payment_error": None}
    work.save(intent)
    work.emit("payment_intent.requires_action", intent)


def fail(work: Work, intent: Body, refusal: StripeError, charge: Body | None = None) -> None:
    """The card was refused; another one may be tried."""
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "last_payment_error": refusal.error | {"charge": charge["id"] if charge else None},
        "latest_charge": charge["id"] if charge else intent["latest_charge"],
    }
    work.save(intent)
    work.emit("payment_intent.payment_failed", intent)


def succeed(work: Work, intent: Body, charge: Body) -> None:
    """The money is collected."""
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
        "next_action": None,
        "last_payment_error": None,
    }
    work.save(intent)
    work.emit("payment_intent.succeeded", intent)


def cancel(work: Work, intent: Body, reason: str) -> None:
    """Nothing will be collected any more."""
    intent |= {
        "status": "canceled",
        "canceled_at": work.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    work.save(intent)
    work.emit("payment_intent.canceled", intent)


def retrieve(work: Work, params: dict[str, Any], intent_id: str) -> Body:
    """One payment."""
    return work.get(KIND, intent_id, "intent")


def list_intents(work: Work, params: dict[str, Any]) -> Body:
    """Payments, newest first."""
    return listing.page(work, KIND, params, "/v1/payment_intents")


ENDPOINTS = (
    Endpoint("GET", "/v1/payment_intents", PaymentIntentListParams, list_intents),
    Endpoint("GET", "/v1/payment_intents/<id>", PaymentIntentRetrieveParams, retrieve, simulates="expand"),
)
