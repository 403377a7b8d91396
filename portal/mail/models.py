"""The outbox: every email the portal has decided to send, what became of it, and exactly what it said."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, enum_field, json_field, moment


class EmailStage(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # a worker holds it since `claimed_at`
    SENT = "sent"
    FAILED = "failed"  # the server refused it for good; an operator sees it


class Email(Record, table=True):
    """One email to one person. `event_id` and `person_id` together are unique: nobody is told one thing twice.

    The Message-ID derives from the id, so that a second copy after a crash is recognised as the same.
    """

    __tablename__ = "email"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_email_waiting", "created_at", postgresql_where=text("stage in ('queued', 'sending')")),
        Index("ix_email_failed", "created_at", postgresql_where=text("stage = 'failed'")),
    )

    event_id: UUID | None = Field(default=None, foreign_key="event.id")
    person_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("person.id", ondelete="SET NULL"), nullable=True)
    )
    template: str = Field(max_length=48)
    recipient: str = Field(max_length=254)
    locale: str = Field(max_length=8)
    subject: str
    body_text: str
    body_html: str
    attachments: list[dict[str, Any]] = json_field(list)  # [{"key", "filename", "type"}] in the object store
    headers: dict[str, str] = json_field()
    stage: EmailStage = enum_field(EmailStage, EmailStage.QUEUED)
    claimed_at: datetime | None = moment()
    attempts: int = 0
    sent_at: datetime | None = moment()
    error: str = ""
