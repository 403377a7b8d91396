"""Messages from Stripe: each is a hint to look, never a fact."""

from collections.abc import Callable
from uuid import UUID

import structlog
from sqlmodel import Session, select

from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.payments import breaks, calls, settling
from portal.payments.books import bank
from portal.payments.books.models import BreakKind
from portal.payments.gateway import Gateway
from portal.payments.models import CheckoutSession, Operation, OperationKind, Refund, WebhookEvent
from portal.payments.reports import RefundReport, Refused

log = structlog.get_logger()


def handle(gateway: Gateway, message_id: UUID) -> None:
    """Look at what a message is about, once it can be looked at; a second call does nothing."""
    with transaction() as session:
        message = session.get_one(WebhookEvent, message_id)
    if message.handled_at:
        return
    outcome = _look(gateway, message)
    with transaction() as session:
        message = lock(session, WebhookEvent, message_id)
        message.handled_at, message.outcome = now(), outcome
        session.add(message)


def _look(gateway: Gateway, message: WebhookEvent) -> str:
    look = HANDLERS.get(message.type)
    if look is None:
        return "ignored"
    try:
        return look(gateway, message)
    except Refused as refusal:
        log.warning("message about nothing", message=message.event_id, why=refusal.text)
        return "refused"


def _checkout(gateway: Gateway, message: WebhookEvent) -> str:
    return _take_checkout(gateway, message.subject_id)


def _take_checkout(gateway: Gateway, stripe_id: str) -> str:
    report = gateway.fetch_checkout(stripe_id)
    with transaction() as session:
        return settling.take_report(session, report)


def _payment(gateway: Gateway, message: WebhookEvent) -> str:
    return take_payment(gateway, message.subject_id)


def take_payment(gateway: Gateway, payment_id: str) -> str:
    """Ask Stripe about the page that a payment was made on, and take it over: what that came to."""
    stripe_id = gateway.checkout_of_payment(payment_id)
    return _take_checkout(gateway, stripe_id) if stripe_id else "unknown"


def _charge(gateway: Gateway, message: WebhookEvent) -> str:
    payment_id = gateway.payment_of_charge(message.subject_id)
    return take_payment(gateway, payment_id) if payment_id else "unknown"


def _refund(gateway: Gateway, message: WebhookEvent) -> str:
    stripe_id = message.subject_id
    report = gateway.fetch_refund(stripe_id)
    with transaction() as session:
        known = session.exec(select(Refund.id).where(Refund.stripe_id == stripe_id)).first()
        if known is None and not _being_made(session, report):
            breaks.found(session, BreakKind.UNKNOWN_REFUND, stripe_id, order_id=_order_of(session, report))
            return "unknown"
    if known:
        calls.check_refund(gateway, known)
    return report.status


def _order_of(session: Session, report: RefundReport) -> UUID | None:
    query = select(CheckoutSession.order_id).where(CheckoutSession.payment_id == report.payment_id)
    return session.exec(query).first()


def _being_made(session: Session, report: RefundReport) -> bool:
    """One of ours, whose call has not been recorded yet."""
    if not report.operation_id:
        return False
    asked = session.get(Operation, UUID(report.operation_id))
    return asked is not None and asked.kind == OperationKind.REFUND


def _payout(gateway: Gateway, message: WebhookEvent) -> str:
    """Stripe pays out to our bank; what it pays to factories' banks is theirs."""
    if message.account:
        return "theirs"
    report = gateway.fetch_payout(message.subject_id)
    with transaction() as session:
        bank.take_report(session, report)
    return report.status


#: Stripe's type of a message -> what looks at its subject. Each feature of payments adds its own.
HANDLERS: dict[str, Callable[[Gateway, WebhookEvent], str]] = {
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
    "checkout.session.async_payment_failed": _checkout,
    "checkout.session.expired": _checkout,
    "payment_intent.succeeded": _payment,
    "payment_intent.processing": _payment,
    "payment_intent.payment_failed": _payment,
    "charge.updated": _charge,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "payout.created": _payout,
    "payout.updated": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
}
