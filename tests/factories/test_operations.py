"""A factory's profile: what it may say, and when it is available."""

import pytest
from sqlalchemy import select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.factories import operations, standing
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Factory, PriceTier
from portal.factories.record import Record, static_score
from tests import make

MAKES = {"moq": 50, "lead_days": 20, "sample_days": 7}


@pytest.fixture
def draft(session: Session) -> Factory:
    ident = operations.open_draft(session, "扬州小熊玩具厂", "zh_Hans")
    return session.get(Factory, ident)


@pytest.fixture
def owner(session: Session, draft: Factory):
    return make.actor(make.member(session, draft), draft)


@pytest.fixture
def operator(session: Session):
    return make.actor(make.person(session, Role.OPERATOR))


def _complete(session: Session, draft: Factory, owner) -> None:
    operations.describe(session, draft, actor=owner, about_zh="毛绒玩具", city="Yangzhou", license_number="91321000MA1")
    operations.set_capability(session, draft, "plush", actor=owner, **MAKES)


def test_a_name_goes_where_its_script_belongs(session: Session, draft: Factory) -> None:
    assert (draft.name, draft.name_zh, draft.stage) == ("", "扬州小熊玩具厂", FactoryStage.DRAFT)
    latin = session.get(Factory, operations.open_draft(session, "Bear & Söhne Toys", "en"))
    assert latin.name == "Bear & Söhne Toys"
    assert latin.slug.startswith("bear-sohne-toys-")


def test_two_of_the_same_name_have_two_addresses(session: Session) -> None:
    slugs = {session.get(Factory, operations.open_draft(session, "Bear", "en")).slug for _ in range(20)}
    assert len(slugs) == 20


def test_an_empty_profile_is_not_submitted(session: Session, draft: Factory, owner) -> None:
    with pytest.raises(Invalid):
        operations.submit(session, draft, actor=owner)
    assert operations.lacking(draft, False) == ["profile", "place", "licence", "making"]


def test_from_draft_to_verified_and_available(session: Session, draft: Factory, owner, operator) -> None:
    _complete(session, draft, owner)
    operations.submit(session, draft, actor=owner)
    assert not session.scalar(select(Capability.available))
    operations.verify(session, draft, actor=operator)
    standing.refresh(session, draft.id)
    assert session.scalar(select(Capability.available))
    assert draft.verified_at is not None


def test_suspended_is_no_longer_available(session: Session, draft: Factory, owner, operator) -> None:
    _complete(session, draft, owner)
    operations.submit(session, draft, actor=owner)
    operations.verify(session, draft, actor=operator)
    standing.refresh(session, draft.id)
    operations.suspend(session, draft, actor=operator, note="Two buyers were sent another factory's goods.")
    standing.refresh(session, draft.id)
    assert not session.scalar(select(Capability.available))
    assert draft.review_note.startswith("Two buyers")


@pytest.mark.parametrize("verb", [operations.refuse, operations.suspend])
def test_bad_news_needs_words(session: Session, draft: Factory, operator, verb) -> None:
    with pytest.raises(Invalid) as refusal:
        verb(session, draft, actor=operator, note="  ")
    assert "note" in refusal.value.fields


def test_only_an_operator_verifies(session: Session, draft: Factory, owner) -> None:
    _complete(session, draft, owner)
    operations.submit(session, draft, actor=owner)
    with pytest.raises(NotAllowed):
        operations.verify(session, draft, actor=owner)


def test_a_checked_name_is_not_changed_by_the_factory(session: Session, draft: Factory, owner) -> None:
    _complete(session, draft, owner)
    operations.submit(session, draft, actor=owner)
    with pytest.raises(NotAllowed):
        operations.describe(session, draft, actor=owner, name_zh="另一家工厂")
    operations.describe(session, draft, actor=owner, employees=40)
    assert draft.employees == 40


def test_closing_the_doors_takes_effect_at_once(session: Session) -> None:
    factory = make.factory(session)
    actor = make.actor(make.member(session, factory), factory)
    operations.set_open(session, factory, False, actor=actor)
    assert not session.scalar(select(Capability.available).where(Capability.factory_id == factory.id))
    operations.set_open(session, factory, True, actor=actor)
    assert session.scalar(select(Capability.available).where(Capability.factory_id == factory.id))


def test_the_largest_order_is_not_below_the_smallest(session: Session, draft: Factory, owner) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.set_capability(session, draft, "plush", actor=owner, **MAKES, max_quantity=10)
    assert "max_quantity" in refusal.value.fields


def test_prices_replace_those_of_one_currency_only(session: Session) -> None:
    factory = make.factory(session)
    actor = make.actor(make.member(session, factory), factory)
    operations.set_prices(session, factory, "plush", "USD", [(500, 300, 25), (100, 400, 20)], actor=actor)
    tiers = session.execute(
        select(PriceTier.currency, PriceTier.min_quantity).order_by(PriceTier.currency, PriceTier.min_quantity)
    ).all()
    assert [quantity for currency, quantity in tiers if currency == "USD"] == [100, 500]
    assert [quantity for currency, quantity in tiers if currency == "CNY"] == [100, 300, 1000]


def test_two_prices_from_one_quantity_are_refused(session: Session) -> None:
    factory = make.factory(session)
    with pytest.raises(Invalid):
        operations.set_prices(session, factory, "plush", "USD", [(100, 300, 25), (100, 400, 20)], actor=None)
    with pytest.raises(NotFound):
        operations.set_prices(session, factory, "moulded_part", "USD", [(100, 300, 25)], actor=None)


def test_what_is_no_longer_made_has_no_prices(session: Session) -> None:
    factory = make.factory(session)
    operations.drop_capability(session, factory, "plush", actor=None)
    assert session.scalars(select(PriceTier)).all() == []
    assert session.scalars(select(Capability)).all() == []


def test_only_members_have_a_factory_of_their_own(session: Session, draft: Factory, operator) -> None:
    with pytest.raises(NotFound):
        operations.own(session, operator)


def test_scores_come_from_the_record(session: Session) -> None:
    record = {"orders_done": 28, "small_orders_done": 14, "shipped_orders": 28, "on_time_orders": 27}
    factory = make.factory(session, capability={**record, "score": 0.0})
    standing.refresh(session, factory.id)
    score = session.scalar(select(Capability.score).where(Capability.factory_id == factory.id))
    assert score == pytest.approx(static_score(Record(28, 14, 28, 27)))


def test_answers_are_measured_from_invitation_to_first_quote(session: Session) -> None:
    factory, silent = make.factory(session), make.factory(session)
    brief = make.brief(session, make.person(session))
    for number, hours in enumerate((2, 4, 30)):
        invitation = make.invitation(session, make.brief(session, make.person(session)), factory)
        asked = clock.now() - clock.days(10 + number)
        events = (("factory_invited", asked), ("quote_sent", asked + clock.hours(hours)))
        for name, at in (*events, ("quote_sent", asked + clock.hours(90))):
            session.add(
                Event(
                    subject="invitation", subject_id=invitation.id, name=name, created_at=at,
                    invitation_id=invitation.id, factory_id=factory.id,
                )
            )  # fmt: skip
    make.invitation(session, brief, silent)
    session.flush()
    standing.measure_answers(session)
    session.expire_all()
    assert factory.response_hours == pytest.approx(4.0)
    assert silent.response_hours is None
