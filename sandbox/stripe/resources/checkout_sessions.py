"""A hosted payment page for one payment, open for 30 minutes to 24 hours."""

from typing import Any

from stripe.params.checkout import (
    SessionCreateParams,
    SessionExpireParams,
    SessionListLineItemsParams,
    SessionListParams,
    SessionRetrieveParams,
)

from sandbox.stripe.api import checks, listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import line_items, payment_intents
from sandbox.stripe.resources.shape import blank

KIND = "checkout.session"
SHORTEST_LIFE = 30 * 60
LONGEST_LIFE = 24 * 3600
LONGEST_REFERENCE = 200

SIMULATED_IN_CREATE = """
    allowed_payment_method_types cancel_url client_reference_id custom_text.submit.message customer_email
    expand expires_at
    line_items.metadata line_items.quantity line_items.price_data.currency line_items.price_data.unit_amount
    line_items.price_data.product_data.name line_items.price_data.product_data.description
    line_items.price_data.product_data.images line_items.price_data.product_data.metadata
    locale metadata mode payment_intent_data.capture_method payment_intent_data.description
    payment_intent_data.metadata payment_intent_data.receipt_email
    payment_intent_data.statement_descriptor payment_intent_data.statement_descriptor_suffix
    payment_intent_data.transfer_group success_url ui_mode
"""


def create(work: Work, params: dict[str, Any]) -> Body:
    """Open a session for a payment by card."""
    _check(params)
    items = line_items.priced(params.get("line_items"), work.now)
    amount = line_items.total(items)
    session_id = new_id("cs_test", 58)
    session = work.add(
        "cs_test",
        _body(params)
        | {
            "id": session_id,
            "amount_subtotal": amount,
            "amount_total": amount,
            "currency": items[0]["currency"],
            "expires_at": _expiry(params.get("expires_at"), work.now),
            "url": f"{work.base_url}/c/pay/{session_id}",
        },
        line_items=items,
        products=[item["price_data"]["product_data"] for item in params["line_items"]],
        payment_intent_data=params.get("payment_intent_data") or {},
    )
    work.at(session["expires_at"], "checkout_sessions.expire", session_id)
    return session


def _check(params: dict[str, Any]) -> None:
    if params.get("mode") != "payment":
        raise StripeError("You must specify `mode`, and this stand-in simulates `payment` only.", param="mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise StripeError("This stand-in simulates the `hosted_page` only.", param="ui_mode")
    if set(params.get("allowed_payment_method_types", ["card"])) != {"card"}:
        raise StripeError(
            "This stand-in simulates the payment method `card` only.", param="allowed_payment_method_types"
        )
    if params.get("payment_intent_data", {}).get("capture_method") == "manual":
        raise StripeError("This stand-in captures automatically only.", param="payment_intent_data[capture_method]")
    if "success_url" not in params:
        raise StripeError("Missing required param: success_url.", code="parameter_missing", param="success_url")
    for param in ("success_url", "cancel_url"):
        checks.check_url(params.get(param), param)
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise StripeError(
            f"client_reference_id can be at most {LONGEST_REFERENCE} characters.", param="client_reference_id"
        )
    if "@" not in params.get("customer_email", "@"):
        raise StripeError(
            f"Invalid email address: {params['customer_email']}", code="email_invalid", param="customer_email"
        )


def _expiry(wanted: int | None, now: int) -> int:
    if wanted is None:
        return now + LONGEST_LIFE
    if wanted < now + SHORTEST_LIFE:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if wanted > now + LONGEST_LIFE:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return wanted


def _body(params: dict[str, Any]) -> Body:
    taken_over = (
        "allowed_payment_method_types",
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "locale",
        "success_url",
    )
    message = params.get("custom_text", {}).get("submit") or None
    return (
        blank(KIND)
        | {
            "adaptive_pricing": {"enabled": False},
            "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
            "custom_fields": [],
            "custom_text": {"submit": message}
            | dict.fromkeys(("after_submit", "shipping_address", "terms_of_service_acceptance")),
            "customer_creation": "if_required",
            "metadata": params.get("metadata") or {},
            "mode": "payment",
            "payment_method_types": ["card"],
            "payment_status": "unpaid",
            "phone_number_collection": {"enabled": False},
            "shipping_options": [],
            "status": "open",
            "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            "ui_mode": "hosted_page",
        }
        | {name: params.get(name) for name in taken_over}
    )


def complete(work: Work, session: Body) -> None:
    """It is paid."""
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    work.save(session)
    work.emit("checkout.session.completed", session)


def expire(work: Work, params: dict[str, Any], session_id: str) -> Body:
    """Close an open session before its time."""
    session = work.get(KIND, session_id, "session")
    if session["status"] != "open":
        raise StripeError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of'
            f" {session['status']}."
        )
    _close(work, session)
    return session


def expire_by_itself(work: Work, session_id: str) -> None:
    """The session's time is up."""
    session = work.get(KIND, session_id)
    if session["status"] == "open":
        _close(work, session)


def _close(work: Work, session: Body) -> None:
    session |= {"status": "expired", "url": None}
    work.save(session)
    if session["payment_intent"]:
        payment_intents.cancel(work, work.get(payment_intents.KIND, session["payment_intent"]), "expired")
    work.emit("checkout.session.expired", session)


def retrieve(work: Work, params: dict[str, Any], session_id: str) -> Body:
    """One session."""
    return work.get(KIND, session_id, "session")


def list_sessions(work: Work, params: dict[str, Any]) -> Body:
    """Sessions, newest first."""
    return listing.page(work, KIND, params, "/v1/checkout/sessions")


def list_line_items(work: Work, params: dict[str, Any], session_id: str) -> Body:
    """What a session sells; all of it is one page."""
    session = work.get(KIND, session_id, "session")
    return included_line_items(work, session)


def included_line_items(work: Work, session: Body) -> Body:
    """What a session sells, as `expand` shows it."""
    items = work.hidden(session["id"])["line_items"]
    return {
        "object": "list",
        "data": items,
        "has_more": False,
        "url": f"/v1/checkout/sessions/{session['id']}/line_items",
    }


ENDPOINTS = (
    Endpoint("POST", "/v1/checkout/sessions", SessionCreateParams, create, SIMULATED_IN_CREATE),
    Endpoint("GET", "/v1/checkout/sessions", SessionListParams, list_sessions),
    Endpoint("GET", "/v1/checkout/sessions/<id>", SessionRetrieveParams, retrieve),
    Endpoint("POST", "/v1/checkout/sessions/<id>/expire", SessionExpireParams, expire),
    Endpoint(
        "GET", "/v1/checkout/sessions/<id>/line_items", SessionListLineItemsParams, list_line_items, simulates="expand"
    ),
)
TIMERS = {"checkout_sessions.expire": expire_by_itself}
INCLUDED_LISTS = {(KIND, "line_items"): included_line_items}
