"""Inviting, the NDA, questions and answers, declining, and what the clock does."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal.core import clock, deadlines
from portal.core.actor import CLOCK
from portal.core.clock import now
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.factories.lifecycle import FactoryStage
from portal.sourcing import invitation_operations as operations
from portal.sourcing import tasks
from portal.sourcing.invitation_operations import Pick
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Invitation, Question
from tests import make
from tests.deals import deal, quoted


def heard(session: Session, name: str) -> list[Event]:
    return list(session.exec(select(Event).where(Event.name == name).order_by(Event.id)))


def pass_due(session: Session, subject_id, step: str) -> None:
    """Let one deadline pass, as the worker's tick does a second later."""
    assert tasks
    one = session.exec(select(Deadline).where(Deadline.subject_id == subject_id, Deadline.step == step)).one()
    with clock.at(one.due_at + timedelta(seconds=1)):
        assert one.id in deadlines.next_due(session)
        deadlines.handle(session, one.id)


def test_each_factory_is_invited_once_and_told_by_when(session: Session):
    made = deal(session, factories=2)
    assert [i.quote_due_at for i in made.invitations] == [made.brief.quotes_due_at] * 2
    assert len(heard(session, "factory_invited")) == 2
    again = operations.invite(
        session, made.brief, [Pick(made.factories[0].factory_id), Pick(make.factory(session).id)], actor=made.creator
    )
    assert len(again) == 1, "who was invited before stays as it is"


def test_reasons_and_score_are_kept(session: Session):
    made = deal(session, factories=0)
    why = [{"code": "orders", "n": 14}]
    [invitation] = operations.invite(
        session, made.brief, [Pick(make.factory(session).id, 0.8, why)], actor=made.creator
    )
    assert (invitation.score, invitation.reasons) == (0.8, why)


@pytest.mark.parametrize("stage", [s for s in FactoryStage if s != FactoryStage.VERIFIED])
def test_only_verified_factories_are_invited(session: Session, stage: FactoryStage):
    made = deal(session, factories=0)
    with pytest.raises(Invalid):
        operations.invite(session, made.brief, [Pick(make.factory(session, stage=stage).id)], actor=made.creator)


def test_a_factory_invited_late_still_has_two_days(session: Session):
    made = deal(session, factories=0, quotes_due_at=now() + timedelta(hours=1))
    [invitation] = operations.invite(session, made.brief, [Pick(make.factory(session).id)], actor=made.creator)
    assert invitation.quote_due_at - now() > timedelta(days=2) - timedelta(minutes=1)


def test_an_invitation_is_only_its_own_factorys(session: Session):
    made = deal(session)
    assert operations.own(session, made.invitations[0].id, made.factories[0]).id == made.invitations[0].id
    for stranger in (made.factories[1], made.creator):
        with pytest.raises(NotFound):
            operations.own(session, made.invitations[0].id, stranger)


def test_the_nda_keeps_who_and_when_once(session: Session):
    made = deal(session, confidential=True)
    invitation, actor = made.invitations[0], made.factories[0]
    operations.accept_nda(session, invitation, actor=actor)
    first = invitation.nda_accepted_at
    assert invitation.nda_accepted_by == actor.person_id
    operations.accept_nda(session, invitation, actor=make.actor(make.member(session, make.factory(session))))
    assert (invitation.nda_accepted_at, invitation.nda_accepted_by) == (first, actor.person_id)
    assert len(heard(session, "nda_accepted")) == 1


def test_nothing_is_asked_about_a_confidential_brief_before_the_nda(session: Session):
    made = deal(session, confidential=True)
    with pytest.raises(Invalid, match="NDA"):
        operations.ask(session, made.invitations[0], "What is it?", actor=made.factories[0])
    operations.accept_nda(session, made.invitations[0], actor=made.factories[0])
    assert operations.ask(session, made.invitations[0], "What is it?", actor=made.factories[0]).text == "What is it?"


def test_an_answer_to_all_reaches_everybody_still_in(session: Session):
    made = deal(session, factories=3)
    operations.decline(session, made.invitations[2], "capacity", actor=made.factories[2])
    question = operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    operations.answer(session, made.brief, question.id, "PP cotton", to_all=True, actor=made.creator)
    told = {event.invitation_id for event in heard(session, "answer_received")}
    assert told == {made.invitations[0].id, made.invitations[1].id}, "who has declined is left in peace"


def test_an_answer_to_all_keeps_from_who_has_not_accepted_the_nda(session: Session):
    made = deal(session, confidential=True)
    operations.accept_nda(session, made.invitations[0], actor=made.factories[0])
    question = operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    operations.answer(session, made.brief, question.id, "PP cotton", to_all=True, actor=made.creator)
    assert [event.invitation_id for event in heard(session, "answer_received")] == [made.invitations[0].id]


def test_an_answer_to_one_reaches_that_one(session: Session):
    made = deal(session)
    question = operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    operations.answer(session, made.brief, question.id, "PP cotton", to_all=False, actor=made.creator)
    assert [event.invitation_id for event in heard(session, "answer_received")] == [made.invitations[0].id]
    with pytest.raises(Gone):
        operations.answer(session, made.brief, question.id, "Again", to_all=True, actor=made.creator)


def test_nobody_answers_for_another_creator(session: Session):
    made, other = deal(session), deal(session)
    question = operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    for brief, actor in ((other.brief, other.creator), (made.brief, other.creator)):
        with pytest.raises(NotFound):
            operations.answer(session, brief, question.id, "PP cotton", to_all=True, actor=actor)
    assert session.get_one(Question, question.id).answered_at is None


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 2001])
def test_questions_and_answers_have_words_but_not_too_many(session: Session, text: str):
    made = deal(session)
    with pytest.raises(Invalid):
        operations.ask(session, made.invitations[0], text, actor=made.factories[0])
    question = operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    with pytest.raises(Invalid):
        operations.answer(session, made.brief, question.id, text, to_all=True, actor=made.creator)


def test_declining_needs_a_reason_and_is_final(session: Session):
    made = deal(session)
    invitation, actor = made.invitations[0], made.factories[0]
    with pytest.raises(Invalid) as refused:
        operations.decline(session, invitation, "", actor=actor)
    assert "reason" in refused.value.fields
    operations.decline(session, invitation, "capacity", "春节前排满了", actor=actor)
    assert (invitation.stage, invitation.decline_note) == (InvitationStage.DECLINED, "春节前排满了")
    with pytest.raises(NotAllowed):
        operations.decline(session, invitation, "price", actor=actor)


def test_no_quote_by_the_date_lapses_the_invitation(session: Session):
    made = deal(session)
    pass_due(session, made.invitations[0].id, "lapse")
    session.refresh(made.invitations[0])
    assert made.invitations[0].stage == InvitationStage.LAPSED
    assert heard(session, "invitation_lapsed")[0].actor_role == CLOCK.role


def test_the_factory_is_reminded_a_day_before_the_quote_is_due(session: Session):
    made = deal(session, factories=1)
    one = session.exec(select(Deadline).where(Deadline.subject_id == made.invitations[0].id)).one()
    with clock.at(made.invitations[0].quote_due_at - timedelta(hours=23)):
        for _twice in range(2):
            deadlines.handle(session, one.id)
    assert len(heard(session, "quote_due_soon")) == 1
    assert made.invitations[0].stage == InvitationStage.INVITED


def test_a_brief_that_ends_closes_its_open_invitations(session: Session):
    made = deal(session, factories=3)
    quoted(session, made, 1)
    operations.decline(session, made.invitations[2], "price", actor=made.factories[2])
    operations.expire_brief(session, made.brief, actor=CLOCK)
    for one in made.invitations:
        session.refresh(one)
    stages = [one.stage for one in made.invitations]
    assert stages == [InvitationStage.CLOSED, InvitationStage.CLOSED, InvitationStage.DECLINED]
    assert made.brief.stage == BriefStage.EXPIRED
    assert len(heard(session, "invitation_closed")) == 2
    left = session.exec(select(Deadline).where(Deadline.subject_id.in_([i.id for i in made.invitations]))).all()
    assert left == []


def test_opening_is_remembered_once(session: Session):
    made = deal(session)
    operations.mark_opened(session, made.invitations[0])
    first = made.invitations[0].opened_at
    operations.mark_opened(session, made.invitations[0])
    assert made.invitations[0].opened_at == first


def test_a_deadline_waits_for_who_holds_the_invitation(clean: None):
    """The clock leaves a row that somebody is changing for the next minute, and does not wait in a circle with them."""
    from portal.core.db import lock, transaction

    with transaction() as session:
        made = deal(session, factories=1)
        ident = made.invitations[0].id
    with transaction() as holder:
        lock(holder, Invitation, ident)
        with pytest.raises(Gone), transaction() as session:
            tasks.lapse_invitation(session, ident)
    with transaction() as session:
        tasks.lapse_invitation(session, ident)
    with transaction() as session:
        assert session.get_one(Invitation, ident).stage == InvitationStage.LAPSED
