"""Released money on its way to factories' accounts at Stripe: one transfer for each payment that it comes out of."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.core.actor import PAYMENTS
from portal.core.clock import now
from portal.core.db import lock
from portal.core.lifecycle import advance
from portal.payments import breaks, holds, ledger
from portal.payments.accounts import Movement
from portal.payments.acts import ACTS, Act
from portal.payments.books.models import BreakKind
from portal.payments.gateway import Gateway
from portal.payments.intents import have_done
from portal.payments.lifecycle import RefundStage
from portal.payments.models import Operation, OperationKind, PaymentLeg, Refund
from portal.payments.payouts import schedule, setting_off, taking_back
from portal.payments.payouts.lifecycle import ReversalStage, TransferStage
from portal.payments.payouts.models import ReleasePart, Reversal, Transfer
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient
from portal.payments.reports import TransferReport

AT_ONCE = 100


def waiting_parts(session: Session, factory_id: UUID) -> list[ReleasePart]:
    """What has been released to a factory and is not on its way, and may go, the earliest first."""
    under_way = select(1).where(Transfer.part_id == ReleasePart.id, Transfer.stage != TransferStage.FAILED).exists()
    query = (
        select(ReleasePart)
        .where(
            ReleasePart.factory_id == factory_id,
            col(ReleasePart.paid_at).is_(None),
            col(ReleasePart.line_id).is_(None),
            ReleasePart.gross_minor > ReleasePart.fee_minor + ReleasePart.offset_minor,
            ~under_way,
            ~holds.open_on(ReleasePart.order_id),
        )
        .order_by(ReleasePart.id)
        .limit(AT_ONCE)
    )
    return list(session.scalars(query))


def transfer_all(session: Session, factory_id: UUID) -> int:
    """Set what a factory owes off against what waits for it, and send what is due of the rest to its account at Stripe,
    if it has one that takes it. Returns how many transfers were intended."""
    recipient = session.scalars(
        select(Recipient).where(Recipient.factory_id == factory_id).with_for_update(key_share=True)
    ).first()
    if recipient is None:
        return 0
    parts = waiting_parts(session, factory_id)
    setting_off.set_off(session, factory_id, parts)
    if recipient.rail != Rail.STRIPE or recipient.stage != RecipientStage.ACTIVE:
        return 0
    due = schedule.due(recipient.schedule, parts, now())
    for part in due:
        _send(session, part, str(recipient.stripe_id))
    return len(due)


def with_money_waiting(session: Session) -> list[UUID]:
    """The factories that Stripe can pay now and that something has been released to."""
    unpaid = (
        select(1).where(ReleasePart.factory_id == Recipient.factory_id, col(ReleasePart.paid_at).is_(None)).exists()
    )
    query = select(Recipient.factory_id).where(
        Recipient.rail == Rail.STRIPE, Recipient.stage == RecipientStage.ACTIVE, unpaid
    )
    return list(session.scalars(query))


def _send(session: Session, part: ReleasePart, account_id: str) -> None:
    transfer = Transfer(
        order_id=part.order_id,
        factory_id=part.factory_id,
        part_id=part.id,
        account_id=account_id,
        amount_minor=part.net_minor,
        currency=part.currency,
    )
    session.add(transfer)
    session.flush()
    _intend(session, transfer, part.payment_id if _bears(session, part.payment_id) else "")


def _bears(session: Session, payment_id: str) -> bool:
    """Whether a payment is enough for all transfers out of it (the one to be made is among them), as Stripe reckons:
    what its card has got back can't be passed on. Where the portal has given a subsidy, or what came back was set off
    elsewhere, it is not, and the transfer comes out of what is the portal's own."""
    paid = select(PaymentLeg.amount_minor).where(PaymentLeg.payment_id == payment_id)
    back = select(func.sum(Refund.amount_minor)).where(
        Refund.payment_id == payment_id, Refund.stage != RefundStage.FAILED
    )
    passed_on = (
        select(func.sum(Transfer.amount_minor))
        .join(ReleasePart, ReleasePart.id == Transfer.part_id)
        .where(ReleasePart.payment_id == payment_id, Transfer.stage != TransferStage.FAILED)
    )
    return (session.scalar(paid) or 0) >= (session.scalar(back) or 0) + (session.scalar(passed_on) or 0)


def _intend(session: Session, transfer: Transfer, payment_id: str) -> None:
    params = {
        "amount": transfer.amount_minor,
        "currency": transfer.currency.lower(),
        "destination": transfer.account_id,
        "transfer_group": str(transfer.order_id),
        "payment": payment_id,
    }
    have_done(session, OperationKind.TRANSFER, params, order_id=transfer.order_id, subject_id=transfer.id)


def _call(gateway: Gateway, operation: Operation, key: str) -> TransferReport:
    params = {name: value for name, value in operation.params.items() if name != "payment"}
    if operation.params["payment"]:
        # It is tied to the charge of its payment, so that it waits for that money and can't take another's.
        params["source_transaction"] = gateway.charge_of_payment(operation.params["payment"])
    return gateway.transfer(params, key)


def _record(session: Session, operation: Operation, report: TransferReport) -> None:
    transfer = lock(session, Transfer, operation.subject_id)
    if transfer.stage != TransferStage.REQUESTED:
        return
    transfer.stripe_id, transfer.created_there_at = report.stripe_id, report.created_at
    part = lock(session, ReleasePart, transfer.part_id)
    part.paid_at = now()
    session.add(part)
    amounts = {"amount_minor": transfer.amount_minor, "currency": transfer.currency}
    source = ledger.transfer_source(report.stripe_id)
    ledger.post(session, Movement.TRANSFERRED, source=source, order_id=transfer.order_id, **amounts)
    advance(session, transfer, "create", actor=PAYMENTS, **amounts)
    breaks.resolve(session, BreakKind.TRANSFER_FAILED, str(part.id))
    for reversal in session.scalars(
        select(Reversal).where(Reversal.transfer_id == transfer.id, Reversal.stage == ReversalStage.REQUESTED)
    ):
        taking_back.intend_reversal(session, reversal, report.stripe_id)


def _record_refused(session: Session, operation: Operation, why: str) -> None:
    transfer = lock(session, Transfer, operation.subject_id)
    transfer.failure = why[:300]
    advance(session, transfer, "refuse", actor=PAYMENTS, why=transfer.failure)
    taking_back.drop(session, transfer)
    breaks.found(
        session,
        BreakKind.TRANSFER_FAILED,
        str(transfer.part_id),
        order_id=transfer.order_id,
        ours_minor=transfer.amount_minor,
        currency=transfer.currency,
    )


ACTS[OperationKind.TRANSFER] = Act(
    _call,
    lambda gateway, operation: gateway.find_transfer(str(operation.id), operation.params["transfer_group"]),
    _record,
    _record_refused,
)
