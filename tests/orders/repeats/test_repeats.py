"""A reorder: same factory, same spec as it was in the end, same artwork, in one act; and the order that comes of it."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import CLOCK, Role
from portal.core.db import transaction
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.events import Event
from portal.core.filters import as_date
from portal.designs.lifecycle import FileStage
from portal.designs.models import Artwork, ArtworkFile
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from portal.mail.models import Email
from portal.mail.operations import announce
from portal.orders import operations as orders
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.orders.repeats import operations
from portal.orders.repeats.forms import RepeatForm
from portal.orders.samples.operations import keep
from portal.sourcing import invitation_operations, quote_operations
from portal.sourcing.invitation_operations import Pick
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation
from portal.specs.models import SpecRevision
from tests import deals, make
from tests.orders.stages import at_stage, sides


@pytest.fixture
def closed(session: Session) -> Order:
    return at_stage(session, OrderStage.CLOSED)


def test_one_act_asks_the_same_factory_for_the_same(session: Session, closed: Order):
    creator, _factory = sides(session, closed)
    revision = session.scalars(select(SpecRevision).where(SpecRevision.order_id == closed.id)).one()
    changed = deals.VALUES | {"height_sitting": 21}
    b = SpecRevision(
        order_id=closed.id, revision="B", content=revision.content | {"values": changed}, content_hash="b" * 64,
        ready_at=revision.ready_at,
    )  # fmt: skip
    session.add(b)
    _artwork(session, closed.brief_id)
    invitation = operations.repeat(session, closed, [500, 200], actor=creator)
    brief = session.get_one(Brief, invitation.brief_id)
    assert (brief.stage, brief.repeats_id, brief.creator_id) == (BriefStage.OPEN, closed.id, closed.creator_id)
    assert brief.values == changed, "as it was in the end, change orders included"
    assert brief.quantities == [200, 500]
    invited = session.scalars(select(Invitation).where(Invitation.brief_id == brief.id)).all()
    assert [(one.factory_id, one.stage) for one in invited] == [(closed.factory_id, InvitationStage.INVITED)]
    assert [a.label for a in session.scalars(select(Artwork).where(Artwork.brief_id == brief.id))] == ["Logo"]
    assert invitation.quote_draft["unit_price_100"] == "5"
    assert invitation.quote_draft["tooling_minor"] == "0"


def _artwork(session: Session, brief_id) -> None:
    artwork = Artwork(brief_id=brief_id, position=1, label="Logo")
    session.add(artwork)
    session.flush()
    ready = {"stage": FileStage.READY, "revision": 1, "sha256": "0" * 64, "kind": "png"}
    session.add(ArtworkFile(brief_id=brief_id, artwork_id=artwork.id, name="logo.png", size=10, **ready))
    session.flush()


def _quoted_again(session: Session, order: Order) -> tuple[Invitation, Brief]:
    creator, factory = sides(session, order)
    invitation = operations.repeat(session, order, [100], actor=creator)
    brief = session.get_one(Brief, invitation.brief_id)
    quote_operations.send(session, invitation, deals.offer(brief), actor=factory)
    return invitation, brief


def test_the_order_of_it_repeats_the_first_and_keeps_its_golden_sample(session: Session, closed: Order):
    creator, _factory = sides(session, closed)
    invitation, brief = _quoted_again(session, closed)
    again = orders.award(session, brief.id, invitation.current_quote_id, 100, actor=creator)
    assert again.repeats_id == closed.id
    again.stage = OrderStage.SAMPLING
    keep(session, again, actor=creator)
    assert again.stage == OrderStage.PRODUCTION


def _invited(session: Session, invitation: Invitation) -> Email:
    """The letter of an invitation."""
    told = select(Event).where(Event.name == "factory_invited", Event.invitation_id == invitation.id)
    event = session.scalars(told).one()
    announce(session, event, [Role.FACTORY])
    return session.scalars(select(Email).where(Email.event_id == event.id)).one()


def test_the_letter_says_what_is_wanted_again_to_whoever_has_made_it(session: Session, closed: Order, app: Flask):
    creator, factory = sides(session, closed)
    invitation = operations.repeat(session, closed, [100], actor=creator)
    other = make.factory(session)
    make.member(session, other)
    [second] = invitation_operations.invite(
        session, session.get_one(Brief, invitation.brief_id), [Pick(other.id)], actor=creator
    )
    reader = session.get_one(Person, factory.person_id)
    reader.locale, reader.timezone = "en", "Asia/Shanghai"
    session.flush()
    with app.app_context():
        letter, others = _invited(session, invitation), _invited(session, second)
    said = f"the same as order {closed.number}, delivered on {as_date(closed.delivered_at, 'Asia/Shanghai')}"
    assert said in letter.body_text
    assert said in letter.body_html
    assert letter.subject.startswith("A reorder for you to quote")
    assert str(closed.number) not in others.body_text


def test_a_letter_says_nothing_of_it_before_the_nda(session: Session, closed: Order, app: Flask):
    creator, _factory = sides(session, closed)
    session.get_one(Brief, closed.brief_id).confidential = True
    invitation = operations.repeat(session, closed, [100], actor=creator)
    with app.app_context():
        letter = _invited(session, invitation)
    assert invitation.nda_accepted_at is None
    assert str(closed.number) not in letter.body_text


def test_another_factorys_order_of_it_repeats_nothing(session: Session, closed: Order):
    creator, _factory = sides(session, closed)
    _invitation, brief = _quoted_again(session, closed)
    other = make.factory(session)
    worker = make.actor(make.member(session, other), other)
    [second] = invitation_operations.invite(session, brief, [Pick(other.id)], actor=creator)
    quote_operations.send(session, second, deals.offer(brief), actor=worker)
    again = orders.award(session, brief.id, second.current_quote_id, 100, actor=creator)
    assert again.repeats_id is None


@pytest.mark.parametrize("stage", list(OrderStage))
def test_only_what_has_been_delivered_is_repeated(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    creator, _factory = sides(session, order)
    if stage in (OrderStage.DELIVERED, OrderStage.CLOSED):
        assert operations.repeat(session, order, [100], actor=creator)
    else:
        with pytest.raises(Gone):
            operations.repeat(session, order, [100], actor=creator)


def test_only_the_creator_repeats_and_not_twice_at_once(session: Session, closed: Order):
    creator, factory = sides(session, closed)
    for stranger in (factory, make.actor(make.person(session)), CLOCK):
        with pytest.raises(NotFound):
            operations.repeat(session, closed, [100], actor=stranger)
    operations.repeat(session, closed, [100], actor=creator)
    with pytest.raises(Gone):
        operations.repeat(session, closed, [100], actor=creator)


def test_a_factory_that_is_gone_is_said(session: Session, closed: Order):
    creator, _factory = sides(session, closed)
    session.get_one(Factory, closed.factory_id).stage = FactoryStage.SUSPENDED
    session.flush()
    with pytest.raises(Invalid):
        operations.repeat(session, closed, [100], actor=creator)


# --- the page ---


def _world(stage: OrderStage) -> tuple[Order, Person, Person, Person]:
    with transaction() as session:
        order = at_stage(session, stage)
        creator, factory = (session.get_one(Person, side.person_id) for side in sides(session, order))
        return order, creator, factory, make.person(session)


def test_what_was_ordered_in_the_end_is_filled_in_beside_what_was_asked_before():
    for ordered, asked, filled in (
        (300, [100, 250], [100, 250, 300]),
        (250, [100, 250], [100, 250]),
        (300, [100, 200, 400, 500], [100, 200, 300, 400]),
    ):
        assert [entry.data for entry in RepeatForm(ordered, asked).quantities if entry.data] == filled


def test_the_page_asks_how_many_and_sends(sign_in):
    order, creator, factory, stranger = _world(OrderStage.CLOSED)
    path = f"/orders/{order.id}/repeat"
    client = sign_in(creator)
    assert path in client.get(f"/orders/{order.id}").text
    form = client.get(path).text
    assert 'value="100"' in form
    assert 'value="300"' in form
    for sent in (
        {"quantities-0": ""},
        {"quantities-0": "many"},
        {"quantities-0": "50", "needed_by": "soon"},
        {"quantities-0": "50", "needed_by": "2026-01-01"},
    ):
        refused = client.post(path, data=sent)
        assert refused.status_code == 422, sent
        assert "There is a problem" in refused.text
    answer = client.post(path, data={"quantities-0": "250", "quantities-1": ""}, follow_redirects=True)
    assert "Works 0" in answer.text
    late = client.post(path, data={"quantities-0": "250"})
    assert late.status_code == 409
    assert "Go to the brief" in late.text
    assert "You have asked the factory for the same again" in client.get(f"/orders/{order.id}").text
    for person in (factory, stranger):
        assert sign_in(person).get(path).status_code == 404
        assert sign_in(person).post(path, data={"quantities-0": "250"}).status_code == 404
    with transaction() as session:
        [brief] = session.scalars(select(Brief).where(Brief.repeats_id == order.id))
        assert brief.quantities == [250]
        [asked] = session.scalars(select(Invitation).where(Invitation.brief_id == brief.id))
        asked_id, brief_id = asked.id, brief.id
        other = make.factory(session)
        second, rival = make.invitation(session, brief, other).id, make.member(session, other)
    link = f'href="/orders/{order.id}"'
    named = f"order {order.number}, delivered on {as_date(order.delivered_at)}"
    theirs = sign_in(factory).get(f"/inbox/{asked_id}").text
    assert link in theirs, "the factory knows what it is to make again"
    assert f"订单 {order.number}" in theirs
    own = sign_in(creator).get(f"/briefs/{brief_id}").text
    assert link in own
    assert named in own
    assert link not in sign_in(rival).get(f"/inbox/{second}").text, "an order of others is nobody's business"


def test_no_button_before_delivery(sign_in):
    order, creator, _factory, _stranger = _world(OrderStage.SHIPPED)
    client = sign_in(creator)
    assert "/repeat" not in client.get(f"/orders/{order.id}").text
    assert client.get(f"/orders/{order.id}/repeat").status_code == 409
