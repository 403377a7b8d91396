"""Sums that must agree: what Stripe holds, what orders hold, what factories are owed, what waits too long."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlmodel import Session, col

from portal.core.clock import hours, now
from portal.orders.models import Order
from portal.payments import breaks, ledger
from portal.payments.accounts import Account
from portal.payments.books.matching import Difference, store
from portal.payments.books.models import BreakKind
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import OF_HELD, LedgerTransaction, PaymentLeg, Posting, Refund
from portal.payments.payouts.models import ReleasePart

RESTS_AT_MOST = hours(24)
KINDS = (BreakKind.CLEARING_BALANCE, BreakKind.HELD_BALANCE, BreakKind.PAYABLE_BALANCE, BreakKind.OLD_SUSPENSE)
_ORDERS_AT_ONCE = 1000


def check(session: Session, held_by_stripe: dict[str, int]) -> list[Difference]:
    """Compare every sum, store what differs, and resolve what does not any more."""
    found = [*clearing(session, held_by_stripe), *_held(session), *_payable(session), *_suspense(session)]
    for difference in found:
        store(session, difference)
    for kind in KINDS:
        breaks.resolve_others(session, kind, [difference.subject for difference in found if difference.kind == kind])
    return found


def clearing(session: Session, theirs: dict[str, int]) -> Iterator[Difference]:
    """What we say Stripe holds is what it holds, available or not yet, in every currency."""
    ours = ledger.balance(session.connection(), Account.STRIPE_CLEARING)
    yield from _by_currency(BreakKind.CLEARING_BALANCE, ours, theirs)


def _by_currency(kind: BreakKind, ours: dict[str, int], theirs: dict[str, int]) -> Iterator[Difference]:
    for currency in sorted(ours.keys() | theirs.keys()):
        sums = ours.get(currency, 0), theirs.get(currency, 0)
        if sums[0] != sums[1]:
            yield Difference(kind, currency, *sums, currency)


def _held(session: Session) -> Iterator[Difference]:
    """What the ledger holds for each order is what its paid legs say, less what was given back, released or lost of
    them; nothing is held for no order."""
    last: UUID | None = None
    while orders := _next_orders(session, last):
        ours, theirs = _held_of(session, orders), _paid_and_gone(session, orders)
        for order_id, currency in sorted(ours.keys() | theirs.keys()):
            sums = ours.get((order_id, currency), 0), theirs.get((order_id, currency), 0)
            if sums[0] != sums[1]:
                yield Difference(BreakKind.HELD_BALANCE, str(order_id), *sums, currency, order_id)
        last = orders[-1]
    yield from _held_for_nobody(session)


def _next_orders(session: Session, last: UUID | None) -> list[UUID]:
    query = select(Order.id).order_by(Order.id).limit(_ORDERS_AT_ONCE)
    return list(session.scalars(query.where(Order.id > last) if last else query))


def _held_of(session: Session, orders: list[UUID]) -> dict[tuple[UUID, str], int]:
    query = (
        select(LedgerTransaction.order_id, Posting.currency, -func.sum(Posting.amount_minor))
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(col(LedgerTransaction.order_id).in_(orders), Posting.account == Account.ORDER_HELD)
        .group_by(LedgerTransaction.order_id, Posting.currency)
    )
    return {(order_id, currency): int(minor) for order_id, currency, minor in session.execute(query)}


def _paid_and_gone(session: Session, orders: list[UUID]) -> dict[tuple[UUID, str], int]:
    left = (PaymentLeg.amount_minor - PaymentLeg.lost_minor).label("minor")
    paid = select(PaymentLeg.order_id, PaymentLeg.currency, left).where(
        PaymentLeg.stage == LegStage.SUCCEEDED, col(PaymentLeg.order_id).in_(orders)
    )
    returned = select(Refund.order_id, Refund.currency, -Refund.amount_minor).where(
        col(Refund.reason).in_(OF_HELD), col(Refund.order_id).in_(orders)
    )
    released = select(ReleasePart.order_id, ReleasePart.currency, -ReleasePart.gross_minor).where(
        col(ReleasePart.order_id).in_(orders)
    )
    rows = union_all(paid, returned, released).subquery()
    query = select(rows.c.order_id, rows.c.currency, func.sum(rows.c.minor)).group_by(rows.c.order_id, rows.c.currency)
    return {(order_id, currency): int(minor) for order_id, currency, minor in session.execute(query)}


def _held_for_nobody(session: Session) -> Iterator[Difference]:
    query = (
        select(Posting.currency, -func.sum(Posting.amount_minor))
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(Posting.account == Account.ORDER_HELD, col(LedgerTransaction.order_id).is_(None))
        .group_by(Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0)
    )
    for currency, minor in session.execute(query):
        yield Difference(BreakKind.HELD_BALANCE, currency, int(minor), 0, currency)


def _payable(session: Session) -> Iterator[Difference]:
    """What we owe factories is what was released to them and neither paid nor set off."""
    owed = ledger.balance(session.connection(), Account.FACTORY_PAYABLE)
    ours = {currency: -minor for currency, minor in owed.items()}
    net = func.sum(ReleasePart.gross_minor - ReleasePart.fee_minor - ReleasePart.offset_minor)
    query = select(ReleasePart.currency, net).where(col(ReleasePart.paid_at).is_(None)).group_by(ReleasePart.currency)
    waiting = {currency: int(minor) for currency, minor in session.execute(query)}
    yield from _by_currency(BreakKind.PAYABLE_BALANCE, ours, waiting)


def _suspense(session: Session) -> Iterator[Difference]:
    """Nothing that came by mistake stays with us for a day: no refund waits so long, nothing rests in suspense."""
    long_ago = now() - RESTS_AT_MOST
    waiting = col(Refund.stage).in_((RefundStage.REQUESTED, RefundStage.PENDING))
    for refund in session.scalars(select(Refund).where(waiting, col(Refund.created_at) < long_ago)):
        yield Difference(
            BreakKind.OLD_SUSPENSE, str(refund.id), refund.amount_minor, None, refund.currency, refund.order_id
        )
    query = (
        select(LedgerTransaction.order_id, Posting.currency, -func.sum(Posting.amount_minor))
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(Posting.account == Account.SUSPENSE)
        .group_by(LedgerTransaction.order_id, Posting.currency)
        .having(func.sum(Posting.amount_minor) != 0, func.min(Posting.created_at) < long_ago)
    )
    for order_id, currency, minor in session.execute(query):
        subject = f"suspense:{order_id or ''}:{currency}"
        yield Difference(BreakKind.OLD_SUSPENSE, subject, int(minor), None, currency, order_id)
