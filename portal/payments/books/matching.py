"""Single movements, ours against Stripe's, one to one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlmodel import Session, col

from portal.payments import breaks
from portal.payments.accounts import Account
from portal.payments.books.models import BreakKind, Correction, StripeLine
from portal.payments.models import LedgerTransaction, Posting

AT_ONCE = 1000
CORRECTION = "correction:"  # how the source of an entry begins that corrects another's amount
#: The breaks of single movements.
KINDS = (BreakKind.MISSING_POSTING, BreakKind.MISSING_AT_STRIPE, BreakKind.DIFFERENT_AMOUNT)

Sums = dict[tuple[str, str], int]  # (source, currency) -> minor units, negative when Stripe holds less


@dataclass(frozen=True)
class Difference:
    """A break that is to be stored."""

    kind: BreakKind
    subject: str
    ours_minor: int | None
    theirs_minor: int | None
    currency: str
    order_id: UUID | None = None


def match(session: Session, since: datetime, until: datetime) -> list[Difference]:
    """Compare every movement of a span of time, whoever of the two has it, and store what differs."""
    found = []
    for sources in (*_lines(session, since, until), *_booked(session, since, until)):
        differences = compare(session, sources)
        for difference in differences:
            store(session, difference)
        found += differences
    return found


def look_again(session: Session) -> None:
    """Of the breaks of single movements, those whose two sides agree by now are gone."""
    for kind in KINDS:
        subjects = sorted(breaks.open_subjects(session, kind))
        for start in range(0, len(subjects), AT_ONCE):
            chosen = subjects[start : start + AT_ONCE]
            still = {difference.subject for difference in compare(session, chosen) if difference.kind == kind}
            for subject in set(chosen) - still:
                breaks.resolve(session, kind, subject)
    for refund_id in breaks.open_subjects(session, BreakKind.UNKNOWN_REFUND):
        source = f"refund:{refund_id}"
        if _ours(session, [source]) and not compare(session, [source]):
            breaks.resolve(session, BreakKind.UNKNOWN_REFUND, refund_id)


def store(session: Session, difference: Difference) -> None:
    breaks.found(
        session,
        difference.kind,
        difference.subject,
        ours_minor=difference.ours_minor,
        theirs_minor=difference.theirs_minor,
        currency=difference.currency,
        order_id=difference.order_id,
    )


def compare(session: Session, sources: Iterable[str]) -> list[Difference]:
    """What our ledger, with its corrections, and our copy of Stripe's books say differently of these movements."""
    chosen = list(sources)
    ours, theirs = _ours(session, chosen), _theirs(session, chosen)
    differing = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key, 0) != theirs.get(key, 0))
    orders = _orders(session, {source for source, _currency in differing})
    return [_difference(key, ours.get(key), theirs.get(key), orders) for key in differing]


def _difference(key: tuple[str, str], ours: int | None, theirs: int | None, orders: dict[str, UUID]) -> Difference:
    kind = BreakKind.DIFFERENT_AMOUNT
    if ours is None:
        kind = BreakKind.MISSING_POSTING
    elif theirs is None:
        kind = BreakKind.MISSING_AT_STRIPE
    source, currency = key
    return Difference(kind, source, ours, theirs, currency, orders.get(source))


def _theirs(session: Session, sources: list[str]) -> Sums:
    query = select(StripeLine.source, StripeLine.currency, func.sum(StripeLine.amount_minor))
    query = query.where(col(StripeLine.source).in_(sources)).group_by(StripeLine.source, StripeLine.currency)
    return {(source, currency): int(minor) for source, currency, minor in session.execute(query)}


def _ours(session: Session, sources: list[str]) -> Sums:
    sums: Sums = {}
    for query in (_postings(sources), _corrections(sources)):
        for source, currency, minor in session.execute(query):
            sums[source, currency] = sums.get((source, currency), 0) + int(minor)
    return sums


def _postings(sources: list[str]) -> Select[Any]:
    return (
        select(LedgerTransaction.source, Posting.currency, func.sum(Posting.amount_minor))
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(col(LedgerTransaction.source).in_(sources), Posting.account == Account.STRIPE_CLEARING)
        .group_by(LedgerTransaction.source, Posting.currency)
    )


def _corrections(sources: list[str]) -> Select[Any]:
    """Entries that correct the amount of a movement; one that books a missing movement has that one's own source."""
    return (
        select(Correction.subject, Posting.currency, func.sum(Posting.amount_minor))
        .join(LedgerTransaction, LedgerTransaction.id == Correction.transaction_id)
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(
            col(Correction.subject).in_(sources),
            LedgerTransaction.source != Correction.subject,
            Posting.account == Account.STRIPE_CLEARING,
        )
        .group_by(Correction.subject, Posting.currency)
    )


def _orders(session: Session, sources: set[str]) -> dict[str, UUID]:
    """The order that each movement concerns, as far as it is known: as we booked it, else as Stripe has it."""
    found: dict[str, UUID] = {}
    for model in (StripeLine, LedgerTransaction) if sources else ():
        query = select(model.source, model.order_id).where(model.source.in_(sources), model.order_id.is_not(None))
        found.update((source, order_id) for source, order_id in session.execute(query))
    return found


def _lines(session: Session, since: datetime, until: datetime) -> Iterator[list[str]]:
    """The sources of Stripe's lines of a span of time, some at a time."""
    key = (col(StripeLine.made_at), col(StripeLine.id))
    query = select(*key, StripeLine.source).where(col(StripeLine.made_at) >= since, col(StripeLine.made_at) < until)
    yield from _pages(session, query, key)


def _booked(session: Session, since: datetime, until: datetime) -> Iterator[list[str]]:
    """The sources of our movements at Stripe in a span of time, some at a time. What corrects is not at Stripe."""
    key = (col(Posting.created_at), col(Posting.transaction_id))
    query = (
        select(*key, LedgerTransaction.source)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(
            Posting.account == Account.STRIPE_CLEARING,
            col(Posting.created_at) >= since,
            col(Posting.created_at) < until,
            ~col(LedgerTransaction.source).startswith(CORRECTION),
        )
    )
    yield from _pages(session, query, key)


def _pages(session: Session, query: Select[Any], key: tuple[Any, Any]) -> Iterator[list[str]]:
    last: tuple[Any, ...] | None = None
    while True:
        page = query if last is None else query.where(tuple_(*key) > tuple_(*last))
        rows = session.execute(page.order_by(*key).limit(AT_ONCE)).all()
        if rows:
            yield sorted({row.source for row in rows})
        if len(rows) < AT_ONCE:
            return
        last = tuple(rows[-1])[:2]
