"""Asking for a deposit, and what Stripe's answers to our calls change."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from portal.core import jobs
from portal.core.actor import PAYMENTS, Actor
from portal.core.clock import hours, now
from portal.core.db import lock, new_id
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
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
from portal.payments.reports import Message, OpenedCheckout

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


def request_deposit(session: Session, order: Order, page: PaymentPage, *, actor: Actor) -> CheckoutSession:
    """The payment page on which `actor` pays the deposit of their order (locked): the live one, or a new one that is
    still to be opened.

    Raises `NotFound` for somebody else's order, `Gone` when it no longer waits for its deposit.
    """
    if order.creator_id != actor.person_id:
        raise NotFound()
    leg = deposit_leg(session, order)
    _refuse_unless_payable(order, leg)
    return live_checkout(session, order.id) or _intend_checkout(session, order, leg, page)


def deposit_leg(session: Session, order: Order) -> PaymentLeg:
    """The deposit leg of an order (locked), made when it is first needed."""
    query = select(PaymentLeg).where(PaymentLeg.order_id == order.id, PaymentLeg.kind == LegKind.DEPOSIT)
    leg = session.exec(query).first()
    if leg is None:
        leg = PaymentLeg(order_id=order.id, amount_minor=order.deposit_minor, currency=order.currency)
        session.add(leg)
        session.flush()
    return leg


def live_checkout(session: Session, order_id: UUID) -> CheckoutSession | None:
    """The payment page of an order that is open or about to be."""
    query = select(CheckoutSession).where(CheckoutSession.order_id == order_id, CheckoutSession.state.in_(LIVE))
    return session.exec(query).first()


def _refuse_unless_payable(order: Order, leg: PaymentLeg) -> None:
    if leg.stage == LegStage.SUCCEEDED:
        raise Gone(N_("The deposit is paid already. Nothing more was charged."))
    if leg.stage == LegStage.PROCESSING:
        raise Gone(N_("Your bank is still deciding on the payment. Wait for its answer before you pay again."))
    if order.stage != OrderStage.AWAITING_DEPOSIT or order.deposit_due_at <= now():
        raise Gone(N_("This order no longer waits for a deposit."))


def _intend_checkout(session: Session, order: Order, leg: PaymentLeg, page: PaymentPage) -> CheckoutSession:
    operation_id = new_id()
    ends = min(max(order.deposit_due_at, now() + SHORTEST_PAGE), now() + LONGEST_PAGE)
    checkout = CheckoutSession(
        order_id=order.id,
        leg_id=leg.id,
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


def _checkout_params(
    order: Order, leg: PaymentLeg, page: PaymentPage, ends: datetime, operation_id: UUID
) -> dict[str, Any]:
    ours = {"operation": str(operation_id), "order": str(order.id)}
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
    """Stripe has opened a payment page. If the order has ended meanwhile, the page is closed again."""
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
    if order.stage != OrderStage.AWAITING_DEPOSIT:
        intend_expiry(session, checkout)


def record_not_opened(session: Session, operation: Operation) -> None:
    """Stripe refuses to open a payment page: the next try makes another one."""
    checkout = lock(session, CheckoutSession, operation.subject_id)
    if checkout.state == CheckoutState.OPENING:
        checkout.state = CheckoutState.REFUSED
        session.add(checkout)


def end_checkouts(session: Session, order_id: UUID) -> None:
    """An order has ended without its deposit: nobody is to pay for it any more."""
    lock(session, Order, order_id)
    checkout = live_checkout(session, order_id)
    if checkout is None:
        return
    if checkout.state == CheckoutState.OPEN:
        intend_expiry(session, checkout)
    else:
        jobs.defer(session, "payments.carry_out", operation_id=checkout.operation_id)


def take_message(session: Session, message: Message) -> bool:
    """Keep a message from Stripe and have it handled. False when it came before."""
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
