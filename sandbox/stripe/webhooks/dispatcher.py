"""The thread that sends what is due and lets the stand-in's timers run."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import requests

from sandbox.stripe.standin import StandIn
from sandbox.stripe.webhooks import deliveries
from sandbox.stripe.webhooks.deliveries import Delivery
from sandbox.stripe.webhooks.signature import signature_header

log = logging.getLogger(__name__)

LOOKS_EVERY = 0.25
TIMEOUT = 20
AT_ONCE = 4


class Dispatcher:
    """Sends a few events at a time, so that one slow answer does not hold up the rest."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._senders = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._on_their_way: set[Delivery] = set()
        self._there_is_more = False

    def start(self) -> None:
        """Run until the process ends."""
        threading.Thread(target=self._run, name="dispatcher", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self._look()
            except Exception:
                log.exception("The dispatcher goes on after an error")
            self._standin.has_emitted.wait(LOOKS_EVERY)
            self._standin.has_emitted.clear()

    def _look(self) -> None:
        with self._standin.work() as work:
            found = deliveries.due(work.db, work.control, but=self._on_their_way.copy())
        self._there_is_more = len(found) >= deliveries.AT_MOST
        for delivery in found:
            self._on_their_way.add(delivery)
            self._senders.submit(self._send, delivery)

    def _send(self, delivery: Delivery) -> None:
        try:
            with self._standin.store.transaction() as db:
                if not deliveries.stands(db, delivery):
                    return
            taken, answer = post(delivery, self._standin)
            with self._standin.store.transaction() as db:
                (deliveries.succeeded if taken else deliveries.went_wrong)(db, delivery, answer)
        except Exception:
            log.exception("Delivery %s could not be recorded", delivery.id)
        finally:
            self._on_their_way.discard(delivery)
            if self._there_is_more and len(self._on_their_way) <= AT_ONCE:
                self._standin.has_emitted.set()


@cache
def _session_of(thread: int) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _session() -> requests.Session:
    """One for each thread: they are not made to be shared, and not made quickly."""
    return _session_of(threading.get_ident())


def post(delivery: Delivery, standin: StandIn) -> tuple[bool, str]:
    """Send one event: whether it was answered with 2xx, and what came back in a few words. Never raises."""
    event = json.loads(delivery.payload)
    payload = json.dumps(event, indent=2).encode()
    secrets = standin.connect_secrets if event["account"] else standin.webhook_secrets
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        # A connection that was kept could have been closed meanwhile, which would count as a refusal.
        "Connection": "close",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature_header(payload, secrets),
    }
    try:
        answer = _session().post(delivery.url, data=payload, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        return False, type(error).__name__
    return 200 <= answer.status_code < 300, str(answer.status_code)
