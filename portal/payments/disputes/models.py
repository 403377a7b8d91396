"""Card disputes."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.disputes.lifecycle import DISPUTE, OPEN_STAGES, DisputeStage

INQUIRY = "warning_"  # how Stripe's status of a question begins that takes no money yet


class Liable(StrEnum):
    """Who answers for what a lost dispute takes of money that was released already."""

    PORTAL = "portal"
    FACTORY = "factory"


class Dispute(Record, table=True):
    """A dispute as Stripe has it, and what follows here. `taken_minor` and `back_minor` are what the bank has taken and
    given back, by Stripe's own books; what is gone in a lost one came out of `lost_refunds_minor` (refunds that could
    not be made), `lost_held_minor` (what was held for the order) and `lost_released_minor`, for which `liable` answers.
    `statement` and `fields` are an operator's words for the bank, `pack_key` the paper that goes with them."""

    __tablename__ = "card_dispute"
    __table_args__ = (
        Index("ix_card_dispute_order", "order_id"),
        Index("ix_card_dispute_open", "evidence_due_at", postgresql_where=text("stage in ('opened', 'answered')")),
        CheckConstraint("amount_minor > 0 and taken_minor >= 0 and back_minor >= 0", name="amounts"),
        CheckConstraint("(settled_at is not null) or (lost_released_minor = 0)", name="settled"),
    )
    lifecycle: ClassVar[Lifecycle] = DISPUTE

    order_id: UUID = Field(foreign_key="purchase_order.id")
    brief_id: UUID = Field(foreign_key="brief.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    payment_id: str = Field(max_length=255)
    stripe_id: str = Field(max_length=255, unique=True)
    stage: DisputeStage = enum_field(DisputeStage, DisputeStage.OPENED)
    status: str = Field(max_length=40)  # Stripe's
    reason: str = Field(max_length=60)  # Stripe's code of what the payer says
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    evidence_due_at: datetime | None = moment()
    began_at: datetime = moment(nullable=False)
    taken_minor: int = amount()
    back_minor: int = amount()
    lost_refunds_minor: int = amount()
    lost_held_minor: int = amount()
    lost_released_minor: int = amount()
    liable: Liable | None = enum_field(Liable, None)
    verdict: str = ""  # an operator's reason for it
    settled_at: datetime | None = moment()
    settled_by: UUID | None = Field(default=None, foreign_key="person.id")
    statement: str = ""
    fields: dict[str, Any] = json_field()
    pack_key: str = ""
    pack_sha256: str = Field(default="", max_length=64)
    pack_pages: list[str] = json_field(list)
    pack_asked_at: datetime | None = moment()
    pack_made_at: datetime | None = moment()
    submitted_at: datetime | None = moment()
    failure: str = Field(default="", max_length=300)  # why Stripe did not take the evidence
    checked_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    @property
    def inquiry(self) -> bool:
        """The bank only asks; it has taken nothing."""
        return self.status.startswith(INQUIRY)

    @property
    def open(self) -> bool:
        return self.stage in OPEN_STAGES

    @property
    def uncovered_minor(self) -> int:
        """What the bank has taken and nobody has answered for."""
        lost = self.lost_refunds_minor + self.lost_held_minor + self.lost_released_minor
        return self.taken_minor - self.back_minor - lost

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id, "brief_id": self.brief_id, "factory_id": self.factory_id}


Dispute.__mapper__.version_id_col = Dispute.__table__.c.version  # type: ignore[attr-defined]
