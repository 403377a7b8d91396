"""The payments that an order asks for: when each is due, how much it is, and what follows once it has arrived."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select
from sqlmodel import Session

from portal.core.i18n import N_
from portal.core.money import smallest_charge
from portal.orders import operations as orders
from portal.orders.bill import costs_now
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.lifecycle import LegStage
from portal.payments.models import OF_HELD, LegKind, PaymentLeg, Refund
from portal.payments.payouts.models import ReleasePart


@dataclass(frozen=True)
class Rule:
    """What one kind of leg is: the stage that asks for it, the order's date by which, and what a payment does to the
    order. `ends`: nobody can pay after the date."""

    stage: OrderStage
    due: str
    ends: bool
    arrived: Callable[..., None]  # (session, order, actor=, paid_at=, amount_minor=)
    paid: Any
    over: Any


RULES = {
    LegKind.DEPOSIT: Rule(
        OrderStage.AWAITING_DEPOSIT,
        "deposit_due_at",
        ends=True,
        arrived=lambda session, order, *, actor, paid_at, **_: orders.deposit_paid(
            session, order, actor=actor, paid_at=paid_at
        ),
        paid=N_("The deposit is paid already. Nothing more was charged."),
        over=N_("This order no longer waits for a deposit."),
    ),
    LegKind.BALANCE: Rule(
        OrderStage.AWAITING_BALANCE,
        "balance_due_at",
        ends=False,
        arrived=orders.balance_paid,
        paid=N_("The balance is paid already. Nothing more was charged."),
        over=N_("This order does not wait for its balance."),
    ),
}


class Purse(NamedTuple):
    """What has come in for an order, by leg, what of it has been given back or is on its way, and what is `gone`:
    released to the factory, or lost in a dispute. Minor units."""

    deposit: int
    balance: int
    given_back: int
    gone: int = 0

    @property
    def held(self) -> int:
        """What the portal has for the order."""
        return self.deposit + self.balance - self.given_back - self.gone


_PAID = (
    select(PaymentLeg.kind, func.sum(PaymentLeg.amount_minor), func.sum(PaymentLeg.lost_minor))
    .where(PaymentLeg.order_id == bindparam("order_id"), PaymentLeg.stage == LegStage.SUCCEEDED)
    .group_by(PaymentLeg.kind)
)
_GIVEN_BACK = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
    Refund.order_id == bindparam("order_id"),
    Refund.reason.in_(OF_HELD),  # type: ignore[attr-defined]
)
_RELEASED = select(func.coalesce(func.sum(ReleasePart.gross_minor), 0)).where(
    ReleasePart.order_id == bindparam("order_id")
)


def purse(connection: Connection, order_id: UUID) -> Purse:
    """What has been paid and given back for an order. A refund that failed counts: it is owed."""
    legs = {kind: (int(paid), int(lost)) for kind, paid, lost in connection.execute(_PAID, {"order_id": order_id})}
    given_back = int(connection.execute(_GIVEN_BACK, {"order_id": order_id}).scalar_one())
    released = int(connection.execute(_RELEASED, {"order_id": order_id}).scalar_one())
    (deposit, lost), (balance, more_lost) = (legs.get(kind, (0, 0)) for kind in (LegKind.DEPOSIT, LegKind.BALANCE))
    return Purse(deposit, balance, given_back, released + lost + more_lost)


def held(connection: Connection, order_id: UUID) -> int:
    """What the portal has for an order, in minor units."""
    return purse(connection, order_id).held


def due(order: Any, kind: LegKind, purse: Purse) -> int:
    """What an order (entity or row) still asks for in a leg: nothing once it is paid. A balance is what the order costs
    now beyond the deposit and what was paid since, so that a second one may follow when goods are made again; one that
    no card can be charged, as it is too little, is not asked for."""
    if kind == LegKind.DEPOSIT:
        return 0 if purse.deposit else order.deposit_minor
    rest = costs_now(order) - order.deposit_minor - purse.balance + purse.given_back
    return rest if rest >= smallest_charge(order.currency) else 0


def too_much(order: Any, purse: Purse) -> int:
    """What has been paid beyond what the order costs now."""
    return min(max(purse.held + purse.gone - costs_now(order), 0), purse.held)


def unpaid_leg(session: Session, order_id: UUID, kind: LegKind) -> PaymentLeg | None:
    query = select(PaymentLeg).where(
        PaymentLeg.order_id == order_id, PaymentLeg.kind == kind, PaymentLeg.stage != LegStage.SUCCEEDED
    )
    return session.scalars(query).first()


def asked_leg(session: Session, order: Order, kind: LegKind) -> PaymentLeg | None:
    """The leg that an order (locked) asks for now, at its amount of this moment, made when it is first needed. None
    when nothing is due."""
    amount = due(order, kind, purse(session.connection(), order.id))
    if amount == 0:
        return None
    leg = unpaid_leg(session, order.id, kind)
    if leg is None:
        leg = PaymentLeg(order_id=order.id, kind=kind, amount_minor=amount, currency=order.currency)
    leg.amount_minor = amount
    session.add(leg)
    session.flush()
    return leg


def due_at(order: Any, kind: LegKind) -> datetime | None:
    """By when a leg is to be paid, once that is known."""
    return getattr(order, RULES[kind].due)
