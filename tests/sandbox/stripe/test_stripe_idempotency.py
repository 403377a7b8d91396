"""Idempotency keys: an act happens once, whatever is lost in between."""

import threading
import time
from collections.abc import Callable

import pytest
import stripe

from tests.sandbox.stripe.process import StandInProcess, eventually, session_params


def _create(client: stripe.StripeClient, key: str, **more: object) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(session_params(**more), {"idempotency_key": key})


def _number_of_sessions(standin: StandInProcess) -> int:
    return standin.state()["objects"].get("checkout.session", 0)


def test_the_same_request_again_gets_the_same_answer(client: stripe.StripeClient, standin: StandInProcess) -> None:
    first = _create(client, "same")
    number = _number_of_sessions(standin)
    again = _create(client, "same")
    assert again.to_dict() == first.to_dict()
    assert _number_of_sessions(standin) == number
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.last_response.headers


def test_the_event_knows_the_key(client: stripe.StripeClient) -> None:
    session = _create(client, "close-me")
    expired = client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "closing"})
    event = client.v1.events.list({"type": "checkout.session.expired", "limit": 1}).data[0]
    assert event.request.idempotency_key == "closing"
    assert event.request.id == expired.last_response.headers["Request-Id"]


def test_a_key_stands_for_one_set_of_parameters(client: stripe.StripeClient) -> None:
    session = _create(client, "taken")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refusal:
        _create(client, "taken", amount=1_000)
    assert refusal.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.checkout.sessions.expire(session.id, {}, {"idempotency_key": "taken"})


def test_a_refusal_of_the_parameters_does_not_use_up_the_key(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create({"mood": "payment"}, {"idempotency_key": "corrected"})
    assert _create(client, "corrected").status == "open"


def test_a_refusal_of_the_act_is_kept(client: stripe.StripeClient) -> None:
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": "pi_none"}, {"idempotency_key": "kept"})
    assert refusal.value.headers["Idempotent-Replayed"] == "true"


def test_two_at_once_are_told_apart(client: stripe.StripeClient, standin: StandInProcess) -> None:
    standin.control(slow_answers=1)
    outcomes: list[object] = []

    def create() -> None:
        try:
            outcomes.append(_create(client, "at-once").id)
        except stripe.StripeError as refusal:
            outcomes.append((refusal.http_status, refusal.json_body["error"]["code"]))

    threads = [threading.Thread(target=create) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count((409, "idempotency_key_in_use")) == 2
    standin.control(slow_answers=0)
    assert _create(client, "at-once").id in outcomes


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, standin: StandInProcess) -> None:
    first = _create(client, "old")
    standin.control(now_offset=86_402)
    assert _create(client, "old").id != first.id


def test_a_key_has_a_longest_length(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="255"):
        _create(client, "k" * 256)


def test_answers_survive_a_kill(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    first = _create(standin.client(), "before")
    standin.kill()
    standin.start()
    again = _create(standin.client(), "before")
    assert again.to_dict() == first.to_dict()
    assert _number_of_sessions(standin) == 1


def test_killed_while_acting_the_act_happened_once_or_not_at_all(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    client = standin.client()
    for attempt in range(5):
        key = f"killed-{attempt}"
        thread = threading.Thread(target=_swallow, args=(lambda key=key: _create(client, key),))
        thread.start()
        time.sleep(0.004 * attempt)
        standin.kill()
        thread.join()
        standin.start()
        _create(client, key)
        assert eventually(lambda expected=attempt + 1: _number_of_sessions(standin) == expected)


def _swallow(act: Callable[[], object]) -> None:
    try:
        act()
    except stripe.APIConnectionError:
        return
