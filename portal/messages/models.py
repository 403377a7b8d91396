"""Threads between a creator and a factory, what is said in them, and how far each side has read."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.actor import Role
from portal.core.db import Record, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.messages.lifecycle import THREAD, ThreadStage

_SIDES = "role in ('creator', 'factory')"


class Thread(Record, table=True):
    """All that a creator and an invited factory write to each other: about the brief, then about the order that came of
    it. `version` counts whatever changes what the thread's page shows."""

    __tablename__ = "thread"
    lifecycle: ClassVar[Lifecycle] = THREAD

    invitation_id: UUID = Field(foreign_key="invitation.id", unique=True)
    brief_id: UUID = Field(foreign_key="brief.id")
    factory_id: UUID = Field(foreign_key="factory.id")
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")
    stage: ThreadStage = enum_field(ThreadStage, ThreadStage.OPEN)
    version: int = 1

    def scope(self) -> dict[str, UUID | None]:
        return {
            "brief_id": self.brief_id,
            "invitation_id": self.invitation_id,
            "order_id": self.order_id,
            "factory_id": self.factory_id,
        }


class ThreadSide(Record, table=True):
    """One side of a thread. `owner_id` is the creator's or the factory's id. `unread` messages of the other side lie
    behind `read_to`, the last message that somebody of this side had on their screen. `untold_since` is when the first
    of those came that no letter has told of; `told_at` is when the last letter went out since they were all read."""

    __tablename__ = "thread_side"
    __table_args__ = (
        UniqueConstraint("thread_id", "role"),
        CheckConstraint(_SIDES, name="side"),
        CheckConstraint("unread >= 0", name="unread"),
        Index("ix_thread_side_listed", "owner_id", text("last_at desc")),
        Index("ix_thread_side_unread", "owner_id", postgresql_where=text("unread > 0")),
        Index("ix_thread_side_untold", "untold_since", postgresql_where=text("untold_since is not null")),
    )

    thread_id: UUID = Field(foreign_key="thread.id")
    role: Role = enum_field(Role, ...)
    owner_id: UUID
    last_at: datetime | None = moment()  # of the newest message
    unread: int = 0
    read_to: UUID | None = None
    read_at: datetime | None = moment()
    untold_since: datetime | None = moment()
    told_at: datetime | None = moment()


class Message(Record, table=True):
    """What somebody wrote, in the language of their pages. Append-only. `order_id` is set once there is an order;
    `photos` are ids of `portal.designs.models.Photo`, of the invitation; files are among them. `once` is the same for
    the same words out of the same rendered form: they are one message, however often they are sent."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint(_SIDES, name="side"),
        CheckConstraint("text <> '' or photos <> '[]'::jsonb", name="says_something"),
        Index("ix_message_thread", "thread_id", "id"),
        Index("uq_message_once", "thread_id", "author_id", "once", unique=True),
    )

    thread_id: UUID = Field(foreign_key="thread.id")
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")
    author_id: UUID = Field(foreign_key="person.id")
    role: Role = enum_field(Role, ...)
    locale: str = Field(max_length=10)
    text: str = ""
    photos: list[str] = json_field(list)
    once: str | None = Field(default=None, max_length=64)


class MessageTranslation(Record, table=True):
    """A message in another language, by somebody of the other side or by an operator. A better one takes its place."""

    __tablename__ = "message_translation"
    __table_args__ = (UniqueConstraint("message_id", "locale"),)

    message_id: UUID = Field(foreign_key="message.id")
    locale: str = Field(max_length=10)
    text: str
    by: UUID = Field(foreign_key="person.id")
    role: Role = enum_field(Role, ...)
