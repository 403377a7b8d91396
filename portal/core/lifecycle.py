"""Lifecycles: one table of steps per kind of thing, and `advance()`, the only code that assigns a stage.

Buttons, guards, emails, timelines, deadlines, the state diagram and the authorisation tests read the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from sqlmodel import Session

from portal.core import clock, deadlines, jobs
from portal.core.actor import Actor, Role
from portal.core.errors import NotAllowed
from portal.core.events import Event
from portal.core.i18n import N_


@dataclass(frozen=True)
class Deadline:
    """What begins to run when a step is taken: the CLOCK takes `step` when `field`'s moment (or `after`) comes.

    `remind` are the times before it at which `tell` hear `event` (a reminder's name).
    """

    step: str
    after: timedelta | None = None
    field: str | None = None
    remind: tuple[timedelta, ...] = ()
    event: str = ""
    tell: frozenset[Role] = frozenset()

    def due(self, thing: Any) -> datetime | None:
        if self.field:
            return getattr(thing, self.field)
        return clock.now() + self.after if self.after else None


@dataclass(frozen=True)
class Step:
    """One row of the table: who may do what, from which stages to which, what it is called when it has happened,
    who hears of it by email, which jobs follow, and which deadline begins.

    `target=None` keeps the stage (and the running deadline). `label` is the button's text, `said` the past
    tense of the timeline.
    """

    name: str
    by: frozenset[Role]
    source: frozenset[StrEnum]
    target: StrEnum | None
    event: str
    label: Any
    said: Any
    tell: frozenset[Role] = frozenset()
    then: tuple[str, ...] = ()
    deadline: Deadline | None = None


class Subject(Protocol):
    """What goes through a lifecycle."""

    id: UUID
    stage: Any
    lifecycle: ClassVar["Lifecycle"]

    def scope(self) -> dict[str, UUID | None]:
        """Where its events belong: any of brief_id, invitation_id, order_id, factory_id."""
        ...


#: every lifecycle by its subject's name, filled as the features are imported
LIFECYCLES: dict[str, "Lifecycle"] = {}


@dataclass
class Lifecycle:
    """The table of one kind of thing."""

    subject: str
    stages: type[StrEnum]
    steps: tuple[Step, ...]
    by_name: dict[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        self.by_name = {step.name: step for step in self.steps}
        LIFECYCLES[self.subject] = self

    def allows(self, name: str, stage: StrEnum | str, role: Role | None) -> bool:
        step = self.by_name[name]
        return role in step.by and stage in step.source

    def open_to(self, role: Role | None, stage: StrEnum | str) -> list[Step]:
        """The steps that `role` may take at `stage`: the buttons of a page."""
        return [step for step in self.steps if role in step.by and stage in step.source]


def told_to(role: Role | None) -> set[str]:
    """Every event that people in `role` hear of by email: of steps, and of reminders before deadlines."""
    steps = [step for lifecycle in LIFECYCLES.values() for step in lifecycle.steps]
    waits = [step.deadline for step in steps if step.deadline]
    return {step.event for step in steps if role in step.tell} | {wait.event for wait in waits if role in wait.tell}


def advance(session: Session, thing: Any, name: str, /, *, actor: Actor, **data: Any) -> Event:
    """Take the step `name` on `thing` (a `Subject`, locked by the caller): check, set the stage, append the
    Event, run the deadline, enqueue emails and follow-up jobs. `data` (JSON) is kept with the event.

    Raises `NotAllowed` when the table refuses.
    """
    step = thing.lifecycle.by_name[name]
    if not thing.lifecycle.allows(name, thing.stage, actor.role):
        raise NotAllowed(N_("That is no longer possible: this has moved on since the page was made."))
    source = thing.stage
    if step.target is not None:
        thing.stage = step.target
        session.add(thing)
    event = _append(session, thing, step.event, actor, data, source=str(source), target=str(thing.stage))
    if step.target is not None:
        deadlines.clear(session, thing.id)
    if step.deadline and (due := step.deadline.due(thing)):
        deadlines.start(session, thing, step.deadline, due)
    follow(session, event, step.tell, step.then)
    return event


def record(session: Session, thing: Any, name: str, /, *, actor: Actor, **data: Any) -> Event:
    """Append an Event called `name` about `thing` without moving it."""
    return _append(session, thing, name, actor, data)


def _append(
    session: Session, thing: Any, name: str, actor: Actor, data: dict[str, Any], *, source: str = "", target: str = ""
) -> Event:
    event = Event(
        subject=thing.lifecycle.subject,
        subject_id=thing.id,
        name=name,
        actor_role=actor.role,
        actor_id=actor.person_id,
        source=source,
        target=target,
        data=data,
        **thing.scope(),
    )
    session.add(event)
    session.flush()
    return event


def follow(session: Session, event: Event, tell: Iterable[Role], then: Iterable[str] = ()) -> None:
    """Enqueue, in this transaction, the emails about an event and the jobs that it causes."""
    roles = sorted(tell)
    if roles:
        jobs.defer(session, "mail.announce", event_id=event.id, roles=roles)
    for task in then:
        jobs.defer(session, task, event_id=event.id)
