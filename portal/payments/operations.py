"""Asking for a payment, and what Stripe's answers to our calls change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.core import jobs
from portal.core.actor import PAYMENTS, Actor
from portal.core.clock import hours, now
from portal.core.db import lock, new_id
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.orders.models import Order
from portal.payments import legs
from portal.payments.intents import intend, intend_expiry
from portal.payments.lifecycle import LegStage
from portal.payments.models import (
    LIVE,
    CheckoutSession,
    CheckoutState,
    LegKind,
    Operation,
    OperationKind,
    PaymentLeg,
    WebhookEvent,
)
from portal.payments.recipients.models import Recipient
from portal.payments.reports import BadSignature, Message, OpenedCheckout

#: Stripe keeps a payment page open for 30 minutes to 24 hours; a little is left for clocks that differ.
SHORTEST_PAGE, LONGEST_PAGE = timedelta(minutes=32), hours(23)


@dataclass(frozen=True)
class PaymentPage:
    """What the hosted page says and where it leads back to, in the payer's language."""

    item: str
    description: str
    email: str
    locale: str  # Stripe's code
    success_url: str
    cancel_url: str


class Asked(NamedTuple):
    """The payment page of a leg; `fits`: it asks for what is due now."""

    checkout: CheckoutSession
    fits: bool


def request_payment(session: Session, order: Order, kind: LegKind, page: PaymentPage, *, actor: Actor) -> Asked:
    """The payment page on which `actor` pays a leg of their order (locked): the live one, or a new one that is still to
    be opened. One that does not fit any more is to be closed before there can be another.

    Raises `NotFound` for somebody else's order, `Gone` when it does not wait for this payment.
    """
    if order.creator_id != actor.person_id:
        raise NotFound()
    leg = _payable_leg(session, order, kind)
    live = live_checkout(session, order.id, kind)
    if live is None:
        return Asked(_intend_checkout(session, order, leg, page), fits=True)
    return Asked(live, fits=live.amount_minor == leg.amount_minor)


def live_checkout(session: Session, order_id: UUID, kind: LegKind) -> CheckoutSession | None:
    """The payment page of a leg that is open or about to be."""
    return session.scalars(_live(order_id).where(CheckoutSession.kind == kind)).first()


def _live(order_id: UUID) -> Any:
    return select(CheckoutSession).where(CheckoutSession.order_id == order_id, CheckoutSession.state.in_(LIVE))


def _payable_leg(session: Session, order: Order, kind: LegKind) -> PaymentLeg:
    rule, unpaid = legs.RULES[kind], legs.unpaid_leg(session, order.id, kind)
    if unpaid and unpaid.stage == LegStage.PROCESSING:
        raise Gone(N_("Your bank is still deciding on the payment. Wait for its answer before you pay again."))
    leg = legs.asked_leg(session, order, kind)
    if leg is None:
        raise Gone(rule.paid)
    due_at = legs.due_at(order, kind)
    if order.stage != rule.stage or (rule.ends and due_at and due_at <= now()):
        raise Gone(rule.over)
    return leg


def _intend_checkout(session: Session, order: Order, leg: PaymentLeg, page: PaymentPage) -> CheckoutSession:
    operation_id = new_id()
    ends = _page_ends(order, leg.kind)
    checkout = CheckoutSession(
        order_id=order.id,
        leg_id=leg.id,
        kind=leg.kind,
        operation_id=operation_id,
        amount_minor=leg.amount_minor,
        currency=leg.currency,
        expires_at=ends,
    )
    session.add(checkout)
    session.flush()
    intend(
        session,
        OperationKind.OPEN_CHECKOUT,
        order_id=order.id,
        subject_id=checkout.id,
        params=_checkout_params(order, leg, page, ends, operation_id),
        ident=operation_id,
    )
    return checkout


def _page_ends(order: Order, kind: LegKind) -> datetime:
    """A page is open as long as Stripe allows; one for a leg that ends, until its date and a little longer at most."""
    due_at = legs.due_at(order, kind) if legs.RULES[kind].ends else None
    longest = now() + LONGEST_PAGE
    return min(max(due_at, now() + SHORTEST_PAGE), longest) if due_at else longest


def _checkout_params(
    order: Order, leg: PaymentLeg, page: PaymentPage, ends: datetime, operation_id: UUID
) -> dict[str, Any]:
    ours = {"operation": str(operation_id), "order": str(order.id), "leg": leg.kind.value}
    price = {
        "currency": leg.currency.lower(),
        "unit_amount": leg.amount_minor,
        "product_data": {"name": page.item, "description": page.description},
    }
    return {
        "mode": "payment",
        "allowed_payment_method_types": ["card"],
        "line_items": [{"price_data": price, "quantity": 1}],
        "client_reference_id": str(order.id),
        "customer_email": page.email,
        "locale": page.locale,
        "expires_at": int(ends.timestamp()),
        "success_url": page.success_url,
        "cancel_url": page.cancel_url,
        "metadata": ours,
        "payment_intent_data": {
            "capture_method": "automatic",
            "description": page.item,
            "transfer_group": str(order.id),
            "metadata": ours,
        },
    }


def record_opened(session: Session, operation: Operation, opened: OpenedCheckout) -> None:
    """Stripe has opened a payment page. If nobody is to pay on it any more, it is closed again."""
    order = lock(session, Order, operation.order_id)
    checkout = lock(session, CheckoutSession, operation.subject_id)
    if checkout.state != CheckoutState.OPENING:
        return
    checkout.stripe_id, checkout.url = opened.stripe_id, opened.url
    checkout.expires_at, checkout.state = opened.expires_at, CheckoutState.OPEN
    session.add(checkout)
    leg = lock(session, PaymentLeg, checkout.leg_id)
    if leg.lifecycle.allows("open", leg.stage, PAYMENTS.role):
        advance(session, leg, "open", actor=PAYMENTS)
    if order.stage != legs.RULES[checkout.kind].stage:
        intend_expiry(session, checkout)


def record_not_opened(session: Session, operation: Operation) -> None:
    """Stripe refuses to open a payment page: the next try makes another one."""
    checkout = lock(session, CheckoutSession, operation.subject_id)
    if checkout.state == CheckoutState.OPENING:
        checkout.state = CheckoutState.REFUSED
        session.add(checkout)


def end_checkouts(session: Session, order_id: UUID) -> None:
    """Have every payment page of an order closed on which nobody is to pay any more: its order has moved on or ended,
    or it asks for another amount than is due now."""
    order = lock(session, Order, order_id)
    for checkout in session.scalars(_live(order_id)):
        if _is_wanted(session, order, checkout):
            continue
        if checkout.state == CheckoutState.OPEN:
            intend_expiry(session, checkout)
        else:
            jobs.defer(session, "payments.carry_out", operation_id=checkout.operation_id)


def _is_wanted(session: Session, order: Order, checkout: CheckoutSession) -> bool:
    if order.stage != legs.RULES[checkout.kind].stage:
        return False
    leg = legs.asked_leg(session, order, checkout.kind)
    return leg is not None and leg.amount_minor == checkout.amount_minor


def note_return(session: Session, order_id: UUID, stripe_id: str) -> None:
    """Somebody has come back from a payment page of an order: until we have heard how it stands, for some minutes, the
    order does not offer to pay again. Nothing is believed to be paid by that. Does nothing for a page that is over."""
    page = _live(order_id).where(CheckoutSession.stripe_id == stripe_id)
    checkout = session.scalars(page.with_for_update()).first()
    if checkout and checkout.returned_at is None:
        checkout.returned_at = now()
        session.add(checkout)


def take_message(session: Session, message: Message) -> bool:
    """Keep a message from Stripe and have it handled. False when it came before. Raises `BadSignature` when it is about
    an account that is no factory's of ours."""
    if message.account:
        former = col(Recipient.former_ids).contains([message.account])
        ours = select(Recipient.id).where(or_(Recipient.stripe_id == message.account, former))
        if session.exec(ours).first() is None:
            raise BadSignature("This message is not about an account of ours.")
    row = {
        "id": new_id(),
        "created_at": now(),
        "account": message.account,
        "event_id": message.event_id,
        "type": message.type[:80],
        "subject_id": message.subject_id,
        "outcome": "",
    }
    query = insert(WebhookEvent).values(row).on_conflict_do_nothing(index_elements=["account", "event_id"])
    taken = session.execute(query.returning(WebhookEvent.id)).scalar()
    if taken is not None:
        jobs.defer(session, "payments.handle_message", message_id=taken)
    return taken is not None
