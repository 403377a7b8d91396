"""The money of an order that has ended: it reaches the factory, and a part of it goes back, by browser."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.core import jobs
from portal.core.actor import WORKER
from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.core.lifecycle import advance
from portal.core.web import settings
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.gateway import connect
from portal.payments.recipients import onboarding, operations
from portal.payments.recipients.models import Schedule
from sandbox.demo.browser import fill_in_account
from tests.journeys import given
from tests.journeys.goods import TOTE
from tests.journeys.makers import Buyer, Maker, OrderPage
from tests.journeys.operators import OPERATOR, Operator
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


@pytest.fixture
def delivered(stage: Stage) -> given.Making:
    """An order of 500.00 dollars, 150.00 of them paid, whose goods have arrived. Its factory is paid through Stripe."""
    made = given.paid_order(stage, TOTE)
    with stage.portal.app_context():
        gateway = connect(settings())
        with transaction() as session:
            recipient = operations.own(session, made.worker)
            operations.begin(session, recipient, "HK", actor=made.worker)
            operations.choose_schedule(session, recipient, Schedule.DAILY, actor=made.worker)
        page = onboarding.page(gateway, recipient.id, back=stage.base_url, again=stage.base_url)
        fill_in_account(page, "Tidewater Works", whole=True)
        onboarding.check(gateway, recipient.id)
        with transaction() as session:
            order = lock(session, Order, made.id)
            order.stage = OrderStage.SHIPPED
            order.delivered_at, order.claims_until = now(), now() + timedelta(days=14)
            advance(session, order, "deliver", actor=WORKER)
    stage.settled()
    return made


def test_released_and_partly_given_back(stage: Stage, arrive, delivered: given.Making):
    buyer, maker = arrive(Buyer, delivered.creator), arrive(Maker, delivered.factory, "zh_Hans", window=PHONE)
    for side in (buyer, maker):
        side.order = delivered.path
        side.sign_in()
    is_at(buyer, "Held by the portal", "$150.00")
    buyer.reads("It goes to the factory when the claim window closes, unless a claim is made before.")
    close_the_window(stage, delivered)
    is_released(buyer, maker)
    letters = told(stage, delivered)
    asked_and_given(buyer, maker)
    operator: Operator = arrive(Operator, OPERATOR)
    operator.sign_in()
    given_for_the_factory(operator, buyer)
    stage.settled()
    gone_back(stage, buyer, maker)
    assert [now - then for now, then in zip(told(stage, delivered), letters, strict=True)] == [
        Counter(refund_granted=1, refund_given=1),
        Counter(refund_asked=1, refund_given=1),  # what it gave itself it knows
    ]


def close_the_window(stage: Stage, order: given.Making) -> None:
    """Two weeks pass."""
    stage.execute("update purchase_order set claims_until = now() where id = %s", order.id)
    stage.execute("update deadline set due_at = now() where subject_id = %s and step = 'close'", order.id)
    with stage.portal.app_context(), transaction() as session:
        jobs.defer(session, "core.tick", timestamp=int(now().timestamp()))
    stage.settled()


def told(stage: Stage, order: given.Making) -> tuple[Counter[str], Counter[str]]:
    """What the creator and the factory have got."""
    stage.settled()
    return stage.letters(order.creator), stage.letters(order.factory)


def is_at(reader: OrderPage, place: str, amount: str) -> None:
    """So much of the order's money is at a place, as its page says."""
    reader.open(f"{reader.order}/money")
    line = reader.page.locator(".money-line").filter(has_text=re.compile(reader.says(place).pattern.strip("^$")))
    expect(line).to_contain_text(amount)


def is_released(buyer: Buyer, maker: Maker) -> None:
    """The factory reads that it was paid, and what the portal kept; the creator that it is the factory's."""
    maker.open("/factory/payment")
    row = maker.page.get_by_role("table", name=maker.says("Released to you")).locator("tbody tr")
    for words in ("150.00", "9.00", "141.00"):
        expect(row).to_contain_text(words)
    expect(row.get_by_text(maker.says("Paid"))).to_be_visible()
    is_at(maker, "Paid to the factory", "141.00")
    is_at(buyer, "Released to the factory", "$150.00")
    buyer.reads("It is the factory’s now.")
    assert maker.stage.letters(maker.email)["money_released"] == 1


def asked_and_given(buyer: Buyer, maker: Maker) -> None:
    """The creator asks for 30 dollars, and the factory gives 20."""
    buyer.goes_to("give_back", "Ask for money back")
    buyer.fill(amount="30.00", reason="A fifth of the bags has loose handles.")
    buyer.press("Ask the factory")
    buyer.is_told("The factory has been asked. It has five days to answer.")
    maker.goes_to("give_back", "Give money back")
    maker.reads("A fifth of the bags has loose handles.")
    maker.fill(amount="20.00", reason="线头问题，退您二十美元。")
    maker.press("See what it costs")
    maker.reads("Of it, from the factory", "US$18.80")
    maker.press("Give %(amount)s back")
    maker.is_told("The money is on its way back. The creator has been told.")


def given_for_the_factory(operator: Operator, buyer: Buyer) -> None:
    """The factory has told the portal to give ten more."""
    operator.open(buyer.order)
    operator.unfold()
    operator.press("Give money back")
    operator.fill(amount="10.00", reason="The factory has told us to give ten more.")
    operator.press("See what it costs")
    operator.press("Give %(amount)s back")
    operator.is_told("The money is on its way back. The creator has been told.")


def gone_back(stage: Stage, buyer: Buyer, maker: Maker) -> None:
    """Thirty dollars are back on the card; the factory's part of them was taken back from its account."""
    is_at(buyer, "Back on the card", "$30.00")
    is_at(buyer, "Released to the factory", "$120.00")
    is_at(maker, "Paid to the factory", "112.80")
    query = "select amount_minor, stage from reversal where order_id = %s order by id"
    reversals = stage.rows(query, buyer.order.rsplit("/", 1)[1])
    assert [(row["amount_minor"], row["stage"]) for row in reversals] == [(1880, "succeeded"), (940, "succeeded")]
