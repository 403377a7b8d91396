"""What Stripe says of a dispute, taken over: whoever tells it, in whatever order and however often, the same end."""

from uuid import UUID

from sqlmodel import Session, select

from portal.core.actor import PAYMENTS, Role
from portal.core.clock import now
from portal.core.db import lock
from portal.core.lifecycle import advance
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.models import Order
from portal.payments import breaks, holds, ledger
from portal.payments.accounts import Movement
from portal.payments.books.models import BreakKind
from portal.payments.disputes import covering
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import INQUIRY, Dispute
from portal.payments.models import CheckoutSession, HoldKind
from portal.payments.reports import DisputeMovement, DisputeReport

#: Stripe's statuses from the first to the last: what is behind where we are changes nothing any more.
_WAY = (
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "prevented",
    "won",
    "lost",
)
_STEPS = {
    "warning_under_review": "answer",
    "under_review": "answer",
    "warning_closed": "drop",
    "prevented": "drop",
    "won": "win",
    "lost": "lose",
}


def take_report(session: Session, report: DisputeReport) -> str:
    """Bring our records and books up to what Stripe says of a dispute now: what that came to, in a word. One of a
    payment that we do not know is a break."""
    paid = select(CheckoutSession.order_id).where(CheckoutSession.payment_id == report.payment_id)
    order_id = session.exec(paid).first()
    if order_id is None:
        amounts = {"theirs_minor": report.amount_minor, "currency": report.currency}
        breaks.found(session, BreakKind.DISPUTE_OPEN, report.stripe_id, **amounts)
        return "unknown"
    order = lock(session, Order, order_id)
    breaks.resolve(session, BreakKind.DISPUTE_OPEN, report.stripe_id)
    dispute = _ours(session, order, report)
    _book(session, dispute, report)
    if _WAY.index(report.status) >= _WAY.index(dispute.status):
        _follow(session, dispute, report)
    if dispute.stage == DisputeStage.LOST:
        covering.cover(session, order, dispute)
        _let_go_if_settled(session, order, dispute)
    dispute.checked_at = now()
    session.add(dispute)
    return str(dispute.stage)


def _ours(session: Session, order: Order, report: DisputeReport) -> Dispute:
    """Our row of a dispute, locked; made, and its order's money held, when it is new."""
    known = session.exec(select(Dispute.id).where(Dispute.stripe_id == report.stripe_id)).first()
    if known:
        return lock(session, Dispute, known)
    dispute = Dispute(
        order_id=order.id,
        brief_id=order.brief_id,
        factory_id=order.factory_id,
        payment_id=report.payment_id,
        stripe_id=report.stripe_id,
        status=report.status,
        reason=report.reason[:60],
        amount_minor=report.amount_minor,
        currency=report.currency,
        evidence_due_at=report.evidence_due_at,
        began_at=report.began_at,
    )
    session.add(dispute)
    session.flush()
    holds.put(session, order.id, HoldKind.DISPUTE, str(dispute.id))
    advance(session, dispute, "open", actor=PAYMENTS, **told(dispute))
    return dispute


def told(dispute: Dispute) -> dict[str, object]:
    """What letters say of a dispute."""
    due = dispute.evidence_due_at
    return {
        "dispute_id": str(dispute.id),
        "amount_minor": dispute.amount_minor,
        "currency": dispute.currency,
        "why": dispute.reason,
        "inquiry": dispute.inquiry,
        "due_on": due.date().isoformat() if due else "",
    }


def _book(session: Session, dispute: Dispute, report: DisputeReport) -> None:
    """Every movement of a dispute at Stripe, once."""
    for line in report.movements:
        _book_fee(session, dispute, line)
        taken = line.amount_minor < 0
        if not line.amount_minor or not _post(
            session,
            dispute,
            Movement.DISPUTE_OPENED if taken else Movement.DISPUTE_WON,
            ledger.dispute_source(line.stripe_id),
            abs(line.amount_minor),
            line.currency,
        ):
            continue
        if taken:
            dispute.taken_minor -= line.amount_minor
        else:
            dispute.back_minor += line.amount_minor
        session.add(dispute)


def _book_fee(session: Session, dispute: Dispute, line: DisputeMovement) -> None:
    if line.fee_minor:
        movement = Movement.DISPUTE_FEE if line.fee_minor > 0 else Movement.DISPUTE_FEE_RETURNED
        source = ledger.dispute_fee_source(line.stripe_id)
        _post(session, dispute, movement, source, abs(line.fee_minor), line.currency)


def _post(
    session: Session, dispute: Dispute, movement: Movement, source: str, amount_minor: int, currency: str
) -> bool:
    return ledger.post(
        session, movement, source=source, amount_minor=amount_minor, currency=currency, order_id=dispute.order_id
    )


def _follow(session: Session, dispute: Dispute, report: DisputeReport) -> None:
    """Move a dispute (locked) forward to what Stripe says."""
    was_inquiry, dispute.status = dispute.inquiry, report.status
    dispute.amount_minor, dispute.reason = report.amount_minor, report.reason[:60]
    dispute.evidence_due_at = report.evidence_due_at or dispute.evidence_due_at
    session.add(dispute)
    if was_inquiry and not report.status.startswith(INQUIRY):
        dispute.submitted_at = None  # the bank wants to be answered anew
        _take(session, dispute, "escalate")
        holds.put(session, dispute.order_id, HoldKind.DISPUTE, str(dispute.id))
    step = _STEPS.get(report.status)
    if step:
        _take(session, dispute, step)
    if dispute.stage in (DisputeStage.WON, DisputeStage.DROPPED):
        holds.lift(session, HoldKind.DISPUTE, str(dispute.id))


def _take(session: Session, dispute: Dispute, step: str) -> None:
    if dispute.lifecycle.allows(step, dispute.stage, Role.PAYMENTS):
        advance(session, dispute, step, actor=PAYMENTS, **told(dispute))


def _let_go_if_settled(session: Session, order: Order, dispute: Dispute) -> None:
    """A lost dispute of an order that has ended needs nobody's word where all of it was still held."""
    if (
        dispute.settled_at is None
        and not dispute.uncovered_minor
        and order.stage in ENDED_STAGES
        and dispute.taken_minor
    ):
        dispute.settled_at = now()
        session.add(dispute)
        holds.lift(session, HoldKind.DISPUTE, str(dispute.id))


def of_order(session: Session, order_id: UUID) -> list[Dispute]:
    """The disputes of an order, the oldest first."""
    return list(session.scalars(select(Dispute).where(Dispute.order_id == order_id).order_by(Dispute.id)))  # type: ignore[arg-type]
