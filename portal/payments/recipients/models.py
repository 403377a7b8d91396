"""Where a factory is paid."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Field

from portal.core.db import Record, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.recipients.lifecycle import RECIPIENT, RecipientStage


class Rail(StrEnum):
    STRIPE = "stripe"  # transfers to the factory's account there
    BANK = "bank"  # a batch file that an operator gives to our bank


class Schedule(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"  # Mondays
    MONTHLY = "monthly"  # the first


class Recipient(Record, table=True):
    """How a factory is paid: one for each factory, made when it first says where. `requirements` is what Stripe said
    at `checked_at`: `due` (what it asks for, in its codes), `late` (what has stopped payments), `until` (when the rest
    does), `reason` (why it has closed the account), `submitted`. `former_ids`: accounts that were disconnected or left.
    Bank details are sealed; `bank_masked` is what people see of them."""

    __tablename__ = "recipient"
    lifecycle: ClassVar[Lifecycle] = RECIPIENT

    factory_id: UUID = Field(foreign_key="factory.id", unique=True)
    rail: Rail = enum_field(Rail, Rail.STRIPE)
    stage: RecipientStage = enum_field(RecipientStage, RecipientStage.NONE)
    schedule: Schedule = enum_field(Schedule, Schedule.WEEKLY)
    country: str = Field(default="", max_length=2)  # of the account at Stripe
    stripe_id: str | None = Field(default=None, max_length=255, unique=True)
    former_ids: list[str] = json_field(list)
    requirements: dict[str, Any] = json_field()
    checked_at: datetime | None = moment()
    sealed_bank: str = ""
    bank_masked: dict[str, Any] = json_field()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"factory_id": self.factory_id}


Recipient.__mapper__.version_id_col = Recipient.__table__.c.version  # type: ignore[attr-defined]
