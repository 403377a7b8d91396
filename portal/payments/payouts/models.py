"""Releases with their parts, the transfers and bank payments that carry them, and what was taken back."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Sequence, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, metadata, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.payouts.lifecycle import (
    BATCH,
    LINE,
    REVERSAL,
    TRANSFER,
    BatchStage,
    LineStage,
    ReversalStage,
    TransferStage,
)

batch_numbers = Sequence("payout_batch_number", start=1, metadata=metadata)


class ReleaseKind(StrEnum):
    ADVANCE = "advance"  # for materials, once the golden sample is approved, where the quote says so
    FINAL = "final"  # the claim window has closed, or the claim is settled
    KEPT = "kept"  # what an order that was ended leaves to the factory


class Release(Record, table=True):
    """Money that was held for an order and is the factory's now, because of an event: once for each."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index("ix_release_order", "order_id"),
        CheckConstraint("gross_minor > 0 and fee_minor between 0 and gross_minor", name="amounts"),
    )

    order_id: UUID = Field(foreign_key="purchase_order.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    event_id: UUID = Field(foreign_key="event.id")
    kind: ReleaseKind = enum_field(ReleaseKind, ReleaseKind.FINAL)
    gross_minor: int = amount(...)
    fee_minor: int = amount(...)
    currency: str = Field(max_length=3)


class ReleasePart(Record, table=True):
    """What a release takes out of one payment. `offset_minor` of it was set off against what the factory owed; the rest
    goes by a transfer that refers to it, or by the bank line that it refers to; `paid_at` when it has gone."""

    __tablename__ = "release_part"
    __table_args__ = (
        UniqueConstraint("release_id", "payment_id"),
        Index("ix_release_part_order", "order_id"),
        Index("ix_release_part_payment", "payment_id"),
        Index("ix_release_part_unpaid", "factory_id", postgresql_where=text("paid_at is null")),
        Index("ix_release_part_line", "line_id"),
        CheckConstraint("gross_minor > 0 and fee_minor between 0 and gross_minor", name="amounts"),
        CheckConstraint("offset_minor between 0 and gross_minor - fee_minor", name="offset"),
        CheckConstraint("lost_minor between 0 and gross_minor and lost_fee_minor between 0 and fee_minor", name="lost"),
    )

    release_id: UUID = Field(foreign_key="release.id")
    order_id: UUID = Field(foreign_key="purchase_order.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    payment_id: str = Field(max_length=255)  # Stripe's id of the payment that it comes out of
    gross_minor: int = amount(...)
    fee_minor: int = amount(...)
    offset_minor: int = amount()
    currency: str = Field(max_length=3)
    lost_minor: int = amount()  # of the gross, what a lost dispute gave back to the card
    lost_fee_minor: int = amount()  # of that, the portal's fee
    line_id: UUID | None = Field(default=None, foreign_key="payout_line.id")  # in a bank batch that is not over
    paid_at: datetime | None = moment()

    @property
    def net_minor(self) -> int:
        """What the factory gets."""
        return self.gross_minor - self.fee_minor - self.offset_minor


class Transfer(Record, table=True):
    """A released part on its way to the factory's account at Stripe: one for each part that is not refused."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index("uq_transfer_part", "part_id", unique=True, postgresql_where=text("stage <> 'failed'")),
        Index("ix_transfer_order", "order_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )
    lifecycle: ClassVar[Lifecycle] = TRANSFER

    order_id: UUID = Field(foreign_key="purchase_order.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    part_id: UUID = Field(foreign_key="release_part.id")
    stage: TransferStage = enum_field(TransferStage, TransferStage.REQUESTED)
    account_id: str = Field(max_length=255)  # Stripe's id of the factory's account
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    stripe_id: str | None = Field(default=None, max_length=255, unique=True)
    failure: str = Field(default="", max_length=300)
    created_there_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id, "factory_id": self.factory_id}


Transfer.__mapper__.version_id_col = Transfer.__table__.c.version  # type: ignore[attr-defined]


class Reversal(Record, table=True):
    """Money that the factory had and gives back, for one refund or lost dispute (`cause`: our id of it)."""

    __tablename__ = "reversal"
    __table_args__ = (
        UniqueConstraint("transfer_id", "cause"),
        Index("ix_reversal_order", "order_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )
    lifecycle: ClassVar[Lifecycle] = REVERSAL

    order_id: UUID = Field(foreign_key="purchase_order.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    transfer_id: UUID = Field(foreign_key="transfer.id")
    cause: UUID
    stage: ReversalStage = enum_field(ReversalStage, ReversalStage.REQUESTED)
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    stripe_id: str | None = Field(default=None, max_length=255, unique=True)
    failure: str = Field(default="", max_length=300)
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id, "factory_id": self.factory_id}


Reversal.__mapper__.version_id_col = Reversal.__table__.c.version  # type: ignore[attr-defined]


class PayoutBatch(Record, table=True):
    """Bank payments of one currency that an operator exports as a file; `approved_by` is somebody else above the
    threshold."""

    __tablename__ = "payout_batch"
    lifecycle: ClassVar[Lifecycle] = BATCH

    number: int = Field(
        default=None,
        sa_column=Column(Integer, batch_numbers, server_default=batch_numbers.next_value(), unique=True),
    )
    stage: BatchStage = enum_field(BatchStage, BatchStage.PREPARED)
    currency: str = Field(max_length=3)
    total_minor: int = amount(...)
    prepared_by: UUID = Field(foreign_key="person.id")
    approved_by: UUID | None = Field(default=None, foreign_key="person.id")
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {}


PayoutBatch.__mapper__.version_id_col = PayoutBatch.__table__.c.version  # type: ignore[attr-defined]


class PayoutLine(Record, table=True):
    """One factory's payment in a batch: the sum of its released parts. The bank details are those of the day the batch
    was made, sealed."""

    __tablename__ = "payout_line"
    __table_args__ = (
        Index("ix_payout_line_batch", "batch_id"),
        Index("ix_payout_line_factory", "factory_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )
    lifecycle: ClassVar[Lifecycle] = LINE

    batch_id: UUID = Field(sa_column=Column(ForeignKey("payout_batch.id"), nullable=False))
    factory_id: UUID = Field(foreign_key="factory.id")
    reference: str = Field(max_length=40, unique=True)  # what the bank's result file calls it
    stage: LineStage = enum_field(LineStage, LineStage.WAITING)
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    sealed_bank: str
    failure: str = Field(default="", max_length=300)
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"factory_id": self.factory_id}


PayoutLine.__mapper__.version_id_col = PayoutLine.__table__.c.version  # type: ignore[attr-defined]
