"""Whom a lost dispute costs what the bank has taken: refunds that could not be made, what is held for the order, and of
what was released the factory or the portal, as an operator says."""

from sqlmodel import Session, col, select

from portal.core.actor import PAYMENTS, Actor
from portal.core.clock import now
from portal.core.db import lock
from portal.core.errors import Gone
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.orders.models import Order
from portal.payments import breaks, held, holds, ledger
from portal.payments.accounts import Movement
from portal.payments.books.models import BreakKind
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute, Liable
from portal.payments.lifecycle import RefundStage
from portal.payments.models import HoldKind, PaymentLeg, Refund
from portal.payments.payouts import taking_back
from portal.payments.payouts.models import ReleasePart


def cover(session: Session, order: Order, dispute: Dispute) -> None:
    """Take what a lost dispute (locked) cost out of refunds that could not be made and of what is held for its order
    (locked), as far as that goes. A second call takes only what has come since."""
    if dispute.currency == order.currency:
        _out_of_refunds(session, dispute)
        _out_of_held(session, order, dispute)


def _out_of_refunds(session: Session, dispute: Dispute) -> None:
    """A refund of this payment that the bank refused has been made by the bank itself: it owes the card no more."""
    failed = select(Refund).where(Refund.payment_id == dispute.payment_id, Refund.stage == RefundStage.FAILED)
    for refund in session.scalars(failed.order_by(col(Refund.id))):
        if refund.amount_minor > dispute.uncovered_minor:
            continue
        source = f"dispute-lost:{dispute.id}:refund:{refund.id}"
        _post(session, dispute, Movement.DISPUTE_LOST_REFUND, source, refund.amount_minor)
        dispute.lost_refunds_minor += refund.amount_minor
        refund.settled_at = now()
        advance(session, refund, "be_overtaken", actor=PAYMENTS, amount_minor=refund.amount_minor)
        breaks.resolve(session, BreakKind.REFUND_FAILED, str(refund.id))


def _out_of_held(session: Session, order: Order, dispute: Dispute) -> None:
    """The disputed payment first, then what is held of the others."""
    payments = held.payments_left(session, order.id)
    lost = 0
    for payment in sorted(payments, key=lambda payment: payment.payment_id != dispute.payment_id):
        minor = min(payment.left, dispute.uncovered_minor - lost)
        if minor > 0:
            _lose(session, payment.payment_id, minor)
            lost += minor
    if lost:
        dispute.lost_held_minor += lost
        source = f"dispute-lost:{dispute.id}:held:{dispute.lost_held_minor}"
        _post(session, dispute, Movement.DISPUTE_LOST_HELD, source, lost)
    session.add(dispute)
    session.flush()


def _lose(session: Session, payment_id: str, minor: int) -> None:
    leg = session.scalars(select(PaymentLeg).where(PaymentLeg.payment_id == payment_id)).one()
    leg = lock(session, PaymentLeg, leg.id)
    leg.lost_minor += minor
    session.add(leg)


def settle(session: Session, order: Order, dispute: Dispute, liable: Liable, reason: str, *, actor: Actor) -> None:
    """An operator says who answers for what a lost dispute (locked, after its order) took of released money, and lets
    the order's money go on. What the factory has had no part in is the portal's.

    Raises `NotAllowed` unless it is lost, `Gone` when another operator has settled it.
    """
    if dispute.settled_at is not None:
        raise Gone(N_("Another operator has settled this dispute already."))
    if dispute.stage == DisputeStage.LOST:
        cover(session, order, dispute)
    rest = dispute.uncovered_minor
    dispute.settled_at, dispute.settled_by = now(), actor.person_id
    dispute.verdict, dispute.liable = reason, liable if rest else None
    said = {"liable": liable.value if rest else "", "lost_minor": rest, "currency": dispute.currency}
    advance(
        session, dispute, "settle", actor=actor, reason=reason, dispute_id=str(dispute.id),
        held_minor=dispute.lost_held_minor, **said,
    )  # fmt: skip
    if rest:
        _out_of_released(session, dispute, rest, liable)
    session.add(dispute)
    holds.lift(session, HoldKind.DISPUTE, str(dispute.id))


def _out_of_released(session: Session, dispute: Dispute, rest: int, liable: Liable) -> None:
    """What was released of the disputed payment goes first. Where the factory answers, the portal gives its fee back in
    proportion, as with a refund; where the portal does, the whole is its loss and the fee stays booked as earned."""
    parts = taking_back.parts_left(session, dispute.order_id)
    parts.sort(key=lambda left: left.part.payment_id != dispute.payment_id)
    gone = fees = 0
    for left, gross, fee in taking_back.shares(parts, rest):
        part = lock(session, ReleasePart, left.part.id)
        part.lost_minor += gross
        part.lost_fee_minor += fee
        session.add(part)
        gone, fees = gone + gross, fees + fee
        if liable == Liable.FACTORY:
            taking_back.take_back(session, part, gross - fee, cause=dispute.id)
    if gone and liable == Liable.FACTORY:
        source = f"dispute-lost:{dispute.id}:factory"
        _post(session, dispute, Movement.DISPUTE_LOST_FACTORY, source, gone, fee_minor=fees)
    portals = rest - (gone if liable == Liable.FACTORY else 0)
    if portals:
        _post(session, dispute, Movement.DISPUTE_LOST_PORTAL, f"dispute-lost:{dispute.id}:portal", portals)
    dispute.lost_released_minor = rest


def _post(
    session: Session, dispute: Dispute, movement: Movement, source: str, minor: int, *, fee_minor: int = 0
) -> None:
    ledger.post(
        session,
        movement,
        source=source,
        amount_minor=minor,
        currency=dispute.currency,
        order_id=dispute.order_id,
        fee_minor=fee_minor,
    )
