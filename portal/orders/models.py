"""Orders: the terms frozen at the award, the stage since, and the evidence of each stage: samples, progress,
inspections, parcels, change orders. Photos are ids of `portal.designs.models.Photo`, in the order shown."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Sequence, TextClause, UniqueConstraint, text
from sqlmodel import Field

from portal.core.actor import Role
from portal.core.db import Record, amount, enum_field, json_field, metadata, moment
from portal.core.deadlines import Dated
from portal.core.events import Event
from portal.core.filters import zone
from portal.core.lifecycle import Lifecycle
from portal.orders.lifecycle import CALLS, CHANGE, ORDER, ChangeStage, OrderStage
from portal.orders.progress import may_wait


def _at(stages: Iterable[OrderStage]) -> TextClause:
    return text(f"purchase_order.stage in ({', '.join(repr(stage.value) for stage in stages)})")


#: Whether an order may wait for a side, word for word as the index of what waits for that side has it.
TURN = {side: _at(s for s in OrderStage if may_wait(side, s)) for side in (Role.CREATOR, Role.FACTORY)}

order_numbers = Sequence("order_number", start=2001, metadata=metadata)


class Order(Dated, Record, table=True):
    """One order. `terms` is the quote, brief and spec values as they were at the award, with the version of the
    portal's terms; nothing in it changes. Amounts are minor units of `currency`. `due_at`: see `Dated`."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        CheckConstraint("total_minor = deposit_minor + balance_minor and deposit_minor >= 0", name="sum"),
        Index("ix_order_creator", "creator_id", text("number desc")),
        Index("ix_order_factory", "factory_id", text("number desc")),
        Index("ix_order_stage", "stage", text("number desc")),
        Index("ix_order_repeats", "creator_id", postgresql_where=text("repeats_id is not null")),
        Index("ix_order_waits_creator", "creator_id", "due_at", "number", postgresql_where=TURN[Role.CREATOR]),
        Index("ix_order_waits_factory", "factory_id", "due_at", "number", postgresql_where=TURN[Role.FACTORY]),
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
    sample_due_at: datetime | None = moment()
    balance_due_at: datetime | None = moment()
    late_at: datetime | None = moment()  # when the promised day passed without the goods shipped
    shipped_at: datetime | None = moment()  # the last parcel
    arrival_due_at: datetime | None = moment()
    delivered_at: datetime | None = moment()
    claims_until: datetime | None = moment()  # end of the claim window
    closed_at: datetime | None = moment()
    made_quantity: int | None = None  # good pieces, once production is finished; the balance follows it
    extras_minor: int = amount()  # agreed since the award: change orders, further sample rounds, allowances (negative)
    repeats_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")  # the order that this one repeats
    terms: dict[str, Any] = json_field()
    terms_hash: str = Field(max_length=64)
    address: dict[str, Any] = json_field()  # to whose door it goes: orders/address; empty until the creator says so
    version: int = Field(default=1, nullable=False)

    @property
    def ship_by_end(self) -> datetime | None:
        """The moment at which the promised day ends for the factory."""
        if self.ship_by is None:
            return None
        there = zone(self.terms.get("factory", {}).get("timezone", "UTC"))
        return datetime.combine(self.ship_by + timedelta(days=1), time(), there).astimezone(UTC)

    def scope(self) -> dict[str, UUID | None]:
        return {
            "brief_id": self.brief_id,
            "invitation_id": self.invitation_id,
            "order_id": self.id,
            "factory_id": self.factory_id,
        }


Order.__mapper__.version_id_col = Order.__table__.c.version  # type: ignore[attr-defined]


def _order_id() -> Any:
    return Field(sa_column=Column(ForeignKey("purchase_order.id"), nullable=False, index=True))


class Verdict(StrEnum):
    APPROVED = "approved"
    CHANGES = "changes"


class Sample(Record, table=True):
    """One round of samples. `measured`: [{"path", "label", "unit", "target", "plus", "minus", "found", "good"}], a row
    for each dimension of the spec that was measured (numbers as text, in `unit`). `seal` freezes the golden sample: its
    photos' SHA-256 and its measurements; its own hash is `seal_hash`."""

    __tablename__ = "sample"
    __table_args__ = (UniqueConstraint("order_id", "round"),)

    order_id: UUID = Field(foreign_key="purchase_order.id")
    round: int
    sent_by: UUID = Field(foreign_key="person.id")
    photos: list[str] = json_field(list)
    measured: list[dict[str, Any]] = json_field(list)
    note: str = ""
    carrier: str = Field(default="", max_length=40)
    tracking_number: str = Field(default="", max_length=80)
    fee_minor: int = amount()  # of a round that the quote's sample fee does not include
    verdict: Verdict | None = enum_field(Verdict, None)
    judged_by: UUID | None = Field(default=None, foreign_key="person.id")
    judged_at: datetime | None = moment()
    reply: str = ""
    seal: dict[str, Any] = json_field()
    seal_hash: str = Field(default="", max_length=64)


class SamplePin(Record, table=True):
    """A comment pinned on a photo of a sample, at `x`, `y` thousandths of its width and height."""

    __tablename__ = "sample_pin"
    __table_args__ = (CheckConstraint("x between 0 and 1000 and y between 0 and 1000", name="place"),)

    sample_id: UUID = Field(sa_column=Column(ForeignKey("sample.id"), nullable=False, index=True))
    photo_id: UUID
    number: int
    x: int
    y: int
    text: str


class Progress(Record, table=True):
    """What the factory reports of production: a milestone of the category (`portal.orders.milestones`), how far it is
    (per cent), pieces ready so far, and when it expects to be finished."""

    __tablename__ = "progress"

    order_id: UUID = _order_id()
    reported_by: UUID = Field(foreign_key="person.id")
    milestone: str = Field(max_length=40)
    percent: int
    quantity: int | None = None
    expected_on: date | None = None
    photos: list[str] = json_field(list)
    note: str = ""


class InspectionKind(StrEnum):
    INLINE = "inline"
    FINAL = "final"


class Inspection(Record, table=True):
    """An inspection of a lot of `lot` pieces. `plan`: {"critical" | "major" | "minor": {"aql", "sample", "accept"}};
    `found`: how many defects of each class; `defects`: [{"class", "text", "photos": [id]}]; `views`: photo ids by the
    golden sample's photo id that they were taken beside. A concession on it, once asked for, stands here too."""

    __tablename__ = "inspection"
    __table_args__ = (CheckConstraint("lot > 0", name="lot"),)

    order_id: UUID = _order_id()
    kind: InspectionKind = enum_field(InspectionKind, InspectionKind.FINAL)
    reported_by: UUID = Field(foreign_key="person.id")
    inspector: str = Field(default="", max_length=120)  # a third party's name; empty: the factory itself
    lot: int
    level: str = Field(default="II", max_length=4)
    plan: dict[str, Any] = json_field()
    found: dict[str, int] = json_field()
    defects: list[dict[str, Any]] = json_field(list)
    views: dict[str, str] = json_field()
    note: str = ""
    passed: bool
    concession_reason: str = ""
    concession_asked_at: datetime | None = moment()
    allowance_minor: int = amount()  # what the factory offers off the balance
    conceded: bool | None = None
    concession_decided_at: datetime | None = moment()


class Parcel(Record, table=True):
    """A parcel: `pieces` in `cartons`, weights in grams. `lines` is its packing list: [{"text", "pieces"}]."""

    __tablename__ = "parcel"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint("pieces > 0 and cartons > 0 and net_grams >= 0 and gross_grams >= net_grams", name="load"),
    )

    order_id: UUID = Field(foreign_key="purchase_order.id")
    number: int
    sent_by: UUID = Field(foreign_key="person.id")
    pieces: int
    cartons: int
    net_grams: int
    gross_grams: int
    lines: list[dict[str, Any]] = json_field(list)
    carrier: str = Field(max_length=40)
    tracking_number: str = Field(max_length=80)
    shipped_on: date
    photos: list[str] = json_field(list)
    delivered_at: datetime | None = moment()
    delivered_by: Role | None = enum_field(Role, None)


class ChangeOrder(Record, table=True):
    """A change after the freeze: price, date and spec together, in force once the other side accepts it. `values` are
    the spec values that change (as the category's form gives them, None for what goes), `files` the artwork that does
    (`changes.artwork.Swap` by the new file's id), `price_minor` is added to the
    total. `former` is what it takes the place of: {"values", "assumptions", "quantity", "ship_by", "amounts"}, of the
    values only those that change; `amounts` is the bill that it leads to. Both are settled when it is accepted."""

    __tablename__ = "change_order"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index("uq_change_order_open", "order_id", unique=True, postgresql_where=text("stage = 'proposed'")),
    )
    lifecycle: ClassVar[Lifecycle] = CHANGE

    order_id: UUID = Field(foreign_key="purchase_order.id")
    brief_id: UUID = Field(foreign_key="brief.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    number: int
    stage: ChangeStage = enum_field(ChangeStage, ChangeStage.PROPOSED)
    side: Role = enum_field(Role, ...)  # who proposes it
    proposed_by: UUID = Field(foreign_key="person.id")
    reason: str
    values: dict[str, Any] = json_field()
    files: dict[str, Any] = json_field()
    former: dict[str, Any] = json_field()
    amounts: dict[str, int] = json_field()
    quantity: int | None = None  # pieces ordered from now on; None: as it is
    price_minor: int = amount()
    ship_by: date | None = None  # the new promised day; None: as it is
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = moment()
    reply: str = ""
    revision: str = Field(default="", max_length=3)  # of the spec that it led to
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id, "brief_id": self.brief_id, "factory_id": self.factory_id}


ChangeOrder.__mapper__.version_id_col = ChangeOrder.__table__.c.version  # type: ignore[attr-defined]


class CalendarFeed(Record, table=True):
    """The calendar that somebody subscribes to. `token_hash` is what its secret address proves."""

    __tablename__ = "calendar_feed"

    person_id: UUID = Field(sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), unique=True, nullable=False))
    token_hash: str = Field(max_length=64, unique=True)


#: The condition of the operators' list, word for word as its index has it.
IS_CALL = text(f"event.name in ({', '.join(repr(name) for name in CALLS)})")
Index("ix_event_call", Event.__table__.c.id.desc(), postgresql_where=IS_CALL)  # type: ignore[attr-defined]
