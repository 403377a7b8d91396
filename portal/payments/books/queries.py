"""What operators see of the books. Pages are found by an index and end at a key, however many postings there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from portal.accounts.models import Person
from portal.core.errors import NotFound
from portal.orders.models import Order
from portal.payments.accounts import MOVEMENTS, Account, Movement
from portal.payments.books.lifecycle import CorrectionStage
from portal.payments.books.models import Break, Correction, ReconcileKind, ReconcileRun, StripeLine
from portal.payments.models import LedgerTransaction, OrderHold, Posting

PAGE = 50
_EXPORTED_AT_ONCE = 1000


@dataclass(frozen=True)
class Chosen:
    """Which postings: of an account, in a currency, of an order by its number, of a movement, from `since` before
    `until`."""

    account: Account | None = None
    currency: str = ""
    order: int | None = None
    movement: Movement | None = None
    since: datetime | None = None
    until: datetime | None = None


class Key(NamedTuple):
    """Where a page has ended."""

    at: datetime
    transaction_id: UUID
    posting_id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.transaction_id}~{self.posting_id}"

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """The key that a link carries; None for what is none."""
        try:
            at, transaction_id, posting_id = text.split("~")
            moment = datetime.fromisoformat(at.replace(" ", "+"))
            return cls(moment, UUID(transaction_id), UUID(posting_id)) if moment.tzinfo else None
        except ValueError:
            return None


def key_of(row: Row[Any]) -> Key:
    return Key(row.created_at, row.transaction_id, row.id)


_SHOWN = (
    Posting.id,
    Posting.transaction_id,
    Posting.account,
    Posting.amount_minor,
    Posting.currency,
    LedgerTransaction.movement,
    LedgerTransaction.source,
    LedgerTransaction.order_id,
    Order.number,
)


def postings(connection: Connection, chosen: Chosen, after: Key | None = None, limit: int = PAGE) -> list[Row[Any]]:
    """The newest postings of a choice behind `after`: what moved, how much, for which order."""
    if chosen.account and chosen.movement and not _concerns(chosen.movement, chosen.account):
        return []
    return list(connection.execute(_postings(chosen, after).limit(limit)))


def _concerns(movement: Movement, account: Account) -> bool:
    sides = MOVEMENTS[movement]
    return account in (sides.debit, sides.credit) or bool(sides.shared and account == Account.PLATFORM_FEE)


def _postings(chosen: Chosen, after: Key | None) -> Select[Any]:
    """Read along the postings of an account, or along transactions: whichever index has the order of the page."""
    along = Posting if chosen.account and not chosen.movement and not chosen.order else LedgerTransaction
    at = col(along.created_at)
    ident = col(Posting.transaction_id) if along is Posting else col(LedgerTransaction.id)
    query = select(*_SHOWN, at).join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
    query = query.outerjoin(Order, Order.id == LedgerTransaction.order_id)
    if chosen.account:
        query = query.where(Posting.account == chosen.account)
    if chosen.currency:
        query = query.where(Posting.currency == chosen.currency)
    if chosen.movement:
        query = query.where(LedgerTransaction.movement == chosen.movement)
    if chosen.order:
        numbered = select(Order.id).where(Order.number == chosen.order)
        query = query.where(LedgerTransaction.order_id == numbered.scalar_subquery())
    if chosen.since:
        query = query.where(at >= chosen.since)
    if chosen.until:
        query = query.where(at < chosen.until)
    if after:
        query = query.where(at <= after.at, tuple_(at, ident, col(Posting.id)) < tuple_(*after))
    return query.order_by(at.desc(), ident.desc(), col(Posting.id).desc())


def every_posting(connection: Connection, chosen: Chosen) -> Iterator[Row[Any]]:
    """All postings of a choice, fetched some at a time."""
    after: Key | None = None
    while True:
        rows = postings(connection, chosen, after, _EXPORTED_AT_ONCE)
        yield from rows
        if len(rows) < _EXPORTED_AT_ONCE:
            return
        after = key_of(rows[-1])


def _columns(model: Any) -> Any:
    return select(*model.__table__.c)


@dataclass(frozen=True)
class Entry:
    """One ledger transaction: its sides, what Stripe's books say of it, and the correction that it is."""

    made: Row[Any]
    postings: list[Row[Any]]
    lines: list[Row[Any]]
    correction: Row[Any] | None


def entry(connection: Connection, transaction_id: UUID) -> Entry:
    """A ledger transaction with all that stands beside it. Raises `NotFound`."""
    query = _columns(LedgerTransaction).add_columns(Order.number)
    query = query.outerjoin(Order, Order.id == LedgerTransaction.order_id)
    made = connection.execute(query.where(LedgerTransaction.id == transaction_id)).first()
    if made is None:
        raise NotFound()
    sides = _columns(Posting).where(Posting.transaction_id == transaction_id).order_by(Posting.id)
    lines = _columns(StripeLine).where(StripeLine.source == made.source).order_by(StripeLine.made_at)
    correction = connection.execute(_corrections().where(Correction.transaction_id == transaction_id)).first()
    return Entry(made, list(connection.execute(sides)), list(connection.execute(lines)), correction)


def _corrections() -> Select[Any]:
    proposer, approver = aliased(Person), aliased(Person)
    return (
        _columns(Correction)
        .add_columns(proposer.name.label("proposer"), approver.name.label("approver"), Order.number)
        .join(proposer, proposer.id == Correction.proposed_by)
        .outerjoin(approver, approver.id == Correction.approved_by)
        .outerjoin(Order, Order.id == Correction.order_id)
    )


def proposed(connection: Connection, breaks: list[UUID]) -> dict[UUID, Row[Any]]:
    """The entries that wait for a second person, by the break that they mend."""
    query = _corrections().where(col(Correction.break_id).in_(breaks), Correction.stage == CorrectionStage.PROPOSED)
    return {row.break_id: row for row in connection.execute(query)}


def last_corrections(connection: Connection) -> list[Row[Any]]:
    """The entries booked last."""
    query = _corrections().where(Correction.stage == CorrectionStage.POSTED)
    return list(connection.execute(query.order_by(col(Correction.posted_at).desc()).limit(PAGE)))


def open_breaks(connection: Connection, after: UUID | None = None) -> list[Row[Any]]:
    """Differences that are not mended, oldest first, a page of them."""
    query = _columns(Break).add_columns(Order.number).outerjoin(Order, Order.id == Break.order_id)
    query = query.where(col(Break.resolved_at).is_(None))
    if after:
        query = query.where(Break.id > after)
    return list(connection.execute(query.order_by(Break.id).limit(PAGE)))


def count_open(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(col(Break.resolved_at).is_(None))).scalar_one()


def frozen(connection: Connection) -> list[Row[Any]]:
    """Orders whose money stands still, the oldest first: `order_id`, `number`, `kinds`, `since`."""
    query = (
        select(
            OrderHold.order_id,
            Order.number,
            Order.title,
            func.array_agg(OrderHold.kind.distinct()).label("kinds"),  # type: ignore[attr-defined]
            func.min(OrderHold.created_at).label("since"),
        )
        .join(Order, Order.id == OrderHold.order_id)
        .where(col(OrderHold.lifted_at).is_(None))
        .group_by(OrderHold.order_id, Order.number, Order.title)
    )
    return list(connection.execute(query.order_by(func.min(OrderHold.created_at)).limit(PAGE)))


def last_runs(connection: Connection) -> dict[ReconcileKind, Row[Any]]:
    """The newest finished comparison with Stripe of each kind."""
    newest = _columns(ReconcileRun).where(col(ReconcileRun.ended_at).is_not(None)).distinct(ReconcileRun.kind)
    rows = connection.execute(newest.order_by(ReconcileRun.kind, ReconcileRun.created_at.desc()))  # type: ignore[attr-defined]
    return {row.kind: row for row in rows}
