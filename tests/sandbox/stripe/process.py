"""The stand-in as its own process, and an address that receives its webhooks."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import stripe

ROOT = Path(__file__).parents[3]
SECRET = "whsec_test_of_the_stand_in"
API_KEY = "sk_test_stand_in"


class StandInProcess:
    """Started on a free port, which it keeps when it is killed and started again."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self._data = data
        self._arguments = arguments
        self._port = 0
        self.start()

    def start(self) -> None:
        """Run it, and wait until it takes requests."""
        command = [sys.executable, "-m", "sandbox.stripe", "--port", str(self._port), "--data", str(self._data)]
        if "--webhook-secret" not in self._arguments:
            command += ["--webhook-secret", SECRET]
        self._process = subprocess.Popen(
            [*command, *self._arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._process.stdout
        ready = json.loads(self._process.stdout.readline())
        self.url: str = ready["url"]
        self._port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def stop(self) -> float:
        """Ask it to stop: the seconds that took."""
        started = time.monotonic()
        self._end(signal.SIGTERM)
        return time.monotonic() - started

    def _end(self, how: signal.Signals) -> None:
        if self._process.poll() is None:
            os.kill(self._process.pid, how)
        self._process.wait(timeout=10)
        assert self._process.stdout
        self._process.stdout.close()

    def control(self, path: str = "", **settings: Any) -> dict[str, Any]:
        """POST to /_control; the answer."""
        answer = requests.post(f"{self.url}/_control{path}", json=settings, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def state(self) -> dict[str, Any]:
        """What /_control/state says."""
        return requests.get(f"{self.url}/_control/state", timeout=5).json()

    def client(self, api_key: str = API_KEY, retries: int = 0) -> stripe.StripeClient:
        """The real SDK, pointed here."""
        return stripe.StripeClient(
            api_key, base_addresses={"api": self.url, "files": self.url}, max_network_retries=retries
        )


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    body: bytes
    signature: str

    @property
    def event(self) -> dict[str, Any]:
        """The event it carries."""
        return json.loads(self.body)


class Receiver:
    """A webhook endpoint. `status` is what it answers."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.status = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(Received(body, self.headers["Stripe-Signature"]))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def types(self, about: str | None = None) -> list[str]:
        """The types of the received events, in the order of their arrival, of one object if given."""
        events = [received.event for received in self.received]
        return [event["type"] for event in events if about in (None, event["data"]["object"]["id"])]


def eventually(condition: Callable[[], Any], within: float = 8) -> Any:
    """What the condition answers once it is true. Fails when it does not become true in time."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        result = condition()
        if result:
            return result
        time.sleep(0.03)
    raise AssertionError("It did not happen in time.")


def session_params(amount: int = 30_000, currency: str = "usd", **more: Any) -> dict[str, Any]:
    """Parameters of a Checkout Session for one deposit."""
    price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Deposit PO-7"}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "success_url": "http://shop.test/paid?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.test/order",
        **more,
    }


def pay(url: str, card: str = "4242424242424242") -> requests.Response:
    """Pay on a session's hosted page without following where it leads."""
    return requests.post(url, data={"card": card}, allow_redirects=False, timeout=5)


ACCOUNT = {"type": "express", "country": "US", "capabilities": {"transfers": {"requested": True}}}


def paid(client: stripe.StripeClient, amount: int = 10_000, card: str = "4242424242424242", **more: Any) -> str:
    """The charge of a payment that has just been made."""
    session = client.v1.checkout.sessions.create(session_params(amount, **more))
    pay(session.url, card)
    payment = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    return payment.latest_charge


def connected(standin: StandInProcess) -> str:
    """An account that can be paid."""
    account_id = standin.client().v1.accounts.create(ACCOUNT).id
    standin.control(f"/accounts/{account_id}/complete")
    return account_id
