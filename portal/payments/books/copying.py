"""Stripe's books, line by line, beside ours. What Stripe does by itself (payouts to our bank, fees of its own) is
booked from there."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from portal.core.clock import days
from portal.core.db import new_id, transaction
from portal.orders.models import Order
from portal.payments import ledger
from portal.payments.books import lines
from portal.payments.books.models import LinePart, StripeLine
from portal.payments.gateway import Gateway
from portal.payments.models import CheckoutSession
from portal.payments.reports import BalanceLine

PAGE = 100
SLICE = days(1)  # what is fetched, compared and noted as done at a time


def slices(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The time from one moment to another, a slice at a time, the oldest first."""
    while since < until:
        end = min(since + SLICE, until)
        yield since, end
        since = end


def copy(gateway: Gateway, since: datetime, until: datetime) -> int:
    """Bring our copy of Stripe's books up to what they say of a span of time: how many lines they have. A page is kept
    at a time, so that an interrupted copy has only to be made again."""
    found = gateway.movements(since, until + timedelta(seconds=1))
    count = 0
    while page := list(islice(found, PAGE)):
        with transaction() as session:
            keep(session, page)
        count += len(page)
    return count


def keep(session: Session, page: Iterable[BalanceLine]) -> None:
    """Copy lines, and book those that only Stripe knows of."""
    page = list(page)
    orders = _orders(session, page)
    rows = [_row(line, part, orders) for line in page for part in lines.parts(line)]
    if not rows:
        return
    rows.sort(key=lambda row: (row["stripe_id"], row["part"]))  # two copies at once lock rows in the same order
    stored = insert(StripeLine).values(rows)
    changing = {name: stored.excluded[name] for name in ("source", "amount_minor", "currency", "order_id")}
    session.execute(stored.on_conflict_do_update(index_elements=["stripe_id", "part"], set_=changing))
    for row in rows:
        if row["source"].startswith(lines.BY_ITSELF) and row["part"] == LinePart.GROSS:
            _book(session, row)


def _row(line: BalanceLine, part: lines.Part, orders: dict[str, UUID]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": line.created_at,
        "stripe_id": line.stripe_id,
        "part": part.part,
        "type": line.type[:80],
        "source": part.source,
        "order_id": orders.get(line.order_id) or orders.get(line.payment_id),
        "amount_minor": part.amount_minor,
        "currency": line.currency,
        "made_at": line.created_at,
    }


def _book(session: Session, row: dict[str, Any]) -> None:
    movement = lines.booked_as(row["source"], row["amount_minor"])
    if movement == lines.correction_of(row["amount_minor"]):
        return  # such as a fee that comes back: a person looks at it
    ledger.post(
        session,
        movement,
        source=row["source"],
        amount_minor=abs(row["amount_minor"]),
        currency=row["currency"],
        order_id=row["order_id"],
    )


def _orders(session: Session, page: list[BalanceLine]) -> dict[str, UUID]:
    """Our orders by what lines name them with: their own id, or a payment's."""
    named = {ident for line in page if (ident := _uuid(line.order_id))}
    payments = {line.payment_id for line in page if line.payment_id}
    paid = select(CheckoutSession.payment_id, CheckoutSession.order_id).where(
        col(CheckoutSession.payment_id).in_(payments)
    )
    found = {str(payment_id): order_id for payment_id, order_id in session.execute(paid)} if payments else {}
    if named:
        found |= {str(ident): ident for ident in session.scalars(select(Order.id).where(col(Order.id).in_(named)))}
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
