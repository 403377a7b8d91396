"""Stripe's messages: forged, stale, repeated, shuffled, lost. What is true is the same in the end."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests
import stripe as sdk
from flask import Flask
from flask.testing import FlaskClient

from portal.core.clock import at, now
from portal.orders.lifecycle import OrderStage
from portal.payments import calls, gateway, reconcile, tasks
from portal.payments.gateway.messages import read_message
from portal.payments.reports import BadSignature
from tests.payments.shop import DEPOSIT, PAID, Shop, emptied, pay

EVENT = {
    "id": "evt_of_nobody",
    "object": "event",
    "type": "checkout.session.completed",
    "livemode": False,
    "data": {"object": {"id": "cs_test_of_nobody", "object": "checkout.session"}},
}


def post(client: FlaskClient, event: dict, secret: str, *, age: int = 0, altered: bool = False) -> int:
    body = json.dumps(event)
    header = sdk.WebhookSignature.generate_signature_header(body, secret, int(time.time()) - age)
    if altered:
        body = body.replace("cs_test_of_nobody", "cs_test_of_me")
    return client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": header}).status_code


@pytest.fixture
def secret(app: Flask) -> str:
    return app.extensions["settings"].webhook_secrets[0]


def test_a_true_message_is_taken_once(shop: Shop, client: FlaskClient, secret: str):
    assert [post(client, EVENT, secret) for _ in range(3)] == [200, 200, 200]
    assert [(m.event_id, m.subject_id) for m in shop.messages()] == [("evt_of_nobody", "cs_test_of_nobody")]


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ({}, {"secret": "whsec_of_somebody_else"}),
        ({}, {"age": 400}),
        ({}, {"age": -400}),
        ({}, {"altered": True}),
        ({"livemode": True}, {}),
        ({"object": "v2.core.event"}, {}),
        ({"account": "acct_of_somebody_else"}, {}),
    ],
    ids=["forged", "stale", "of tomorrow", "altered", "wrong mode", "wrong kind", "wrong account"],
)
def test_what_is_not_from_our_stripe_is_refused(shop: Shop, client: FlaskClient, secret: str, change: dict, how: dict):
    how = {"secret": secret, **how}
    assert post(client, {**EVENT, **change}, **how) == 400
    assert shop.messages() == []


@pytest.mark.parametrize(
    ("body", "header"),
    [("", ""), ("{}", "t=1,v1=00"), ("not json", "nonsense"), ("{}", "t=١,v1=é"), ("{}", "t=" + "9" * 5000)],
)
def test_nonsense_is_refused(shop: Shop, client: FlaskClient, body: str, header: str):
    answer = client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": header})
    assert answer.status_code == 400


def test_while_the_secret_is_rotated_both_are_good(app: Flask, context: Flask):
    settings = app.extensions["settings"].model_copy(update={"STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old"})
    body = json.dumps(EVENT)
    for good in ("whsec_new", "whsec_old"):
        header = sdk.WebhookSignature.generate_signature_header(body, good)
        assert read_message(settings, body.encode(), header).event_id == "evt_of_nobody"
    with pytest.raises(BadSignature):
        read_message(settings, body.encode(), sdk.WebhookSignature.generate_signature_header(body, "whsec_older"))


def test_a_message_about_a_page_that_is_not_ours_changes_nothing(shop: Shop):
    params = {
        "mode": "payment",
        "success_url": "http://elsewhere.test",
        "line_items": [
            {"price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Hat"}}, "quantity": 1}
        ],
    }
    pay(shop.standin.v1.checkout.sessions.create(params).url)
    shop.settle()
    assert {message.outcome for message in shop.messages()} == {"unknown", "ignored"}
    assert shop.balances() == {}


def test_a_message_about_what_stripe_does_not_have_is_put_aside(shop: Shop, client: FlaskClient, secret: str):
    post(client, EVENT, secret)
    shop.work()
    assert [message.outcome for message in shop.messages()] == ["refused"]


def test_a_message_needs_no_form_token(shop: Shop, app: Flask, client: FlaskClient, secret: str, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert post(client, EVENT, secret) == 200


def test_delivered_ten_times_is_paid_once(shop: Shop):
    shop.standin.control(duplicate=10)
    pay(shop.open())
    shop.settle()
    assert len(shop.messages()) == 4
    assert_paid_once(shop)


def test_delivered_out_of_order_is_paid_once(shop: Shop):
    shop.standin.control(shuffle=True, duplicate=3)
    address = shop.open()
    pay(address, "4000000000000002")
    pay(address)
    shop.settle()
    assert_paid_once(shop)


def test_never_delivered_is_found_out_by_the_clock(shop: Shop):
    shop.standin.control(drop_webhooks="all")
    pay(shop.open())
    shop.settle()
    assert shop.order().stage == OrderStage.AWAITING_DEPOSIT
    with at(now() + timedelta(minutes=6)):
        run = reconcile.what_has_not_ended(shop.stripe)
    assert (run.looked_at, run.mended, run.troubles) == (1, 1, [])
    assert_paid_once(shop)
    shop.standin.control("/flush")
    shop.settle()
    assert_paid_once(shop)


def test_what_stripe_could_not_deliver_is_fetched(shop: Shop):
    shop.standin.control(drop_webhooks="all")
    pay(shop.open())
    shop.settle()
    reconcile.undelivered_messages(shop.stripe)
    shop.work()
    assert_paid_once(shop)
    assert reconcile.undelivered_messages(shop.stripe).mended == 0


def test_return_message_and_clock_at_once_settle_it_once(shop: Shop, app: Flask):
    shop.standin.control(drop_webhooks="all")
    pay(shop.open())
    [checkout] = shop.checkouts()

    def look(_number: int) -> str:
        with app.app_context():
            return calls.check(shop.stripe, checkout.id)

    with ThreadPoolExecutor(50) as crowd:
        outcomes = list(crowd.map(look, range(50)))
    assert sorted(outcomes) == ["known"] * 49 + ["paid"]
    assert_paid_once(shop)


def test_the_fee_is_booked_when_it_is_known(shop: Shop):
    shop.standin.control(settle_charges_after=30)
    pay(shop.open())
    shop.settle()
    assert shop.order().stage == OrderStage.AWAITING_ACCEPTANCE
    assert shop.balances() == {"stripe_clearing": DEPOSIT, "order_held": -DEPOSIT}
    assert shop.leg().fee_minor is None
    shop.standin.control(now_offset=31)
    shop.standin.state()
    shop.settle()
    assert_paid_once(shop)


def test_a_fee_that_nobody_told_us_is_asked_for(shop: Shop):
    shop.standin.control(settle_charges_after=30)
    pay(shop.open())
    shop.settle()
    shop.standin.control(drop_webhooks="all", now_offset=31)
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    assert_paid_once(shop)


def test_a_message_that_finds_the_database_down_comes_again(shop: Shop, postgres, webhook_url: str):
    address = shop.open()
    postgres.kill()
    pay(address)
    assert requests.post(webhook_url, data="{}", timeout=20).status_code == 400, "the web tier is up"
    time.sleep(1)
    postgres.start()
    shop.standin.control("/flush")
    emptied(shop.standin, within=30)
    shop.work()
    assert_paid_once(shop)


def assert_paid_once(shop: Shop) -> None:
    assert shop.order().stage == OrderStage.AWAITING_ACCEPTANCE
    assert shop.balances() == PAID
    assert shop.told("deposit_paid") == 1
    assert shop.refunds() == []


def test_the_gateway_is_one_for_each_process(context: Flask):
    assert gateway.connect(tasks.settings()) is gateway.connect(tasks.settings())
