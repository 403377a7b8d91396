"""Deadlines of things that wait for somebody: reminders before, the CLOCK's step when they pass.

A step of a lifecycle starts one, the next change of stage clears it. `flask`'s worker calls `tick()` every
minute; each reminder and each consequence happens once, whoever calls and however often.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Index, delete, select
from sqlmodel import Field, Session, SQLModel

from portal.core import clock
from portal.core.db import Record, UtcDateTime, json_field, moment

if TYPE_CHECKING:
    from portal.core.lifecycle import Deadline as Rule

#: (subject, step) -> operation(session, subject_id) that the CLOCK runs when a deadline has passed
ON_DUE: dict[tuple[str, str], Callable[[Session, UUID], Any]] = {}
#: subject -> operation(session, subject_id, event name, roles) that announces a reminder
REMIND: dict[str, Callable[[Session, UUID, str, list[str]], Any]] = {}


class Deadline(Record, table=True):
    """A running deadline: `step` is taken on the subject at `due_at`; reminders go out at `next_reminder`."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("uq_deadline_subject", "subject_id", "step", unique=True),
        Index("ix_deadline_due", "due_at"),
        Index("ix_deadline_kind", "subject", "step", "due_at"),
        Index("ix_deadline_reminder", "next_reminder"),
    )

    subject: str = Field(max_length=32)
    subject_id: UUID
    step: str = Field(max_length=48)
    due_at: datetime = moment(nullable=False)
    next_reminder: datetime | None = moment()
    reminders: list[str] = json_field(list)  # moments still to come, ISO, earliest first
    event: str = Field(default="", max_length=48)
    tell: list[str] = json_field(list)


class Dated(SQLModel):
    """Mixed into a table whose rows are listed by what is due. `due_at` is when the deadline that began last passes,
    and stays when it has passed; before any began, it is when the row was made."""

    due_at: datetime = Field(default_factory=clock.now, sa_type=UtcDateTime, nullable=False)  # type: ignore[call-overload]


def on_due(subject: str, step: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare `operation(session, subject_id)` as what the CLOCK does when this deadline passes."""

    def declare(operation: Callable[..., Any]) -> Callable[..., Any]:
        ON_DUE[subject, step] = operation
        return operation

    return declare


def reminds(subject: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare `operation(session, subject_id, event, roles)` as what announces this subject's reminders."""

    def declare(operation: Callable[..., Any]) -> Callable[..., Any]:
        REMIND[subject] = operation
        return operation

    return declare


def start(session: Session, thing: Any, rule: "Rule", due: datetime) -> None:
    """Let the deadline run for `thing`, in place of one for the same step."""
    present = clock.now()
    if isinstance(thing, Dated):
        thing.due_at = due
    times = sorted(moment for before in rule.remind if (moment := due - before) > present)
    session.execute(delete(Deadline).where(Deadline.subject_id == thing.id, Deadline.step == rule.step))
    session.add(
        Deadline(
            subject=thing.lifecycle.subject,
            subject_id=thing.id,
            step=rule.step,
            due_at=due,
            next_reminder=times[0] if times else None,
            reminders=[moment.isoformat() for moment in times],
            event=rule.event,
            tell=sorted(rule.tell),
        )
    )


def clear(session: Session, subject_id: UUID) -> None:
    """End every deadline of a thing: its stage has changed."""
    session.execute(delete(Deadline).where(Deadline.subject_id == subject_id))


def next_due(session: Session, limit: int = 200) -> list[UUID]:
    """Ids of the deadlines for which something must happen now, the oldest first."""
    present = clock.now()
    due = (Deadline.due_at <= present) | (Deadline.next_reminder <= present)
    return list(session.scalars(select(Deadline.id).where(due).order_by(Deadline.due_at).limit(limit)))


def handle(session: Session, ident: UUID) -> None:
    """Do what one deadline asks for now, in this transaction. A deadline that another hand holds is left to it."""
    query = select(Deadline).where(Deadline.id == ident).with_for_update(skip_locked=True)
    deadline = session.scalars(query).first()
    if deadline is None:
        return
    present = clock.now()
    if deadline.due_at <= present:
        session.delete(deadline)
        session.flush()
        ON_DUE[deadline.subject, deadline.step](session, deadline.subject_id)
    elif deadline.next_reminder and deadline.next_reminder <= present:
        later = [iso for iso in deadline.reminders if datetime.fromisoformat(iso) > present]
        deadline.reminders = later
        deadline.next_reminder = datetime.fromisoformat(later[0]) if later else None
        REMIND[deadline.subject](session, deadline.subject_id, deadline.event, deadline.tell)
