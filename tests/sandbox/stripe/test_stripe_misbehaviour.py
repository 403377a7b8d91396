"""Misbehaviour on request, and the control itself."""

import time
from collections.abc import Callable

import pytest
import requests
import stripe

from tests.sandbox.stripe.process import Receiver, StandInProcess, eventually, pay, session_params


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
