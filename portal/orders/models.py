"""Orders: the terms frozen at the award, and the stage since."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Sequence, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, metadata, moment
from portal.core.lifecycle import Lifecycle
from portal.orders.lifecycle import ORDER, OrderStage

order_numbers = Sequence("order_number", start=2001, metadata=metadata)


class Order(Record, table=True):
    """One order. `terms` is the quote, brief and spec values as they were at the award, with the version of the
    portal's terms; nothing in it changes. Amounts are minor units of `currency`."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        CheckConstraint("total_minor = deposit_minor + balance_minor and deposit_minor >= 0", name="sum"),
        Index("ix_order_creator", "creator_id", text("number desc")),
        Index("ix_order_factory", "factory_id", text("number desc")),
        Index("ix_order_stage", "stage", text("number desc")),
    )
    lifecycle: ClassVar[Lifecycle] = ORDER

    number: int = Field(
        default=None,
        sa_column=Column(Integer, order_numbers, server_default=order_numbers.next_value(), unique=True),
    )
    brief_id: UUID = Field(sa_column=Column(ForeignKey("brief.id"), unique=True, nullable=False))
    invitation_id: UUID = Field(foreign_key="invitation.id")
    quote_id: UUID = Field(foreign_key="quote.id")
    creator_id: UUID = Field(foreign_key="person.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    stage: OrderStage = enum_field(OrderStage, OrderStage.AWAITING_DEPOSIT)
    category: str = Field(max_length=40)
    title: str = Field(max_length=120)
    quantity: int
    currency: str = Field(max_length=3)
    unit_price_minor: int = amount(...)
    total_minor: int = amount(...)
    deposit_minor: int = amount(...)
    balance_minor: int = amount(...)
    lead_days: int
    ship_by: date | None = None  # promised; runs from the deposit, so it is set when that is paid
    deposit_due_at: datetime = moment(nullable=False)
    deposit_paid_at: datetime | None = moment()
    terms: dict[str, Any] = json_field()
    terms_hash: str = Field(max_length=64)
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {
            "brief_id": self.brief_id,
            "invitation_id": self.invitation_id,
            "order_id": self.id,
            "factory_id": self.factory_id,
        }


Order.__mapper__.version_id_col = Order.__table__.c.version  # type: ignore[attr-defined]
