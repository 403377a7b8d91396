"""Every step of a brief and of an invitation, at every stage, by every role: what the table allows works, the rest
is refused and changes nothing."""

import pytest
from sqlmodel import Session, select

from portal.core import deadlines
from portal.core.actor import Actor, Role
from portal.core.deadlines import Deadline
from portal.core.errors import NotAllowed
from portal.core.events import Event
from portal.core.lifecycle import Lifecycle, Step, advance
from portal.sourcing import tasks
from portal.sourcing.lifecycle import BRIEF, INVITATION, BriefStage, InvitationStage
from tests import make
from tests.deals import deal

TABLES = (BRIEF, INVITATION)
STEPS = [(table, step) for table in TABLES for step in table.steps]
IDS = [f"{table.subject}-{step.name}" for table, step in STEPS]


def subject(session: Session, table: Lifecycle):
    made = deal(session, factories=1)
    return made.brief if table is BRIEF else made.invitations[0]


@pytest.mark.parametrize(("table", "step"), STEPS, ids=IDS)
def test_a_step_works_exactly_where_the_table_says(session: Session, table: Lifecycle, step: Step):
    thing = subject(session, table)
    for stage in table.stages:
        for role in Role:
            thing.stage = stage
            session.flush()
            nested = session.begin_nested()
            _try(session, table, step, thing, Actor(role))
            nested.rollback()
            session.expire(thing)


def _try(session: Session, table: Lifecycle, step: Step, thing, actor: Actor) -> None:
    stage = thing.stage
    if role_may := (actor.role in step.by and stage in step.source):
        event = advance(session, thing, step.name, actor=actor)
        assert thing.stage == (step.target or stage)
        assert (event.name, event.source, event.target) == (step.event, stage, thing.stage)
        assert event.brief_id is not None
    else:
        with pytest.raises(NotAllowed):
            advance(session, thing, step.name, actor=actor)
        assert thing.stage == stage
    assert table.allows(step.name, stage, actor.role) == role_may


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.subject)
def test_every_deadline_has_its_consequence_and_its_reminder(table: Lifecycle):
    assert tasks  # importing it declares them
    for step in table.steps:
        if step.deadline:
            assert (table.subject, step.deadline.step) in deadlines.ON_DUE
            if step.deadline.remind:
                assert table.subject in deadlines.REMIND
                assert step.deadline.event
                assert step.deadline.tell


def test_nothing_happens_to_what_is_over():
    over = {InvitationStage.WON, InvitationStage.LOST, InvitationStage.CLOSED, InvitationStage.DECLINED}
    for stage in over:
        for role in Role:
            assert INVITATION.open_to(role, stage) == []
    for stage in (BriefStage.CLOSED, BriefStage.EXPIRED, BriefStage.WITHDRAWN):
        for role in Role:
            assert BRIEF.open_to(role, stage) == []


def test_a_change_of_stage_ends_the_running_deadline(session: Session):
    made = deal(session, factories=1)
    running = select(Deadline).where(Deadline.subject_id == made.invitations[0].id)
    assert [d.step for d in session.exec(running)] == ["lapse"]
    advance(session, made.invitations[0], "ask", actor=made.factories[0])
    assert [d.step for d in session.exec(running)] == ["lapse"], "a step that keeps the stage keeps the deadline"
    advance(session, made.invitations[0], "decline", actor=made.factories[0])
    assert session.exec(running).all() == []


def test_the_event_says_who_did_it(session: Session):
    made = deal(session, factories=1)
    advance(session, made.invitations[0], "ask", actor=made.factories[0])
    event = session.exec(select(Event).where(Event.name == "question_asked")).one()
    assert (event.actor_role, event.actor_id) == (Role.FACTORY, made.factories[0].person_id)
    assert event.factory_id == made.factories[0].factory_id
    assert make.actor(made.buyer).person_id != event.actor_id
