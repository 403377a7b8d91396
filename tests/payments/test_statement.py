"""An order's money page: every cent once, in words, to each what is theirs."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.core.filters import as_date
from portal.orders import operations as orders
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import holds, ledger
from portal.payments.accounts import MOVEMENTS, Account, Movement
from portal.payments.models import HoldKind
from portal.payments.payouts.models import Release
from portal.payments.statement.portions import Place, portions
from tests import make
from tests.deals import statements
from tests.payments.disputed import lost, opened
from tests.payments.papers.test_papers import issue
from tests.payments.shop import DEPOSIT, FEE, Shop
from tests.payments.test_disputes import close
from tests.payments.test_pages import words
from tests.payments.test_returns import claimed, everything_paid, settle_claim
from tests.payments.test_unwanted import double

ROLES = (Role.CREATOR, Role.FACTORY, Role.OPERATOR)


@pytest.fixture
def see(shop: Shop, sign_in) -> Any:
    """The order's money page, as somebody sees it."""
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
        people = {
            Role.CREATOR: session.get_one(Person, shop.creator.person_id),
            Role.FACTORY: session.get_one(Person, shop.factory.person_id),
            Role.OPERATOR: operator,
        }
        people[Role.FACTORY].locale = "en"

    def look(role: Role) -> str:
        client: FlaskClient = sign_in(people[role])
        answer = client.get(f"/orders/{shop.order_id}/money")
        assert answer.status_code == 200
        return words(answer)

    return look


def test_a_paid_deposit_is_held(shop: Shop, see):
    assert "No money has moved yet" in see(Role.CREATOR)
    shop.deposit()
    for role in ROLES:
        page = see(role)
        assert "$150.00 in all" in page
        assert "Held by the portal $150.00 It stays here until the goods are made" in page
        assert "Deposit paid $150.00" in page
    assert "Stripe" not in see(Role.CREATOR)
    assert "Stripe" not in see(Role.FACTORY)
    assert f"fees ${FEE / 100:.2f}" in see(Role.OPERATOR)


def test_the_claim_window_says_by_when(shop: Shop, see):
    shop.await_balance()
    shop.reach(OrderStage.DELIVERED, delivered_at=now(), claims_until=now() + timedelta(days=14))
    page = see(Role.FACTORY)
    assert "It goes to the factory when the claim window closes, unless a claim is made before." in page
    assert "Expected by" in page


def test_on_its_way_it_is_expected_when_the_claim_window_after_the_arrival_ends(shop: Shop, see):
    shop.deposit()
    arrives = now() + timedelta(days=8)
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        order.stage, order.arrival_due_at = OrderStage.SHIPPED, arrives
        session.add(order)
    text = see(Role.CREATOR)
    assert "It stays here until the goods have arrived and the claim window" in text
    assert f"Expected by {as_date(arrives + timedelta(days=14))}" in text


def test_released_money_shows_the_fee_to_the_factory_alone(shop: Shop, see):
    claimed(shop)
    settle_claim(shop, 12_345)
    shop.settle()
    [release] = shop.rows(Release)
    net, fee = (f"${minor / 100:,.2f}" for minor in (release.gross_minor - release.fee_minor, release.fee_minor))
    creator, factory, operator = (see(role) for role in ROLES)
    assert "Back on the card $123.45" in creator
    assert f"Released to the factory ${release.gross_minor / 100:,.2f} It is the factory’s now." in creator
    assert fee not in creator
    assert "fee" not in creator
    assert net not in creator
    assert "Given back to the creator $123.45" in factory
    assert f"On its way to the factory {net} It waits until the factory has said where it is paid." in factory
    assert f"The portal’s fee {fee}" in factory
    assert "card" not in factory.partition("What has moved")[0]
    assert f"On its way to the factory {net}" in operator
    assert "Back on the card $123.45" in operator


def test_a_double_payment_is_its_payers_alone(shop: Shop, see):
    double(shop)
    assert "Paid without need $150.00" in see(Role.CREATOR)
    assert "$300.00 in all" in see(Role.CREATOR)
    assert "$150.00 in all" in see(Role.FACTORY)
    assert "Paid without need" not in see(Role.FACTORY)


def test_money_that_stands_still_is_said(shop: Shop, see):
    shop.deposit()
    with transaction() as session:
        holds.put(session, shop.order_id, HoldKind.BREAK, "1")
    for role in ROLES:
        page = see(role)
        assert "The money of this order stands still" in page
        assert "It stands still while a difference with Stripe is looked into." in page


def test_a_lost_dispute_waits_for_the_portal(shop: Shop, see):
    everything_paid(shop)
    close(shop)
    shop.settle()
    opened(shop)
    assert "The payer’s bank has taken it back until it decides" in see(Role.CREATOR)
    lost(shop)
    assert "In dispute $150.00 The payer’s bank has given it back to the card." in see(Role.CREATOR)


def test_the_papers_stand_with_the_money(shop: Shop, see):
    assert "Invoices and receipts" not in see(Role.CREATOR)
    shop.deposit()
    papers = issue(shop)
    assert {paper.for_factory for paper in papers} == {True, False}
    for role, seen in ((Role.CREATOR, True), (Role.OPERATOR, True), (Role.FACTORY, False)):
        page = see(role)
        for paper in papers:
            assert (paper.number in page) == (seen or paper.for_factory)
    assert "Invoice or receipt" in see(Role.FACTORY)


def test_it_is_the_parties_alone_and_linked_from_the_order(shop: Shop, client: FlaskClient, sign_in):
    shop.deposit()
    with transaction() as session:
        stranger, creator = make.person(session), session.get_one(Person, shop.creator.person_id)
    path = f"/orders/{shop.order_id}/money"
    assert sign_in(stranger).get(path).status_code == 404
    assert path in sign_in(creator).get(f"/orders/{shop.order_id}").text


def test_the_page_asks_as_much_however_much_has_moved(shop: Shop, client: FlaskClient, sign_in, see):
    shop.deposit()

    def asked() -> int:
        with statements() as sent:
            see(Role.CREATOR)
        return len(sent)

    one = asked()
    with transaction() as session:
        for number in range(30):
            more = {"source": f"payment:{number}", "amount_minor": 5, "currency": "USD", "order_id": shop.order_id}
            ledger.post(session, Movement.UNEXPECTED_PAYMENT, **more)
    assert asked() == one + 1, "beside, whether a refund has failed"


#: Movements of one order, in any order and of any size: even of histories that can't happen no cent is lost or doubled.
_HISTORY = st.lists(st.tuples(st.sampled_from(Movement), st.integers(1, 10**9), st.integers(0, 100)), max_size=40)


@given(_HISTORY)
def test_whatever_has_moved_the_portions_are_what_came_in(history: list[tuple[Movement, int, int]]):
    sums: dict[tuple[Movement, Account], int] = {}
    for movement, minor, percent in history:
        sides = MOVEMENTS[movement]
        fee = minor * percent // 100 if sides.shared else 0
        for account, signed in ((sides.debit, minor), (sides.credit, -minor)):
            part = fee if account == sides.shared else 0
            sign = 1 if signed > 0 else -1
            sums[movement, account] = sums.get((movement, account), 0) + signed - sign * part
            if part:
                key = (movement, Account.PLATFORM_FEE)
                sums[key] = sums.get(key, 0) + sign * part
    paid, unexpected = (
        sums.get((movement, Account.STRIPE_CLEARING), 0)
        for movement in (Movement.LEG_PAID, Movement.UNEXPECTED_PAYMENT)
    )
    given_ = sums.get((Movement.SUBSIDY_GRANTED, Account.SUBSIDY_EXPENSE), 0)
    lost = sums.get((Movement.DISPUTE_LOST_PORTAL, Account.DISPUTE_LOSS), 0)
    for role in (Role.CREATOR, Role.OPERATOR):
        assert sum(portion.minor for portion in portions(sums, role)) == paid + unexpected + given_ + lost


def test_a_whole_life_ends_with_every_cent_somewhere():
    clearing, held, owed = Account.STRIPE_CLEARING, Account.ORDER_HELD, Account.FACTORY_PAYABLE
    sums = {
        (Movement.LEG_PAID, clearing): 1000, (Movement.LEG_PAID, held): -1000,
        (Movement.HELD_GIVEN_BACK, held): 100, (Movement.HELD_GIVEN_BACK, Account.REFUND_PAYABLE): -100,
        (Movement.REFUND_SETTLED, Account.REFUND_PAYABLE): 60, (Movement.REFUND_SETTLED, clearing): -60,
        (Movement.RELEASED, held): 900, (Movement.RELEASED, owed): -810,
        (Movement.RELEASED, Account.PLATFORM_FEE): -90,
        (Movement.SET_OFF, owed): 10, (Movement.SET_OFF, Account.FACTORY_RECEIVABLE): -10,
        (Movement.TRANSFERRED, owed): 700, (Movement.TRANSFERRED, clearing): -700,
    }  # fmt: skip
    assert [(portion.place, portion.minor) for portion in portions(sums, Role.FACTORY)] == [
        (Place.GIVEN_BACK, 100), (Place.FEE, 90), (Place.PAYABLE, 100), (Place.SET_OFF, 10), (Place.PAID, 700),
    ]  # fmt: skip
    assert [(portion.place, portion.minor) for portion in portions(sums, Role.CREATOR)] == [
        (Place.RETURNING, 40), (Place.RETURNED, 60), (Place.FACTORY, 900),
    ]  # fmt: skip


def test_the_creator_ends_the_window_and_the_page_says_that_it_is_being_released(shop: Shop, see):
    shop.deposit()
    shop.reach(OrderStage.DELIVERED, delivered_at=now(), claims_until=now())
    with transaction() as session:
        orders.close(session, lock(session, Order, shop.order_id), actor=shop.creator)
    assert f"Held by the portal ${DEPOSIT / 100:.2f} It is being released" in see(Role.CREATOR)
