"""The process: killed, stopped, started twice, ahead of time."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import stripe

from tests.sandbox.stripe.process import ROOT, StandInProcess, pay, session_params


def test_what_was_paid_is_there_after_a_kill(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    client = standin.client()
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url)
    paid = client.v1.checkout.sessions.retrieve(session.id).to_dict()
    balance = client.v1.balance.retrieve().to_dict()
    standin.kill()
    standin.start()
    assert client.v1.checkout.sessions.retrieve(session.id).to_dict() == paid
    assert client.v1.balance.retrieve().to_dict() == balance
    refund = client.v1.refunds.create({"payment_intent": paid["payment_intent"]})
    assert refund.amount == 30_000


def test_a_timer_that_ran_out_while_it_was_down_is_caught_up(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    session = standin.client().v1.checkout.sessions.create(session_params())
    standin.kill()
    standin = own("--now-offset", str(25 * 3600))
    assert standin.client().v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_it_stops_at_once(own: Callable[..., StandInProcess]) -> None:
    standin = own()
    standin.client().v1.balance.retrieve()
    assert standin.stop() < 2


def test_a_second_one_on_the_same_file_says_so(own: Callable[..., StandInProcess], tmp_path: Path) -> None:
    own()
    command = [sys.executable, "-m", "sandbox.stripe", "--port", "0", "--webhook-secret", "whsec_x"]
    second = subprocess.run(
        [*command, "--data", str(tmp_path / "own.sqlite")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert second.returncode == 1
    assert "in use by another process" in second.stderr


def test_it_is_a_test_mode_peer_of_the_sdk(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    assert session.livemode is False
    assert session.id.startswith("cs_test_")
