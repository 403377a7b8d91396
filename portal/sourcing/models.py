"""Briefs (RFQs), invitations, questions, quotes and their revisions."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Sequence, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, metadata, moment
from portal.core.lifecycle import Lifecycle
from portal.sourcing.lifecycle import BRIEF, INVITATION, BriefStage, InvitationStage

brief_numbers = Sequence("brief_number", start=1001, metadata=metadata)


class Brief(Record, table=True):
    """What a creator wants made. A draft made before signing up has a `draft_key` and no creator.

    `values` holds the category's spec fields (shape: portal.products). `quantities`: one to four, ascending.
    """

    __tablename__ = "brief"
    __table_args__ = (
        CheckConstraint("creator_id is not null or draft_key is not null", name="has_owner"),
        CheckConstraint("stage = 'draft' or creator_id is not null", name="open_has_creator"),
        CheckConstraint("cardinality(quantities) <= 4", name="quantities"),
        Index("ix_brief_creator", "creator_id", text("id desc")),
        Index("ix_brief_draft_key", "draft_key", postgresql_where=text("draft_key is not null")),
    )
    lifecycle: ClassVar[Lifecycle] = BRIEF

    number: int = Field(
        default=None,  # the database counts
        sa_column=Column(Integer, brief_numbers, server_default=brief_numbers.next_value(), unique=True),
    )
    creator_id: UUID | None = Field(default=None, sa_column=Column(ForeignKey("person.id", ondelete="RESTRICT")))
    draft_key: str | None = Field(default=None, max_length=64)
    stage: BriefStage = enum_field(BriefStage, BriefStage.DRAFT)
    category: str = Field(max_length=40)
    title: str = Field(default="", max_length=120)
    description: str = ""
    values: dict[str, Any] = json_field()
    quantities: list[int] = Field(default_factory=list, sa_column=Column(ARRAY(Integer), nullable=False))
    target_cost_minor: int | None = amount(None)  # per piece
    currency: str = Field(default="USD", max_length=3)
    needed_by: date | None = None
    ship_country: str = Field(default="", max_length=2)
    ship_region: str = Field(default="", max_length=80)  # state or province
    ship_city: str = Field(default="", max_length=80)
    ship_postcode: str = Field(default="", max_length=20)
    confidential: bool = False  # factories see artwork only after accepting the NDA
    portal_chooses: bool = False
    repeats_id: UUID | None = Field(  # the order that this brief asks to have made again
        default=None, sa_column=Column(ForeignKey("purchase_order.id", use_alter=True), index=True)
    )
    shortlist: list[UUID] = Field(default_factory=list, sa_column=Column(ARRAY(Uuid), nullable=False))  # ticked so far
    edits: dict[str, Any] = json_field()  # page of the form -> [the form that saved it last, the version it made]
    submitted_at: datetime | None = moment()
    quotes_due_at: datetime | None = moment()
    closes_at: datetime | None = moment()
    updated_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"brief_id": self.id}


Brief.__mapper__.version_id_col = Brief.__table__.c.version  # type: ignore[attr-defined]


class Invitation(Record, table=True):
    """A factory asked to quote on a brief. At most one invitation of a brief is WON, by a unique index."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("brief_id", "factory_id"),
        Index("uq_invitation_won", "brief_id", unique=True, postgresql_where=text("stage = 'won'")),
        Index("ix_invitation_inbox", "factory_id", "stage", "quote_due_at"),
    )
    lifecycle: ClassVar[Lifecycle] = INVITATION

    brief_id: UUID = Field(sa_column=Column(ForeignKey("brief.id", ondelete="RESTRICT"), nullable=False))
    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="RESTRICT"), nullable=False))
    stage: InvitationStage = enum_field(InvitationStage, InvitationStage.INVITED)
    score: float = 0.0
    reasons: list[dict[str, Any]] = json_field(list)  # why it was suggested: [{"code": ..., figures...}]
    quote_due_at: datetime = moment(nullable=False)
    opened_at: datetime | None = moment()
    nda_accepted_at: datetime | None = moment()
    nda_accepted_by: UUID | None = Field(default=None, foreign_key="person.id")
    decline_reason: str = Field(default="", max_length=40)
    decline_note: str = ""
    current_quote_id: UUID | None = None  # the newest revision
    quote_valid_until: datetime | None = moment()
    quote_draft: dict[str, Any] = json_field()  # what the factory has typed and not sent
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"brief_id": self.brief_id, "invitation_id": self.id, "factory_id": self.factory_id}


Invitation.__mapper__.version_id_col = Invitation.__table__.c.version  # type: ignore[attr-defined]


class Question(Record, table=True):
    """A factory's question on a brief; the answer goes to all invited factories or to the one that asked."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_brief", "brief_id", "id"),)

    brief_id: UUID = Field(foreign_key="brief.id")
    invitation_id: UUID = Field(foreign_key="invitation.id")
    asked_by: UUID = Field(foreign_key="person.id")
    text: str
    answer: str = ""
    answered_at: datetime | None = moment()
    to_all: bool = False


class Quote(Record, table=True):
    """One revision of a factory's quote; never changed once sent. Amounts are minor units of `currency`."""

    __tablename__ = "quote"
    __table_args__ = (
        UniqueConstraint("invitation_id", "revision"),
        CheckConstraint("deposit_percent between 0 and 100", name="deposit"),
        CheckConstraint("advance_percent between 0 and 50", name="advance"),
        CheckConstraint(
            "tooling_minor >= 0 and plate_minor >= 0 and sample_minor >= 0 and extra_sample_minor >= 0 "
            "and tax_percent >= 0",
            name="amounts",
        ),
    )

    invitation_id: UUID = Field(foreign_key="invitation.id")
    revision: int
    sent_by: UUID = Field(foreign_key="person.id")
    currency: str = Field(max_length=3)
    tooling_minor: int = amount()
    plate_minor: int = amount()
    sample_minor: int = amount()
    sample_days: int = 7
    sample_rounds: int = 1  # included in the sample fee
    extra_sample_minor: int = amount()  # of each round beyond those
    deposit_percent: int = 30
    advance_percent: int = 0  # of the deposit, released to the factory once the golden sample is approved
    incoterm: str = Field(max_length=3)
    incoterm_place: str = Field(default="", max_length=80)
    tax_included: bool = False
    tax_percent: int = 0  # added to goods and fees where not included
    valid_until: datetime = moment(nullable=False)
    assumptions: dict[str, str] = json_field()  # spec field path -> what the factory assumes
    note: str = ""
    changes: list[dict[str, Any]] = json_field(list)  # against the revision before: [{"field", "was", "now"}]


class QuoteLine(Record, table=True):
    """The quote at one quantity."""

    __tablename__ = "quote_line"
    __table_args__ = (
        UniqueConstraint("quote_id", "quantity"),
        CheckConstraint(
            "quantity > 0 and unit_price_minor > 0 and freight_minor >= 0 and lead_days > 0", name="positive"
        ),
    )

    quote_id: UUID = Field(sa_column=Column(ForeignKey("quote.id", ondelete="CASCADE"), nullable=False))
    quantity: int
    unit_price_minor: int = amount(...)
    freight_minor: int = amount()  # for the whole quantity, to the place the delivery term names
    lead_days: int  # from the deposit to ready to ship
