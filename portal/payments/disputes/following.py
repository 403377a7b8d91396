"""Where news of disputes comes from: Stripe's messages, and asking when there are none."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.core.clock import days, hours, now
from portal.core.db import transaction
from portal.payments import ledger, messages, reconcile
from portal.payments.books.models import ReconcileRun
from portal.payments.disputes import operations
from portal.payments.disputes.lifecycle import OPEN_STAGES
from portal.payments.disputes.models import Dispute
from portal.payments.gateway import Gateway
from portal.payments.models import WebhookEvent
from portal.payments.reports import DisputeReport

_LISTED_SINCE = days(3)  # new ones that no message told of
_ASKED_AGAIN = hours(1)  # how long the word on an open one lasts
_MOVES_LATE = days(7)  # the money of a decided one may come some days after the word


def follow(gateway: Gateway, stripe_id: str) -> str:
    """Ask Stripe how a dispute stands and take it over: what that came to."""
    return _take(gateway, gateway.fetch_dispute(stripe_id))


def _take(gateway: Gateway, report: DisputeReport) -> str:
    with transaction() as session:
        paid = ledger.is_booked(session, ledger.payment_source(report.payment_id))
    if not paid:  # its payment has not reached us yet
        messages.take_payment(gateway, report.payment_id)
    with transaction() as session:
        return operations.take_report(session, report)


def _message(gateway: Gateway, message: WebhookEvent) -> str:
    return follow(gateway, message.subject_id)


messages.HANDLERS |= {
    f"charge.dispute.{what}": _message
    for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
}


def look_for_news(gateway: Gateway, run: ReconcileRun) -> None:
    """Take over every dispute of the last days that we do not know, and ask about those that have not ended."""
    with transaction() as session:
        known, waiting = _known(session), _waiting(session)
    fresh = [report for report in gateway.disputes(now() - _LISTED_SINCE) if report.stripe_id not in known]
    reconcile.each(run, fresh, lambda report: _note(run, _take(gateway, report)))
    reconcile.each(run, waiting, lambda ident: _ask(gateway, run, ident))


reconcile.NOT_ENDED["disputes"] = look_for_news


def _note(run: ReconcileRun, outcome: str) -> None:
    run.mended += outcome != "unknown"


def _ask(gateway: Gateway, run: ReconcileRun, ident: UUID) -> None:
    with transaction() as session:
        before = session.get_one(Dispute, ident)
    run.mended += follow(gateway, before.stripe_id) != before.stage


def _known(session: Session) -> set[str]:
    return set(session.scalars(select(Dispute.stripe_id).where(Dispute.began_at > now() - _LISTED_SINCE - days(1))))


def _waiting(session: Session) -> list[UUID]:
    unasked = or_(col(Dispute.checked_at).is_(None), Dispute.checked_at < now() - _ASKED_AGAIN)  # type: ignore[operator]
    not_over = or_(col(Dispute.stage).in_(OPEN_STAGES), col(Dispute.created_at) > now() - _MOVES_LATE)
    return list(session.scalars(select(Dispute.id).where(unasked, not_over).order_by(col(Dispute.checked_at))))
