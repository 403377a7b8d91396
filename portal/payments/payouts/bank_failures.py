"""Payments that a factory's bank did not take: a break, until other bank details are given or a later one arrives."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from portal.payments import breaks
from portal.payments.books.models import BreakKind
from portal.payments.payouts.lifecycle import LineStage
from portal.payments.payouts.models import PayoutLine

_KIND = BreakKind.BANK_LINE_FAILED


def found(session: Session, line: PayoutLine) -> None:
    """A line has failed: operators see it."""
    breaks.found(session, _KIND, str(line.id), ours_minor=line.amount_minor, currency=line.currency)


def details_changed(session: Session, factory_id: UUID) -> None:
    """A factory has given other bank details: the next payment goes there."""
    _resolve(session, PayoutLine.factory_id == factory_id)


def paid_later(session: Session, line: PayoutLine) -> None:
    """A line was paid: what has failed of its factory before has gone with it."""
    same = (PayoutLine.factory_id == line.factory_id) & (PayoutLine.currency == line.currency)
    _resolve(session, same & (PayoutLine.id < line.id))


def _resolve(session: Session, which: object) -> None:
    query = select(PayoutLine.id).where(which, PayoutLine.stage == LineStage.FAILED)  # type: ignore[arg-type]
    known = breaks.open_subjects(session, _KIND)
    for ident in session.scalars(query):
        if str(ident) in known:
            breaks.resolve(session, _KIND, str(ident))
