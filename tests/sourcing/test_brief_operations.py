"""A brief from the first word to the factories that are asked."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.designs import operations as designs
from portal.designs.queries import documents
from portal.sourcing import brief_checks, brief_operations
from portal.sourcing.brief_checks import Step
from portal.sourcing.brief_operations import Changed, Edition
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation
from tests import make

VALUES = {"product_name": "Stinky tofu plush", "markets": ["eu"], "age_grade": "3_plus", "height_sitting": 12}
VISITOR = Actor(None, draft_key="a-key-that-nobody-guesses")


@pytest.fixture
def creator(session: Session) -> Actor:
    return make.actor(make.person(session))


def _draft(session: Session, creator: Actor, **fields: Any) -> Brief:
    """A draft that lacks nothing but its factories."""
    person_id, fields = creator.person_id, {"values": VALUES, "ship_country": "GB"} | fields
    brief = make.brief(session, make.person(session), stage=BriefStage.DRAFT, **fields)
    brief.creator_id, brief.submitted_at, brief.quotes_due_at, brief.closes_at = person_id, None, None, None
    session.flush()
    return brief


def _factories(session: Session, number: int, **capability: Any) -> list[Any]:
    capability = {"markets": ["eu"]} | capability
    return [make.factory(session, capability=capability) for _ in range(number)]


def test_a_draft_begins_with_what_the_trade_takes(session: Session, creator: Actor) -> None:
    brief = brief_operations.start(session, "plush", actor=creator)
    assert (brief.stage, brief.creator_id, brief.draft_key) == (BriefStage.DRAFT, creator.person_id, None)
    assert brief.values["aql_major"] == "2.5"


def test_factories_and_operators_have_no_briefs(session: Session) -> None:
    for role in (Role.FACTORY, Role.OPERATOR):
        with pytest.raises(NotFound):
            brief_operations.start(session, "plush", actor=Actor(role, uuid4()))
    with pytest.raises(NotFound):
        brief_operations.start(session, "spaceships", actor=VISITOR)


def test_drafts_are_not_without_end(session: Session, monkeypatch) -> None:
    monkeypatch.setattr(brief_operations, "MOST_DRAFTS", 3)
    for _ in range(3):
        brief_operations.start(session, "plush", actor=VISITOR)
    with pytest.raises(Invalid):
        brief_operations.start(session, "plush", actor=VISITOR)


def test_a_draft_is_its_browsers_until_somebody_signs_in(session: Session, creator: Actor) -> None:
    brief = brief_operations.start(session, "plush", actor=VISITOR)
    assert brief_operations.is_mine(brief, VISITOR)
    assert not brief_operations.is_mine(brief, Actor(None, draft_key="another"))
    assert not brief_operations.is_mine(brief, Actor(None))
    assert not brief_operations.is_mine(brief, creator)
    assert brief_operations.claim(session, creator.person_id, VISITOR.draft_key) == 1
    session.refresh(brief)
    assert brief_operations.is_mine(brief, creator)
    assert not brief_operations.is_mine(brief, VISITOR)


def test_a_factorys_person_claims_no_drafts(session: Session) -> None:
    brief = brief_operations.start(session, "plush", actor=VISITOR)
    merchandiser = make.person(session, Role.FACTORY)
    assert brief_operations.claim(session, merchandiser.id, VISITOR.draft_key) == 0
    session.refresh(brief)
    assert brief.creator_id is None


def test_nobody_elses_brief_is_found(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator)
    with pytest.raises(NotFound):
        brief_operations.own(session, brief.id, make.actor(make.person(session)))


def test_a_second_tab_is_told(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator)
    first, second = Edition("one", brief.version), Edition("two", brief.version)
    brief_operations.save(session, brief, Step.IDEA, first, {"title": "Tofu"})
    brief_operations.save(session, brief, Step.IDEA, first, {"title": "Tofu plush"})  # autosaves of one form go on
    with pytest.raises(Changed):
        brief_operations.save(session, brief, Step.IDEA, second, {"title": "Bear"})
    assert brief.title == "Tofu plush"
    brief_operations.save(session, brief, Step.QUANTITIES, second, {"quantities": [50]})  # another page of the form
    assert brief.quantities == [50]


def test_a_form_made_after_the_change_may_save(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator)
    brief_operations.save(session, brief, Step.IDEA, Edition("one", brief.version), {"title": "Tofu"})
    brief_operations.save(session, brief, Step.IDEA, Edition("two", brief.version), {"title": "Bear"})
    assert brief.title == "Bear"


def test_what_does_not_change_is_no_change(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator, title="Tofu")
    before = brief.version
    brief_operations.save(session, brief, Step.IDEA, Edition("one", before), {"title": "Tofu"})
    assert (brief.version, brief.edits) == (before, {})


@pytest.mark.parametrize(
    ("missing", "step"),
    [
        ({"title": ""}, Step.IDEA),
        ({"values": {"product_name": "Tofu"}}, Step.DETAILS),
        ({"quantities": []}, Step.QUANTITIES),
        ({"ship_country": ""}, Step.QUANTITIES),
        ({"shortlist": []}, Step.FACTORIES),
    ],
)
def test_what_is_missing_names_its_page(session: Session, creator: Actor, missing: dict, step: Step) -> None:
    brief = _draft(session, creator, **{"shortlist": [uuid4()]} | missing)
    problems = brief_checks.problems(brief, clock.now().date())
    assert {problem.step for problem in problems} == {step}
    assert step not in brief_checks.done(brief, clock.now().date())
    with pytest.raises(Invalid):
        brief_operations.submit(session, brief, actor=creator)


def test_a_date_that_has_passed_is_mended_where_it_was_asked(session: Session, creator: Actor) -> None:
    yesterday = clock.now().date() - timedelta(days=1)
    brief = _draft(session, creator, shortlist=[uuid4()], needed_by=yesterday)
    assert {p.step for p in brief_checks.problems(brief, clock.now().date())} == {Step.QUANTITIES}


def test_a_scented_toy_is_stopped_until_a_document_answers(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator, shortlist=[uuid4()], values={**VALUES, "scented": True})
    problems = brief_checks.problems(brief, clock.now().date())
    assert [problem.step for problem in problems] == [Step.DETAILS]
    with pytest.raises(Invalid, match="IFRA"):
        brief_operations.submit(session, brief, actor=creator)
    assert brief_checks.problems(brief, clock.now().date(), frozenset({"sds"})) == problems


def test_an_uploaded_document_answers_for_a_scented_toy(session: Session, creator: Actor) -> None:
    """Once its file has been looked at, and not while it is only said to come."""
    brief = _draft(session, creator, portal_chooses=True, values={**VALUES, "scented": True})
    _factories(session, 1)
    file = designs.begin_file(session, brief.id, actor=creator, name="ifra.pdf", size=9, declared_type="")
    designs.describe(session, file.artwork_id, label="", placement="", document="ifra")
    with pytest.raises(Invalid, match="IFRA"):
        brief_operations.submit(session, brief, actor=creator)
    designs.receive(session, file.id, actor=creator, etag="1")
    designs.start_check(session, file.id)
    designs.accept(session, file.id, sha256="a" * 64, kind="pdf", facts={}, previews=[])
    found = brief_checks.findings(brief, clock.now().date(), documents(session.connection(), brief.id))
    assert "scented_toy" not in {finding.code for finding in found}
    brief_operations.submit(session, brief, actor=creator)
    assert brief.stage == BriefStage.OPEN


def test_sent_to_the_ticked(session: Session, creator: Actor) -> None:
    first, second, _third = _factories(session, 3)
    brief = _draft(session, creator, shortlist=[first.id, second.id])
    made = brief_operations.submit(session, brief, actor=creator)
    assert {one.factory_id for one in made} == {first.id, second.id}
    assert all(one.stage == InvitationStage.INVITED and one.reasons and one.score > 0 for one in made)
    assert brief.stage == BriefStage.OPEN
    assert brief.quotes_due_at - brief.submitted_at == timedelta(days=brief_operations.QUOTE_DAYS)
    deadline = session.scalars(select(Deadline).where(Deadline.subject_id == brief.id)).one()
    assert deadline.due_at == brief.closes_at


def test_the_portal_chooses_five(session: Session, creator: Actor) -> None:
    _factories(session, 7)
    brief = _draft(session, creator, portal_chooses=True)
    assert len(brief_operations.submit(session, brief, actor=creator)) == 5


def test_a_ticked_factory_that_closed_meanwhile_is_left_out(session: Session, creator: Actor) -> None:
    first, second = _factories(session, 2)
    first.open_for_work = False
    session.flush()
    brief = _draft(session, creator, shortlist=[first.id, second.id])
    assert [one.factory_id for one in brief_operations.submit(session, brief, actor=creator)] == [second.id]


def test_nobody_left_is_no_brief(session: Session, creator: Actor) -> None:
    (only,) = _factories(session, 1, moq=5000)
    brief = _draft(session, creator, shortlist=[only.id])
    with pytest.raises(Invalid):
        brief_operations.submit(session, brief, actor=creator)
    assert brief.stage == BriefStage.DRAFT


def test_sent_is_sent(session: Session, creator: Actor) -> None:
    _factories(session, 1)
    brief = _draft(session, creator, portal_chooses=True)
    brief_operations.submit(session, brief, actor=creator)
    with pytest.raises(Gone):
        brief_operations.own_draft(session, brief.id, creator)
    with pytest.raises(NotAllowed):
        brief_operations.submit(session, brief, actor=creator)


def test_more_are_invited_once_each(session: Session, creator: Actor) -> None:
    first, second = _factories(session, 2)
    brief = _draft(session, creator, shortlist=[first.id])
    brief_operations.submit(session, brief, actor=creator)
    made = brief_operations.invite_more(session, brief, [first.id, second.id], actor=creator)
    assert [one.factory_id for one in made] == [second.id]
    with pytest.raises(Invalid):
        brief_operations.invite_more(session, brief, [first.id, second.id], actor=creator)


def test_whoever_does_not_fit_is_not_invited(session: Session, creator: Actor) -> None:
    (first,), (misfit,) = _factories(session, 1), _factories(session, 1, moq=5000)
    brief = _draft(session, creator, shortlist=[first.id])
    brief_operations.submit(session, brief, actor=creator)
    with pytest.raises(Invalid):
        brief_operations.invite_more(session, brief, [misfit.id], actor=creator)


def test_withdrawn_ends_every_invitation(session: Session, creator: Actor) -> None:
    _factories(session, 3)
    brief = _draft(session, creator, portal_chooses=True)
    brief_operations.submit(session, brief, actor=creator)
    brief_operations.withdraw(session, brief, actor=creator)
    assert brief.stage == BriefStage.WITHDRAWN
    stages = session.scalars(select(Invitation.stage).where(Invitation.brief_id == brief.id)).all()
    assert stages == [InvitationStage.CLOSED] * 3
    assert session.scalars(select(Deadline)).all() == []


def test_a_copy_says_the_same_and_is_a_draft(session: Session, creator: Actor) -> None:
    brief = make.brief(session, make.person(session), values=VALUES, needed_by=clock.now().date(), confidential=True)
    made = brief_operations.copy(session, brief, actor=creator)
    assert (made.title, made.values, made.quantities, made.confidential) == (brief.title, VALUES, [100, 300], True)
    assert (made.stage, made.needed_by, made.shortlist) == (BriefStage.DRAFT, None, [])
    assert made.number != brief.number


def test_a_draft_is_thrown_away(session: Session, creator: Actor) -> None:
    brief = _draft(session, creator)
    brief_operations.remove_draft(session, brief)
    session.flush()
    assert session.get(Brief, brief.id) is None


def test_what_nobody_claimed_is_forgotten(session: Session, creator: Actor) -> None:
    with clock.at(clock.now() - timedelta(days=61)):
        old = brief_operations.start(session, "plush", actor=VISITOR)
        kept = [brief_operations.start(session, "plush", actor=creator)]
    kept.append(brief_operations.start(session, "plush", actor=VISITOR))
    assert brief_operations.forget_drafts(session, timedelta(days=60)) == 1
    assert set(session.scalars(select(Brief.id))) == {brief.id for brief in kept}
    assert old not in kept
