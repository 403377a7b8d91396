"""Paying on the web: out to the payment page, back in every state, and the operators' books."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.clock import at, now
from portal.core.db import transaction
from portal.payments import reconcile
from portal.payments.accounts import Account
from portal.payments.lifecycle import RefundStage
from tests import make
from tests.payments.shop import DECLINED, Shop, emptied, pay
from tests.payments.test_unwanted import double, failed, late


@pytest.fixture
def creator(shop: Shop, sign_in) -> FlaskClient:
    return sign_in(person(shop.creator.person_id))


def person(person_id: Any) -> Person:
    with transaction() as session:
        return session.get_one(Person, person_id)


@pytest.fixture
def operator(shop: Shop, sign_in) -> FlaskClient:
    with transaction() as session:
        who = make.person(session, Role.OPERATOR)
    return sign_in(who)


def words(answer: Any) -> str:
    """What a page says, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2] or answer.text)
    return re.sub(r"\s+", " ", text)


def test_the_click_leads_to_the_payment_page(shop: Shop, creator: FlaskClient):
    answer = creator.post(f"/orders/{shop.order_id}/pay")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{shop.standin.url}/c/pay/cs_test_")
    [checkout] = shop.checkouts()
    page = shop.standin.v1.checkout.sessions.retrieve(checkout.stripe_id, {"expand": ["line_items"]})
    assert page.success_url == f"http://portal.test/orders/{shop.order_id}/paid?session={{CHECKOUT_SESSION_ID}}"
    assert page.cancel_url == f"http://portal.test/orders/{shop.order_id}#payments"
    assert (page.customer_email, page.locale) == (shop.creator.email, "en")
    assert page.line_items.data[0].description == f"Deposit for order {shop.order().number}"


def test_htmx_is_sent_there_by_a_header(shop: Shop, creator: FlaskClient):
    answer = creator.post(f"/orders/{shop.order_id}/pay", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"].startswith(shop.standin.url)


def test_nobody_else_pays_or_looks(shop: Shop, client: FlaskClient, sign_in):
    with transaction() as session:
        others = [make.person(session), person(shop.factory.person_id)]
    for other in others:
        sign_in(other)
        assert client.post(f"/orders/{shop.order_id}/pay").status_code == 404
        assert client.get(f"/orders/{shop.order_id}/paid").status_code == 404
        assert client.get("/operator/money").status_code == 404
    assert shop.checkouts() == []


def test_stripe_down_is_said_and_costs_nothing(shop: Shop, creator: FlaskClient):
    shop.standin.control(lose_answer=1)
    answer = creator.post(f"/orders/{shop.order_id}/pay")
    assert answer.status_code == 503
    assert "Nothing was charged" in words(answer)
    assert creator.post(f"/orders/{shop.order_id}/pay").status_code == 303


def test_a_page_that_is_too_late_says_so(shop: Shop, creator: FlaskClient):
    shop.end()
    answer = creator.post(f"/orders/{shop.order_id}/pay")
    assert answer.status_code == 409
    assert "no longer waits for a deposit" in words(answer)


def back(shop: Shop, client: FlaskClient, **headers: str) -> Any:
    session = shop.checkouts()[-1].stripe_id if shop.checkouts() else ""
    return client.get(f"/orders/{shop.order_id}/paid?session={session}", headers=headers)


def test_back_before_the_message_it_waits_and_then_knows(shop: Shop, creator: FlaskClient):
    pay(shop.open())
    before = back(shop, creator)
    assert "Waiting for the payment to be confirmed" in words(before)
    assert 'hx-trigger="every 2s"' in before.text
    shop.settle()
    after = back(shop, creator, **{"HX-Request": "true"})
    assert "Thank you. The deposit is paid." in words(after)
    assert "hx-trigger" not in after.text
    assert "<html" not in after.text


def test_back_after_a_refused_card(shop: Shop, creator: FlaskClient):
    pay(shop.open(), DECLINED)
    shop.settle()
    came_by_hand = creator.get(f"/orders/{shop.order_id}/paid")
    assert "The payment did not go through Your card was declined" in words(came_by_hand)


def test_back_with_another_card_after_a_refused_one(shop: Shop, creator: FlaskClient):
    pay(shop.open(), DECLINED)
    shop.settle()
    pay(shop.open())
    assert "Waiting for the payment to be confirmed" in words(back(shop, creator))
    shop.settle()
    assert "Thank you. The deposit is paid." in words(back(shop, creator))


def test_back_after_the_page_has_expired(shop: Shop, creator: FlaskClient):
    shop.open()
    shop.standin.control(now_offset=24 * 3600)
    shop.standin.state()
    shop.settle()
    assert "Nothing was charged. You can pay again" in words(back(shop, creator))


def test_back_from_a_late_payment(shop: Shop, creator: FlaskClient):
    address = shop.open()
    shop.end()
    pay(address)
    assert "If you have paid, the whole amount goes back" in words(back(shop, creator))
    shop.settle()
    assert "It came after the order had ended. The whole amount, $150.00, goes back" in words(back(shop, creator))


def test_back_from_a_double_payment(shop: Shop, creator: FlaskClient):
    double(shop)
    assert "It was paid already. The whole amount" in words(back(shop, creator))


def order_page(shop: Shop, client: FlaskClient) -> str:
    answer = client.get(f"/orders/{shop.order_id}")
    assert answer.status_code == 200
    return words(answer)


def test_the_order_page_offers_payment_and_then_the_receipt(shop: Shop, creator: FlaskClient):
    assert "Pay the deposit of $150.00" in order_page(shop, creator)
    pay(shop.open(), DECLINED)
    shop.settle()
    assert "The last try did not go through" in order_page(shop, creator)
    pay(shop.open())
    shop.settle()
    page = order_page(shop, creator)
    assert str(shop.leg().payment_id) in page
    assert "Pay the deposit of" not in page
    assert "Stripe's fee" not in page


WAITS = "We are waiting for the bank’s word"


def test_nobody_is_asked_to_pay_what_stripe_has_told_of(shop: Shop, creator: FlaskClient, sign_in):
    """While the worker has not come to look at the message."""
    pay(shop.open())
    emptied(shop.standin)
    assert [message.handled_at for message in shop.messages() if message.type == "checkout.session.completed"] == [None]
    page = order_page(shop, creator)
    assert WAITS in page
    assert "Pay the deposit of" not in page
    assert "Waiting for the payment to be confirmed" in words(back(shop, creator))
    assert "正在等待银行确认" in order_page(shop, sign_in(person(shop.factory.person_id)))
    shop.settle()
    page = order_page(shop, sign_in(person(shop.creator.person_id)))
    assert WAITS not in page
    assert str(shop.leg().payment_id) in page


def test_nobody_who_has_come_back_is_asked_to_pay_for_some_minutes(shop: Shop, creator: FlaskClient):
    """Even if Stripe tells us nothing; a GET alone, which anybody's link may cause, notes nothing."""
    shop.standin.control(drop_webhooks="all")
    pay(shop.open())
    back_at = re.search(r'hx-post="([^"]+)" hx-trigger="load"', back(shop, creator).text)
    assert back_at, "the page says that somebody is back"
    assert "Pay the deposit of" in order_page(shop, creator)
    assert creator.post(f"/orders/{shop.order_id}/paid?session=cs_test_another").status_code == 204
    assert "Pay the deposit of" in order_page(shop, creator)
    assert creator.post(back_at[1]).status_code == 204
    for minutes, waits in ((0, True), (9, True), (11, False)):
        with at(now() + timedelta(minutes=minutes)):
            page = order_page(shop, creator)
            assert (WAITS in page, "Pay the deposit of" in page) == (waits, not waits)
    with at(now() + timedelta(minutes=8)):
        creator.post(back_at[1])
    with at(now() + timedelta(minutes=11)):
        assert "Pay the deposit of" in order_page(shop, creator), "the first return counts"


def test_nobody_comes_back_to_what_is_others(shop: Shop, sign_in):
    shop.open()
    [checkout] = shop.checkouts()
    with transaction() as session:
        others = [make.person(session), person(shop.factory.person_id)]
    for other in others:
        answer = sign_in(other).post(f"/orders/{shop.order_id}/paid?session={checkout.stripe_id}")
        assert answer.status_code == 404
    assert shop.checkouts()[0].returned_at is None


def test_the_factory_sees_that_it_is_paid_and_no_receipt(shop: Shop, sign_in):
    factory = sign_in(person(shop.factory.person_id))
    assert "Pay the deposit of" not in order_page(shop, factory)
    pay(shop.open())
    shop.settle()
    assert str(shop.leg().payment_id) not in order_page(shop, factory)


def test_the_creator_sees_what_goes_back(shop: Shop, creator: FlaskClient):
    late(shop)
    assert "$150.00 that was not needed went back to the card." in order_page(shop, creator)


def test_the_books_are_empty_at_first(operator: FlaskClient):
    page = words(operator.get("/operator/money"))
    assert "No money has moved yet" in page
    assert "Everything adds up" in page


def test_the_books_show_accounts_and_their_movements(shop: Shop, operator: FlaskClient):
    pay(shop.open())
    shop.settle()
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    page = words(operator.get("/operator/money"))
    assert "USD Ledger account Account balance Held by Stripe $145.35" in page
    assert "Held for orders -$150.00" in page
    assert "Together $0.00" in page, "an accountant sees that it adds up"
    assert "What has not ended" in words(operator.get("/operator/money/checks"))
    movements = words(operator.get(f"/operator/money/postings?account={Account.STRIPE_CLEARING}&currency=USD"))
    assert f"payment:{shop.leg().payment_id} $150.00" in movements
    assert str(shop.order().number) in movements
    assert operator.get("/operator/money/postings?account=pocket").status_code == 422


def test_a_failed_refund_is_seen_and_tried_again(shop: Shop, operator: FlaskClient):
    refund = failed(shop)
    assert "A refund failed" in words(operator.get("/operator/money/checks"))
    page = words(operator.get("/operator/money"))
    assert "1 difference is open" in page
    assert "expired_or_canceled_card" in page
    answer = operator.post(f"/operator/money/refunds/{refund.id}/retry")
    assert answer.status_code == 303
    shop.settle()
    emptied(shop.standin)
    assert shop.refunds()[0].stage == RefundStage.SUCCEEDED
    assert operator.post(f"/operator/money/refunds/{refund.id}/retry").status_code == 409
    assert operator.post("/operator/money/refunds/01900000-0000-7000-8000-000000000000/retry").status_code == 404
