"""Webhooks: signed, retried, and lost, repeated or shuffled on request."""

from collections.abc import Callable

import pytest
import stripe

from tests.sandbox.stripe.process import SECRET, Receiver, StandInProcess, eventually, pay, session_params

ON_SUCCESS = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
]


def _paid(standin: StandInProcess, card: str = "4242424242424242") -> str:
    session = standin.client().v1.checkout.sessions.create(session_params())
    pay(session.url, card)
    return session.id


def test_a_payment_is_told_in_signed_events(hooked: StandInProcess, receiver: Receiver) -> None:
    session_id = _paid(hooked)
    eventually(lambda: len(receiver.received) == 4)
    assert sorted(receiver.types()) == sorted(ON_SUCCESS)
    for received in receiver.received:
        event = hooked.client().construct_event(received.body, received.signature, SECRET)
        assert event.api_version == "2026-10-28.endive"
    [completed] = [r.event for r in receiver.received if r.event["type"] == "checkout.session.completed"]
    assert completed["data"]["object"]["id"] == session_id
    assert completed["data"]["object"]["payment_status"] == "paid"


def test_a_signature_covers_body_and_secret(hooked: StandInProcess, receiver: Receiver) -> None:
    _paid(hooked)
    received = eventually(lambda: receiver.received)[0]
    client = hooked.client()
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(received.body.replace(b"30000", b"30001"), received.signature, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        client.construct_event(received.body, received.signature, "whsec_another")


def test_while_a_secret_is_rotated_both_sign(own: Callable[..., StandInProcess], receiver: Receiver) -> None:
    standin = own("--webhook-url", receiver.url, "--webhook-secret", "whsec_old", "--webhook-secret", "whsec_new")
    _paid(standin)
    received = eventually(lambda: receiver.received)[0]
    for secret in ("whsec_old", "whsec_new"):
        assert standin.client().construct_event(received.body, received.signature, secret)


def test_a_declined_card_is_told(hooked: StandInProcess, receiver: Receiver) -> None:
    _paid(hooked, "4000000000000002")
    eventually(lambda: len(receiver.received) == 3)
    assert set(receiver.types()) == {"payment_intent.created", "charge.failed", "payment_intent.payment_failed"}


def test_what_is_refused_comes_again(hooked: StandInProcess, receiver: Receiver) -> None:
    receiver.status = 500
    session_id = _paid(hooked)
    eventually(lambda: len(receiver.received) >= 4)
    undelivered = hooked.client().v1.events.list({"delivery_success": False, "limit": 100}).data
    assert {event.type for event in undelivered} >= set(ON_SUCCESS)
    receiver.status = 200
    receiver.received.clear()
    eventually(lambda: sorted(receiver.types()) == sorted(ON_SUCCESS))
    eventually(lambda: hooked.state()["deliveries"]["pending"] == 0)
    completed = hooked.client().v1.events.list({"type": "checkout.session.completed", "delivery_success": True})
    assert completed.data[0].data.object.id == session_id
    assert completed.data[0].pending_webhooks == 0


def test_a_redirect_is_not_an_acceptance(hooked: StandInProcess, receiver: Receiver) -> None:
    receiver.status = 302
    _paid(hooked)
    eventually(lambda: len(receiver.received) >= 4)
    eventually(lambda: {entry["last_answer"] for entry in hooked.state()["recent_deliveries"][:4]} == {"302"})
    assert hooked.state()["deliveries"]["pending"] >= 4
    receiver.status = 200
    hooked.control("/flush")
    eventually(lambda: hooked.state()["deliveries"]["pending"] == 0)


def test_deliveries_survive_a_kill(own: Callable[..., StandInProcess], receiver: Receiver) -> None:
    receiver.status = 503
    standin = own("--webhook-url", receiver.url)
    _paid(standin)
    eventually(lambda: len(receiver.received) >= 4)
    standin.kill()
    receiver.status = 200
    receiver.received.clear()
    standin.start()
    eventually(lambda: sorted(receiver.types()) == sorted(ON_SUCCESS))


def test_dropped_events_wait_for_a_flush(hooked: StandInProcess, receiver: Receiver) -> None:
    hooked.control(drop_webhooks=3)
    _paid(hooked)
    eventually(lambda: receiver.types() == ["checkout.session.completed"])
    assert hooked.state()["deliveries"]["held"] == 3
    assert hooked.state()["control"]["drop_webhooks"] == 0
    assert hooked.control("/flush")["released"] == 3
    eventually(lambda: sorted(receiver.types()) == sorted(ON_SUCCESS))


def test_all_events_can_be_dropped(hooked: StandInProcess, receiver: Receiver) -> None:
    hooked.control(drop_webhooks="all")
    _paid(hooked)
    assert hooked.state()["deliveries"]["held"] == 4
    undelivered = hooked.client().v1.events.list({"delivery_success": False, "limit": 4}).data
    assert [event.type for event in undelivered] == ON_SUCCESS[::-1]
    assert receiver.received == []
    hooked.control("/flush")
    eventually(lambda: len(receiver.received) == 4)


def test_events_can_come_ten_times(hooked: StandInProcess, receiver: Receiver) -> None:
    hooked.control(duplicate=10)
    _paid(hooked)
    eventually(lambda: len(receiver.received) == 40)
    assert {receiver.types().count(name) for name in ON_SUCCESS} == {10}


def test_events_can_come_out_of_order(hooked: StandInProcess, receiver: Receiver) -> None:
    hooked.control(shuffle=True)
    for _ in range(5):
        _paid(hooked)
    eventually(lambda: len(receiver.received) == 20)
    assert receiver.types() != ON_SUCCESS * 5


def test_events_can_come_late(hooked: StandInProcess, receiver: Receiver) -> None:
    hooked.control(delay=600)
    _paid(hooked)
    assert hooked.state()["deliveries"]["pending"] == 4
    assert receiver.received == []
    hooked.control("/flush")
    eventually(lambda: len(receiver.received) == 4)
