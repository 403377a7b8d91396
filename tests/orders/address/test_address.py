"""To whose door the goods go: who says so, until when, who reads it, and where it is written."""

import pytest
from sqlalchemy import select, text

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.errors import Gone, NotFound
from portal.core.events import Event
from portal.mail.models import Email
from portal.mail.operations import announce
from portal.orders.address import operations
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.specs import shipping
from tests.orders.stages import at_stage, sides

HOME = {
    "recipient": "Ada Winter",
    "phone": "+44 7700 900123",
    "street": "Flat 3\n12 Harbourside Walk",
    "postcode": "BS1 5UH",
    "city": "Bristol",
    "region": "",
}


def people(stage: OrderStage) -> tuple[Order, Person, Person]:
    """An order at the stage, its creator and a member of its factory, committed."""
    with transaction() as session:
        order = at_stage(session, stage)
        creator, factory = (session.get_one(Person, actor.person_id) for actor in sides(session, order))
    return order, creator, factory


def test_the_creator_gives_it_and_the_factory_reads_it(clean, sign_in):
    order, creator, factory = people(OrderStage.READY_TO_SHIP)
    ship = f"/orders/{order.id}/parcels/new"
    assert "尚无收货地址" in sign_in(factory).get(ship).text
    answer = sign_in(creator).post(f"/orders/{order.id}/address", data=HOME)
    assert answer.status_code == 303
    for page in (f"/orders/{order.id}", ship):
        said = sign_in(factory).get(page).text
        for line in ("Ada Winter", "Flat 3", "12 Harbourside Walk", "BS1 5UH Bristol", "+44 7700 900123"):
            assert line in said, f"{line} is not on {page}"
    assert sign_in(factory).get(f"/orders/{order.id}/address").status_code == 404


def test_a_telephone_typed_in_wide_letters_stands_in_narrow_ones(clean, sign_in):
    order, creator, factory = people(OrderStage.READY_TO_SHIP)
    sign_in(creator).post(f"/orders/{order.id}/address", data=HOME | {"phone": "＋４７ 77 60 00 00"})
    assert "+47 77 60 00 00" in sign_in(factory).get(f"/orders/{order.id}/parcels/new").text


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(clean, sign_in):
    order, creator, _factory = people(OrderStage.PRODUCTION)
    answer = sign_in(creator).post(f"/orders/{order.id}/address", data=HOME | {"phone": "", "street": "x" * 201})
    assert answer.status_code == 422
    assert "Ada Winter" in answer.text
    assert answer.text.count('class="error"') >= 2


def test_the_next_order_there_begins_with_it(clean, sign_in):
    order, creator, _factory = people(OrderStage.PRODUCTION)
    client = sign_in(creator)
    client.post(f"/orders/{order.id}/address", data=HOME)
    with transaction() as session:
        kept = session.get_one(Order, order.id)
        assert kept.address == HOME | {"country": kept.terms["brief"]["ship_country"]}
    assert 'value="BS1 5UH"' in client.get(f"/orders/{order.id}/address").text


EARLY, MADE = OrderStage.AWAITING_DEPOSIT, OrderStage.READY_TO_SHIP


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (EARLY, []),
        (OrderStage.AWAITING_ACCEPTANCE, ["address_given", "address_changed"]),
        (MADE, ["address_given", "address_changed"]),
    ],
)
def test_once_the_deposit_is_paid_the_factory_hears_of_it(session, app, stage: OrderStage, told: list[str]):
    """Each time it is another one, in a letter to every member; where the creator lives stands in no event."""
    order = at_stage(session, stage)
    creator, factory = sides(session, order)
    for given in (HOME, HOME, HOME | {"street": "14 Harbourside Walk"}):
        operations.give(session, order, given, actor=creator)
    events = session.scalars(
        select(Event).where(Event.order_id == order.id, Event.name.startswith("address_")).order_by(Event.id)
    ).all()
    assert [event.name for event in events] == (told or ["address_noted", "address_noted"])
    assert not any("Harbourside" in str(event.data) for event in events)
    wanted = text("select args from procrastinate_jobs where task_name = 'mail.announce'")
    rows = session.connection().execute(wanted).scalars()
    own = {str(event.id) for event in events}
    roles = [args["roles"] for args in rows if args["event_id"] in own]
    assert roles == [[Role.FACTORY.value]] * len(told)
    with app.app_context():
        for event in events if told else ():
            announce(session, event, [Role.FACTORY])
    letters = session.scalars(select(Email).where(Email.event_id.in_([event.id for event in events]))).all()
    member = session.get_one(Person, factory.person_id)
    assert [(letter.template, letter.recipient) for letter in letters] == [(name, member.email) for name in told]


def test_it_is_everybodys_turn_while_the_goods_wait_for_it(clean, sign_in):
    order, creator, _factory = people(MADE)
    path = f"/orders/{order.id}"
    assert "Turn: Both sides" in sign_in(creator).get(path).text
    sign_in(creator).post(f"{path}/address", data=HOME)
    assert "Turn: Both sides" not in sign_in(creator).get(path).text
    assert "Delivery address given" in sign_in(creator).get(path).text


@pytest.mark.parametrize("stage", [OrderStage.SHIPPED, OrderStage.CLOSED])
def test_it_stands_once_the_goods_are_on_their_way(session, stage):
    order = at_stage(session, stage)
    creator, factory = sides(session, order)
    with pytest.raises(Gone):
        operations.give(session, order, HOME, actor=creator)
    with pytest.raises(NotFound):
        operations.give(session, order, HOME, actor=factory)


def test_the_page_says_so_before_anything_is_typed(clean, sign_in):
    order, creator, _factory = people(OrderStage.SHIPPED)
    assert sign_in(creator).get(f"/orders/{order.id}/address").status_code == 409


def test_it_stands_on_the_papers_of_a_parcel(session, app):
    order = at_stage(session, OrderStage.READY_TO_SHIP)
    operations.give(session, order, HOME, actor=sides(session, order)[0])
    parcel = Parcel(
        order_id=order.id, number=1, pieces=100, cartons=2, net_grams=900, gross_grams=1000, carrier="dhl",
        tracking_number="", shipped_on=order.created_at.date(), lines=[{"text": "plush", "pieces": 100}],
    )  # fmt: skip
    said = shipping.content(order, parcel, order.terms["brief"]["values"])
    with app.app_context():
        html = shipping.html(shipping.PaperKind.PACKING_LIST, said)
    for line in ("Ada Winter", "12 Harbourside Walk", "BS1 5UH Bristol", "+44 7700 900123"):
        assert line in html
