"""Correcting entries: what an operator books so that our books say what Stripe's do. Never an edit, never twice."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlmodel import Session, col

from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.payments import breaks, ledger
from portal.payments.accounts import Account, Movement
from portal.payments.books import lines, matching
from portal.payments.books.lifecycle import CorrectionStage
from portal.payments.books.models import Break, BreakKind, Correction
from portal.payments.models import LedgerTransaction

LONGEST_REASON = 500
#: Above these, in minor units, a second operator has to approve: about a hundred US dollars.
SECOND_PERSON_ABOVE = {
    "USD": 10_000,
    "EUR": 10_000,
    "GBP": 8_000,
    "CNY": 70_000,
    "HKD": 80_000,
    "TWD": 300_000,
    "JPY": 15_000,
    "SGD": 13_000,
    "AUD": 15_000,
    "CAD": 14_000,
}
#: The breaks that compare two sums or amounts of the same thing.
COMPARED = frozenset({*matching.KINDS, BreakKind.CLEARING_BALANCE, BreakKind.HELD_BALANCE, BreakKind.PAYABLE_BALANCE})


@dataclass(frozen=True)
class Fit:
    """The entry that mends a break: a positive amount in minor units."""

    movement: Movement
    amount_minor: int
    currency: str

    @property
    def needs_two(self) -> bool:
        """Whether one person alone may not book it."""
        return self.amount_minor > SECOND_PERSON_ABOVE.get(self.currency, 0)


def fit(broken: Any, explained: int) -> Fit | None:
    """The entry that mends a break (entity or row): a movement that is missing, else a correction of the difference.
    `explained` is what single movements say Stripe holds more in its currency: that is mended there. None where no
    entry does: something is to be tried again, or the fault is in our own rows."""
    difference = (broken.theirs_minor or 0) - (broken.ours_minor or 0)
    if broken.kind == BreakKind.CLEARING_BALANCE:
        difference -= explained
    elif broken.kind not in matching.KINDS:
        return None
    if not difference:
        return None
    missing = broken.kind == BreakKind.MISSING_POSTING
    movement = lines.booked_as(broken.subject, difference) if missing else lines.correction_of(difference)
    return Fit(movement, abs(difference), broken.currency)


def explained(connection: Connection) -> dict[str, int]:
    """What the open breaks of single movements say Stripe holds more, by currency."""
    more = func.coalesce(Break.theirs_minor, 0) - func.coalesce(Break.ours_minor, 0)
    query = select(Break.currency, func.sum(more)).where(
        col(Break.kind).in_(matching.KINDS), col(Break.resolved_at).is_(None)
    )
    return {currency: int(minor) for currency, minor in connection.execute(query.group_by(Break.currency))}


def _fitting(session: Session, broken: Break) -> Fit | None:
    return fit(broken, explained(session.connection()).get(broken.currency, 0))


def propose(session: Session, break_id: UUID, *, actor: Actor, reason: str) -> Correction:
    """Write down the entry that mends a break, and book it if `actor` alone may.

    Raises `Invalid` without a reason, `Gone` when the difference is, when no entry fits, and when one is proposed.
    """
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(reason=N_("Say why this entry is right, in at most 500 characters."))
    broken = _locked(session, break_id)
    if session.scalars(_live(break_id)).first():
        raise Gone(N_("An entry for this difference has been proposed already."))
    found = _fitting(session, broken)
    if found is None:
        raise Gone(N_("No entry mends this difference."))
    correction = Correction(
        break_id=break_id,
        movement=found.movement,
        subject=broken.subject,
        order_id=broken.order_id,
        amount_minor=found.amount_minor,
        currency=found.currency,
        reason=reason,
        proposed_by=actor.person_id,
    )
    session.add(correction)
    session.flush()
    advance(session, correction, "propose", actor=actor)
    if not found.needs_two:
        _post(session, broken, correction, actor)
    return correction


def approve(session: Session, correction_id: UUID, *, actor: Actor) -> Correction:
    """Book an entry that somebody else has proposed.

    Raises `NotAllowed` for who has proposed it and for one that does not wait, `Gone` when the difference is gone or
    another one by now.
    """
    known = session.get(Correction, correction_id)
    if known is None:
        raise NotFound()
    broken = _locked(session, known.break_id)
    correction = lock(session, Correction, correction_id)
    if correction.proposed_by == actor.person_id:
        raise NotAllowed(N_("Somebody else has to approve what you have proposed."))
    found = _fitting(session, broken)
    if found is None or (found.movement, found.amount_minor) != (correction.movement, correction.amount_minor):
        raise Gone(N_("The difference is another one by now. Withdraw this entry and propose a new one."))
    correction.approved_by = actor.person_id
    _post(session, broken, correction, actor)
    return correction


def withdraw(session: Session, correction_id: UUID, *, actor: Actor) -> Correction:
    """Take a proposed entry back. Raises `NotAllowed` once it is booked."""
    correction = lock(session, Correction, correction_id)
    advance(session, correction, "withdraw", actor=actor)
    return correction


def _locked(session: Session, break_id: UUID) -> Break:
    broken = lock(session, Break, break_id)
    if broken.resolved_at is not None:
        raise Gone(N_("This difference is gone already."))
    return broken


def _live(break_id: UUID) -> object:
    return select(Correction.id).where(Correction.break_id == break_id, Correction.stage != CorrectionStage.WITHDRAWN)


def _post(session: Session, broken: Break, correction: Correction, actor: Actor) -> None:
    """Book it, once: a missing movement under its own name, so that nothing books it again."""
    missing = broken.kind == BreakKind.MISSING_POSTING
    source = broken.subject if missing else f"{matching.CORRECTION}{correction.id}"
    amounts = {"amount_minor": correction.amount_minor, "currency": correction.currency}
    if not ledger.post(session, correction.movement, source=source, order_id=correction.order_id, **amounts):
        raise Gone(N_("It was booked in the meantime."))
    booked = select(LedgerTransaction.id).where(LedgerTransaction.source == source)
    correction.transaction_id, correction.posted_at = session.scalars(booked).one(), now()
    advance(session, correction, "post", actor=actor, **amounts)
    breaks.resolve(session, broken.kind, broken.subject)
    _follow(session, correction.currency)


def _follow(session: Session, currency: str) -> None:
    """What Stripe holds is compared anew with what we say by now; the next comparison asks Stripe again."""
    query = select(Break).where(
        Break.kind == BreakKind.CLEARING_BALANCE, Break.subject == currency, col(Break.resolved_at).is_(None)
    )
    broken = session.scalars(query.with_for_update()).first()
    if broken is None:
        return
    broken.ours_minor = ledger.balance(session.connection(), Account.STRIPE_CLEARING).get(currency, 0)
    session.add(broken)
    session.flush()
    if broken.ours_minor == broken.theirs_minor:
        breaks.resolve(session, broken.kind, broken.subject)
