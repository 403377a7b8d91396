"""Exchange rates, as they were entered."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, Numeric, text
from sqlmodel import Field

from portal.core.db import Record


class Rate(Record, table=True):
    """On `day`, according to `source`, one unit of `base` was worth `value` units of `counter`. Never changed: a later
    entry takes its place."""

    __tablename__ = "rate"
    __table_args__ = (
        CheckConstraint("value > 0", name="value"),
        CheckConstraint("base <> counter", name="pair"),
        Index("ix_rate_pair", "base", "counter", text("day desc"), text("id desc")),
    )

    base: str = Field(max_length=3)
    counter: str = Field(max_length=3)
    value: Decimal = Field(sa_column=Column(Numeric(20, 10), nullable=False))
    day: date
    source: str = Field(max_length=200)
    entered_by: UUID = Field(foreign_key="person.id")
