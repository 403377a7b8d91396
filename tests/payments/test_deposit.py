"""The deposit, from the click to the paid order, and every way in which it does not work at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from portal.core.clock import at, now
from portal.core.errors import Gone, NotFound
from portal.orders.lifecycle import OrderStage
from portal.payments import calls
from portal.payments.lifecycle import LegStage
from portal.payments.models import CheckoutState, LegKind
from tests.payments.shop import AUTHENTICATE, DECLINED, DEPOSIT, FEE, PAGE, PAID, Shop, pay


def test_a_paid_deposit_moves_the_order_on(shop: Shop):
    address = shop.open()
    assert shop.leg().stage == LegStage.OPEN
    assert pay(address).status_code == 303
    assert shop.order().stage == OrderStage.AWAITING_DEPOSIT, "coming back is not a payment"
    shop.settle()
    order, leg = shop.order(), shop.leg()
    assert order.stage == OrderStage.AWAITING_ACCEPTANCE
    assert (leg.stage, leg.amount_minor, leg.fee_minor) == (LegStage.SUCCEEDED, DEPOSIT, FEE)
    assert leg.paid_at == order.deposit_paid_at
    assert abs(leg.paid_at - now()) < timedelta(minutes=1)
    assert shop.balances() == PAID
    assert shop.told("deposit_paid") == 1
    [checkout] = shop.checkouts()
    assert (checkout.state, checkout.payment_id) == (CheckoutState.COMPLETE, leg.payment_id)


def test_stripe_is_told_what_is_paid(shop: Shop):
    shop.open()
    [checkout] = shop.checkouts()
    page = shop.standin.v1.checkout.sessions.retrieve(checkout.stripe_id)
    order = shop.order()
    assert (page.amount_total, page.currency) == (DEPOSIT, "usd")
    assert page.client_reference_id == page.metadata["order"] == str(order.id)
    assert page.metadata["operation"] == str(checkout.operation_id)
    pay(page.url)
    intent_id = shop.standin.v1.checkout.sessions.retrieve(page.id).payment_intent
    intent = shop.standin.v1.payment_intents.retrieve(intent_id)
    assert (intent.transfer_group, intent.capture_method) == (str(order.id), "automatic")
    assert intent.metadata["operation"] == str(checkout.operation_id)


def test_a_declined_card_leaves_the_page_open(shop: Shop):
    address = shop.open()
    pay(address, DECLINED)
    shop.settle()
    assert shop.leg().stage == LegStage.OPEN
    assert shop.checkouts()[0].last_refusal == "generic_decline"
    assert shop.balances() == {}
    assert shop.open() == address
    pay(address)
    shop.settle()
    assert shop.balances() == PAID
    assert shop.checkouts()[0].last_refusal == ""


def test_failed_authentication_is_a_refusal_that_can_be_mended(shop: Shop):
    address = shop.open()
    pay(address, AUTHENTICATE)
    requests.post(f"{address}/authenticate", data={"outcome": "fail"}, timeout=10)
    shop.settle()
    assert shop.checkouts()[0].last_refusal == "payment_intent_authentication_failure"
    pay(address, AUTHENTICATE)
    requests.post(f"{address}/authenticate", data={"outcome": "complete"}, allow_redirects=False, timeout=10)
    shop.settle()
    assert shop.balances() == PAID


def test_tabs_that_open_at_once_share_one_page(shop: Shop, app):
    def click(_number: int) -> str:
        with app.app_context():
            return shop.open()

    with ThreadPoolExecutor(6) as tabs:
        addresses = set(tabs.map(click, range(6)))
    assert len(addresses) == 1
    assert len(shop.checkouts()) == 1
    assert len(shop.standin.v1.checkout.sessions.list({"limit": 100}).data) >= 1


def test_paying_the_same_page_in_two_tabs_charges_once(shop: Shop):
    address = shop.open()
    assert [pay(address).status_code for _ in range(2)] == [303, 409]
    shop.settle()
    assert shop.balances() == PAID
    assert shop.told("deposit_paid") == 1


def test_a_page_that_ended_unpaid_is_followed_by_another(shop: Shop):
    first = shop.open()
    shop.standin.control(now_offset=24 * 3600)
    shop.standin.state()
    shop.settle()
    assert shop.leg().stage == LegStage.EXPIRED
    assert shop.checkouts()[0].state == CheckoutState.EXPIRED
    shop.standin.control(now_offset=0)
    second = shop.open()
    assert second != first
    assert shop.leg().stage == LegStage.OPEN
    pay(second)
    shop.settle()
    assert shop.balances() == PAID


def test_a_page_whose_end_nobody_told_us_is_found_out_at_the_click(shop: Shop):
    first = shop.open()
    shop.standin.control(drop_webhooks="all", now_offset=24 * 3600)
    shop.standin.state()
    shop.standin.control(now_offset=0)
    with at(now() + timedelta(hours=24)):
        shop.standin.control(now_offset=24 * 3600)
        assert shop.open() != first


def test_somebody_elses_order_is_not_there(shop: Shop):
    with pytest.raises(NotFound):
        calls.payment_page(shop.stripe, shop.order_id, LegKind.DEPOSIT, PAGE, actor=shop.factory)


def test_what_is_paid_or_over_is_not_asked_for_again(shop: Shop):
    pay(shop.open())
    shop.settle()
    with pytest.raises(Gone):
        shop.open()


def test_after_the_date_nobody_can_pay(shop: Shop):
    with at(shop.order().deposit_due_at + timedelta(seconds=1)), pytest.raises(Gone):
        shop.open()


def test_a_page_ends_with_the_order_but_not_before_stripe_allows(shop: Shop):
    due, started = shop.order().deposit_due_at, now()
    with at(due - timedelta(minutes=5)):
        shop.standin.control(now_offset=(due - started).total_seconds() - 300)
        shop.open()
    [checkout] = shop.checkouts()
    assert due < checkout.expires_at < due + timedelta(minutes=30)
