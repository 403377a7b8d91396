"""What people see of payments: a panel for those of the order, the books for operators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import col

from portal.core.clock import now
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.accounts import Account
from portal.payments.models import (
    LIVE,
    Break,
    CheckoutSession,
    LedgerTransaction,
    LegKind,
    PaymentLeg,
    Posting,
    ReconcileRun,
    Refund,
)

PAGE = 50


@dataclass(frozen=True)
class PaymentState:
    """How the deposit of an order stands. `state` is what the page says:

    none (nothing asked yet) | open | processing | failed | expired | paid | ended (the order is over).
    """

    state: str
    amount_minor: int
    currency: str
    paid_at: datetime | None
    payment_id: str | None
    fee_minor: int | None
    refusal: str
    refunds: list[Row[Any]]


_LEG_STATES = {
    "created": "none",
    "open": "open",
    "processing": "processing",
    "failed": "failed",
    "expired": "expired",
    "succeeded": "paid",
}


_LAST_REFUSAL = select(CheckoutSession.last_refusal).where(
    CheckoutSession.leg_id == PaymentLeg.id, CheckoutSession.state.in_(LIVE)
)
_HAS_REFUNDS = select(1).where(Refund.order_id == PaymentLeg.order_id).exists()
_DEPOSIT = select(
    PaymentLeg.stage,
    PaymentLeg.paid_at,
    PaymentLeg.payment_id,
    PaymentLeg.fee_minor,
    _LAST_REFUSAL.scalar_subquery().label("refusal"),
    _HAS_REFUNDS.label("has_refunds"),
).where(PaymentLeg.order_id == bindparam("order_id"), PaymentLeg.kind == LegKind.DEPOSIT)


def deposit_state(connection: Connection, order: Row[Any] | Order) -> PaymentState:
    """How the deposit of an order (already scoped to its viewer) stands."""
    leg = connection.execute(_DEPOSIT, {"order_id": order.id}).first()
    state = _LEG_STATES[leg.stage] if leg else "none"
    over = order.stage in (OrderStage.EXPIRED, OrderStage.CANCELLED) or order.deposit_due_at <= now()
    return PaymentState(
        state="ended" if over and state != "paid" else state,
        amount_minor=order.deposit_minor,
        currency=order.currency,
        paid_at=leg.paid_at if leg else order.deposit_paid_at,
        payment_id=leg.payment_id if leg else None,
        fee_minor=leg.fee_minor if leg else None,
        refusal=(leg.refusal or "") if leg and state != "paid" else "",
        refunds=refunds_of(connection, order.id) if leg and leg.has_refunds else [],
    )


def _columns(model: Any) -> Any:
    return select(*model.__table__.c)


def refunds_of(connection: Connection, order_id: UUID) -> list[Row[Any]]:
    """The refunds of an order, oldest first."""
    return list(connection.execute(_columns(Refund).where(Refund.order_id == order_id).order_by(Refund.id)))


def returned_payment(connection: Connection, order_id: UUID, stripe_id: str) -> Row[Any] | None:
    """The refund of what was paid on one payment page, if it is being given back."""
    query = _columns(Refund).join(CheckoutSession, CheckoutSession.id == Refund.checkout_id)
    query = query.where(CheckoutSession.order_id == order_id, CheckoutSession.stripe_id == stripe_id)
    return connection.execute(query).first()


def open_breaks(connection: Connection) -> list[Row[Any]]:
    """Differences that are not mended, oldest first."""
    query = _columns(Break).add_columns(Order.number).outerjoin(Order, Order.id == Break.order_id)
    return list(connection.execute(query.where(col(Break.resolved_at).is_(None)).order_by(Break.id).limit(PAGE)))


def unsettled_refunds(connection: Connection) -> list[Row[Any]]:
    """Refunds that have not reached the card, failed ones too, oldest first."""
    query = _columns(Refund).add_columns(Order.number).join(Order, Order.id == Refund.order_id)
    return list(connection.execute(query.where(col(Refund.settled_at).is_(None)).order_by(Refund.id).limit(PAGE)))


def last_runs(connection: Connection) -> list[Row[Any]]:
    """The newest comparison with Stripe of each kind."""
    newest = _columns(ReconcileRun).distinct(ReconcileRun.kind)
    return list(connection.execute(newest.order_by(ReconcileRun.kind, ReconcileRun.id.desc())))


def postings(connection: Connection, account: Account, before: UUID | None = None) -> list[Row[Any]]:
    """The account's newest postings, a page of them: what moved, how much, for which order."""
    query = (
        select(
            Posting.id,
            Posting.created_at,
            Posting.amount_minor,
            Posting.currency,
            LedgerTransaction.movement,
            LedgerTransaction.source,
            LedgerTransaction.order_id,
            Order.number,
        )
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .outerjoin(Order, Order.id == LedgerTransaction.order_id)
        .where(Posting.account == account)
    )
    if before:
        query = query.where(Posting.id < before)
    return list(connection.execute(query.order_by(Posting.id.desc()).limit(PAGE)))
