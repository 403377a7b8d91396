"""The pages of parcels: what is typed is kept, what is refused is said, who may not is told nothing."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from tests import make
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
LOAD = {
    "pieces": "100", "last": "y", "cartons": "2", "net": "9", "gross": "10.25", "carrier": "dhl",
    "tracking_number": "1234567890",
}  # fmt: skip


def world(stage: OrderStage) -> tuple[Order, Person, Person, Person]:
    """An order at a stage; its creator, its factory's owner (who reads English here) and an operator."""
    with transaction() as session:
        order = at_stage(session, stage)
        creator, worker = (session.get_one(Person, who.person_id) for who in sides(session, order))
        worker.locale = "en"
        return order, creator, worker, make.person(session, Role.OPERATOR)


def parcels(order: Order) -> list[Parcel]:
    with transaction() as session:
        return list(session.scalars(select(Parcel).where(Parcel.order_id == order.id).order_by(Parcel.number)))


def stage(order: Order) -> OrderStage:
    with transaction() as session:
        return session.get_one(Order, order.id).stage


def today() -> dict[str, str]:
    return {"shipped_on": clock.now().date().isoformat()}


def test_the_factory_ships_and_the_creator_sees_it(sign_in: SignIn):
    order, creator, worker, _operator = world(OrderStage.READY_TO_SHIP)
    client, path = sign_in(worker), f"/orders/{order.id}/parcels/new"
    asking = f'href="/messages/{order.invitation_id}"'
    assert asking in client.get(path).text, "nobody has given an address: the way to ask for it stands there"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    form = client.get(path).text
    assert 'value="100"' in form
    answer = client.post(path, data=LOAD | today(), follow_redirects=True)
    assert "The parcel is on its way" in answer.text
    [parcel] = parcels(order)
    assert (parcel.net_grams, parcel.gross_grams, parcel.carrier) == (9000, 10250, "dhl")
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    for words in ("DHL Express", "tracking-id=1234567890", "10.25 kg gross", "100 pcs in 2 cartons", "In transit"):
        assert words in shown
    assert f"{parcel.id}/arrived" in shown
    assert path not in shown


def test_a_packing_list_of_several_lines_is_kept(sign_in: SignIn):
    order, _creator, worker, _operator = world(OrderStage.READY_TO_SHIP)
    lines = {"lines-0-text": "Blue", "lines-0-pieces": "60", "lines-1-text": "Red", "lines-1-pieces": "40"}
    client = sign_in(worker)
    wrong = client.post(f"/orders/{order.id}/parcels/new", data=LOAD | today() | lines | {"lines-1-pieces": "41"})
    assert wrong.status_code == 422
    assert "don’t add up" in wrong.text
    assert 'value="Blue"' in wrong.text
    client.post(f"/orders/{order.id}/parcels/new", data=LOAD | today() | lines)
    assert parcels(order)[0].lines == [{"text": "Blue", "pieces": 60}, {"text": "Red", "pieces": 40}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pieces": "101"}, "Only 100 pcs are left"),
        ({"pieces": "96"}, "Say why the rest does not come"),
        ({"pieces": "94", "short": "Lost"}, "at least 95 pcs"),
        ({"gross": "8"}, "gross weight"),
        ({"net": "nine"}, "in kg"),
        ({"carrier": ""}, "who carries"),
        ({"carrier": "pigeon"}, "choice"),
        ({"tracking_number": ""}, "as it stands on the label"),
        ({"lines-0-text": "Blue"}, "how many pieces"),
        ({"shipped_on": "2020-01-01"}, "of the last month"),
        ({"photos": "0190a0a0-0000-7000-8000-000000000001"}, "has not arrived yet"),
    ],
)
def test_what_is_refused_is_said_and_nothing_typed_is_lost(sign_in: SignIn, change: dict[str, str], said: str):
    order, _creator, worker, _operator = world(OrderStage.READY_TO_SHIP)
    sent = LOAD | today() | {"cartons": "77"} | change
    answer = sign_in(worker).post(f"/orders/{order.id}/parcels/new", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="77"' in answer.text
    assert "There is a problem" in answer.text
    assert parcels(order) == []


def test_whoever_comes_too_late_is_told_where_the_order_is(sign_in: SignIn):
    order, _creator, worker, _operator = world(OrderStage.SHIPPED)
    answer = sign_in(worker).post(f"/orders/{order.id}/parcels/new", data=LOAD | today())
    assert answer.status_code == 409
    assert f'href="/orders/{order.id}">Go to the order' in answer.text
    assert len(parcels(order)) == 2


def test_parcels_arrive_one_by_one_and_the_order_closes(sign_in: SignIn):
    order, creator, _worker, _operator = world(OrderStage.SHIPPED)
    client = sign_in(creator)
    for parcel in parcels(order):
        path = f"/orders/{order.id}/parcels/{parcel.id}/arrived"
        assert client.get(path).status_code == 200
        assert stage(order) == OrderStage.SHIPPED
        assert client.post(path).status_code == 303
        assert client.post(path).status_code in (409, 410)
    assert stage(order) == OrderStage.DELIVERED
    asked = client.get(f"/orders/{order.id}").text.partition("Is everything as ordered?")[2].partition("</details>")[0]
    assert "All is well" in asked
    assert f'href="/orders/{order.id}/claim"' in asked, "whoever is asked may say no"
    close = f"/orders/{order.id}/close"
    assert client.post(close).status_code == 422
    assert stage(order) == OrderStage.DELIVERED
    assert client.post(close, data={"sure": "y"}).status_code == 303
    assert stage(order) == OrderStage.CLOSED
    assert client.post(close, data={"sure": "y"}).status_code == 409


@pytest.mark.parametrize("who", ["factory", "operator"])
def test_others_enter_what_the_carrier_says(sign_in: SignIn, who: str):
    order, creator, worker, operator = world(OrderStage.SHIPPED)
    client, parcel = sign_in(worker if who == "factory" else operator), parcels(order)[0]
    path = f"/orders/{order.id}/parcels/{parcel.id}/arrived"
    assert path in client.get(f"/orders/{order.id}").text
    for sent in ({}, {"delivered_on": "2019-02-03", "proof": "Signed"}, today_as("delivered_on")):
        assert client.post(path, data=sent).status_code == 422
    sent = today_as("delivered_on") | {"proof": "Signed by <WINTER>"}
    assert client.post(path, data=sent).status_code == 303
    assert parcels(order)[0].delivered_by == who
    assert "Signed by &lt;WINTER&gt;" in sign_in(creator).get(f"/orders/{order.id}").text


def today_as(name: str) -> dict[str, str]:
    return {name: clock.now().date().isoformat()}


def test_nobody_else_sees_or_does_any_of_it(sign_in: SignIn):
    order, creator, worker, operator = world(OrderStage.SHIPPED)
    other, stranger, rival, _operator = world(OrderStage.READY_TO_SHIP)
    arrived = f"/orders/{order.id}/parcels/{parcels(order)[0].id}/arrived"
    for person in (stranger, rival):
        assert sign_in(person).get(arrived).status_code == 404
        assert sign_in(person).post(arrived, data=today_as("delivered_on") | {"proof": "x"}).status_code == 404
    for person in (creator, stranger, operator, worker):
        assert sign_in(person).post(f"/orders/{other.id}/parcels/new", data=LOAD | today()).status_code == 404
    for person in (worker, operator, stranger):
        assert sign_in(person).post(f"/orders/{order.id}/close", data={"sure": "y"}).status_code == 404
    mixed = f"/orders/{other.id}/parcels/{parcels(order)[0].id}/arrived"
    assert sign_in(stranger).post(mixed).status_code == 404


def test_a_parcel_says_where_it_is_in_the_factorys_language(sign_in: SignIn):
    """“On its way” is said of refunds too, where it means: on its way back."""
    order, creator, worker, _operator = world(OrderStage.SHIPPED)
    with transaction() as session:
        session.get_one(Person, worker.id).locale = "zh_Hans"
        for parcel in session.scalars(select(Parcel).where(Parcel.order_id == order.id)):
            parcel.cartons = 1
    shown = sign_in(worker).get(f"/orders/{order.id}").text
    assert "运输中" in shown
    assert "退回途中" not in shown
    assert "50 pcs in 1 carton<" in sign_in(creator).get(f"/orders/{order.id}").text
