"""Money held for an order becomes the factory's: when its claim window closes, or by milestone where its quote says."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.core import jobs, lifecycle
from portal.core.actor import PAYMENTS, Role
from portal.core.events import Event
from portal.core.money import share
from portal.orders.lifecycle import ENDED_STAGES, ORDER, OrderStage
from portal.orders.models import Order
from portal.payments import holds, ledger, legs
from portal.payments.accounts import Account, Movement
from portal.payments.held import payments_left
from portal.payments.lifecycle import LegStage
from portal.payments.models import LedgerTransaction, LegKind, PaymentLeg, Posting
from portal.payments.payouts.models import Release, ReleaseKind, ReleasePart
from portal.products.registry import category

_PERMILLE = 1000


def fee_permille(order: Any) -> int:
    """The portal's fee of what an order pays the factory, in thousandths: as its terms say, else its category's."""
    agreed = order.terms.get("fee_permille")
    return category(order.category).fee_permille if agreed is None else agreed


def fee_of(minor: int, permille: int) -> int:
    """The fee of an amount, rounded down to the minor unit: in doubt for the factory."""
    return minor * permille // _PERMILLE


def release_rest(session: Session, order: Order, event: Event) -> Release | None:
    """Release all that is still held for an order (locked) that has ended with `event`. The portal takes its fee of an
    order that was delivered, none of what a cancelled one leaves. None while its money stands still, and when there is
    nothing, or `event` has released before."""
    if order.stage not in ENDED_STAGES:
        return None
    kind = ReleaseKind.FINAL if order.stage == OrderStage.CLOSED else ReleaseKind.KEPT
    return _release(session, order, event, kind, legs.held(session.connection(), order.id))


def release_advance(session: Session, order: Order, event: Event) -> Release | None:
    """Release the share of the deposit that the quote asks for once the golden sample stands, as far as the deposit has
    not been lost: what is paid later is not for it. None as above."""
    percent = order.terms["quote"].get("advance_percent", 0)
    if order.stage in ENDED_STAGES or not percent:
        return None
    wanted = share(order.deposit_minor, percent)
    return _release(session, order, event, ReleaseKind.ADVANCE, min(wanted, _deposit_left(session, order)))


def _deposit_left(session: Session, order: Order) -> int:
    deposit = select(PaymentLeg.payment_id).where(
        PaymentLeg.order_id == order.id, PaymentLeg.kind == LegKind.DEPOSIT, PaymentLeg.stage == LegStage.SUCCEEDED
    )
    paid = session.scalars(deposit).first()
    return sum(payment.left for payment in payments_left(session, order.id) if payment.payment_id == paid)


def _release(session: Session, order: Order, event: Event, kind: ReleaseKind, minor: int) -> Release | None:
    if minor < 1 or holds.holding(session, order.id) or _released_by(session, event):
        return None
    permille = 0 if kind == ReleaseKind.KEPT else fee_permille(order)
    made = Release(
        order_id=order.id,
        factory_id=order.factory_id,
        event_id=event.id,
        kind=kind,
        gross_minor=minor,
        fee_minor=fee_of(minor, permille),
        currency=order.currency,
    )
    session.add(made)
    session.flush()
    session.add_all(_parts(session, made, permille))
    session.flush()
    ledger.post(
        session,
        Movement.RELEASED,
        source=ledger.release_source(made.id),
        amount_minor=minor,
        fee_minor=made.fee_minor,
        currency=made.currency,
        order_id=order.id,
    )
    data = {"kind": kind.value, "amount_minor": minor, "fee_minor": made.fee_minor, "currency": made.currency}
    told = lifecycle.record(session, order, "money_released", actor=PAYMENTS, **data)
    lifecycle.follow(session, told, [Role.FACTORY])
    jobs.defer(session, "payments.pay_out", factory_id=order.factory_id)
    return made


def _released_by(session: Session, event: Event) -> bool:
    return session.scalars(select(Release.id).where(Release.event_id == event.id)).first() is not None


def _parts(session: Session, release: Release, permille: int) -> Iterator[ReleasePart]:
    """The release divided over the payments that it comes out of, the earliest first; the fees of the parts are the
    release's."""
    done = 0
    for payment in payments_left(session, release.order_id):
        gross = min(payment.left, release.gross_minor - done)
        if not gross:
            continue
        fee = fee_of(done + gross, permille) - fee_of(done, permille)
        done += gross
        yield ReleasePart(
            release_id=release.id,
            order_id=release.order_id,
            factory_id=release.factory_id,
            payment_id=payment.payment_id,
            gross_minor=gross,
            fee_minor=fee,
            currency=release.currency,
        )


def ended_with_money(session: Session) -> list[UUID]:
    """Orders that have ended, hold money, and are not held themselves: something was lost on the way to a release."""
    held = (
        select(LedgerTransaction.order_id)
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(Posting.account == Account.ORDER_HELD)
        .group_by(LedgerTransaction.order_id)
        .having(func.sum(Posting.amount_minor) != 0)
        .subquery()
    )
    query = select(Order.id).join(held, held.c.order_id == Order.id).where(col(Order.stage).in_(ENDED_STAGES))
    return list(session.scalars(query.where(~holds.open_on(Order.id))))


def milestone_of(session: Session, order: Order) -> Event | None:
    """The event with which the golden sample of an order (locked) has come to stand; None before. What was to be
    released at it while the money stood still is released with it later."""
    names = [step.event for step in ORDER.steps if "payments.release_advance" in step.then]
    query = select(Event).where(Event.subject == "order", Event.subject_id == order.id, col(Event.name).in_(names))
    return session.scalars(query.order_by(col(Event.id).desc())).first()


def end_of(session: Session, order: Order) -> Event | None:
    """The event with which an order (locked) has ended; None while it has not."""
    if order.stage not in ENDED_STAGES:
        return None
    query = select(Event).where(
        Event.subject == "order",
        Event.subject_id == order.id,
        Event.target == str(order.stage),
        Event.source != Event.target,
    )
    return session.scalars(query.order_by(col(Event.id).desc())).first()
