"""What has happened, in order, for ever. Timelines, emails, scorecards and figures are derived from it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from portal.core.actor import Role
from portal.core.db import Record, enum_field, json_field


class Event(Record, table=True):
    """One thing that happened to one subject. Append-only (a trigger refuses updates and deletes).

    `subject` is the lifecycle's name ("brief", "invitation", "order", "leg"...). `brief_id`, `invitation_id`,
    `order_id` and `factory_id` say where it belongs, so that a page finds its timeline by one index.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_subject", "subject", "subject_id", "id"),
        Index("ix_event_brief", "brief_id", "id"),
        Index("ix_event_order", "order_id", "id"),
    )

    subject: str = Field(max_length=32)
    subject_id: UUID
    name: str = Field(max_length=48)
    actor_role: Role | None = enum_field(Role, None)
    actor_id: UUID | None = None
    brief_id: UUID | None = None
    invitation_id: UUID | None = None
    order_id: UUID | None = None
    factory_id: UUID | None = None
    source: str = Field(default="", max_length=32)
    target: str = Field(default="", max_length=32)
    data: dict[str, Any] = json_field()
