"""The hosted page: each test card, and the payment, charge and balance that follow."""

import pytest
import requests
import stripe

from tests.sandbox.stripe.process import StandInProcess, pay, session_params

AUTHENTICATE = "4000002760003184"


def _opened(client: stripe.StripeClient, **more: object) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(**more))


def test_a_payment_is_seen_everywhere(client: stripe.StripeClient) -> None:
    data = {"transfer_group": "order-7", "metadata": {"operation": "1"}, "description": "Deposit"}
    session = _opened(client, payment_intent_data=data)
    answer = pay(session.url)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"http://shop.test/paid?session={session.id}")

    expand = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    paid = client.v1.checkout.sessions.retrieve(session.id, expand)
    intent = paid.payment_intent
    charge, transaction = intent.latest_charge, intent.latest_charge.balance_transaction
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (intent.status, intent.amount_received, intent.transfer_group) == ("succeeded", 30_000, "order-7")
    assert (charge.status, charge.paid, charge.transfer_group) == ("succeeded", True, "order-7")
    assert charge.metadata.to_dict() == intent.metadata.to_dict() == {"operation": "1"}
    assert (transaction.amount, transaction.fee, transaction.net) == (30_000, 900, 29_100)
    assert client.v1.charges.list({"payment_intent": intent.id}).data[0].id == charge.id
    assert client.v1.checkout.sessions.list({"payment_intent": intent.id}).data[0].id == session.id
    assert client.v1.balance_transactions.list({"source": charge.id}).data[0].id == transaction.id


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", None),
        ("4111111111111111", "card_declined", "test_mode_live_card"),
        ("4242424242424241", "incorrect_number", None),
        ("not a card", "incorrect_number", None),
    ],
)
def test_a_declined_card_leaves_the_session_open(
    client: stripe.StripeClient, card: str, code: str, decline_code: str | None
) -> None:
    session = _opened(client)
    answer = pay(session.url, card)
    assert answer.status_code == 402
    assert 'role="alert"' in answer.text
    tried = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    error = tried.payment_intent.last_payment_error
    assert (tried.status, tried.payment_intent.status) == ("open", "requires_payment_method")
    assert (error.code, getattr(error, "decline_code", None)) == (code, decline_code)
    assert tried.payment_intent.latest_charge.status == "failed"

    assert pay(session.url).status_code == 303
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (paid.payment_intent.id, paid.payment_intent.status) == (tried.payment_intent.id, "succeeded")
    assert paid.payment_intent.last_payment_error is None


def _asked(session: stripe.checkout.Session, standin: StandInProcess) -> str:
    answer = pay(session.url, AUTHENTICATE)
    assert answer.status_code == 303
    page = standin.url + answer.headers["Location"]
    assert "3184" in requests.get(page, timeout=5).text
    return page


def test_authentication_passed(client: stripe.StripeClient, standin: StandInProcess) -> None:
    session = _opened(client)
    page = _asked(session, standin)
    waiting = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (waiting.status, waiting.payment_intent.status) == ("open", "requires_action")
    answer = requests.post(page, data={"outcome": "complete"}, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].startswith("http://shop.test/paid")
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert paid.payment_status == "paid"
    assert paid.payment_intent.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_authentication_failed(client: stripe.StripeClient, standin: StandInProcess) -> None:
    session = _opened(client)
    answer = requests.post(_asked(session, standin), data={"outcome": "fail"}, timeout=5)
    assert answer.url == session.url
    assert "unable to authenticate" in answer.text
    tried = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (tried.status, tried.payment_intent.status) == ("open", "requires_payment_method")
    assert tried.payment_intent.last_payment_error.code == "payment_intent_authentication_failure"


def test_authentication_that_nobody_asked_for_leads_back(client: stripe.StripeClient) -> None:
    session = _opened(client)
    answer = requests.get(f"{session.url}/authenticate", timeout=5)
    assert answer.url == session.url


def test_paying_twice_charges_once(client: stripe.StripeClient) -> None:
    session = _opened(client)
    pay(session.url)
    again = pay(session.url)
    assert again.status_code == 409
    assert f'href="http://shop.test/paid?session={session.id}"' in again.text
    intent_id = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(client.v1.charges.list({"payment_intent": intent_id}).data) == 1


def test_the_balance_is_the_sum_of_its_transactions(client: stripe.StripeClient, standin: StandInProcess) -> None:
    before = _balance(client, "sek")
    pay(_opened(client, amount=10_000, currency="sek").url)
    now = _balance(client, "sek")
    fee = 10_000 * 29 // 1000 + 30
    assert (now[0] - before[0], now[1] - before[1]) == (0, 10_000 - fee)
    standin.control(now_offset=2 * 86_400 + 5)
    assert _balance(client, "sek") == (now[0] + now[1], 0)


def _balance(client: stripe.StripeClient, currency: str) -> tuple[int, int]:
    balance = client.v1.balance.retrieve()
    amounts = [
        sum(entry.amount for entry in entries if entry.currency == currency)
        for entries in (balance.available, balance.pending)
    ]
    return amounts[0], amounts[1]


def test_a_fee_may_be_known_only_later(client: stripe.StripeClient, standin: StandInProcess) -> None:
    standin.control(settle_charges_after=60)
    session = _opened(client)
    pay(session.url)
    intent_id = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    charge = client.v1.charges.list({"payment_intent": intent_id}).data[0]
    assert (charge.paid, charge.balance_transaction) == (True, None)
    standin.control(now_offset=61)
    settled = client.v1.charges.retrieve(charge.id, {"expand": ["balance_transaction"]})
    assert settled.balance_transaction.fee == 900
    event = client.v1.events.list({"type": "charge.updated", "limit": 1}).data[0]
    assert event.data.previous_attributes.to_dict() == {"balance_transaction": None}
