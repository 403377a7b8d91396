"""Time is moved forward through every deadline of an order's table and of a change order's: each reminder once, each
consequence once, each told once, however often and however late the clock comes."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from portal.core import clock, tasks
from portal.core.actor import Actor, Role
from portal.core.clock import days, now
from portal.core.db import transaction
from portal.core.deadlines import ON_DUE, REMIND, Deadline
from portal.core.events import Event
from portal.core.lifecycle import Step, advance
from portal.orders import tasks as order_tasks
from portal.orders.changes import operations as change_operations
from portal.orders.changes.proposal import Proposal
from portal.orders.lifecycle import CHANGE, ORDER, OrderStage
from portal.orders.models import Order
from tests.orders.stages import at_stage, sides

assert order_tasks  # as the worker does: they tell the clock what to do
pytestmark = pytest.mark.usefixtures("clean")

#: Each wait of an order: the step that begins it, and the stage from which.
WAITS = [(step, OrderStage(stage)) for step in ORDER.steps if step.deadline for stage in sorted(step.source)]
_NAMES = [f"{step.name}-{stage}" for step, stage in WAITS]
#: Reminders before deadlines are told like steps.
TELL = {
    name: told
    for table in (ORDER, CHANGE)
    for step in table.steps
    for name, told in ((step.event, step.tell), *([(step.deadline.event, step.deadline.tell)] if step.deadline else []))
}
TELL["change_waiting"] = frozenset({Role.CREATOR})  # whoever is to answer: the change below is the factory's


def _begin(step: Step, stage: OrderStage) -> tuple[UUID, Deadline]:
    """An order for which the wait has just begun, and the wait."""
    with transaction() as session:
        order = at_stage(session, stage)
        if step.name != "place":
            _date(order, step)
            advance(session, order, step.name, actor=Actor(sorted(step.by)[0]))
        return order.id, _running(session, order.id)


def _date(order: Order, step: Step) -> None:
    """The date that the operation would have set."""
    field = step.deadline.field if step.deadline else None
    if field and field != "ship_by_end":
        setattr(order, field, now() + days(20))


def _running(session: Session, subject_id: UUID) -> Deadline:
    return session.scalars(select(Deadline).where(Deadline.subject_id == subject_id)).one()


def _tick(at: datetime) -> None:
    """The clock job at a moment, twice: somebody else's worker comes too."""
    with clock.at(at):
        for _worker in range(2):
            tasks.tick(timestamp=0)


def _happened(order_id: UUID, since: set[UUID]) -> Counter[str]:
    """What has happened to the order since; everything that has somebody to tell was told, once."""
    with transaction() as session:
        events = [e for e in session.scalars(select(Event).where(Event.order_id == order_id)) if e.id not in since]
        told = {row.event: (row.n, row.roles) for row in session.connection().execute(_TOLD)}
    for event in events:
        assert told.get(str(event.id), (0, None)) == (1, sorted(TELL[event.name])), event.name
    return Counter(event.name for event in events)


_TOLD = text(
    "select args->>'event_id' as event, count(*) as n, min(args->>'roles')::jsonb as roles"
    " from procrastinate_jobs where task_name = 'mail.announce' group by 1"
)


def _events(order_id: UUID) -> set[UUID]:
    with transaction() as session:
        return set(session.scalars(select(Event.id).where(Event.order_id == order_id)))


def _moments(wait: Deadline) -> Iterator[datetime]:
    yield from (datetime.fromisoformat(moment) for moment in wait.reminders)


@pytest.mark.parametrize(("step", "stage"), WAITS, ids=_NAMES)
def test_each_reminder_and_the_consequence_come_once(step: Step, stage: OrderStage):
    assert step.deadline
    order_id, wait = _begin(step, stage)
    before, reminder = _events(order_id), step.deadline.event
    consequence = ORDER.by_name[step.deadline.step]
    assert len(wait.reminders) == len(step.deadline.remind)
    for number, moment in enumerate(_moments(wait), 1):
        _tick(moment - timedelta(seconds=1))
        assert _happened(order_id, before)[reminder] == number - 1
        _tick(moment)
        assert _happened(order_id, before) == {reminder: number}
    _tick(wait.due_at - timedelta(seconds=1))
    assert consequence.event not in _happened(order_id, before)
    for late in (0, 1, 90):
        _tick(wait.due_at + days(late))
        assert _happened(order_id, before) == {reminder: len(wait.reminders), consequence.event: 1}
    with transaction() as session:
        order = session.get_one(Order, order_id)
        assert order.stage == (consequence.target or step.target or stage)
        assert not session.scalars(select(Deadline).where(Deadline.subject_id == order_id)).all()


@pytest.mark.parametrize(("step", "stage"), WAITS, ids=_NAMES)
def test_a_clock_that_stood_still_does_not_catch_up_on_reminders(step: Step, stage: OrderStage):
    assert step.deadline
    order_id, wait = _begin(step, stage)
    before = _events(order_id)
    _tick(wait.due_at + days(3))
    assert _happened(order_id, before) == {ORDER.by_name[step.deadline.step].event: 1}


@pytest.mark.parametrize(("step", "stage"), WAITS, ids=_NAMES)
def test_who_is_in_time_hears_nothing(step: Step, stage: OrderStage):
    """The order moves on: whatever the clock still does belongs to the new stage."""
    assert step.deadline
    order_id, wait = _begin(step, stage)
    with transaction() as session:
        order = session.get_one(Order, order_id)
        onward = next(s for s in ORDER.steps if order.stage in s.source and s.target not in (None, order.stage))
        own = onward.deadline is not None and onward.deadline.step == step.deadline.step
        advance(session, order, onward.name, actor=Actor(sorted(onward.by)[0]))
        left = session.scalars(select(Deadline.step).where(Deadline.subject_id == order_id)).all()
    before = _events(order_id)
    assert (wait.step in left) == (own and bool(left))
    if not left:
        _tick(wait.due_at + days(90))
        assert not _happened(order_id, before)


def test_an_open_change_order_is_reminded_of_and_lapses_once():
    with transaction() as session:
        order = at_stage(session, OrderStage.PRODUCTION)
        _creator, worker = sides(session, order)
        change = change_operations.propose(session, order, Proposal("Out of blue.", quantity=90), actor=worker)
        wait = _running(session, change.id)
    before = _events(order.id)
    for number, moment in enumerate(_moments(wait), 1):
        _tick(moment)
        assert _happened(order.id, before) == {"change_waiting": number}
    for late in (0, 1, 90):
        _tick(wait.due_at + days(late))
        assert _happened(order.id, before)["change_lapsed"] == 1
    assert _happened(order.id, before)["change_waiting"] == 2


@pytest.mark.parametrize("table", [ORDER, CHANGE], ids=lambda table: table.subject)
def test_the_clock_knows_every_deadline_of_the_table(table: Any):
    waits = {(table.subject, step.deadline.step) for step in table.steps if step.deadline}
    assert waits <= set(ON_DUE), "declare them with @deadlines.on_due"
    assert table.subject in REMIND
