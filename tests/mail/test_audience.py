"""Who gets a letter, and what it can say of its event: when the wait ends that it begins or reminds of."""

import pytest
from sqlmodel import select

from portal.accounts.models import Person
from portal.core.actor import CLOCK, Role
from portal.core.clock import days
from portal.core.db import transaction
from portal.core.deadlines import Deadline
from portal.core.lifecycle import advance, record
from portal.factories.models import Factory
from portal.mail import audience, operations
from portal.mail.models import Email
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.sourcing.invitation_operations import accept_nda
from tests import make
from tests.deals import Deal, deal


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_a_factory_with_one_name_is_called_by_it_in_every_language(locale: str):
    """Most factories sign up with the name on their licence alone."""
    for names in ({"name": "", "name_zh": "南京测试厂"}, {"name": "Nanjing Works", "name_zh": ""}):
        assert audience.factory_name(Factory(slug="x", **names), locale) == "".join(names.values())


@pytest.fixture
def order(clean):
    with transaction() as session:
        creator, factory = make.person(session), make.factory(session)
        brief = make.brief(session, creator)
        invitation = make.invitation(session, brief, factory)
        quote = make.quote(session, invitation, make.member(session, factory), {100: 500})
        made = make.order(session, invitation, quote, brief, stage=OrderStage.DELIVERED)
        return made.id, make.actor(creator)


def test_a_letter_knows_when_the_answer_is_due(order, session):
    ident, actor = order
    thing = session.get(Order, ident)
    opened = advance(session, thing, "dispute", actor=actor, reason="Seams open.")
    assert audience.subject_matter(session, opened)["due"] == opened.created_at + days(7)
    reminder = record(session, thing, "claim_waiting", actor=CLOCK)
    running = session.exec(select(Deadline.due_at).where(Deadline.subject_id == ident)).one()
    assert audience.subject_matter(session, reminder)["due"] == running


def test_who_accepts_the_spec_needs_no_letter_that_they_have(order, session):
    ident, actor = order
    thing = session.get(Order, ident)
    thing.stage = OrderStage.AWAITING_ACCEPTANCE
    accepted = advance(session, thing, "accept_spec", actor=actor, name=actor.name)
    operations.announce(session, accepted, [Role.CREATOR, Role.FACTORY])
    readers = session.exec(select(Person.role).join(Email, Email.person_id == Person.id)).all()
    assert readers == [Role.FACTORY]


def test_what_asks_for_nothing_has_no_day(order, session):
    ident, actor = order
    closed = advance(session, session.get(Order, ident), "close", actor=actor)
    assert audience.subject_matter(session, closed)["due"] is None


@pytest.mark.parametrize("event", ["factory_invited", "quote_due_soon", "invitation_lapsed", "invitation_closed"])
def test_no_letter_names_what_is_confidential_before_the_nda(context, session, event: str):
    made = deal(session, factories=1, confidential=True, title="Secret tofu")
    assert "Secret tofu" not in _written(session, made, event)
    accept_nda(session, made.invitations[0], actor=made.factories[0])
    assert "Secret tofu" in _written(session, made, event)


def _written(session, made: Deal, event: str) -> str:
    """All of the letter that the factory gets about the event."""
    operations.announce(session, record(session, made.invitations[0], event, actor=CLOCK), [Role.FACTORY])
    newest = select(Email).where(Email.template == event).order_by(Email.id.desc())
    letter = session.exec(newest).first()
    return "\n".join((letter.subject, letter.body_text, letter.body_html))
