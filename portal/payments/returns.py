"""Money held for an order that goes back: when it ends, when a claim is settled, when it costs less than was paid."""

from sqlalchemy import select
from sqlmodel import Session, col

from portal.core import lifecycle
from portal.core.actor import PAYMENTS, Role
from portal.core.clock import now
from portal.core.db import lock
from portal.core.events import Event
from portal.orders import operations as orders
from portal.orders.lifecycle import ENDED_STAGES, OrderStage
from portal.orders.models import Order
from portal.payments import holds, legs, operations, refunds
from portal.payments.held import payments_left
from portal.payments.models import LegKind, Refund, RefundReason
from portal.payments.payouts import releasing, taking_back


def settle_end(session: Session, event: Event) -> None:
    """What `event` (an order's end, or the end of a claim) gives back goes on its way, its payment pages are closed,
    and what is left is the factory's. A factory that gives up returns what it has been paid too. A second call does
    nothing. While the order's money stands still all of it waits for `go_on`."""
    order = lock(session, Order, event.subject_id)
    operations.end_checkouts(session, order.id)
    if holds.holding(session, order.id):
        return
    reason = RefundReason.CLAIM if event.name == "claim_settled" else RefundReason.ENDED
    give_back_held(session, order, event, event.data.get("refund_minor", 0), reason)
    if event.name == "order_given_up":
        taking_back.give_back_released(session, order, event, taking_back.released_left(session, order.id))
    releasing.release_rest(session, order, event)


def follow_bill(session: Session, event: Event) -> None:
    """Bring payments up to what the order of `event` costs now: pages for another amount are closed, what was paid too
    much goes back, and an order that waits for a balance of nothing goes on."""
    order = lock(session, Order, event.order_id)  # type: ignore[arg-type]
    operations.end_checkouts(session, order.id)
    if order.stage in ENDED_STAGES or holds.holding(session, order.id):
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


def go_on(session: Session, order: Order) -> None:
    """The money of an order (locked) may move again: what waited for that happens now."""
    ended = releasing.end_of(session, order)
    if ended:
        settle_end(session, ended)
        return
    approved = releasing.milestone_of(session, order)
    if approved:
        releasing.release_advance(session, order, approved)
    newest = select(Event).where(Event.order_id == order.id).order_by(col(Event.id).desc()).limit(1)
    event = session.scalars(newest).first()
    if event:
        follow_bill(session, event)


def give_back_held(session: Session, order: Order, event: Event, minor: int, reason: RefundReason) -> int:
    """Have `minor` of what is held for an order (locked) returned to the cards it came from, the latest payment first,
    and never more than is held. Returns what goes back: nothing when `event` has given back before."""
    if minor < 1 or session.scalars(select(Refund.id).where(Refund.event_id == event.id)).first():
        return 0
    rest = minor
    for payment in reversed(payments_left(session, order.id)):
        part = min(rest, payment.left)
        if part:
            refunds.give_back_held(session, order, event, payment, part, reason)
            rest -= part
    return minor - rest
