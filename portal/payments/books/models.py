"""Rounds of comparing with Stripe, what differs, our copy of Stripe's books, and the entries that correct ours."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.accounts import Movement
from portal.payments.books.lifecycle import CORRECTION, CorrectionStage


class ReconcileKind(StrEnum):
    PENDING = "pending"  # every five minutes: what has not ended
    EVENTS = "events"  # hourly: messages that Stripe could not deliver
    BOOKS = "books"  # daily: Stripe's books against ours


class ReconcileRun(Record, table=True):
    """One round of comparing with Stripe: how many of what were looked at; `reached_at`, up to where its books are
    compared with ours."""

    __tablename__ = "reconcile_run"
    __table_args__ = (Index("ix_reconcile_run_kind", "kind", text("created_at desc")),)

    kind: ReconcileKind = enum_field(ReconcileKind, ReconcileKind.PENDING)
    looked_at: int = 0
    mended: int = 0
    counts: dict[str, int] = json_field()
    troubles: list[str] = json_field(list)
    reached_at: datetime | None = moment()
    ended_at: datetime | None = moment()


class BreakKind(StrEnum):
    MISSING_POSTING = "missing_posting"  # Stripe moved money that our ledger does not know
    MISSING_AT_STRIPE = "missing_at_stripe"  # our ledger moved money that Stripe does not know
    DIFFERENT_AMOUNT = "different_amount"
    CLEARING_BALANCE = "clearing_balance"
    HELD_BALANCE = "held_balance"
    OLD_SUSPENSE = "old_suspense"
    REFUND_FAILED = "refund_failed"
    UNKNOWN_REFUND = "unknown_refund"  # made at Stripe by hand
    TRANSFER_FAILED = "transfer_failed"
    REVERSAL_FAILED = "reversal_failed"
    PAYABLE_BALANCE = "payable_balance"  # owed to factories is not the sum of what was released and not paid
    BANK_LINE_FAILED = "bank_line_failed"
    DISPUTE_OPEN = "dispute_open"  # a bank has taken money back for a payment that we do not know


class Break(Record, table=True):
    """A difference between our books and the world, open until it is gone. One open break per kind and subject."""

    __tablename__ = "reconcile_break"
    __table_args__ = (
        Index("uq_reconcile_break_open", "kind", "subject", unique=True, postgresql_where=text("resolved_at is null")),
    )

    kind: BreakKind = enum_field(BreakKind, BreakKind.MISSING_POSTING)
    subject: str = Field(max_length=255)  # Stripe's id, an account and currency, or ours
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")
    ours_minor: int | None = amount(None)
    theirs_minor: int | None = amount(None)
    currency: str = Field(default="", max_length=3)
    resolved_at: datetime | None = moment()


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
