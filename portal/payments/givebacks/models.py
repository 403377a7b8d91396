"""What a creator asks back of a finished order, and what its factory gives."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.givebacks.lifecycle import GIVE_BACK, GiveBackStage


class GiveBack(Record, table=True):
    """One request and its answer, or what a factory gave without being asked (`asked_minor` None). At most one request
    of an order waits. Amounts are gross, in minor units; `granted_minor` is 0 unless it is granted."""

    __tablename__ = "give_back"
    __table_args__ = (
        Index("ix_give_back_order", "order_id"),
        Index("uq_give_back_asked", "order_id", unique=True, postgresql_where=text("stage = 'asked'")),
        CheckConstraint("asked_minor > 0", name="asked"),
        CheckConstraint("(stage = 'granted') = (granted_minor > 0)", name="granted"),
    )
    lifecycle: ClassVar[Lifecycle] = GIVE_BACK

    order_id: UUID = Field(foreign_key="purchase_order.id")
    brief_id: UUID = Field(foreign_key="brief.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    stage: GiveBackStage = enum_field(GiveBackStage, GiveBackStage.ASKED)
    currency: str = Field(max_length=3)
    asked_minor: int | None = amount(None)
    reason: str = ""  # the creator's
    granted_minor: int = amount()
    reply: str = ""  # the factory's
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id, "brief_id": self.brief_id, "factory_id": self.factory_id}


GiveBack.__mapper__.version_id_col = GiveBack.__table__.c.version  # type: ignore[attr-defined]
