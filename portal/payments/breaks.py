"""Differences between our books and the world: stored, shown to operators, gone when they are mended."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core.clock import now
from portal.core.db import new_id
from portal.payments import holds
from portal.payments.books.models import Break, BreakKind
from portal.payments.models import HoldKind

#: Breaks that let their order's money stand still: our books and Stripe's differ about it. What failed does not, as its
#: remedy is that the money moves.
FREEZING = frozenset(
    {
        BreakKind.MISSING_POSTING,
        BreakKind.MISSING_AT_STRIPE,
        BreakKind.DIFFERENT_AMOUNT,
        BreakKind.HELD_BALANCE,
        BreakKind.PAYABLE_BALANCE,
        BreakKind.UNKNOWN_REFUND,
    }
)


def found(session: Session, kind: BreakKind, subject: str, **facts: Any) -> None:
    """Store a difference (`facts`: order_id, ours_minor, theirs_minor, currency), once while it lasts. The money of the
    order that it names stands still, if the books differ about it."""
    values = {"id": new_id(), "created_at": now(), "kind": kind, "subject": subject, "currency": "", **facts}
    stored = insert(Break).values(values)
    known = {"order_id": func.coalesce(stored.excluded.order_id, Break.order_id)}
    row = session.execute(
        stored.on_conflict_do_update(
            index_elements=["kind", "subject"],
            index_where=Break.resolved_at.is_(None),
            set_=_amounts(values) | known,
        ).returning(Break.id, Break.order_id)
    ).one()
    if row.order_id and kind in FREEZING:
        holds.put(session, row.order_id, HoldKind.BREAK, str(row.id))


def _amounts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("ours_minor", "theirs_minor", "currency")}


def resolve(session: Session, kind: BreakKind, subject: str) -> None:
    """A difference is gone, and with it what it held."""
    gone = session.scalars(
        update(Break)
        .where(Break.kind == kind, Break.subject == subject, Break.resolved_at.is_(None))
        .values(resolved_at=now())
        .returning(Break.id)
    )
    for break_id in gone.all():
        holds.lift(session, HoldKind.BREAK, str(break_id))


def resolve_others(session: Session, kind: BreakKind, still: Iterable[str]) -> None:
    """Of the open differences of a kind, those that a new comparison no longer finds are gone."""
    for subject in open_subjects(session, kind) - set(still):
        resolve(session, kind, subject)


def open_subjects(session: Session, *kinds: BreakKind) -> set[str]:
    """What the open differences of these kinds are about."""
    return set(session.scalars(select(Break.subject).where(Break.kind.in_(kinds), Break.resolved_at.is_(None))))
