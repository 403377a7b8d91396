"""What is left, for its order, of each payment: neither given back, released to the factory nor lost in a dispute."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from portal.payments.lifecycle import LegStage
from portal.payments.models import OF_HELD, CheckoutSession, PaymentLeg, Refund
from portal.payments.payouts.models import ReleasePart


class Held(NamedTuple):
    """A paid leg and what is left of it, in minor units."""

    payment_id: str
    checkout_id: UUID
    left: int


_RETURNED = (
    select(func.coalesce(func.sum(Refund.amount_minor), 0))
    .where(Refund.payment_id == PaymentLeg.payment_id, col(Refund.reason).in_(OF_HELD))
    .scalar_subquery()
)
_RELEASED = (
    select(func.coalesce(func.sum(ReleasePart.gross_minor), 0))
    .where(ReleasePart.payment_id == PaymentLeg.payment_id)
    .scalar_subquery()
)


def payments_left(session: Session, order_id: UUID) -> list[Held]:
    """The payments of an order (locked) that have something left, the earliest first."""
    left = PaymentLeg.amount_minor - PaymentLeg.lost_minor - _RETURNED - _RELEASED
    return _with(session, order_id, left)


_GONE_BACK = (
    select(func.coalesce(func.sum(Refund.amount_minor), 0))
    .where(Refund.payment_id == PaymentLeg.payment_id)
    .scalar_subquery()
)
_LOST_RELEASED = (
    select(func.coalesce(func.sum(ReleasePart.lost_minor), 0))
    .where(ReleasePart.payment_id == PaymentLeg.payment_id)
    .scalar_subquery()
)


def returnable(session: Session, order_id: UUID) -> list[Held]:
    """The payments of an order (locked) of which the card has not got everything back yet, the earliest first: wherever
    the money is now. More than that no card takes."""
    left = PaymentLeg.amount_minor - PaymentLeg.lost_minor - _LOST_RELEASED - _GONE_BACK
    return _with(session, order_id, left)


def _with(session: Session, order_id: UUID, left: ColumnElement[int]) -> list[Held]:
    query = (
        select(PaymentLeg.payment_id, CheckoutSession.id, left)
        .join(CheckoutSession, CheckoutSession.payment_id == PaymentLeg.payment_id)
        .where(PaymentLeg.order_id == order_id, PaymentLeg.stage == LegStage.SUCCEEDED, left > 0)
        .order_by(PaymentLeg.paid_at, PaymentLeg.id)
    )
    return [Held(payment_id, checkout_id, int(rest)) for payment_id, checkout_id, rest in session.execute(query)]
