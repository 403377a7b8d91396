"""Production specs: frozen revisions, who accepted which, and the papers made of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from portal.core.actor import Role
from portal.core.db import Record, enum_field, json_field, moment


class SpecRevision(Record, table=True):
    """One frozen revision of an order's production spec. `content` (canonical JSON, SHA-256 in `content_hash`)
    is all that the PDF shows; the files are there once `ready_at` is set, and nothing changes after."""

    __tablename__ = "spec_revision"
    __table_args__ = (UniqueConstraint("order_id", "revision"),)

    order_id: UUID = Field(foreign_key="purchase_order.id")
    revision: str = Field(max_length=3)  # A, B, ...
    content: dict[str, Any] = json_field()
    content_hash: str = Field(max_length=64)
    pdf_key: str = ""
    pdf_sha256: str = Field(default="", max_length=64)
    page_keys: list[str] = json_field(list)  # pictures of the pages, in order
    ready_at: datetime | None = moment()
    superseded_at: datetime | None = moment()


class SpecAcceptance(Record, table=True):
    """One side's yes to one revision: who, when (`created_at`), and the hashes of what was accepted. With `change_id`
    the yes was to that change order; the hashes are of the revision that was made from it afterwards."""

    __tablename__ = "spec_acceptance"
    __table_args__ = (UniqueConstraint("spec_id", "side"),)

    spec_id: UUID = Field(foreign_key="spec_revision.id")
    side: Role = enum_field(Role, ...)
    person_id: UUID = Field(foreign_key="person.id")
    content_hash: str = Field(max_length=64)
    pdf_sha256: str = Field(max_length=64)
    change_id: UUID | None = Field(default=None, foreign_key="change_order.id")


class PaperKind(StrEnum):
    PURCHASE_ORDER = "purchase_order"
    INSPECTION_REPORT = "inspection_report"
    PACKING_LIST = "packing_list"
    COMMERCIAL_INVOICE = "commercial_invoice"


class OrderPaper(Record, table=True):
    """A paper that is not the spec, made once: of the order `subject_id`, or of one of its inspections or parcels.
    `number`: of the series that it belongs to, where it does."""

    __tablename__ = "order_paper"
    __table_args__ = (Index("uq_order_paper_kind", "order_id", "kind", "subject_id", unique=True),)

    order_id: UUID = Field(foreign_key="purchase_order.id")
    kind: PaperKind = enum_field(PaperKind, PaperKind.PURCHASE_ORDER)
    subject_id: UUID
    pdf_key: str
    pdf_sha256: str = Field(max_length=64)
    number: str = Field(default="", max_length=24)
