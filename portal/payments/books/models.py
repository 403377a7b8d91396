"""Our copy of Stripe's books, and the entries that correct ours."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.accounts import Movement
from portal.payments.books.lifecycle import CORRECTION, CorrectionStage


class LinePart(StrEnum):
    GROSS = "gross"
    FEE = "fee"  # what Stripe kept of it


class StripeLine(Record, table=True):
    """What one line of Stripe's books moved, its fee apart: minor units, negative when Stripe holds less by it.
    `source` is what our ledger calls the same movement. Fetched again for some days, so that it follows Stripe."""

    __tablename__ = "stripe_line"
    __table_args__ = (
        UniqueConstraint("stripe_id", "part"),
        Index("ix_stripe_line_source", "source"),
        Index("ix_stripe_line_made", "made_at", "id"),
    )

    stripe_id: str = Field(max_length=255)
    part: LinePart = enum_field(LinePart, LinePart.GROSS)
    type: str = Field(max_length=80)
    source: str = Field(max_length=255)
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    made_at: datetime = moment(nullable=False)


class Correction(Record, table=True):
    """An entry that makes our books say what Stripe's do, with an operator's reason; `approved_by` is somebody else
    above the threshold. At most one of a break is not withdrawn. Once it is booked it never changes."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("uq_correction_live", "break_id", unique=True, postgresql_where=text("stage <> 'withdrawn'")),
        Index("ix_correction_subject", "subject"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("approved_by <> proposed_by", name="two"),
        CheckConstraint("(stage = 'posted') = (transaction_id is not null)", name="posted"),
        CheckConstraint("reason <> ''", name="reason"),
    )
    lifecycle: ClassVar[Lifecycle] = CORRECTION

    break_id: UUID = Field(sa_column=Column(ForeignKey("reconcile_break.id"), nullable=False))
    stage: CorrectionStage = enum_field(CorrectionStage, CorrectionStage.PROPOSED)
    movement: Movement = enum_field(Movement, Movement.CORRECTED_UP)
    subject: str = Field(max_length=255)  # what it corrects, as the break says
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    reason: str
    proposed_by: UUID = Field(foreign_key="person.id")
    approved_by: UUID | None = Field(default=None, foreign_key="person.id")
    transaction_id: UUID | None = Field(default=None, foreign_key="ledger_transaction.id", unique=True)
    posted_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {}  # the order's own timeline tells its parties of the standstill, not of our books


Correction.__mapper__.version_id_col = Correction.__table__.c.version  # type: ignore[attr-defined]
