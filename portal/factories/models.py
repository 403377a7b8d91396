"""Factories: who they are, what they can make, at what price, how they have done."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.factories.lifecycle import FACTORY, FactoryStage


class Factory(Record, table=True):
    """A factory. Public (matched, invited, shown) only while VERIFIED."""

    __tablename__ = "factory"
    __table_args__ = (
        CheckConstraint("latitude between -90 and 90", name="latitude"),
        Index("ix_factory_stage", "stage", text("id desc")),
    )
    lifecycle: ClassVar[Lifecycle] = FACTORY

    slug: str = Field(max_length=80, unique=True)
    name: str = Field(max_length=160)  # in Latin letters
    name_zh: str = Field(default="", max_length=160)
    stage: FactoryStage = enum_field(FactoryStage, FactoryStage.DRAFT)
    open_for_work: bool = True
    province: str = Field(default="", max_length=60)  # English; `place_zh` is what its own people read
    city: str = Field(default="", max_length=60)
    place_zh: str = Field(default="", max_length=80)
    country: str = Field(default="CN", max_length=2)
    latitude: float | None = None
    longitude: float | None = None
    about: str = ""
    about_zh: str = ""
    founded: int | None = None
    employees: int | None = None
    license_number: str = Field(default="", max_length=60)  # 统一社会信用代码
    contact_name: str = Field(default="", max_length=120)
    phone: str = Field(default="", max_length=40)
    timezone: str = Field(default="Asia/Shanghai", max_length=48)
    currency: str = Field(default="CNY", max_length=3)
    deposit_percent: int = 30
    incoterm: str = Field(default="FOB", max_length=3)
    incoterm_place: str = Field(default="", max_length=80)
    response_hours: float | None = None  # median time from invitation to quote; None before the first
    verified_at: datetime | None = moment()
    review_note: str = ""  # what the operator said when refusing or suspending

    def scope(self) -> dict[str, UUID | None]:
        return {"factory_id": self.id}


class Capability(Record, table=True):
    """What a factory makes in one category, and its record there. Matching reads this table alone."""

    __tablename__ = "capability"
    __table_args__ = (
        UniqueConstraint("factory_id", "category"),
        CheckConstraint("moq >= 1 and (max_quantity is null or max_quantity >= moq)", name="quantities"),
        # Matching walks this index by falling score and never touches the table until it has its candidates.
        Index(
            "ix_capability_match",
            "category",
            text("score desc"),
            "factory_id",
            postgresql_where=text("available"),
            postgresql_include=["moq", "max_quantity", "goods", "processes", "materials", "certificates", "markets"],
        ),
        Index("ix_capability_new", "category", text("id desc"), postgresql_where=text("available and orders_done = 0")),
    )

    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False))
    category: str = Field(max_length=40)
    moq: int
    max_quantity: int | None = None
    lead_days: int = 20
    monthly_capacity: int | None = None  # pcs
    goods: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False))
    processes: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False))
    materials: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False))
    certificates: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False))
    markets: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False))
    sample_fee_minor: int = amount()
    sample_days: int = 7
    tooling_fee_minor: int = amount()
    plate_fee_minor: int = amount()
    # Kept by the worker from orders and Events:
    available: bool = False  # the factory is verified and open for work
    orders_done: int = 0
    small_orders_done: int = 0  # below 300 pcs
    shipped_orders: int = 0
    on_time_orders: int = 0
    score: float = 0.0  # 0..1, the part that no brief changes


class PriceTier(Record, table=True):
    """The factory's own price from `min_quantity` pieces on; quotes are prefilled from it."""

    __tablename__ = "price_tier"
    __table_args__ = (
        UniqueConstraint("factory_id", "category", "currency", "min_quantity"),
        CheckConstraint("unit_price_minor > 0 and min_quantity > 0 and lead_days > 0", name="positive"),
    )

    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), nullable=False))
    category: str = Field(max_length=40)
    currency: str = Field(default="CNY", max_length=3)
    min_quantity: int
    unit_price_minor: int = amount(...)
    lead_days: int


class CertificateKind(StrEnum):
    """Papers a factory holds about itself; product certificates are codes in `Capability.certificates`."""

    BUSINESS_LICENSE = "business_license"
    ISO9001 = "iso9001"
    BSCI = "bsci"
    SEDEX = "sedex"
    OTHER = "other"


class Certificate(Record, table=True):
    """A paper of a factory, with the date on which it ends."""

    __tablename__ = "certificate"

    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False))
    kind: CertificateKind = enum_field(CertificateKind, CertificateKind.OTHER)
    title: str = Field(default="", max_length=120)
    number: str = Field(default="", max_length=80)
    valid_until: date | None = None
    details: dict[str, str] = json_field()
