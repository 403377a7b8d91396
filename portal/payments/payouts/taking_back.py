"""Money that was released and comes back: from the factory's account at Stripe, or set off against what it is owed."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core import jobs
from portal.core.actor import PAYMENTS, Actor
from portal.core.db import lock
from portal.core.errors import Gone, Invalid
from portal.core.events import Event
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.core.money import show
from portal.orders.models import Order
from portal.payments import breaks, held, holds, ledger, refunds
from portal.payments.accounts import Movement
from portal.payments.acts import ACTS, Act
from portal.payments.books.models import BreakKind
from portal.payments.held import Held
from portal.payments.intents import have_done
from portal.payments.models import CheckoutSession, Operation, OperationKind, Refund
from portal.payments.payouts import setting_off
from portal.payments.payouts.lifecycle import ReversalStage, TransferStage
from portal.payments.payouts.models import ReleasePart, Reversal, Transfer
from portal.payments.reports import ReversalReport


class Left(NamedTuple):
    """A released part and what of it can still be given back, in minor units. `whole` is what is neither given back nor
    lost in a dispute, with `fee` of the portal's fee in it: more than can be given back, where its card has got some of
    it as a subsidy."""

    part: ReleasePart
    checkout_id: UUID
    gross: int
    fee: int
    whole: int


def parts_left(session: Session, order_id: UUID) -> list[Left]:
    """The released parts of an order (locked) that have something left, the latest first."""
    back = (
        select(
            Refund.part_id,
            func.sum(Refund.amount_minor).label("gross"),
            func.sum(Refund.fee_minor).label("fee"),
        )
        .where(Refund.order_id == order_id, Refund.part_id.is_not(None))  # type: ignore[union-attr]
        .group_by(Refund.part_id)
        .subquery()
    )
    query = (
        select(ReleasePart, CheckoutSession.id, func.coalesce(back.c.gross, 0), func.coalesce(back.c.fee, 0))
        .join(CheckoutSession, CheckoutSession.payment_id == ReleasePart.payment_id)
        .outerjoin(back, back.c.part_id == ReleasePart.id)
        .where(
            ReleasePart.order_id == order_id,
            ReleasePart.gross_minor - ReleasePart.lost_minor > func.coalesce(back.c.gross, 0),
        )
        .order_by(ReleasePart.id.desc())
    )
    takes = {payment.payment_id: payment.left for payment in held.returnable(session, order_id)}
    found = []
    for part, page, gross, fee in session.execute(query).all():
        left = part.gross_minor - part.lost_minor - int(gross)
        fee_left = part.fee_minor - part.lost_fee_minor - int(fee)
        able = min(left, takes.get(part.payment_id, 0))  # a subsidy has given the card some of it already
        if able:
            takes[part.payment_id] -= able
            found.append(Left(part, page, able, fee_left, left))
    return found


def released_left(session: Session, order_id: UUID) -> int:
    """What has been released of an order (locked) and not given back, in minor units."""
    return sum(left.gross for left in parts_left(session, order_id))


def give_back_released(session: Session, order: Order, event: Event, minor: int) -> int:
    """Have `minor` of what was released of an order (locked) returned to the cards it came from, because of `event`:
    the factory's share is taken back from it, the portal gives its fee back in proportion. Returns what goes back:
    nothing when `event` has given back before.

    Raises `Gone` while the order's money stands still, `Invalid` for more than is left.
    """
    parts = parts_left(session, order.id)
    given = select(Refund.id).where(Refund.event_id == event.id, Refund.part_id.is_not(None))  # type: ignore[union-attr]
    if minor < 1 or session.scalars(given).first():
        return 0
    holds.must_be_free(session, order.id)
    most = sum(left.gross for left in parts)
    if minor > most:
        raise Invalid(amount=N_("At most %(amount)s can be given back.", amount=show(most, order.currency)))
    for left, gross, fee in shares(parts, minor):
        payment = Held(left.part.payment_id, left.checkout_id, left.gross)
        refund = refunds.give_back_released(session, order, event, payment, gross, part_id=left.part.id, fee_minor=fee)
        take_back(session, left.part, gross - fee, cause=refund.id)
    return minor


def shares(parts: list[Left], minor: int) -> Iterator[tuple[Left, int, int]]:
    """(part, gross, fee) of each part that `minor` comes out of, the fee in proportion and rounded down once. The last
    cent of a part brings the rest of its fee."""
    rest = minor
    for left in parts:
        gross = min(rest, left.gross)
        if gross:
            yield left, gross, left.fee * gross // left.whole
            rest -= gross


def take_back(session: Session, part: ReleasePart, minor: int, *, cause: UUID) -> None:
    """Take `minor` of what a factory has of a part back, for the refund or dispute `cause`: by a reversal as far as a
    transfer has brought it there. What it has not yet, or had through its bank, it owes, and it is set off."""
    jobs.defer(session, "payments.pay_out", factory_id=part.factory_id)  # what no transfer has carried is set off there
    transfer = session.scalars(
        select(Transfer).where(Transfer.part_id == part.id, Transfer.stage != TransferStage.FAILED)
    ).first()
    amount = min(minor, transfer.amount_minor - _reversed(session, transfer.id)) if transfer else 0
    if transfer is None or amount < 1:
        return
    reversal = Reversal(
        order_id=transfer.order_id,
        factory_id=transfer.factory_id,
        transfer_id=transfer.id,
        cause=cause,
        amount_minor=amount,
        currency=transfer.currency,
    )
    session.add(reversal)
    session.flush()
    if transfer.stage != TransferStage.REQUESTED:  # one that is on its way is reversed when it has arrived
        intend_reversal(session, reversal, str(transfer.stripe_id))


def _reversed(session: Session, transfer_id: UUID) -> int:
    """What of a transfer has been taken back, or is about to be."""
    query = select(func.coalesce(func.sum(Reversal.amount_minor), 0)).where(
        Reversal.transfer_id == transfer_id, Reversal.stage != ReversalStage.FAILED
    )
    return int(session.scalar(query) or 0)


def intend_reversal(session: Session, reversal: Reversal, transfer_id: str) -> None:
    """Have a reversal made at Stripe."""
    params = {"amount": reversal.amount_minor, "transfer": transfer_id}
    have_done(session, OperationKind.REVERSE_TRANSFER, params, order_id=reversal.order_id, subject_id=reversal.id)


def retry(session: Session, reversal: Reversal, *, actor: Actor) -> None:
    """Try a failed reversal (locked) again. Raises `NotAllowed` unless it has failed, `Gone` when the factory no longer
    owes so much: it was set off in the meantime."""
    if setting_off.owed(session, reversal.factory_id, reversal.currency) < reversal.amount_minor:
        raise Gone(N_("The factory has settled this in the meantime."))
    advance(session, reversal, "retry", actor=actor)
    reversal.failure = ""
    breaks.resolve(session, BreakKind.REVERSAL_FAILED, str(reversal.id))
    intend_reversal(session, reversal, str(session.get_one(Transfer, reversal.transfer_id).stripe_id))


def _record(session: Session, operation: Operation, report: ReversalReport) -> None:
    reversal = lock(session, Reversal, operation.subject_id)
    if reversal.stage != ReversalStage.REQUESTED:
        return
    reversal.stripe_id = report.stripe_id
    amounts = {"amount_minor": reversal.amount_minor, "currency": reversal.currency}
    source = ledger.reversal_source(report.stripe_id)
    ledger.post(session, Movement.TRANSFER_REVERSED, source=source, order_id=reversal.order_id, **amounts)
    advance(session, reversal, "settle", actor=PAYMENTS, **amounts)
    transfer = lock(session, Transfer, reversal.transfer_id)
    settled = select(func.sum(Reversal.amount_minor)).where(
        Reversal.transfer_id == transfer.id, Reversal.stage == ReversalStage.SUCCEEDED
    )
    whole = session.scalar(settled) == transfer.amount_minor
    advance(session, transfer, "reverse" if whole else "reverse_part", actor=PAYMENTS, **amounts)


def drop(session: Session, transfer: Transfer) -> None:
    """A transfer was refused: nothing can be taken back of it, and what should have been is owed."""
    query = select(Reversal).where(Reversal.transfer_id == transfer.id, Reversal.stage == ReversalStage.REQUESTED)
    for reversal in session.scalars(query):
        advance(session, reversal, "fail", actor=PAYMENTS, why="")


def _record_refused(session: Session, operation: Operation, why: str) -> None:
    reversal = lock(session, Reversal, operation.subject_id)
    reversal.failure = why[:300]
    advance(session, reversal, "fail", actor=PAYMENTS, why=reversal.failure)
    breaks.found(
        session,
        BreakKind.REVERSAL_FAILED,
        str(reversal.id),
        order_id=reversal.order_id,
        ours_minor=reversal.amount_minor,
        currency=reversal.currency,
    )


def _params(operation: Operation) -> dict[str, object]:
    return {name: value for name, value in operation.params.items() if name != "transfer"}


ACTS[OperationKind.REVERSE_TRANSFER] = Act(
    lambda gateway, operation, key: gateway.reverse(operation.params["transfer"], _params(operation), key),
    lambda gateway, operation: gateway.find_reversal(str(operation.id), operation.params["transfer"]),
    _record,
    _record_refused,
)
