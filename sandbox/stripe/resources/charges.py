"""One try to charge a card, and its place in the balance."""

from typing import Any

from stripe.params import ChargeListParams, ChargeRetrieveParams

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.cards import Card, Decline, card_by_number
from sandbox.stripe.resources import balance
from sandbox.stripe.resources.shape import blank

KIND = "charge"
CARD_EXPIRY = {"exp_month": 12, "exp_year": 2034}


def succeed(work: Work, intent: Body, card: Card, payer: Body) -> Body:
    """The card is charged in full. The fee is booked at once, or later where the settings delay it."""
    charge = work.add(
        "ch",
        _body(intent, card, payer)
        | {
            "amount_captured": intent["amount"],
            "captured": True,
            "outcome": _outcome("approved_by_network", "Payment complete.", "authorized"),
            "paid": True,
            "status": "succeeded",
        },
        card=card.number,
    )
    delay = work.control.settle_charges_after
    if not delay:
        _book(work, charge, card)
    work.emit("charge.succeeded", charge)
    if delay:
        work.later(delay, "charges.settle", charge["id"])
    return charge


def fail(work: Work, intent: Body, card: Card, payer: Body, decline: Decline) -> Body:
    """The bank refused."""
    charge = work.add(
        "ch",
        _body(intent, card, payer)
        | {
            "amount_captured": 0,
            "captured": False,
            "failure_code": decline.code,
            "failure_message": decline.message,
            "outcome": _outcome("declined_by_network", decline.message, "issuer_declined", decline.decline_code),
            "paid": False,
            "status": "failed",
        },
        card=card.number,
    )
    work.emit("charge.failed", charge)
    return charge


def settle(work: Work, charge_id: str) -> None:
    """The balance transaction of a charge exists only now, as happens with asynchronous capture."""
    charge = work.get(KIND, charge_id)
    _book(work, charge, card_by_number(work.hidden(charge_id)["card"]))
    work.emit("charge.updated", charge, previous={"balance_transaction": None})


def _book(work: Work, charge: Body, card: Card) -> None:
    fee = balance.card_fee(charge["amount"])
    available_on = work.now if card.available_at_once else None
    transaction = balance.book(work, "charge", charge, charge["amount"], fee=fee, available_on=available_on)
    charge["balance_transaction"] = transaction["id"]
    work.save(charge)


def _body(intent: Body, card: Card, payer: Body) -> Body:
    return blank(KIND) | {
        "amount": intent["amount"],
        "amount_refunded": 0,
        "billing_details": {"address": payer["address"], "email": payer["email"], "name": payer["name"]}
        | {"phone": None, "tax_id": None},
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "metadata": intent["metadata"],
        "payment_intent": intent["id"],
        "payment_method": new_id("pm"),
        "payment_method_details": {"type": "card", "card": _card_details(card)},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "transfer_group": intent["transfer_group"],
    }


def _card_details(card: Card) -> Body:
    authenticated = {"result": "authenticated", "version": "2.2.0"} if card.needs_authentication else None
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "funding": "credit",
        "last4": card.last4,
        "network": card.brand,
        "three_d_secure": authenticated,
        "wallet": None,
        **CARD_EXPIRY,
    }


def _outcome(network_status: str, message: str, kind: str, reason: str | None = None) -> Body:
    return {
        "network_status": network_status,
        "reason": reason,
        "risk_level": "normal",
        "seller_message": message,
        "type": kind,
    }


def retrieve(work: Work, params: dict[str, Any], charge_id: str) -> Body:
    """One charge."""
    return work.get(KIND, charge_id)


def list_charges(work: Work, params: dict[str, Any]) -> Body:
    """Charges, newest first."""
    return listing.page(work, KIND, params, "/v1/charges")


def included_refunds(work: Work, charge: Body) -> Body:
    """The latest refunds of a charge, as `expand` shows them."""
    return listing.page(work, "refund", {"charge": charge["id"]}, f"/v1/charges/{charge['id']}/refunds")


ENDPOINTS = (
    Endpoint("GET", "/v1/charges", ChargeListParams, list_charges),
    Endpoint("GET", "/v1/charges/<id>", ChargeRetrieveParams, retrieve),
)
TIMERS = {"charges.settle": settle}
INCLUDED_LISTS = {(KIND, "refunds"): included_refunds}
