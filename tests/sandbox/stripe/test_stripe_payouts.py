"""Payouts: limited by what is available, arriving after days or coming back."""

from collections.abc import Callable

import pytest
import stripe

from tests.sandbox.stripe.process import Receiver, StandInProcess, connected, eventually, paid

AVAILABLE_AT_ONCE = "4000000000000077"
DAYS = 86_400
PAYOUT = {"amount": 5_000, "currency": "usd"}


@pytest.fixture
def rich(own: Callable[..., StandInProcess]) -> StandInProcess:
    """A stand-in with 96.80 dollars in the balance."""
    standin = own()
    paid(standin.client(), 10_000, AVAILABLE_AT_ONCE)
    return standin


def _available(client: stripe.StripeClient, currency: str = "usd") -> int:
    return next(held.amount for held in client.v1.balance.retrieve().available if held.currency == currency)


def test_a_payout_arrives_after_two_days(rich: StandInProcess) -> None:
    client = rich.client()
    payout = client.v1.payouts.create(PAYOUT | {"metadata": {"operation": "op-3"}})
    assert (payout.status, payout.automatic, payout.amount) == ("pending", False, 5_000)
    assert _available(client) == 4_680
    transaction = client.v1.balance_transactions.retrieve(payout.balance_transaction)
    assert (transaction.type, transaction.reporting_category) == ("payout", "payout")
    assert (transaction.amount, transaction.source) == (-5_000, payout.id)
    rich.control(now_offset=3_700)
    assert client.v1.payouts.retrieve(payout.id).status == "in_transit"
    rich.control(now_offset=2 * DAYS + 5)
    arrived = client.v1.payouts.retrieve(payout.id)
    assert (arrived.status, arrived.metadata["operation"]) == ("paid", "op-3")
    assert [found.id for found in client.v1.payouts.list({"status": "paid"}).data] == [payout.id]
    assert client.v1.payouts.list({"status": "failed"}).data == []
    types = [event.type for event in client.v1.events.list({"type": "payout.*"}).data]
    assert types == ["payout.paid", "payout.updated", "payout.created"]


def test_a_payout_takes_no_more_than_is_available(rich: StandInProcess) -> None:
    client = rich.client()
    for params in (PAYOUT | {"amount": 9_681}, PAYOUT | {"currency": "eur"}):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payouts.create(params)
        assert refusal.value.code == "balance_insufficient"
    assert client.v1.payouts.create(PAYOUT | {"amount": 9_680}).amount == 9_680


def test_pending_money_becomes_available_in_its_currency(rich: StandInProcess) -> None:
    client = rich.client()
    paid(client, 5_000, currency="jpy")
    balance = client.v1.balance.retrieve()
    assert {(held.currency, held.amount) for held in balance.pending} == {("usd", 0), ("jpy", 4_825)}
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payouts.create({"amount": 1, "currency": "jpy"})
    rich.control(now_offset=2 * DAYS + 5)
    assert _available(client, "jpy") == 4_825
    assert _available(client) == 9_680
    assert client.v1.payouts.create({"amount": 4_825, "currency": "jpy"}).currency == "jpy"


@pytest.mark.parametrize(("number", "code"), [("000111111116", "no_account"), ("000111111113", "account_closed")])
def test_a_bad_bank_account_returns_it(rich: StandInProcess, number: str, code: str) -> None:
    client = rich.client()
    rich.control(bank_account=number)
    payout = client.v1.payouts.create(PAYOUT)
    rich.control(now_offset=2 * DAYS + 5)
    failed = client.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_code) == ("failed", code)
    transaction = failed.failure_balance_transaction
    assert (transaction.type, transaction.reporting_category) == ("payout_failure", "payout_reversal")
    assert (transaction.amount, _available(client)) == (5_000, 9_680)


def test_a_paid_payout_may_still_come_back_once(rich: StandInProcess) -> None:
    client = rich.client()
    payout = client.v1.payouts.create(PAYOUT)
    rich.control(now_offset=2 * DAYS + 5)
    failed = rich.control(f"/payouts/{payout.id}/fail", failure_code="account_frozen")
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_frozen")
    assert client.v1.events.list({"limit": 1}).data[0].type == "payout.failed"
    with pytest.raises(Exception, match="400"):
        rich.control(f"/payouts/{payout.id}/fail")
    assert _available(client) == 9_680


def test_a_payout_is_called_back_in_time(rich: StandInProcess) -> None:
    client = rich.client()
    first, second = client.v1.payouts.create(PAYOUT), client.v1.payouts.create(PAYOUT | {"amount": 1_000})
    assert client.v1.payouts.cancel(first.id).status == "canceled"
    assert _available(client) == 8_680
    rich.control(now_offset=3_700)
    with pytest.raises(stripe.InvalidRequestError, match="pending"):
        client.v1.payouts.cancel(second.id)


def test_a_factorys_payout_is_told_as_its_own(own: Callable[..., StandInProcess], receiver: Receiver) -> None:
    standin = own("--webhook-url", receiver.url)
    client, factory = standin.client(), connected(standin)
    paid(client, 10_000, AVAILABLE_AT_ONCE)
    client.v1.transfers.create({"amount": 8_000, "currency": "usd", "destination": factory})
    [payout] = standin.control(f"/accounts/{factory}/payout")
    standin.control(f"/payouts/{payout['id']}/fail")
    eventually(lambda: len(receiver.types(payout["id"])) == 2)
    events = [r.event for r in receiver.received if r.event["data"]["object"]["id"] == payout["id"]]
    assert {(event["type"], event["account"]) for event in events} == {
        ("payout.created", factory),
        ("payout.failed", factory),
    }
    assert client.v1.payouts.list().data == []
    assert [found.id for found in client.v1.payouts.list({}, {"stripe_account": factory}).data] == [payout["id"]]
    assert client.v1.events.list({"type": "payout.*"}).data == []
    theirs = client.v1.events.list({"type": "payout.failed"}, {"stripe_account": factory}).data
    assert [event.account for event in theirs] == [factory]
    assert client.v1.balance.retrieve({}, {"stripe_account": factory}).available[0].amount == 8_000


@pytest.mark.parametrize(
    ("changes", "param"),
    [({"amount": 0}, "amount"), ({"method": "instant"}, "method"), ({"destination": "ba_1"}, "destination")],
)
def test_payouts_that_are_refused(client: stripe.StripeClient, changes: dict, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payouts.create(PAYOUT | changes)
    assert refusal.value.param == param
