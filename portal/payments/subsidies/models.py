"""The budgets of subsidies, and what was granted out of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field

from portal.core.db import Record, amount


class SubsidyBudget(Record, table=True):
    """What may be given in a calendar month (UTC) in a currency, as operators have set it. Granting locks the row."""

    __tablename__ = "subsidy_budget"
    __table_args__ = (CheckConstraint("monthly_minor >= 0", name="monthly"),)

    currency: str = Field(max_length=3, unique=True)
    monthly_minor: int = amount(...)
    set_by: UUID = Field(foreign_key="person.id")


class Subsidy(Record, table=True):
    """What the portal gave for an order, because of an event. It stays reserved whatever becomes of its refunds."""

    __tablename__ = "subsidy"
    __table_args__ = (
        Index("ix_subsidy_month", "currency", "month"),
        Index("ix_subsidy_order", "order_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    order_id: UUID = Field(sa_column=Column(ForeignKey("purchase_order.id"), nullable=False))
    event_id: UUID = Field(foreign_key="event.id", unique=True)
    currency: str = Field(max_length=3)
    month: date  # its first day
    amount_minor: int = amount(...)
    reason: str
    granted_by: UUID = Field(foreign_key="person.id")
