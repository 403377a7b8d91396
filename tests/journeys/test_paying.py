"""The deposit, when it does not go smoothly: the order is paid once or not at all, and everybody hears of it once."""

import time
from collections import Counter
from itertools import count

import pytest
from playwright.sync_api import expect

from portal.core import jobs
from portal.core.actor import CLOCK
from portal.core.db import lock, transaction
from portal.orders import operations as orders
from portal.orders.models import Order
from tests.journeys import given
from tests.journeys.creators import AUTHENTICATED, DECLINED, GOOD, Creator
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

_number = count(1)
PAID_ONCE = Counter(leg_paid=1, stripe_fee=1)
PAID_AND_RETURNED = Counter(unexpected_payment=1, stripe_fee=1, given_back=1, refund_settled=1)


@pytest.fixture
def order(stage: Stage) -> given.Order:
    return given.order(stage, f"payer{next(_number)}@example.com")


@pytest.fixture
def payer(arrive, order: given.Order) -> Creator:
    """The creator on the page of the order, which waits for its deposit."""
    creator = arrive(Creator, order.creator)
    creator.sign_in()
    creator.open(order.path)
    return creator


@pytest.fixture
def behaving(stage: Stage):
    """The stand-in behaves again after the story."""
    yield
    stage.stripe("/reset")
    stage.stripe("/flush")


def movements(stage: Stage, order: given.Order) -> Counter[str]:
    """What is booked for the order."""
    return Counter(
        row["movement"] for row in stage.rows("select * from ledger_transaction where order_id = %s", order.id)
    )


def assert_paid_once(stage: Stage, order: given.Order) -> None:
    stage.settled()
    assert movements(stage, order) == PAID_ONCE
    for reader in (order.creator, order.factory):
        told = stage.letters(reader)
        assert (told["deposit_paid"], told["payment_returned"], told["spec_ready"]) == (1, 0, 1)


def test_a_declined_card(stage: Stage, payer: Creator, order: given.Order):
    payer.goes_to_pay()
    payer.pays(DECLINED)
    expect(payer.page.get_by_role("alert")).to_contain_text("Your card was declined.")
    payer.finds(order.path, "The last try did not go through")
    assert movements(stage, order) == Counter()
    payer.goes_to_pay()
    payer.pays(GOOD)
    payer.reads("Thank you. The deposit is paid.")
    assert_paid_once(stage, order)


def test_the_bank_asks_who_pays(stage: Stage, payer: Creator, order: given.Order):
    payer.goes_to_pay()
    payer.pays(AUTHENTICATED)
    payer.answers_the_bank("Fail authentication")
    expect(payer.page.get_by_role("alert")).to_contain_text("We are unable to authenticate your payment method")
    payer.pays(AUTHENTICATED)
    payer.answers_the_bank("Complete authentication")
    payer.reads("Thank you. The deposit is paid.")
    assert_paid_once(stage, order)


def test_paid_twice_in_two_tabs(stage: Stage, payer: Creator, order: given.Order):
    other = payer.another_tab()
    other.open(order.path)
    for tab in (payer, other):
        tab.goes_to_pay()
    payer.pays()
    other.pays()
    expect(other.page.locator("h1")).to_have_text("This payment has been made")
    other.follows("Return to Xiaodan 小单")
    for tab in (payer, other):
        tab.reads("Thank you. The deposit is paid.")
    assert_paid_once(stage, order)


def test_paid_after_the_order_has_expired(stage: Stage, payer: Creator, order: given.Order):
    payer.goes_to_pay()
    with stage.asleep("worker"):
        with stage.portal.app_context(), transaction() as session:
            orders.expire(session, lock(session, Order, order.id), actor=CLOCK)
        payer.pays()
        payer.reads(
            "It no longer waits for a deposit. If you have paid, the whole amount goes back to your card by itself."
        )
    stage.settled()
    payer.page.reload()
    payer.reads("This payment was not needed")
    assert movements(stage, order) == PAID_AND_RETURNED
    told = stage.letters(order.creator)
    assert (told["deposit_paid"], told["payment_returned"], told["order_expired"]) == (0, 1, 1)
    payer.finds(order.path, "%(amount)s that was not needed went back to the card.")


@pytest.mark.usefixtures("behaving")
def test_the_message_of_the_payment_is_lost(stage: Stage, payer: Creator, order: given.Order):
    stage.stripe(drop_webhooks="all")
    payer.goes_to_pay()
    payer.pays()
    payer.reads("Waiting for the payment to be confirmed")
    of_the_order = "where order_id = %s"
    stage.execute(
        f"update checkout_session set created_at = created_at - interval '2 minutes' {of_the_order}", order.id
    )
    with stage.portal.app_context(), transaction() as session:
        jobs.defer(session, "payments.reconcile", timestamp=int(time.time()))
    payer.reads("Thank you. The deposit is paid.")
    assert_paid_once(stage, order)


@pytest.mark.usefixtures("behaving")
def test_every_message_comes_ten_times_and_in_any_order(stage: Stage, payer: Creator, order: given.Order):
    stage.stripe(duplicate=10, shuffle=True)
    payer.goes_to_pay()
    payer.pays()
    payer.reads("Thank you. The deposit is paid.")
    stage.delivered()
    assert_paid_once(stage, order)
