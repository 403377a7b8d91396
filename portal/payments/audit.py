"""Stripe's books against ours, once a day. What differs is stored as a break, and gone when it no longer does."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core.clock import days, hours, now
from portal.core.db import lock, transaction
from portal.payments.books import copying, matching, sums
from portal.payments.books.models import ReconcileKind, ReconcileRun
from portal.payments.gateway import Gateway
from portal.payments.models import LedgerTransaction

WINDOW = days(4)  # how far back single movements are compared again, as Stripe's books may change
SETTLES_WITHIN = hours(1)  # a movement younger than this may still be on its way into our books


def compare_books(gateway: Gateway, *, since: datetime | None = None) -> ReconcileRun:
    """Copy Stripe's books from where the last comparison has ended (or `since`), match single movements one to one,
    then the sums. What is done is noted a day at a time, so that an interrupted comparison goes on from there."""
    until = now() - SETTLES_WITHIN
    with transaction() as session:
        run = ReconcileRun(kind=ReconcileKind.BOOKS)
        start = since or _start(session, until)
        session.add(run)
    for begin, end in copying.slices(start, until):
        run.looked_at += copying.copy(gateway, begin, now() if end == until else end)
        _compare(run, begin, end)
    held_by_stripe = gateway.balance()
    with transaction() as session:
        matching.look_again(session)
        _note(run, sums.check(session, held_by_stripe))
        kept = lock(session, ReconcileRun, run.id)
        kept.ended_at = run.ended_at = now()
        _keep(session, kept, run)
    return run


def _start(session: Session, until: datetime) -> datetime:
    """Where an earlier comparison has ended, and some days before; the first begins with our first movement."""
    reached = session.scalar(select(func.max(ReconcileRun.reached_at)).where(ReconcileRun.kind == ReconcileKind.BOOKS))
    if reached is None:
        first = session.scalar(select(func.min(LedgerTransaction.created_at)))
        reached = first - days(1) if first else until
    return min(reached, until - WINDOW)


def _compare(run: ReconcileRun, begin: datetime, end: datetime) -> None:
    with transaction() as session:
        _note(run, matching.match(session, begin, end))
        kept = lock(session, ReconcileRun, run.id)
        kept.reached_at = run.reached_at = end
        _keep(session, kept, run)


def _note(run: ReconcileRun, found: list[matching.Difference]) -> None:
    run.counts = run.counts | {"differences": run.counts.get("differences", 0) + len(found)}
    run.troubles = [*run.troubles, *(f"{difference.kind.value} {difference.subject}" for difference in found)][:50]


def _keep(session: Session, kept: ReconcileRun, run: ReconcileRun) -> None:
    kept.looked_at, kept.troubles, kept.counts = run.looked_at, run.troubles, run.counts
    session.add(kept)
