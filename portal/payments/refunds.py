"""Payments that go back: asked for once, followed until the card has them."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.core import lifecycle
from portal.core.actor import PAYMENTS, Actor, Role
from portal.core.clock import now
from portal.core.db import lock
from portal.core.events import Event
from portal.core.lifecycle import advance
from portal.orders.models import Order
from portal.payments import breaks, holds, ledger
from portal.payments.accounts import Movement
from portal.payments.books.models import BreakKind
from portal.payments.held import Held
from portal.payments.intents import have_done
from portal.payments.lifecycle import RefundStage
from portal.payments.models import CheckoutSession, Operation, OperationKind, Refund, RefundReason
from portal.payments.reports import CheckoutReport, RefundReport

#: Stripe's words for how a refund stands, and the steps they mean.
_STEPS = {
    "pending": "wait",
    "requires_action": "wait",
    "succeeded": "settle",
    "failed": "fail",
    "canceled": "fail",
}


def give_back(
    session: Session, order: Order, checkout: CheckoutSession, report: CheckoutReport, reason: RefundReason
) -> None:
    """Book a payment that no order waits for into suspense, and have the whole of it returned. The payer is told."""
    amounts = {"amount_minor": report.amount_minor, "currency": report.currency}
    source = ledger.payment_source(str(report.payment_id))
    ledger.post(session, Movement.UNEXPECTED_PAYMENT, source=source, order_id=order.id, **amounts)
    refund = Refund(
        order_id=order.id, checkout_id=checkout.id, reason=reason, payment_id=str(report.payment_id), **amounts
    )
    _ask_for(session, refund, Movement.GIVEN_BACK)
    told = lifecycle.record(session, order, "payment_returned", actor=PAYMENTS, reason=reason.value, **amounts)
    lifecycle.follow(session, told, [Role.CREATOR])


def give_back_held(
    session: Session, order: Order, event: Event, payment: Held, minor: int, reason: RefundReason
) -> Refund:
    """Have `minor` of a payment that is held for an order (locked) returned, because of `event`. The caller has made
    sure that so much of it is left."""
    return _give_back(session, order, event, payment, minor, reason, Movement.HELD_GIVEN_BACK)


def give_back_released(
    session: Session, order: Order, event: Event, payment: Held, minor: int, *, part_id: UUID, fee_minor: int
) -> Refund:
    """Have `minor` of a released part returned, `fee_minor` of it from the portal's fee, the rest from the factory. The
    caller has made sure that so much of the part is left."""
    more = {"part_id": part_id, "fee_minor": fee_minor}
    return _give_back(
        session, order, event, payment, minor, RefundReason.RELEASED, Movement.RELEASED_GIVEN_BACK, **more
    )


def subsidise(session: Session, order: Order, event: Event, payment: Held, minor: int) -> Refund:
    """Have `minor` returned to the card that made `payment`, at the portal's own cost. The caller has made sure that so
    much of it has not been returned, and that the budget bears it."""
    return _give_back(session, order, event, payment, minor, RefundReason.SUBSIDY, Movement.SUBSIDY_GRANTED)


def _give_back(
    session: Session,
    order: Order,
    event: Event,
    payment: Held,
    minor: int,
    reason: RefundReason,
    movement: Movement,
    **more: Any,
) -> Refund:
    refund = Refund(
        order_id=order.id,
        checkout_id=payment.checkout_id,
        event_id=event.id,
        reason=reason,
        amount_minor=minor,
        currency=order.currency,
        payment_id=payment.payment_id,
        **more,
    )
    _ask_for(session, refund, movement)
    return refund


def _ask_for(session: Session, refund: Refund, movement: Movement) -> None:
    session.add(refund)
    session.flush()
    _post(session, refund, movement, ledger.give_back_source(refund.id), fee_minor=refund.fee_minor)
    _intend(session, refund)


def _intend(session: Session, refund: Refund) -> None:
    params = {
        "payment_intent": refund.payment_id,
        "amount": refund.amount_minor,
        "reason": "duplicate" if refund.reason == RefundReason.DOUBLE else "requested_by_customer",
    }
    have_done(session, OperationKind.REFUND, params, order_id=refund.order_id, subject_id=refund.id)


def retry(session: Session, refund: Refund, *, actor: Actor) -> None:
    """Try a failed refund (locked) again, as a new one. Raises `NotAllowed` unless it has failed, `Gone` while its
    order's money stands still."""
    holds.must_be_free(session, refund.order_id)
    advance(session, refund, "retry", actor=actor)
    refund.stripe_id, refund.failure, refund.settled_at = None, "", None
    breaks.resolve(session, BreakKind.REFUND_FAILED, str(refund.id))
    _intend(session, refund)


def record(session: Session, operation: Operation, report: RefundReport) -> None:
    """Stripe has taken up a refund."""
    lock(session, Order, operation.order_id)
    refund = lock(session, Refund, operation.subject_id)
    refund.stripe_id = report.stripe_id
    follow(session, refund, report)


def record_refused(session: Session, operation: Operation, why: str) -> None:
    """Stripe will not refund this payment: an operator has to look."""
    lock(session, Order, operation.order_id)
    _fail(session, lock(session, Refund, operation.subject_id), why)


def take_report(session: Session, refund_id: UUID, report: RefundReport) -> None:
    """Bring a refund up to what Stripe says of it now."""
    order_id = session.get_one(Refund, refund_id).order_id
    lock(session, Order, order_id)
    refund = lock(session, Refund, refund_id)
    if refund.stripe_id == report.stripe_id:
        follow(session, refund, report)


def follow(session: Session, refund: Refund, report: RefundReport) -> None:
    """Move a refund (locked) forward to what Stripe says; a report that is behind changes nothing. The books follow
    Stripe's balance, which a refund leaves before it has reached the card."""
    step = _STEPS[report.status]
    if report.booked and step != "fail" and refund.stage != RefundStage.FAILED:
        _post(session, refund, Movement.REFUND_SETTLED, ledger.refund_source(report.stripe_id))
    if not refund.lifecycle.allows(step, refund.stage, Role.PAYMENTS):
        session.add(refund)
        return
    if step == "fail":
        _fail(session, refund, report.failure)
        return
    if step == "settle":
        refund.settled_at = now()
    advance(session, refund, step, actor=PAYMENTS, amount_minor=refund.amount_minor, currency=refund.currency)


def _fail(session: Session, refund: Refund, why: str) -> None:
    if refund.stripe_id and ledger.is_booked(session, ledger.refund_source(refund.stripe_id)):
        source = ledger.failed_refund_source(str(refund.stripe_id))
        _post(session, refund, Movement.REFUND_REVERSED, source)
    refund.failure, refund.settled_at = why[:120], None
    advance(session, refund, "fail", actor=PAYMENTS, why=refund.failure)
    breaks.found(
        session,
        BreakKind.REFUND_FAILED,
        str(refund.id),
        order_id=refund.order_id,
        ours_minor=refund.amount_minor,
        currency=refund.currency,
    )


def _post(session: Session, refund: Refund, movement: Movement, source: str, *, fee_minor: int = 0) -> None:
    ledger.post(
        session,
        movement,
        source=source,
        fee_minor=fee_minor,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        order_id=refund.order_id,
    )
