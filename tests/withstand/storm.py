"""`python -m tests.withstand.storm`: a storm of webhooks, and one clean delivery of the same, end in the same state.

Events of many payments and refunds are delivered to the portal's own address, signed: shuffled, each many times, a
tenth of them never. What was dropped is recovered by the reconciler. `--events 2000 --deliveries 100000` is the whole.
"""

import argparse
import io
import logging
import random
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import stripe
from flask import Flask
from sqlalchemy import text

from portal.core.config import Settings
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.payments import gateway
from portal.payments.models import LegKind
from tests.conftest import empty_all
from tests.withstand.histories import stage
from tests.withstand.histories.awarding import Wish
from tests.withstand.histories.inside import ENVIRON, Inside
from tests.withstand.histories.world import World

CARDS = ("4242424242424242", "4000000000007726")
EVENTS_OF_A_PAYMENT = 4
_WORKED = 500  # deliveries, after which the worker does what waits
_FRESH = 60  # seconds for which a signature is used again; the portal takes older ones too
_STATE = text(
    "select o.stage, l.stage as leg, o.deposit_paid_at is not null as paid,"
    " (select string_agg(r.reason || r.stage || r.amount_minor, ',' order by r.id) from refund r"
    " where r.order_id = o.id) as refunds,"
    " (select string_agg(name, ',' order by name) from event where event.order_id = o.id) as events"
    " from purchase_order o left join payment_leg l on l.order_id = o.id order by o.number"
)


@dataclass
class Weather:
    """How messages come: `copies` at most of each, shuffled, and so many of a hundred never."""

    copies: int = 1
    dropped: int = 0


@dataclass
class Port:
    """The portal's address for Stripe's messages: every delivery is a whole request to the application."""

    app: Flask
    secret: str
    delivered: int = 0
    _signed: dict[bytes, tuple[float, str]] = field(default_factory=dict)

    def deliver(self, body: bytes) -> None:
        said: list[str] = []
        environ = ENVIRON | {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/webhooks/stripe",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "HTTP_HOST": "portal.test",
            "HTTP_STRIPE_SIGNATURE": self._signature(body),
            "wsgi.input": io.BytesIO(body),
        }
        answer = b"".join(self.app(environ, lambda status, *_: said.append(status)))  # type: ignore[arg-type, func-returns-value]
        assert said == ["200 OK"], (said, body[:200], answer[:300])
        self.delivered += 1

    def _signature(self, body: bytes) -> str:
        made, signature = self._signed.get(body, (0.0, ""))
        if time.monotonic() - made > _FRESH:
            signature = stripe.WebhookSignature.generate_signature_header(body.decode(), self.secret)
            self._signed[body] = time.monotonic(), signature
        return signature


def orders_paid(world: World, number: int) -> list[UUID]:
    """Orders whose deposits Stripe has and the portal does not know of; every third has been cancelled meanwhile."""
    terms = {"deposit_percent": 30, "advance_percent": 0}
    wishes = [
        Wish(world.all.creators[0], world.all.factories[0].actor, "USD", world.chance.randint(100, 9000), terms)
        for _ in range(number)
    ]
    orders = [order.id for order in world.award(wishes)]
    for count, order_id in enumerate(orders):
        assert world.pay(world.open(order_id, LegKind.DEPOSIT, world.all.creators[0]), CARDS[count % 2])
        if count % 3 == 0:
            world.step(order_id, "cancel", world.all.creators[0])
    return orders


def blow(world: World, port: Port, weather: Weather, standin: Inside) -> int:
    """Deliver what Stripe has to say that was not said before. Returns how many events that were."""
    events = list(standin.payloads())
    sent: list[bytes] = []
    for body in events:
        if world.chance.randrange(100) >= weather.dropped:
            sent += [body] * (world.chance.randint(1, weather.copies))
    if weather.copies > 1:
        world.chance.shuffle(sent)
    for first in range(0, len(sent), _WORKED):
        with _elsewhere.app_context():  # each request has a context of its own, as on a server
            for body in sent[first : first + _WORKED]:
                port.deliver(body)
        world.work()
    return len(events)


_elsewhere = Flask("elsewhere")


def through(weather: Weather, payments: int, settings: Settings, standin: Inside, app: Flask) -> tuple[list, int, int]:
    """(end state, events, deliveries) of the same payments in this weather."""
    standin.control("/empty")
    port = Port(app, settings.webhook_secrets[0])
    with World(standin, gateway.connect(settings), random.Random(7)) as world:
        world.people()
        orders_paid(world, payments)
        world.chance = random.Random(weather.copies)
        events = 0
        while new := blow(world, port, weather, standin):
            events += new
            world.pass_time(timedelta(hours=1))
            world.reconcile()
            world.work()
        with transaction() as session:
            rows = [tuple(row) for row in session.execute(_STATE)]
    books = sorted((*key, minor) for key, minor in world.balances().items())
    assert {row[0] for row in rows} == {OrderStage.CANCELLED.value, OrderStage.AWAITING_ACCEPTANCE.value}
    empty_all(settings)
    return [rows, books, world.letters], events, port.delivered


def compare(payments: int, copies: int, settings: Settings, standin: Inside, app: Flask) -> Counter:
    """Both weathers. Raises AssertionError where they end differently."""
    calm, _events, _sent = through(Weather(), payments, settings, standin, app)
    print(f"delivered once: {_sent:,} messages", file=sys.stderr, flush=True)
    storm, events, sent = through(Weather(copies, dropped=10), payments, settings, standin, app)
    for one, other in zip(calm, storm, strict=True):
        assert one == other, "the storm ended in another state"
    return Counter(events=events, deliveries=sent, orders=len(calm[0]), letters=calm[2])


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.withstand.storm", description=__doc__)
    asked.add_argument("--events", type=int, default=2_000)
    asked.add_argument("--deliveries", type=int, default=100_000)
    wanted = asked.parse_args()
    logging.disable(logging.ERROR)
    with ExitStack() as stack:
        played: Any = stage.inside(stack)
        began = time.monotonic()
        copies = min(2 * wanted.deliveries * 10 // 9 // wanted.events, 110)
        payments = wanted.events // EVENTS_OF_A_PAYMENT
        done = compare(payments, copies, played.settings, played.standin, played.app)
    print(", ".join(f"{count:,} {name}" for name, count in done.items()), f"in {time.monotonic() - began:.0f} s")
    print("the same end state as one clean delivery")


if __name__ == "__main__":
    main()
