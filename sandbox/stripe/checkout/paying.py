"""What happens when someone pays on the hosted page."""

from enum import Enum

from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.cards import NOT_AUTHENTICATED, Card, card_by_number
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import charges, checkout_sessions, disputes, payment_intents


class Outcome(Enum):
    """How one try to pay ended."""

    PAID = "paid"
    DECLINED = "declined"
    MUST_AUTHENTICATE = "must_authenticate"


def pay(work: Work, session: Body, card: Card, *, email: str, name: str) -> Outcome:
    """Try a card on an open session."""
    payer = {"email": email, "name": name, "address": {"country": "US", "city": None, "line1": None, "line2": None}}
    payer["address"] |= {"postal_code": None, "state": None}
    _remember_payer(session, payer)
    intent = _intent(work, session)
    work.save(session)
    if card.decline:
        charge = charges.fail(work, intent, card, payer, card.decline)
        payment_intents.fail(work, intent, card.decline.error(), charge)
        return Outcome.DECLINED
    if card.needs_authentication:
        work.hide(intent["id"], card=card.number)
        payment_intents.require_action(work, intent, f"{work.base_url}/c/pay/{session['id']}/authenticate")
        return Outcome.MUST_AUTHENTICATE
    _collect(work, session, intent, card)
    return Outcome.PAID


def authenticate(work: Work, session: Body, *, passed: bool) -> Outcome:
    """Answer the bank's question on an open session. Raises StripeError where none was asked."""
    intent = awaiting_authentication(work, session)
    if intent is None:
        raise StripeError("This payment does not wait for authentication.", code="payment_intent_unexpected_state")
    if not passed:
        payment_intents.fail(work, intent, NOT_AUTHENTICATED.error())
        return Outcome.DECLINED
    _collect(work, session, intent, card_by_number(work.hidden(intent["id"])["card"]))
    return Outcome.PAID


def awaiting_authentication(work: Work, session: Body) -> Body | None:
    """The session's payment, where the bank waits for its owner."""
    if not session["payment_intent"]:
        return None
    intent = work.get(payment_intents.KIND, session["payment_intent"])
    return intent if intent["status"] == "requires_action" else None


def refusal(work: Work, session: Body) -> str | None:
    """The sentence that the last refused try on this session left, in English."""
    if not session["payment_intent"]:
        return None
    error = work.get(payment_intents.KIND, session["payment_intent"])["last_payment_error"]
    return error["message"] if error else None


def _collect(work: Work, session: Body, intent: Body, card: Card) -> None:
    charge = charges.succeed(work, intent, card, session["customer_details"])
    payment_intents.succeed(work, intent, charge)
    checkout_sessions.complete(work, session)
    if card.disputed_as:
        disputes.start(work, charge, card.disputed_as, inquiry=card.inquiry)


def _intent(work: Work, session: Body) -> Body:
    if session["payment_intent"]:
        return work.get(payment_intents.KIND, session["payment_intent"])
    intent = payment_intents.create(
        work,
        amount=session["amount_total"],
        currency=session["currency"],
        **work.hidden(session["id"])["payment_intent_data"],
    )
    session["payment_intent"] = intent["id"]
    return intent


def _remember_payer(session: Body, payer: Body) -> None:
    session["customer_details"] = {
        "business_name": None,
        "individual_name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
        **payer,
    }
