"""Comparing with Stripe, so that nothing depends on a message having arrived."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.core import jobs
from portal.core.clock import days, now
from portal.core.db import lock, transaction
from portal.core.errors import PortalError
from portal.orders.models import Order
from portal.payments import calls, messages, operations
from portal.payments.books.models import ReconcileKind, ReconcileRun
from portal.payments.gateway import Gateway
from portal.payments.legs import RULES
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import (
    CheckoutSession,
    CheckoutState,
    Operation,
    OperationState,
    PaymentLeg,
    Refund,
    WebhookEvent,
)
from portal.payments.payouts import releasing
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Recipient

log = structlog.get_logger()
T = TypeVar("T")

RESTS = timedelta(minutes=1)  # what was touched less than this ago is somebody's work at this moment
EVERY = timedelta(minutes=5)
_AT_ONCE = 200
_FEE_PATIENCE = days(7)
_UNDELIVERED_SINCE = days(3)  # Stripe itself gives up after that


#: What is looked at every five minutes, by its name (portal/payments/words.py says what that is called). Each looks at
#: its things through `each`; each feature of payments adds its own.
Look = Callable[[Gateway, ReconcileRun], None]
NOT_ENDED: dict[str, Look] = {}


def what_has_not_ended(gateway: Gateway) -> ReconcileRun:
    """Ask Stripe about everything that has not ended, and let go on what was lost on its way. One that makes trouble
    keeps no other from being looked at."""
    run = _begin(ReconcileKind.PENDING)
    for name, look in NOT_ENDED.items():
        before = run.looked_at
        try:
            look(gateway, run)
        except Exception as trouble:
            _trouble(run, name, trouble)
        run.counts = run.counts | {name: run.looked_at - before}
    return _finish(run)


def undelivered_messages(gateway: Gateway) -> ReconcileRun:
    """Take the messages that Stripe could not deliver, as if they had come: ours, and those of factories' accounts."""
    run = _begin(ReconcileKind.EVENTS)
    with transaction() as session:
        connected = select(Recipient.stripe_id).where(
            col(Recipient.stripe_id).is_not(None), Recipient.stage != RecipientStage.DISCONNECTED
        )
        accounts = ["", *session.scalars(connected.order_by(col(Recipient.id)))]
    for account in accounts:
        try:
            _take_undelivered(run, gateway, str(account))
        except PortalError as trouble:
            _trouble(run, str(account) or "platform", trouble)
    run.counts = {"accounts": len(accounts) - 1, "messages": run.looked_at}
    return _finish(run)


def _take_undelivered(run: ReconcileRun, gateway: Gateway, account: str) -> None:
    for message in gateway.undelivered(now() - _UNDELIVERED_SINCE, account):
        with transaction() as session:
            run.looked_at += 1
            run.mended += operations.take_message(session, message)


def _begin(kind: ReconcileKind) -> ReconcileRun:
    with transaction() as session:
        run = ReconcileRun(kind=kind)
        session.add(run)
    return run


def _found(find: Callable[[Session], list[UUID]]) -> list[UUID]:
    with transaction() as session:
        return find(session)


def _operations(session: Session) -> list[UUID]:
    resting = or_(col(Operation.tried_at).is_(None), Operation.tried_at < now() - RESTS)
    query = select(Operation.id).where(
        Operation.state == OperationState.INTENDED, Operation.created_at < now() - RESTS, resting
    )
    return list(session.scalars(query.order_by(Operation.created_at).limit(_AT_ONCE)))


def _open_pages(session: Session) -> list[UUID]:
    """Open payment pages, and paid ones whose fee is missing, not asked about lately; the longest unasked first."""
    unasked = or_(col(CheckoutSession.checked_at).is_(None), CheckoutSession.checked_at < now() - EVERY + RESTS)
    open_page = (CheckoutSession.state == CheckoutState.OPEN) & (CheckoutSession.created_at < now() - RESTS)
    fee_missing = (
        (PaymentLeg.stage == LegStage.SUCCEEDED)
        & col(PaymentLeg.fee_minor).is_(None)
        & (PaymentLeg.payment_id == CheckoutSession.payment_id)
        & (PaymentLeg.paid_at > now() - _FEE_PATIENCE)
    )
    query = (
        select(CheckoutSession.id)
        .join(PaymentLeg, PaymentLeg.id == CheckoutSession.leg_id)
        .where(unasked, or_(open_page, fee_missing))
        .order_by(col(CheckoutSession.checked_at).nulls_first())
    )
    return list(session.scalars(query.limit(_AT_ONCE)))


def _unwanted_pages(session: Session) -> list[UUID]:
    """Orders with an open payment page that the order has left behind, or for another amount than its leg's."""
    gone_on = or_(*((CheckoutSession.kind == kind) & (Order.stage != rule.stage) for kind, rule in RULES.items()))
    query = (
        select(Order.id)
        .join(CheckoutSession, CheckoutSession.order_id == Order.id)
        .join(PaymentLeg, PaymentLeg.id == CheckoutSession.leg_id)
        .where(CheckoutSession.state == CheckoutState.OPEN)
        .where(or_(gone_on, CheckoutSession.amount_minor != PaymentLeg.amount_minor))
    )
    return list(session.scalars(query.limit(_AT_ONCE)))


def _refunds(session: Session) -> list[UUID]:
    query = select(Refund.id).where(Refund.stage == RefundStage.PENDING).order_by(Refund.created_at)
    return list(session.scalars(query.limit(_AT_ONCE)))


def _messages(session: Session) -> list[UUID]:
    """Messages whose look at their subject was lost or has failed."""
    query = select(WebhookEvent.id).where(
        col(WebhookEvent.handled_at).is_(None), WebhookEvent.created_at < now() - EVERY
    )
    return list(session.scalars(query.order_by(WebhookEvent.created_at).limit(_AT_ONCE)))


def _end_checkouts(order_id: UUID) -> None:
    with transaction() as session:
        operations.end_checkouts(session, order_id)


def _go_on(order_id: UUID) -> None:
    """Has a job of its own, as releasing is the worker's."""
    with transaction() as session:
        jobs.defer(session, "payments.go_on", order_id=order_id)


def _mended(run: ReconcileRun, outcome: str) -> None:
    run.mended += outcome not in ("open", "known", "processing", "unopened")


def _pages(gateway: Gateway, run: ReconcileRun) -> None:
    each(run, _found(_unwanted_pages), _end_checkouts)
    each(run, _found(_open_pages), lambda ident: _mended(run, calls.check(gateway, ident)))


NOT_ENDED |= {
    "operations": lambda gateway, run: each(run, _found(_operations), lambda ident: calls.carry_out(gateway, ident)),
    "pages": _pages,
    "refunds": lambda gateway, run: each(run, _found(_refunds), lambda ident: calls.check_refund(gateway, ident)),
    "messages": lambda gateway, run: each(run, _found(_messages), lambda ident: messages.handle(gateway, ident)),
    "ended": lambda gateway, run: each(run, _found(releasing.ended_with_money), _go_on),
}


def each(run: ReconcileRun, subjects: Iterable[T], look: Callable[[T], object]) -> None:
    """Look at each; one that makes trouble does not keep the others from being looked at."""
    for subject in subjects:
        run.looked_at += 1
        try:
            look(subject)
        except Exception as trouble:
            _trouble(run, str(subject), trouble)


def _trouble(run: ReconcileRun, subject: str, trouble: Exception) -> None:
    text = getattr(trouble, "text", str(trouble))
    log.warning("reconcile", subject=subject, trouble=text, exc_info=not isinstance(trouble, PortalError))
    run.troubles = [*run.troubles, f"{subject}: {text}"][:50]


def _finish(run: ReconcileRun) -> ReconcileRun:
    with transaction() as session:
        kept = lock(session, ReconcileRun, run.id)
        kept.looked_at, kept.mended, kept.counts = run.looked_at, run.mended, run.counts
        kept.troubles, kept.ended_at = run.troubles, now()
        session.add(kept)
    run.ended_at = kept.ended_at
    return run
