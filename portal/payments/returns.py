"""Money held for an order that goes back: when it ends, when a claim is settled, when it costs less than was paid."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.core import lifecycle
from portal.core.actor import PAYMENTS, Role
from portal.core.clock import now
from portal.core.db import lock
from portal.core.events import Event
from portal.orders import operations as orders
from portal.orders.lifecycle import ENDED_STAGES, OrderStage
from portal.orders.models import Order
from portal.payments import legs, operations, refunds
from portal.payments.lifecycle import LegStage
from portal.payments.models import OF_HELD, CheckoutSession, LegKind, PaymentLeg, Refund, RefundReason


class Held(NamedTuple):
    """What is left of a paid leg, in minor units."""

    payment_id: str
    checkout_id: UUID
    left: int


def settle_end(session: Session, event: Event) -> None:
    """What `event` (an order's end, or the end of a claim) gives back goes on its way, and its payment pages are
    closed. A second call does nothing."""
    order = lock(session, Order, event.subject_id)
    operations.end_checkouts(session, order.id)
    reason = RefundReason.CLAIM if event.name == "claim_settled" else RefundReason.ENDED
    give_back_held(session, order, event, event.data.get("refund_minor", 0), reason)


def follow_bill(session: Session, event: Event) -> None:
    """Bring payments up to what the order of `event` costs now: pages for another amount are closed, what was paid too
    much goes back, and an order that waits for a balance of nothing goes on."""
    order = lock(session, Order, event.order_id)  # type: ignore[arg-type]
    operations.end_checkouts(session, order.id)
    if order.stage in ENDED_STAGES:
        return
    purse = legs.purse(session.connection(), order.id)
    given_back = give_back_held(session, order, event, legs.too_much(order, purse), RefundReason.SHORT)
    if given_back:
        data = {"amount_minor": given_back, "currency": order.currency, "reason": RefundReason.SHORT.value}
        told = lifecycle.record(session, order, "payment_returned", actor=PAYMENTS, **data)
        lifecycle.follow(session, told, [Role.CREATOR])
        purse = legs.purse(session.connection(), order.id)
    if order.stage == OrderStage.AWAITING_BALANCE and not legs.due(order, LegKind.BALANCE, purse):
        orders.balance_paid(session, order, actor=PAYMENTS, paid_at=now(), amount_minor=0)


def give_back_held(session: Session, order: Order, event: Event, minor: int, reason: RefundReason) -> int:
    """Have `minor` of what is held for an order (locked) returned to the cards it came from, the latest payment first,
    and never more than is held. Returns what goes back: nothing when `event` has given back before."""
    if minor < 1 or session.scalars(select(Refund.id).where(Refund.event_id == event.id)).first():
        return 0
    rest = minor
    for held in _held(session, order.id):
        part = min(rest, held.left)
        if part:
            refunds.give_back_held(session, order, event, held.payment_id, held.checkout_id, part, reason)
            rest -= part
    return minor - rest


def _held(session: Session, order_id: UUID) -> Iterator[Held]:
    """The paid legs of an order with what is left of them, the latest first."""
    returned = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.payment_id == PaymentLeg.payment_id, col(Refund.reason).in_(OF_HELD))
        .scalar_subquery()
    )
    query = (
        select(PaymentLeg.payment_id, CheckoutSession.id, PaymentLeg.amount_minor - returned)
        .join(CheckoutSession, CheckoutSession.payment_id == PaymentLeg.payment_id)
        .where(PaymentLeg.order_id == order_id, PaymentLeg.stage == LegStage.SUCCEEDED)
        .order_by(PaymentLeg.paid_at.desc(), PaymentLeg.id.desc())
    )
    return (Held(payment_id, checkout_id, int(left)) for payment_id, checkout_id, left in session.execute(query).all())
