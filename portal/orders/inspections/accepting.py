"""Goods that are good enough: what is still owed for them is due now, or, where nothing is, they may go."""

from typing import Any

from sqlmodel import Session, select

from portal.core import clock
from portal.core.actor import PAYMENTS, Actor
from portal.core.clock import days
from portal.core.events import Event
from portal.core.lifecycle import advance
from portal.orders import bill, operations
from portal.orders.models import Order

#: How long the creator has for the balance.
BALANCE_WINDOW = days(7)


def accept_goods(session: Session, order: Order, step: str, *, actor: Actor, **data: Any) -> None:
    """Take `step`, after which an order (locked) waits for its balance, and say by when; if nothing is owed, it does
    not wait at all."""
    bill.reckon(order)
    order.balance_due_at = clock.now() + BALANCE_WINDOW
    advance(session, order, step, actor=actor, balance_minor=order.balance_minor, currency=order.currency, **data)
    if owed(session, order) <= 0:
        operations.balance_paid(session, order, actor=PAYMENTS, paid_at=clock.now(), amount_minor=0)


def owed(session: Session, order: Order) -> int:
    """What an order still costs beyond its deposit and what came in since: goods that are made again after a claim may
    be paid already. Minor units; negative where the creator is owed something."""
    paid = select(Event.data["amount_minor"]).where(Event.order_id == order.id, Event.name == "balance_paid")
    return bill.amounts(order)["total_minor"] - order.deposit_minor - sum(session.scalars(paid))
