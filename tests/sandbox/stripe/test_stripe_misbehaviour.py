"""Misbehaviour on request, and the control itself."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import stripe

from tests.sandbox.stripe.process import (
    ACCOUNT,
    Receiver,
    StandInProcess,
    connected,
    eventually,
    paid,
    pay,
    session_params,
)


def _create(client: stripe.StripeClient, key: str) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(), {"idempotency_key": key})


def _sessions(standin: StandInProcess) -> int:
    return standin.state()["objects"].get("checkout.session", 0)


def test_a_failure_after_acting_stays_a_failure_for_its_key(
    client: stripe.StripeClient, standin: StandInProcess
) -> None:
    before = _sessions(standin)
    standin.control(fail_after_acting=1)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failure:
            _create(client, "acted-but-500")
        assert failure.value.http_status == 500
    assert failure.value.headers["Stripe-Should-Retry"] == "false"
    assert _sessions(standin) == before + 1
    assert _create(client, "another-key").status == "open"


def test_a_lost_answer_is_found_again_under_its_key(client: stripe.StripeClient, standin: StandInProcess) -> None:
    before = _sessions(standin)
    standin.control(lose_answer=2)
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            _create(client, "lost")
    assert _create(client, "lost").status == "open"
    assert _sessions(standin) == before + 1


def test_the_retries_of_the_sdk_find_a_lost_answer(standin: StandInProcess) -> None:
    before = _sessions(standin)
    standin.control(lose_answer=1)
    assert _create(standin.client(retries=2), "lost-once").status == "open"
    assert _sessions(standin) == before + 1


def test_what_is_refused_does_not_count_as_acting(client: stripe.StripeClient, standin: StandInProcess) -> None:
    standin.control(fail_after_acting=1, lose_answer=1)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": "pi_none"})
    control = standin.state()["control"]
    assert (control["fail_after_acting"], control["lose_answer"]) == (1, 1)


def test_answers_can_be_slow(client: stripe.StripeClient, standin: StandInProcess) -> None:
    standin.control(slow_answers=0.6)
    started = time.monotonic()
    client.v1.balance.retrieve()
    assert time.monotonic() - started >= 0.6


@pytest.mark.parametrize("settings", [{"dropped": 1}, {"drop_webhooks": "some"}, {"duplicate": -1}, {"delay": "long"}])
def test_the_control_is_strict_too(standin: StandInProcess, settings: dict) -> None:
    before = standin.state()["control"]
    assert requests.post(f"{standin.url}/_control", json=settings, timeout=5).status_code == 400
    assert standin.state()["control"] == before


def test_a_reset_brings_back_good_behaviour(standin: StandInProcess) -> None:
    standin.control(drop_webhooks="all", shuffle=True, lose_answer=5, webhook_url="http://127.0.0.1:9/hook")
    control = standin.control("/reset")["control"]
    assert (control["drop_webhooks"], control["shuffle"], control["lose_answer"]) == (0, False, 0)
    assert control["webhook_url"] == "http://127.0.0.1:9/hook"


def test_emptied_it_knows_nothing(own: Callable[..., StandInProcess], receiver: Receiver) -> None:
    receiver.status = 500
    standin = own("--webhook-url", receiver.url)
    client = standin.client()
    session = _create(client, "before")
    pay(session.url, "4000000000005126")
    client.v1.refunds.create({"payment_intent": client.v1.checkout.sessions.retrieve(session.id).payment_intent})
    eventually(lambda: receiver.received)
    standin.control(lose_answer=3, now_offset=1)
    state = standin.control("/empty")
    assert (state["objects"], state["recent_deliveries"]) == ({}, [])
    assert (state["control"]["lose_answer"], state["control"]["webhook_url"]) == (0, None)
    assert client.v1.balance.retrieve().available[0].amount == 0
    assert _create(client, "before").id != session.id

    receiver.status = 200
    receiver.received.clear()
    standin.control(webhook_url=receiver.url, now_offset=10)
    pay(_create(client, "after").url)
    eventually(lambda: standin.state()["deliveries"] == {"pending": 0, "held": 0, "delivered": 4, "failed": 0})
    assert len(receiver.received) == 4


@pytest.fixture(scope="module")
def prepared(shared: StandInProcess) -> dict[str, Any]:
    """What the requests below are about, and nothing else: other tests leave less than nothing to be paid out."""
    shared.control("/empty")
    client, account_id = shared.client(), connected(shared)
    params = {"amount": 5_000, "currency": "usd", "destination": account_id, "source_transaction": paid(client)}
    disputed = paid(client, card="4000000000000259")
    return {
        "charge": paid(client, 50_000, "4000000000000077"),
        "account": account_id,
        "transfer": client.v1.transfers.create(params).id,
        "dispute": client.v1.disputes.list({"charge": disputed}).data[0].id,
    }


EVIDENCE = {"evidence": {"customer_name": "Ada"}}
POSTS: dict[str, Callable[[Any, dict[str, Any], Any], Any]] = {
    "refund": lambda v1, on, key: v1.refunds.create({"charge": on["charge"], "amount": 1}, key),
    "account": lambda v1, on, key: v1.accounts.create(ACCOUNT, key),
    "transfer": lambda v1, on, key: v1.transfers.create(
        {"amount": 1, "currency": "usd", "destination": on["account"], "source_transaction": on["charge"]}, key
    ),
    "transfer_reversal": lambda v1, on, key: v1.transfers.reversals.create(on["transfer"], {"amount": 1}, key),
    "payout": lambda v1, on, key: v1.payouts.create({"amount": 1, "currency": "usd"}, key),
    "dispute": lambda v1, on, key: v1.disputes.update(on["dispute"], EVIDENCE, key),
}


@pytest.mark.parametrize("kind", POSTS)
def test_whatever_is_done_may_be_done_unanswered(standin: StandInProcess, prepared: dict[str, Any], kind: str) -> None:
    v1, key = standin.client().v1, {"idempotency_key": f"unanswered-{kind}"}
    before = standin.state()["objects"].get(kind, 0)
    standin.control(lose_answer=1)
    with pytest.raises(stripe.APIConnectionError):
        POSTS[kind](v1, prepared, key)
    assert POSTS[kind](v1, prepared, key).object == kind
    new = 0 if kind == "dispute" else 1
    assert standin.state()["objects"].get(kind, 0) == before + new
    if new:
        standin.control(fail_after_acting=1)
        with pytest.raises(stripe.APIError):
            POSTS[kind](v1, prepared, {"idempotency_key": f"failed-{kind}"})
        assert standin.state()["objects"][kind] == before + 2
