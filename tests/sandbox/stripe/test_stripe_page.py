"""What the hosted page shows, in which language, and that it cannot be broken by what it shows."""

import pytest
import requests
import stripe
from playwright.sync_api import Browser

from sandbox.stripe.cards import CARDS, OFFERED
from sandbox.stripe.checkout.paying import Outcome
from sandbox.stripe.checkout.texts import CHINESE, language
from sandbox.stripe.currencies import shown
from tests.sandbox.stripe.process import StandInProcess, session_params


def _page(client: stripe.StripeClient, accepted: str = "en", **more: object) -> str:
    session = client.v1.checkout.sessions.create(session_params(**more))
    return requests.get(session.url, headers={"Accept-Language": accepted}, timeout=5).text


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (30_000, "usd", "$300.00"),
        (30_000, "jpy", "¥30,000"),
        (1_500_000, "krw", "₩1,500,000"),
        (12_345, "kwd", "KWD12.345"),
        (30_050, "cny", "CN¥300.50"),
    ],
)
def test_amounts_are_shown_in_their_currency(
    client: stripe.StripeClient, amount: int, currency: str, text: str
) -> None:
    assert shown(amount, currency, "en") == text
    page = _page(client, amount=amount, currency=currency)
    assert f"Pay {text}" in page


def test_the_page_says_what_is_paid_to_whom_with_what(client: stripe.StripeClient) -> None:
    page = _page(client, customer_email="maker@example.com")
    for expected in ("Deposit PO-7", "$300.00", "Xiaodan 小单", "maker@example.com", 'href="http://shop.test/order"'):
        assert expected in page
    for card in OFFERED:
        assert card.spaced in page
    assert [card.number for card in OFFERED] == [
        "4242424242424242",
        "4000000000000002",
        "4000000000009995",
        "4000002760003184",
    ]


@pytest.mark.parametrize(
    ("locale", "accepted", "tag"),
    [
        (None, "zh-CN", "zh-Hans"),
        ("auto", "en-GB", "en"),
        ("auto", "de", "en"),
        ("zh", "en", "zh-Hans"),
        ("en", "zh-CN", "en"),
        ("zh-TW", "en", "zh-Hant"),
        (None, "zh-HK,zh;q=0.9", "zh-Hant"),
    ],
)
def test_the_language_is_the_sessions_else_the_browsers(locale: str | None, accepted: str, tag: str) -> None:
    assert language(locale, accepted).tag == tag


def test_the_chinese_page_is_chinese(client: stripe.StripeClient) -> None:
    page = _page(client, locale="zh", currency="cny")
    assert 'lang="zh-Hans"' in page
    assert "支付 ¥300.00" in page
    assert "Pay " not in page


def test_every_refusal_can_be_said_in_chinese() -> None:
    messages = {card.decline.message for card in CARDS if card.decline}
    assert messages <= CHINESE.keys()
    assert {outcome.value for outcome in Outcome} == {"paid", "declined", "must_authenticate"}


def test_what_the_product_sends_is_text(client: stripe.StripeClient) -> None:
    params = session_params()
    params["line_items"][0]["price_data"]["product_data"]["name"] = "<script>alert(1)</script>"
    session = client.v1.checkout.sessions.create(params)
    answer = requests.get(session.url, timeout=5)
    assert "<script>alert" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_whole_payment_on_a_phone(
    standin: StandInProcess, client: stripe.StripeClient, browser: Browser, locale: str
) -> None:
    session = client.v1.checkout.sessions.create(
        session_params(locale=locale, success_url=f"{standin.url}/_control/state?paid", cancel_url=standin.url)
    )
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(session.url)
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_role("radio").nth(3).check()
    page.get_by_role("button").click()
    page.wait_for_url("**/authenticate")
    page.get_by_role("button").nth(0).click()
    page.wait_for_url("**/_control/state?paid")
    page.goto(session.url)
    assert page.get_by_role("link").get_attribute("href") == f"{standin.url}/_control/state?paid"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
