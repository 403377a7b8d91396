"""A creator's products: whose they are, what they cost, one row however often they are made; prices, files."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.catalogue import operations, queries
from portal.catalogue.models import ProductPrice
from portal.catalogue.operations import Said
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from tests import deals, make
from tests.orders.stages import at_stage, sides


def _deal(session, buyer: Person | None = None, **terms) -> deals.Deal:
    made = deals.deal(session)
    if buyer is not None:
        made.brief.creator_id, made.buyer, made.creator = buyer.id, buyer, make.actor(buyer)
    deals.quoted(session, made, **terms)
    return made


def made_order(session, stage: OrderStage = OrderStage.CLOSED, buyer: Person | None = None, **terms) -> Order:
    return at_stage(session, stage, _deal(session, buyer, **terms))


def test_a_product_is_what_was_delivered_with_everything_it_cost(session):
    order = made_order(session, tooling_minor=10_000, sample_minor=2_000)
    creator, _factory = sides(session, order)
    [product] = queries.products(session.connection(), creator)
    assert (product.id, product.number, product.pieces, product.times) == (order.id, order.number, 100, 1)
    assert (product.costs.variable, product.costs.fixed) == (50_000, 12_000)
    assert product.costs.landed == 620
    assert product.retail_minor is None


@pytest.mark.parametrize("stage", list(OrderStage))
def test_only_what_has_come_is_a_product(session, stage: OrderStage):
    order = made_order(session, stage)
    creator, _factory = sides(session, order)
    found = queries.products(session.connection(), creator)
    assert bool(found) == (stage in (OrderStage.DELIVERED, OrderStage.DISPUTED, OrderStage.CLOSED))


def test_reorders_are_the_same_product_at_its_last_cost(session):
    first = made_order(session)
    buyer = session.get_one(Person, first.creator_id)
    second = made_order(session, buyer=buyer, price=450)
    third = made_order(session, buyer=buyer, price=400)
    second.repeats_id, third.repeats_id = first.id, second.id
    session.flush()
    creator = make.actor(buyer)
    operations.price(session, [Said(first.id, "TOFU-1", 1500)], actor=creator)
    [product] = queries.products(session.connection(), creator)
    assert (product.id, product.last_id, product.times, product.pieces) == (first.id, third.id, 3, 300)
    assert product.costs.landed == 400
    assert (product.sku, product.retail_minor) == ("TOFU-1", 1500)


def test_pieces_made_beyond_or_below_the_order_count_as_they_are_billed(session):
    order = made_order(session)
    creator, _factory = sides(session, order)
    order.made_quantity, order.total_minor, order.balance_minor = 96, 48_000, 33_000
    session.flush()
    [product] = queries.products(session.connection(), creator)
    assert (product.pieces, product.costs.pieces, product.costs.landed) == (96, 96, 500)


def test_prices_are_kept_and_changed_by_the_creator_alone(session):
    order = made_order(session)
    creator, _factory = sides(session, order)
    assert operations.price(session, [Said(order.id, "A", 1200)], actor=creator) == 1
    operations.price(session, [Said(order.id, "B", None)], actor=creator)
    [product] = queries.products(session.connection(), creator)
    assert (product.sku, product.retail_minor) == ("B", None)
    other = make.actor(make.person(session))
    assert queries.products(session.connection(), other) == []


# --- the pages ---


@pytest.fixture
def world(context, clean) -> tuple[Order, Person, Person, Person]:
    """A delivered order, its creator, its factory's owner, and another creator."""
    with transaction() as session:
        order = made_order(session, OrderStage.DELIVERED, tooling_minor=10_000)
        creator, factory = (session.get_one(Person, side.person_id) for side in sides(session, order))
        return order, creator, factory, make.person(session)


def prices() -> list[tuple[str, int | None]]:
    with transaction() as session:
        return [(p.sku, p.retail_minor) for p in session.scalars(select(ProductPrice))]


def test_prices_typed_on_the_page_give_margin_and_break_even(world, sign_in):
    order, creator, _factory, _stranger = world
    client = sign_in(creator)
    typed = {f"retail-{order.id}": "12.80", f"sku-{order.id}": " TOFU-1 "}
    shown = client.post("/products", data=typed, follow_redirects=True).text
    assert prices() == [("TOFU-1", 1280)]
    for words in ("$6.00", 'value="12.80"', "$6.80", "53.1 %", "13 pcs"):  # 100 dollars at 7.80 a piece
        assert words in shown, words
    assert "My products" in client.get("/orders").text


def test_a_price_that_cannot_be_read_keeps_everything_typed(world, sign_in):
    order, creator, _factory, _stranger = world
    typed = {f"retail-{order.id}": "twelve", f"sku-{order.id}": "TOFU-1"}
    refused = sign_in(creator).post("/products", data=typed)
    assert refused.status_code == 422
    assert 'value="twelve"' in refused.text
    assert 'value="TOFU-1"' in refused.text
    assert f'href="#retail-{order.id}"' in refused.text
    assert prices() == []


def test_the_file_goes_out_and_comes_back(world, sign_in):
    order, creator, _factory, _stranger = world
    client = sign_in(creator)
    answer = client.get("/products.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8-sig")
    assert str(order.number) in text
    filled = re.sub(r",6\.00,,", ",6.00,9.90,", text)
    assert filled != text
    assert upload(client, filled).status_code == 303
    assert prices() == [("", 990)]


def upload(client: FlaskClient, text: str):
    data = {"file": (io.BytesIO(text.encode()), "prices.csv")}
    return client.post("/products/import", data=data, content_type="multipart/form-data")


def test_lines_that_are_wrong_are_told(world, sign_in):
    order, creator, _factory, _stranger = world
    client = sign_in(creator)
    answer = upload(client, f"product,retail_price\n{order.number},9\n1,<b>\n")
    assert answer.status_code == 422
    assert "Line 3: There is no product 1 in your catalogue." in answer.text
    assert "1 product was brought up to date." in answer.text
    assert prices() == [("", 900)]
    for text in ("", "nonsense"):
        assert upload(client, text).status_code == 422
    assert client.post("/products/import", data={}).status_code == 422


def test_nobody_prices_or_reads_anothers_product(world, sign_in):
    order, _creator, factory, stranger = world
    client = sign_in(stranger)
    client.post("/products", data={f"retail-{order.id}": "1"})
    assert upload(client, f"product,retail_price\n{order.number},9\n").status_code == 422
    assert str(order.number) not in client.get("/products.csv").get_data(as_text=True)
    assert "No products yet" in client.get("/products").text
    assert prices() == []
    for path in ("/products", "/products.csv", "/products/import"):
        assert sign_in(factory).get(path).status_code == 404
