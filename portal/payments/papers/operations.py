"""Issuing papers: number, content and row in one transaction; the file afterwards."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from portal.core.clock import now
from portal.core.db import new_id
from portal.orders.models import Order, Parcel
from portal.payments.accounts import RECEIVED
from portal.payments.ledger import payment_source
from portal.payments.models import LedgerTransaction, Refund, RefundReason
from portal.payments.papers import contents, numbers
from portal.payments.papers.due import Due, next_due
from portal.payments.papers.models import TaxPaper, TaxPaperFile, TaxPaperKind
from portal.specs import queries as specs
from portal.specs import shipping
from portal.specs.models import PaperKind
from portal.specs.operations import content_hash, file_paper

_K = TaxPaperKind


def issue_next(session: Session, order: Order) -> TaxPaper | None:
    """Issue the first paper that an order (locked) lacks. None when it has them all. Commit each before the next: its
    series waits for it."""
    due = next_due(session, order)
    return _issue(session, order, due) if due else None


def _issue(session: Session, order: Order, due: Due) -> TaxPaper:
    today = now().date()
    corrects, said = _content(session, order, due)
    serial = numbers.take_next(session, due.kind, today.year)  # last: everybody else's papers wait from here on
    number = numbers.written(due.kind, today.year, serial)
    content = contents.frame(order, due.kind, number, today.isoformat()) | said
    if due.currency and due.currency != content["currency"]:
        content["currency"] = due.currency
    paper = TaxPaper(
        kind=due.kind,
        year=today.year,
        serial=serial,
        number=number,
        order_id=order.id,
        subject_id=due.subject_id,
        corrects_id=corrects.id if corrects else None,
        for_factory=_concerns_factory(due),
        currency=content["currency"],
        total_minor=content["total_minor"],
        content=content,
        content_hash=content_hash(content),
    )
    session.add(paper)
    session.flush()
    return paper


def _content(session: Session, order: Order, due: Due) -> tuple[TaxPaper | None, dict[str, Any]]:
    """The paper that a new one corrects, and what it says beyond its frame."""
    if due.kind == _K.PROFORMA:
        return None, contents.proforma(order)
    if due.kind == _K.COMMERCIAL_INVOICE and due.parcel:
        return None, _commercial(session, order, due.parcel)
    if due.kind == _K.RECEIPT:
        return None, contents.receipt(order, due, _newest(session, order, _K.PROFORMA))
    receipt = _receipt_of(session, due.payment_id)
    corrects = _charged(session, order, due.refund) if contents.is_of_goods(due.refund) else receipt
    return corrects, contents.credit_note(order, due, corrects, receipt)


def _charged(session: Session, order: Order, refund: Refund | None) -> TaxPaper | None:
    """The paper that charged what goes back: the newest invoice of a parcel; of pieces that never left, which none of
    those has, the proforma invoice."""
    proforma = _newest(session, order, _K.PROFORMA)
    if refund and refund.reason == RefundReason.SHORT:
        return proforma
    return _newest(session, order, _K.COMMERCIAL_INVOICE) or proforma


def _commercial(session: Session, order: Order, parcel: Parcel) -> dict[str, Any]:
    spec = specs.in_force(session.connection(), order.id)
    said = shipping.content(order, parcel, spec.values if spec else order.terms["brief"]["values"])
    said["shipped_on"] = said.pop("date")
    unit = {"unit_minor": order.unit_price_minor}
    return said | {
        "total_minor": said["value_minor"],
        "lines": [
            contents.line("goods_minor", goods.value_minor) | {"pieces": goods.pieces} | unit for goods in said["goods"]
        ],
        "tax": None,
        "references": {"order": f"PO-{order.number}"},
    }  # fmt: skip


def _newest(session: Session, order: Order, kind: TaxPaperKind) -> TaxPaper | None:
    query = select(TaxPaper).where(TaxPaper.order_id == order.id, TaxPaper.kind == kind)
    return session.scalars(query.order_by(col(TaxPaper.serial).desc()).limit(1)).first()


def _receipt_of(session: Session, payment_id: str) -> TaxPaper | None:
    query = (
        select(TaxPaper)
        .join(LedgerTransaction, LedgerTransaction.id == TaxPaper.subject_id)  # type: ignore[arg-type]
        .where(
            TaxPaper.kind == _K.RECEIPT,
            col(LedgerTransaction.movement).in_(RECEIVED),
            LedgerTransaction.source == payment_source(payment_id),
        )
    )
    return session.scalars(query).first()


def _concerns_factory(due: Due) -> bool:
    if due.kind == _K.CREDIT_NOTE:
        return contents.is_of_goods(due.refund)
    return due.kind != _K.RECEIPT


def unfiled(session: Session, order_id: UUID) -> list[TaxPaper]:
    """The papers of an order that have no PDF yet, the first first."""
    filed = select(1).where(TaxPaperFile.paper_id == TaxPaper.id)
    query = select(TaxPaper).where(TaxPaper.order_id == order_id, ~filed.exists())
    return list(session.scalars(query.order_by(TaxPaper.id)))


def file(session: Session, paper: TaxPaper, *, pdf_key: str, pdf_sha256: str) -> None:
    """Keep the PDF of a paper. Another hand may have made it in the meantime: the first one counts."""
    row = {"id": new_id(), "created_at": now(), "paper_id": paper.id, "pdf_key": pdf_key, "pdf_sha256": pdf_sha256}
    session.execute(insert(TaxPaperFile).values(**row).on_conflict_do_nothing())
    if paper.kind == _K.COMMERCIAL_INVOICE:
        file_paper(
            session, paper.order_id, PaperKind.COMMERCIAL_INVOICE, paper.subject_id,
            pdf_key=pdf_key, pdf_sha256=pdf_sha256, number=paper.number,
        )  # fmt: skip
