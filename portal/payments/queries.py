"""What people see of payments: a panel for those of the order, the books for operators."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, exists, or_, select
from sqlmodel import col

from portal.core.clock import now
from portal.core.db import one_of
from portal.orders.lifecycle import CALLABLE_OFF, OrderStage
from portal.orders.models import Order
from portal.payments.legs import RULES, Purse, due
from portal.payments.legs import due_at as legs_due_at
from portal.payments.lifecycle import LegStage
from portal.payments.models import (
    LIVE,
    OF_HELD,
    CheckoutSession,
    LegKind,
    PaymentLeg,
    Refund,
    WebhookEvent,
)

PAGE = 50


@dataclass(frozen=True)
class PaymentState:
    """How one leg of an order stands. `state` is what the page says:

    later (not asked for yet) | none (asked for, nobody has gone to pay) | open
    | arriving (its payer is done, and we have not heard how it stands) | processing | failed | expired | paid
    | ended (the order is over, or the date has passed).
    """

    kind: LegKind
    state: str
    amount_minor: int
    currency: str
    due_at: datetime | None = None
    paid_at: datetime | None = None
    payment_id: str | None = None
    fee_minor: int | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Payments:
    """The legs of an order, in the order in which they are paid, and its refunds, oldest first."""

    legs: list[PaymentState]
    refunds: list[Row[Any]]

    def newest(self, kind: LegKind) -> PaymentState | None:
        """The last leg of a kind."""
        return next((leg for leg in reversed(self.legs) if leg.kind == kind), None)


_LEG_STATES = {
    "created": "none",
    "open": "open",
    "processing": "processing",
    "failed": "failed",
    "expired": "expired",
}
#: From the deposit on, an order says what is still to be paid.
_BALANCE_LATER = CALLABLE_OFF | {OrderStage.INSPECTION, OrderStage.REWORK, OrderStage.CONCESSION}
_OVER = (OrderStage.EXPIRED, OrderStage.CANCELLED)

#: How long a leg is not to be paid again after its payer came back, should nothing be heard of it.
_BACK = timedelta(minutes=10)
_OF_LIVE = (col(CheckoutSession.leg_id) == PaymentLeg.id, one_of(CheckoutSession.state, *LIVE))
_LAST_REFUSAL = select(CheckoutSession.last_refusal).where(*_OF_LIVE)
#: Stripe's message that a page is done has been kept, and not looked at yet.
_TOLD = exists().where(
    col(WebhookEvent.subject_id) == CheckoutSession.stripe_id,
    col(WebhookEvent.handled_at).is_(None),
    one_of(WebhookEvent.type, "checkout.session.completed"),
)
_ARRIVING = select(or_(col(CheckoutSession.returned_at) > bindparam("back_since"), _TOLD)).where(*_OF_LIVE)
_HAS_REFUNDS = select(1).where(Refund.order_id == PaymentLeg.order_id).exists()
_LEGS = (
    select(
        PaymentLeg.kind,
        PaymentLeg.stage,
        PaymentLeg.amount_minor,
        PaymentLeg.paid_at,
        PaymentLeg.payment_id,
        PaymentLeg.fee_minor,
        _LAST_REFUSAL.scalar_subquery().label("refusal"),
        _ARRIVING.scalar_subquery().label("arriving"),
        _HAS_REFUNDS.label("has_refunds"),
    )
    .where(PaymentLeg.order_id == bindparam("order_id"))
    .order_by(PaymentLeg.id)
)


def payments_of(connection: Connection, order: Row[Any]) -> Payments:
    """How the payments of an order (a row of `visible_order`) stand: each paid leg, and what else it asks for."""
    rows = list(connection.execute(_LEGS, {"order_id": order.id, "back_since": now() - _BACK}))
    refunds = refunds_of(connection, order.id) if rows and rows[0].has_refunds else []
    paid = [row for row in rows if row.stage == LegStage.SUCCEEDED]
    purse = Purse(
        deposit=sum(row.amount_minor for row in paid if row.kind == LegKind.DEPOSIT),
        balance=sum(row.amount_minor for row in paid if row.kind == LegKind.BALANCE),
        given_back=sum(refund.amount_minor for refund in refunds if refund.reason in OF_HELD),
    )
    legs = []
    for kind in LegKind:
        legs += [_paid(row, order) for row in paid if row.kind == kind]
        row = next((row for row in rows if row.kind == kind and row.stage != LegStage.SUCCEEDED), None)
        legs += filter(None, [_unpaid(order, kind, row, purse)])
    return Payments(legs, refunds)


def _paid(row: Row[Any], order: Row[Any]) -> PaymentState:
    return PaymentState(
        row.kind, "paid", row.amount_minor, order.currency,
        paid_at=row.paid_at, payment_id=row.payment_id, fee_minor=row.fee_minor,
    )  # fmt: skip


def _unpaid(order: Row[Any], kind: LegKind, row: Row[Any] | None, purse: Purse) -> PaymentState | None:
    """What an order still asks for in a leg, or has asked for; None when it does not."""
    amount = due(order, kind, purse)
    state = _state(order, kind, row)
    if not state or not amount:
        return None
    due_at = legs_due_at(order, kind) if state != "later" else None
    refusal = (row.refusal or "") if row else ""
    return PaymentState(kind, state, amount, order.currency, due_at=due_at, refusal=refusal)


def _state(order: Row[Any], kind: LegKind, row: Row[Any] | None) -> str:
    """How an unpaid leg stands; an empty string where it does not concern anybody."""
    rule = RULES[kind]
    if order.stage == rule.stage:
        due_at = legs_due_at(order, kind)
        past = rule.ends and due_at is not None and due_at <= now()
        return "ended" if past else _asked(row)
    if kind == LegKind.DEPOSIT:
        return "ended" if order.stage in _OVER and not order.deposit_paid_at else ""
    if order.stage in _BALANCE_LATER:
        return "later"
    return "ended" if order.stage in _OVER and row else ""


def _asked(row: Row[Any] | None) -> str:
    """How a leg stands that the order waits for."""
    if row is None:
        return "none"
    done = row.arriving and row.stage in (LegStage.OPEN, LegStage.FAILED)
    return "arriving" if done else _LEG_STATES[row.stage]


def _columns(model: Any) -> Any:
    return select(*model.__table__.c)


def refunds_of(connection: Connection, order_id: UUID) -> list[Row[Any]]:
    """The refunds of an order, oldest first."""
    return list(connection.execute(_columns(Refund).where(Refund.order_id == order_id).order_by(Refund.id)))


def returned_payment(connection: Connection, order_id: UUID, stripe_id: str) -> Row[Any] | None:
    """The refund of what was paid on one payment page, if it is being given back because no order waited for it."""
    query = _columns(Refund).join(CheckoutSession, CheckoutSession.id == Refund.checkout_id)
    query = query.where(CheckoutSession.order_id == order_id, CheckoutSession.stripe_id == stripe_id)
    return connection.execute(query.where(col(Refund.event_id).is_(None))).first()


def kind_paid_for(connection: Connection, order: Row[Any], stripe_id: str) -> LegKind:
    """Which leg somebody comes back from paying: that of the payment page, or the one that the order waits for."""
    query = select(CheckoutSession.kind).where(CheckoutSession.order_id == order.id)
    named = connection.execute(query.where(CheckoutSession.stripe_id == stripe_id)).scalar()
    newest = connection.execute(query.order_by(CheckoutSession.id.desc()).limit(1)).scalar() if not named else None
    return named or newest or LegKind.DEPOSIT


def unsettled_refunds(connection: Connection) -> list[Row[Any]]:
    """Refunds that have not reached the card, failed ones too, oldest first."""
    query = _columns(Refund).add_columns(Order.number).join(Order, Order.id == Refund.order_id)
    return list(connection.execute(query.where(col(Refund.settled_at).is_(None)).order_by(Refund.id).limit(PAGE)))
