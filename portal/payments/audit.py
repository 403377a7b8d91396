"""Stripe's books against ours, once a day. What differs is stored as a break, and gone when it no longer does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, union_all
from sqlmodel import Session, col

from portal.core.clock import days, hours, now
from portal.core.db import transaction
from portal.payments import breaks, ledger
from portal.payments.accounts import Account, Movement
from portal.payments.gateway import Gateway
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import (
    OF_HELD,
    BreakKind,
    LedgerTransaction,
    PaymentLeg,
    Posting,
    ReconcileKind,
    ReconcileRun,
    Refund,
)
from portal.payments.payouts.models import ReleasePart
from portal.payments.reports import BalanceLine

WINDOW = days(4)  # how far back single movements are compared
SETTLES_WITHIN = hours(1)  # a movement younger than this may still be on its way into our books
REFUNDED_WITHIN = hours(24)

#: The movements that Stripe's books have too.
AT_STRIPE = (
    Movement.LEG_PAID,
    Movement.UNEXPECTED_PAYMENT,
    Movement.STRIPE_FEE,
    Movement.REFUND_SETTLED,
    Movement.REFUND_REVERSED,
    Movement.TRANSFERRED,
    Movement.TRANSFER_REVERSED,
)

#: The kinds of breaks that this comparison finds, and that are gone when it no longer does.
FOUND_HERE = (
    BreakKind.MISSING_POSTING,
    BreakKind.MISSING_AT_STRIPE,
    BreakKind.DIFFERENT_AMOUNT,
    BreakKind.CLEARING_BALANCE,
    BreakKind.HELD_BALANCE,
    BreakKind.OLD_SUSPENSE,
)


class Booked(NamedTuple):
    """One movement by its source: minor units, always positive."""

    source: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class Difference:
    """A break that is to be stored."""

    kind: BreakKind
    subject: str
    ours_minor: int | None
    theirs_minor: int | None
    currency: str


def compare_books(gateway: Gateway) -> ReconcileRun:
    """Match single movements one to one, then the sums: what Stripe holds, what orders hold, what waits too long."""
    until = now() - SETTLES_WITHIN
    lines = [line for line in gateway.movements(until - WINDOW - days(1)) if line.created_at < until]
    held_by_stripe = gateway.balance()
    with transaction() as session:
        differences = [
            *_single_movements(session, lines, until),
            *_clearing(session, held_by_stripe),
            *_held(session),
            *_late_refunds(session),
        ]
        _store(session, differences)
        run = ReconcileRun(kind=ReconcileKind.BOOKS, looked_at=len(lines), ended_at=now())
        run.troubles = [f"{difference.kind.value} {difference.subject}" for difference in differences][:50]
        session.add(run)
    return run


def _store(session: Session, differences: list[Difference]) -> None:
    for found in differences:
        amounts = {"ours_minor": found.ours_minor, "theirs_minor": found.theirs_minor, "currency": found.currency}
        breaks.found(session, found.kind, found.subject, **amounts)
    for kind in FOUND_HERE:
        breaks.resolve_others(session, kind, [found.subject for found in differences if found.kind == kind])


def at_stripe(line: BalanceLine) -> list[Booked]:
    """What our books should say of one line of Stripe's."""
    names = {
        "charge": ledger.payment_source,
        "refund": ledger.refund_source,
        "refund_failure": ledger.failed_refund_source,
        "transfer": ledger.transfer_source,
        "transfer_refund": ledger.reversal_source,
    }
    name = names.get(line.type, lambda source: f"{line.type}:{source or line.stripe_id}")
    booked = [Booked(name(line.source), abs(line.amount_minor), line.currency)]
    if line.fee_minor:
        booked.append(Booked(ledger.fee_source(line.source), line.fee_minor, line.currency))
    return booked


def _single_movements(session: Session, lines: Iterable[BalanceLine], until: datetime) -> list[Difference]:
    theirs = {booked.source: booked for line in lines for booked in at_stripe(line)}
    ours = {booked.source: booked for booked in _ours(session, theirs)}
    differences = []
    for source, booked in theirs.items():
        here = ours.get(source)
        if here is None:
            difference = Difference(BreakKind.MISSING_POSTING, source, None, booked.amount_minor, booked.currency)
            differences.append(difference)
        elif here != booked:
            amounts = (here.amount_minor, booked.amount_minor, booked.currency)
            differences.append(Difference(BreakKind.DIFFERENT_AMOUNT, source, *amounts))
    for booked in _ours_since(session, until - WINDOW, until):
        if booked.source not in theirs:
            missing = (BreakKind.MISSING_AT_STRIPE, booked.source, booked.amount_minor, None, booked.currency)
            differences.append(Difference(*missing))
    return differences


_BOOKED = (
    select(LedgerTransaction.source, Posting.amount_minor, Posting.currency)
    .join(Posting, Posting.transaction_id == LedgerTransaction.id)
    .where(Posting.amount_minor > 0, col(LedgerTransaction.movement).in_(AT_STRIPE))
)


def _ours(session: Session, sources: Iterable[str]) -> list[Booked]:
    query = _BOOKED.where(col(LedgerTransaction.source).in_(list(sources)))
    return [Booked(*row) for row in session.execute(query)]


def _ours_since(session: Session, since: datetime, until: datetime) -> list[Booked]:
    query = _BOOKED.where(LedgerTransaction.created_at >= since, LedgerTransaction.created_at < until)
    return [Booked(*row) for row in session.execute(query)]


def _clearing(session: Session, theirs: dict[str, int]) -> list[Difference]:
    ours = ledger.balance(session.connection(), Account.STRIPE_CLEARING)
    return [
        Difference(BreakKind.CLEARING_BALANCE, currency, ours.get(currency, 0), theirs.get(currency, 0), currency)
        for currency in sorted(ours.keys() | theirs.keys())
        if ours.get(currency, 0) != theirs.get(currency, 0)
    ]


def _held(session: Session) -> list[Difference]:
    """What the ledger holds for orders is what their paid legs say, less what was given back, released or lost of
    them."""
    held = {currency: -minor for currency, minor in ledger.balance(session.connection(), Account.ORDER_HELD).items()}
    paid = select(PaymentLeg.currency, (PaymentLeg.amount_minor - PaymentLeg.lost_minor).label("minor")).where(
        PaymentLeg.stage == LegStage.SUCCEEDED
    )
    returned = select(Refund.currency, -Refund.amount_minor).where(col(Refund.reason).in_(OF_HELD))
    released = select(ReleasePart.currency, -ReleasePart.gross_minor)
    rows = union_all(paid, returned, released).subquery()
    query = select(rows.c.currency, func.sum(rows.c.minor)).group_by(rows.c.currency)
    ours = {currency: int(minor) for currency, minor in session.execute(query)}
    return [
        Difference(BreakKind.HELD_BALANCE, currency, held.get(currency, 0), ours.get(currency, 0), currency)
        for currency in sorted(held.keys() | ours.keys())
        if held.get(currency, 0) != ours.get(currency, 0)
    ]


def _late_refunds(session: Session) -> list[Difference]:
    """Nothing that came by mistake stays with us for a day."""
    waiting = col(Refund.stage).in_((RefundStage.REQUESTED, RefundStage.PENDING))
    query = select(Refund).where(waiting, Refund.created_at < now() - REFUNDED_WITHIN)
    return [
        Difference(BreakKind.OLD_SUSPENSE, str(refund.id), refund.amount_minor, None, refund.currency)
        for refund in session.scalars(query)
    ]
