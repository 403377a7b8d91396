"""Comparing with Stripe, so that nothing depends on a message having arrived."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.core.clock import days, now
from portal.core.db import lock, transaction
from portal.core.errors import PortalError
from portal.orders.models import Order
from portal.payments import calls, operations
from portal.payments.gateway import Gateway
from portal.payments.legs import RULES
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import (
    CheckoutSession,
    CheckoutState,
    Operation,
    OperationState,
    PaymentLeg,
    ReconcileKind,
    ReconcileRun,
    Refund,
)

log = structlog.get_logger()

RESTS = timedelta(minutes=1)  # what was touched less than this ago is somebody's work at this moment
EVERY = timedelta(minutes=5)
_AT_ONCE = 200
_FEE_PATIENCE = days(7)
_UNDELIVERED_SINCE = days(3)  # Stripe itself gives up after that


def what_has_not_ended(gateway: Gateway) -> ReconcileRun:
    """Ask Stripe about every operation, open payment page and refund that has not ended, and about missing fees."""
    with transaction() as session:
        run = ReconcileRun(kind=ReconcileKind.PENDING)
        session.add(run)
        unfinished, unwanted = _operations(session), _unwanted_pages(session)
        pages, refunds = _open_pages(session), _refunds(session)
    _each(run, unfinished, lambda ident: calls.carry_out(gateway, ident))
    _each(run, unwanted, _end_checkouts)
    _each(run, pages, lambda ident: _mended(run, calls.check(gateway, ident)))
    _each(run, refunds, lambda ident: calls.check_refund(gateway, ident))
    return _finish(run)


def undelivered_messages(gateway: Gateway) -> ReconcileRun:
    """Take the messages that Stripe could not deliver, as if they had come."""
    with transaction() as session:
        run = ReconcileRun(kind=ReconcileKind.EVENTS)
        session.add(run)
    for message in gateway.undelivered(now() - _UNDELIVERED_SINCE):
        with transaction() as session:
            run.looked_at += 1
            run.mended += operations.take_message(session, message)
    return _finish(run)


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


def _end_checkouts(order_id: UUID) -> None:
    with transaction() as session:
        operations.end_checkouts(session, order_id)


def _mended(run: ReconcileRun, outcome: str) -> None:
    run.mended += outcome not in ("open", "known", "processing", "unopened")


def _each(run: ReconcileRun, subjects: Iterable[UUID], look: Callable[[UUID], object]) -> None:
    """Look at each; one that makes trouble does not keep the others from being looked at."""
    for subject in subjects:
        run.looked_at += 1
        try:
            look(subject)
        except Exception as trouble:
            text = getattr(trouble, "text", str(trouble))
            log.warning("reconcile", subject=str(subject), trouble=text, exc_info=not isinstance(trouble, PortalError))
            run.troubles = [*run.troubles, f"{subject}: {text}"][:50]


def _finish(run: ReconcileRun) -> ReconcileRun:
    with transaction() as session:
        kept = lock(session, ReconcileRun, run.id)
        kept.looked_at, kept.mended, kept.troubles, kept.ended_at = run.looked_at, run.mended, run.troubles, now()
        session.add(kept)
    return run
