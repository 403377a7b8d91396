"""What a payment page's outcome means for the leg, the order and the books.

Whoever reports it (webhook, timer, return), however often and in whatever order: the same final state, one posting.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from portal.core.actor import PAYMENTS
from portal.core.clock import now
from portal.core.db import lock
from portal.core.lifecycle import advance
from portal.orders.models import Order
from portal.payments import ledger, refunds
from portal.payments.accounts import Movement
from portal.payments.intents import intend_expiry
from portal.payments.legs import RULES, asked_leg
from portal.payments.lifecycle import LegStage
from portal.payments.models import (
    LIVE,
    CheckoutSession,
    CheckoutState,
    Operation,
    OperationKind,
    PaymentLeg,
    RefundReason,
)
from portal.payments.operations import live_checkout
from portal.payments.reports import CheckoutReport


def take_report(session: Session, report: CheckoutReport) -> str:
    """Bring our records up to what Stripe says of a payment page now: what that came to, in a word."""
    checkout_id = _ours(session, report)
    if checkout_id is None:
        return "unknown"
    order = lock(session, Order, session.get_one(CheckoutSession, checkout_id).order_id)
    checkout = lock(session, CheckoutSession, checkout_id)
    leg = lock(session, PaymentLeg, checkout.leg_id)
    checkout.checked_at = now()
    checkout.payment_id, checkout.last_refusal = report.payment_id, report.refusal[:80]
    session.add(checkout)
    if report.paid:
        return _paid(session, order, leg, checkout, report)
    if report.status == "open":
        return "open"
    return _ended_unpaid(session, leg, checkout, report)


def _ours(session: Session, report: CheckoutReport) -> UUID | None:
    """Our row of a payment page. One that we asked for without hearing the answer is known by its operation."""
    query = select(CheckoutSession.id)
    known = session.exec(query.where(CheckoutSession.stripe_id == report.stripe_id)).first()
    if known or not report.operation_id:
        return known
    asked = session.get(Operation, UUID(report.operation_id))
    if asked is None or asked.kind != OperationKind.OPEN_CHECKOUT:
        return None
    lock(session, Order, asked.order_id)
    checkout = lock(session, CheckoutSession, asked.subject_id)
    if checkout.stripe_id is None:
        checkout.stripe_id = report.stripe_id
        session.add(checkout)
        return checkout.id
    return _stray(session, checkout, report).id


def _stray(session: Session, asked: CheckoutSession, report: CheckoutReport) -> CheckoutSession:
    """A second page that came of one intent, beside the one we know."""
    query = select(CheckoutSession).where(CheckoutSession.stripe_id == report.stripe_id)
    stray = session.exec(query).first() or CheckoutSession(
        order_id=asked.order_id,
        leg_id=asked.leg_id,
        operation_id=asked.operation_id,
        state=CheckoutState.REFUSED,
        stripe_id=report.stripe_id,
        amount_minor=report.amount_minor,
        currency=report.currency,
        expires_at=asked.expires_at,
    )
    session.add(stray)
    session.flush()
    if report.status == "open":
        intend_expiry(session, stray)
    return stray


def _paid(session: Session, order: Order, leg: PaymentLeg, checkout: CheckoutSession, report: CheckoutReport) -> str:
    checkout.state = CheckoutState.COMPLETE
    source = ledger.payment_source(str(report.payment_id))
    outcome = "known"
    if not ledger.is_booked(session, source):
        reason = _unwanted(session, order, leg, report)
        if reason:
            refunds.give_back(session, order, checkout, report, reason)
            _move(session, leg, "fail" if reason == RefundReason.WRONG_AMOUNT else "expire")
            outcome = reason.value
        else:
            _fulfil(session, order, leg, report)
            outcome = "paid"
    _book_fee(session, leg, checkout, report)
    return outcome


def _unwanted(session: Session, order: Order, leg: PaymentLeg, report: CheckoutReport) -> RefundReason | None:
    """Why a payment is not the one that its order waits for."""
    if leg.stage == LegStage.SUCCEEDED:
        return RefundReason.DOUBLE
    if order.stage != RULES[leg.kind].stage:
        return RefundReason.LATE
    asked = asked_leg(session, order, leg.kind)
    if asked is None or (report.amount_minor, report.currency) != (asked.amount_minor, asked.currency):
        return RefundReason.WRONG_AMOUNT
    return None


def _fulfil(session: Session, order: Order, leg: PaymentLeg, report: CheckoutReport) -> None:
    ledger.post(
        session,
        Movement.LEG_PAID,
        source=ledger.payment_source(str(report.payment_id)),
        amount_minor=report.amount_minor,
        currency=report.currency,
        order_id=order.id,
    )
    paid_at: datetime = report.paid_at or now()
    leg.paid_at, leg.payment_id = paid_at, report.payment_id
    advance(session, leg, "succeed", actor=PAYMENTS, payment_id=report.payment_id)
    RULES[leg.kind].arrived(session, order, actor=PAYMENTS, paid_at=paid_at, amount_minor=report.amount_minor)


def _book_fee(session: Session, leg: PaymentLeg, checkout: CheckoutSession, report: CheckoutReport) -> None:
    """Stripe's fee, which it may know only some time after the payment."""
    if not report.fee_minor:
        return
    ledger.post(
        session,
        Movement.STRIPE_FEE,
        source=ledger.fee_source(str(report.payment_id)),
        amount_minor=report.fee_minor,
        currency=report.currency,
        order_id=checkout.order_id,
    )
    if leg.payment_id == report.payment_id and leg.fee_minor is None:
        leg.fee_minor = report.fee_minor
        session.add(leg)


def _ended_unpaid(session: Session, leg: PaymentLeg, checkout: CheckoutSession, report: CheckoutReport) -> str:
    """The page takes no payment any more: expired, or its payment is with a bank that may still say no."""
    if report.processing:
        _move(session, leg, "process")
        return "processing"
    if checkout.state in LIVE:
        checkout.state = CheckoutState.EXPIRED if report.status == "expired" else CheckoutState.COMPLETE
        session.flush()
    if live_checkout(session, checkout.order_id, checkout.kind) is None:
        _move(session, leg, "expire" if report.status == "expired" else "fail")
    return report.status


def _move(session: Session, leg: PaymentLeg, step: str) -> None:
    if leg.lifecycle.allows(step, leg.stage, PAYMENTS.role):
        advance(session, leg, step, actor=PAYMENTS)
