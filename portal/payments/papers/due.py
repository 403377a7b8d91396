"""What is still to be put on paper of an order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.payments.accounts import CREDITED, RECEIVED
from portal.payments.models import LedgerTransaction, PaymentLeg, Posting, Refund
from portal.payments.papers.models import TaxPaper, TaxPaperFile, TaxPaperKind
from portal.specs.models import OrderPaper, PaperKind

_NEVER_PAID = (OrderStage.EXPIRED, OrderStage.CANCELLED)


@dataclass(frozen=True)
class Due:
    """A paper that is to be issued, of what happened `at` a moment: about an order (`subject_id` its own), a parcel, or
    a movement of the ledger with its amount in minor units, the payment that it concerns, and the leg or the refund
    behind it."""

    kind: TaxPaperKind
    subject_id: UUID
    at: datetime
    minor: int = 0
    currency: str = ""
    payment_id: str = ""
    leg: PaymentLeg | None = None
    refund: Refund | None = None
    parcel: Parcel | None = None


def next_due(session: Session, order: Order) -> Due | None:
    """The first paper that an order (locked) still lacks, in the order in which things happened: the proforma invoice,
    a receipt or credit note for each movement of its buyer's money, a commercial invoice for each parcel."""
    lacking = (_proforma(session, order), _movement(session, order), _parcel(session, order))
    return min((due for due in lacking if due), key=lambda due: due.at, default=None)


def _papered(kind: TaxPaperKind, subject: Any) -> Any:
    return select(1).where(TaxPaper.kind == kind, TaxPaper.subject_id == subject).exists()


def _proforma(session: Session, order: Order) -> Due | None:
    missing = select(~_papered(TaxPaperKind.PROFORMA, order.id))
    if order.stage in _NEVER_PAID and not order.deposit_paid_at:
        return None
    return Due(TaxPaperKind.PROFORMA, order.id, order.created_at) if session.scalar(missing) else None


def unpapered() -> Any:
    """The movements that have no paper yet, as a query of their ledger transactions."""
    movements = RECEIVED | CREDITED
    done = select(1).where(
        TaxPaper.subject_id == LedgerTransaction.id,
        col(TaxPaper.kind).in_((TaxPaperKind.RECEIPT, TaxPaperKind.CREDIT_NOTE)),
    )
    return select(LedgerTransaction).where(col(LedgerTransaction.movement).in_(movements), ~done.exists())


def _movement(session: Session, order: Order) -> Due | None:
    query = unpapered().where(LedgerTransaction.order_id == order.id)
    moved = session.scalars(query.order_by(LedgerTransaction.id).limit(1)).first()
    if moved is None:
        return None
    debits = select(func.sum(Posting.amount_minor), func.min(Posting.currency)).where(
        Posting.transaction_id == moved.id, Posting.amount_minor > 0
    )
    minor, currency = session.execute(debits).one()
    subject = moved.source.partition(":")[2]
    amounts = {"at": moved.created_at, "minor": int(minor), "currency": currency}
    if moved.movement in RECEIVED:
        leg = session.scalars(select(PaymentLeg).where(PaymentLeg.payment_id == subject)).first()
        refund = None if leg else _unwanted(session, subject)
        return Due(TaxPaperKind.RECEIPT, moved.id, payment_id=subject, leg=leg, refund=refund, **amounts)
    refund = session.get_one(Refund, UUID(subject))
    return Due(TaxPaperKind.CREDIT_NOTE, moved.id, payment_id=refund.payment_id, refund=refund, **amounts)


def _unwanted(session: Session, payment_id: str) -> Refund | None:
    query = select(Refund).where(Refund.payment_id == payment_id, col(Refund.event_id).is_(None))
    return session.scalars(query).first()


def _parcel(session: Session, order: Order) -> Due | None:
    """A parcel without an invoice; those of the time before the series have one of another kind of number."""
    older = select(1).where(OrderPaper.subject_id == Parcel.id, OrderPaper.kind == PaperKind.COMMERCIAL_INVOICE)
    query = select(Parcel).where(
        Parcel.order_id == order.id, ~older.exists(), ~_papered(TaxPaperKind.COMMERCIAL_INVOICE, Parcel.id)
    )
    parcel = session.scalars(query.order_by(Parcel.number).limit(1)).first()
    return Due(TaxPaperKind.COMMERCIAL_INVOICE, parcel.id, parcel.created_at, parcel=parcel) if parcel else None


def papers_missing(session: Session, before: datetime) -> list[UUID]:
    """Orders that lack a paper for a movement of their buyer's money made before a moment, or the file of a paper
    issued before it: something was lost."""
    unfiled = ~select(1).where(TaxPaperFile.paper_id == TaxPaper.id).exists()
    moved = unpapered().where(LedgerTransaction.created_at < before).with_only_columns(LedgerTransaction.order_id)
    issued = select(TaxPaper.order_id).where(TaxPaper.created_at < before, unfiled)
    return [ident for ident in session.scalars(moved.union(issued)) if ident]
