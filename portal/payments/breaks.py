"""Differences between our books and the world: stored, shown to operators, gone when they are mended."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core.clock import now
from portal.core.db import new_id
from portal.payments.models import Break, BreakKind


def found(session: Session, kind: BreakKind, subject: str, **facts: Any) -> None:
    """Store a difference (`facts`: order_id, ours_minor, theirs_minor, currency), once while it lasts."""
    values = {"id": new_id(), "created_at": now(), "kind": kind, "subject": subject, "currency": "", **facts}
    session.execute(
        insert(Break)
        .values(values)
        .on_conflict_do_update(
            index_elements=["kind", "subject"], index_where=Break.resolved_at.is_(None), set_=_amounts(values)
        )
    )


def _amounts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("ours_minor", "theirs_minor", "currency")}


def resolve(session: Session, kind: BreakKind, subject: str) -> None:
    """A difference is gone."""
    session.execute(
        update(Break)
        .where(Break.kind == kind, Break.subject == subject, Break.resolved_at.is_(None))
        .values(resolved_at=now())
    )


def resolve_others(session: Session, kind: BreakKind, still: Iterable[str]) -> None:
    """Of the open differences of a kind, those that a new comparison no longer finds are gone."""
    query = select(Break.subject).where(Break.kind == kind, Break.resolved_at.is_(None))
    for subject in set(session.scalars(query)) - set(still):
        resolve(session, kind, subject)
