"""The papers of an order's money, their files, and the series that number them."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field


class TaxPaperKind(StrEnum):
    PROFORMA = "proforma_invoice"
    COMMERCIAL_INVOICE = "commercial_invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"


class PaperSeries(Record, table=True):
    """How far the numbers of one kind of paper have come in a year. Whoever takes the next one holds the row until the
    paper that bears it is committed, so that a rollback gives the number back: the database refuses anything else."""

    __tablename__ = "paper_series"
    __table_args__ = (UniqueConstraint("kind", "year"), CheckConstraint("last > 0", name="last"))

    kind: TaxPaperKind = enum_field(TaxPaperKind, TaxPaperKind.RECEIPT)
    year: int
    last: int


class TaxPaper(Record, table=True):
    """A paper as it was issued: all that it says is `content` (canonical JSON, SHA-256 in `content_hash`). Never
    changed. `subject_id` is what it is about: the order (proforma), a parcel (commercial invoice), or the movement in
    the ledger (receipt, credit note). `corrects_id`: the paper that a credit note corrects."""

    __tablename__ = "tax_paper"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        UniqueConstraint("kind", "year", "serial"),
        CheckConstraint("corrects_id is null or kind = 'credit_note'", name="corrects"),
        Index("ix_tax_paper_order", "order_id"),
        Index("ix_tax_paper_created_at", text("created_at desc")),
    )

    kind: TaxPaperKind = enum_field(TaxPaperKind, TaxPaperKind.RECEIPT)
    year: int
    serial: int
    number: str = Field(max_length=24, unique=True)  # RC-2026-000123
    order_id: UUID = Field(foreign_key="purchase_order.id")
    subject_id: UUID
    corrects_id: UUID | None = Field(default=None, foreign_key="tax_paper.id")
    for_factory: bool  # whether it concerns the factory too
    currency: str = Field(max_length=3)
    total_minor: int = amount(...)
    content: dict[str, Any] = json_field()
    content_hash: str = Field(max_length=64)


class TaxPaperFile(Record, table=True):
    """The PDF of a paper, made once. Never changed."""

    __tablename__ = "tax_paper_file"

    paper_id: UUID = Field(foreign_key="tax_paper.id", unique=True)
    pdf_key: str
    pdf_sha256: str = Field(max_length=64)
