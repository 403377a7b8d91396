"""Every step of an order, at every stage, by every role; and what pages derive from the table."""

from types import SimpleNamespace as Row

import pytest
from sqlmodel import Session

from portal.core import deadlines
from portal.core.actor import Actor, Role
from portal.core.errors import NotAllowed
from portal.core.lifecycle import Step, advance
from portal.orders import progress, tasks, words
from portal.orders.lifecycle import ENDED_STAGES, ORDER, OrderStage
from portal.orders.models import Order
from tests.deals import deal, quoted
from tests.orders.placing import placed


@pytest.fixture
def order(session: Session) -> Order:
    made = deal(session, factories=1)
    quoted(session, made)
    return placed(session, made)


@pytest.mark.parametrize("step", ORDER.steps, ids=lambda step: step.name)
def test_a_step_works_exactly_where_the_table_says(session: Session, order: Order, step: Step):
    for stage in OrderStage:
        for role in Role:
            order.stage = stage
            session.flush()
            nested = session.begin_nested()
            _try(session, order, step, Actor(role))
            nested.rollback()
            session.expire(order)


def _try(session: Session, order: Order, step: Step, actor: Actor) -> None:
    stage = order.stage
    if actor.role in step.by and stage in step.source:
        event = advance(session, order, step.name, actor=actor)
        assert order.stage == (step.target or stage)
        assert (event.name, event.order_id, event.brief_id) == (step.event, order.id, order.brief_id)
    else:
        with pytest.raises(NotAllowed):
            advance(session, order, step.name, actor=actor)
        assert order.stage == stage
        assert not progress.may(step.name, order, actor.role)


def test_every_deadline_has_its_consequence_and_its_reminder():
    assert tasks
    for step in ORDER.steps:
        if step.deadline:
            assert (ORDER.subject, step.deadline.step) in deadlines.ON_DUE
            assert ORDER.subject in deadlines.REMIND


def test_every_stage_has_words_and_whoever_can_act_has_a_task():
    assert set(words.STAGES) == set(OrderStage)
    for stage in OrderStage:
        if stage in ENDED_STAGES:
            assert progress.turn(stage) == frozenset()
            assert stage not in progress.HERE
        else:
            assert progress.turn(stage), f"nobody has a task at {stage}: add one to progress.TASKS"
            assert progress.HERE[stage] in dict(progress.WAY)


def test_tasks_name_events_that_the_table_knows():
    known = {step.event for step in ORDER.steps}
    for task in progress.TASKS:
        assert task.events <= known, task.code
        assert not task.after or task.after in known


def _event(name: str, role: Role) -> Row:
    return Row(name=name, actor_role=role)


def test_each_side_signs_for_itself():
    history = [_event("order_placed", Role.CREATOR), _event("deposit_paid", Role.PAYMENTS)]
    history += [_event("spec_ready", Role.WORKER), _event("spec_accepted", Role.FACTORY)]
    states = {task.code: state for task, state in progress.tasks(Row(stage="awaiting_acceptance", address={}), history)}
    assert {code: state for code, state in states.items() if state != "waiting"} == {
        "place": "done",
        "pay_deposit": "done",
        "freeze_spec": "done",
        "accept_spec_creator": "current",
        "accept_spec_factory": "done",
    }


def test_nothing_is_accepted_before_there_is_a_spec():
    history = [_event("order_placed", Role.CREATOR), _event("deposit_paid", Role.PAYMENTS)]
    states = {task.code: state for task, state in progress.tasks(Row(stage="awaiting_acceptance", address={}), history)}
    assert (states["freeze_spec"], states["accept_spec_creator"]) == ("current", "waiting")


def test_an_order_that_has_ended_asks_nothing():
    history = [_event("order_placed", Role.CREATOR)]
    states = [state for _task, state in progress.tasks(Row(stage="cancelled", address={}), history)]
    assert set(states) == {"done", "blocked"}
