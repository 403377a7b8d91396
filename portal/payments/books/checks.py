"""What the operators' page of reconciliation shows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from portal.core.clock import now
from portal.payments.books import correcting, queries
from portal.payments.books.models import ReconcileKind

#: How old the last comparison of each kind may be before something is wrong.
_OVERDUE = {
    ReconcileKind.PENDING: timedelta(minutes=15),
    ReconcileKind.EVENTS: timedelta(hours=2, minutes=30),
    ReconcileKind.BOOKS: timedelta(hours=26),
}


@dataclass(frozen=True)
class Rhythm:
    """One kind of comparison and its last run, if there was one; `seconds` it took."""

    kind: ReconcileKind
    run: Row[Any] | None
    overdue: bool

    @property
    def seconds(self) -> int:
        return round((self.run.ended_at - self.run.created_at).total_seconds()) if self.run else 0


@dataclass(frozen=True)
class Broken:
    """An open break, the entry that mends it, and the one that is proposed."""

    row: Row[Any]
    fit: correcting.Fit | None
    proposed: Row[Any] | None

    @property
    def difference(self) -> int | None:
        """What Stripe says more than we do; None where only one side has an amount to say."""
        row = self.row
        return None if row.kind not in correcting.COMPARED else (row.theirs_minor or 0) - (row.ours_minor or 0)


@dataclass(frozen=True)
class Checks:
    """`next_after`: the break behind which the next page begins; None on the last."""

    rhythms: list[Rhythm]
    breaks: list[Broken]
    count: int
    next_after: UUID | None
    frozen: list[Row[Any]]
    corrections: list[Row[Any]]


def load(connection: Connection, after: UUID | None = None) -> Checks:
    """The last run of each rhythm, a page of the open breaks with what mends them, frozen orders, entries booked."""
    runs = queries.last_runs(connection)
    rows = queries.open_breaks(connection, after)
    proposed = queries.proposed(connection, [row.id for row in rows])
    explained = correcting.explained(connection)
    return Checks(
        rhythms=[_rhythm(kind, runs.get(kind)) for kind in ReconcileKind],
        breaks=[Broken(row, correcting.fit(row, explained.get(row.currency, 0)), proposed.get(row.id)) for row in rows],
        count=queries.count_open(connection),
        next_after=rows[-1].id if len(rows) == queries.PAGE else None,
        frozen=queries.frozen(connection),
        corrections=queries.last_corrections(connection),
    )


def _rhythm(kind: ReconcileKind, run: Row[Any] | None) -> Rhythm:
    return Rhythm(kind, run, overdue=run is None or now() - run.created_at > _OVERDUE[kind])
