"""`python -m tests.withstand.storm`: a storm of webhooks, and one clean delivery of the same, end in the same state.

Events of many payments and refunds are delivered to the portal's own address, signed: shuffled, each many times, a
tenth of them never. What was dropped is recovered by the reconciler. `--events 2000 --deliveries 100000` is the whole.
"""

import argparse
import json
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import stripe
from flask import Flask
from sqlalchemy import text

from portal import create_app
from portal.core import schema
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.payments import gateway, tasks
from portal.payments.models import LegKind
from sandbox import peers
from tests.conftest import empty_all, settings_on
from tests.payments.shop import StandIn
from tests.withstand.histories.world import World

CARDS = ("4242424242424242", "4000000000007726")
EVENTS_OF_A_PAYMENT = 4
_STATE = text(
    "select o.stage, l.stage as leg, o.deposit_paid_at is not null as paid,"
    " (select string_agg(r.reason || r.stage || r.amount_minor, ',' order by r.id) from refund r"
    " where r.order_id = o.id) as refunds,"
    " (select string_agg(name, ',' order by name) from event where event.order_id = o.id) as events"
    " from purchase_order o left join payment_leg l on l.order_id = o.id order by o.number"
)
_LETTERS = text("select count(*) from procrastinate_jobs where task_name = 'mail.announce'")


@dataclass
class Weather:
    """How messages come: `copies` at most of each, shuffled, and so many of a hundred never."""

    copies: int = 1
    dropped: int = 0


@dataclass
class Port:
    """The portal's address for Stripe's messages."""

    app: Flask
    secret: str
    delivered: int = 0

    def deliver(self, body: bytes) -> None:
        signature = stripe.WebhookSignature.generate_signature_header(body.decode(), self.secret)
        with Flask("elsewhere").app_context():
            answer = self.app.test_client().post(
                "/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}, content_type="application/json"
            )
        assert answer.status_code == 200, (answer.status, body[:200], answer.text[:300])
        self.delivered += 1


def orders_paid(world: World, number: int) -> list[UUID]:
    """Orders whose deposits Stripe has and the portal does not know of; every third has been cancelled meanwhile."""
    orders = []
    for count in range(number):
        order_id, _factory, creator = world.award("USD", world.chance.randint(100, 9000), deposit_percent=30)
        assert world.pay(world.open(order_id, LegKind.DEPOSIT, creator), CARDS[count % 2])
        if count % 3 == 0:
            world.step(order_id, "cancel", creator)
        orders.append(order_id)
    return orders


def blow(world: World, port: Port, weather: Weather, seen: set[str]) -> int:
    """Deliver what Stripe has to say that was not said before. Returns how many events that were."""
    events = [e for e in world.standin.v1.events.list({"limit": 100}).auto_paging_iter() if e.id not in seen]
    seen |= {event.id for event in events}
    sent: list[bytes] = []
    for event in events:
        if world.chance.randrange(100) >= weather.dropped:
            body = json.dumps(event.to_dict()).encode()
            sent += [body] * (world.chance.randint(1, weather.copies))
    if weather.copies > 1:
        world.chance.shuffle(sent)
    for number, body in enumerate(sent):
        port.deliver(body)
        if number % 500 == 499:
            world.work()
    return len(events)


def through(weather: Weather, payments: int, settings: Any, standin: StandIn, app: Flask) -> tuple[list, int, int]:
    """(end state, events, deliveries) of the same payments in this weather."""
    standin.control("/empty")
    world = World(standin, gateway.connect(tasks.settings()), random.Random(7))
    world.people()
    port, seen = Port(app, settings.webhook_secrets[0]), set[str]()
    orders_paid(world, payments)
    weather_chance, world.chance = world.chance, random.Random(weather.copies)
    events = 0
    while new := blow(world, port, weather, seen):
        events += new
        world.work()
        world.pass_time(30)
        world.reconcile()
        world.work()
    world.chance = weather_chance
    with transaction() as session:
        rows = [tuple(row) for row in session.execute(_STATE)]
        letters = session.execute(_LETTERS).scalar_one()
    books = sorted((*key, minor) for key, minor in world.balances().items())
    assert {row[0] for row in rows} == {OrderStage.CANCELLED.value, OrderStage.AWAITING_ACCEPTANCE.value}
    empty_all(settings)
    return [rows, books, letters], events, port.delivered


def compare(payments: int, copies: int, settings: Any, standin: StandIn, app: Flask) -> Counter:
    """Both weathers. Raises AssertionError where they end differently."""
    calm, _events, _sent = through(Weather(), payments, settings, standin, app)
    storm, events, sent = through(Weather(copies, dropped=10), payments, settings, standin, app)
    for one, other in zip(calm, storm, strict=True):
        assert one == other, "the storm ended in another state"
    return Counter(events=events, deliveries=sent, orders=len(calm[0]), letters=calm[2])


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.withstand.storm", description=__doc__)
    asked.add_argument("--events", type=int, default=2_000)
    asked.add_argument("--deliveries", type=int, default=100_000)
    wanted = asked.parse_args()
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="storm-", dir="/var/tmp")))
        home.chmod(0o755)  # PostgreSQL may run as another user
        parts = (peers.postgres, peers.s3, peers.mailbox, peers.stripe)
        started = [stack.enter_context(start(home)) for start in parts]
        settings = settings_on(*started)
        schema.migrate(settings)
        app = create_app(settings)
        stack.enter_context(app.app_context())
        began = time.monotonic()
        copies = min(2 * wanted.deliveries * 10 // 9 // wanted.events, 110)
        standin = StandIn(started[3].url, settings.STRIPE_SECRET_KEY)
        done = compare(wanted.events // EVENTS_OF_A_PAYMENT, copies, settings, standin, app)
    print(", ".join(f"{count:,} {name}" for name, count in done.items()), f"in {time.monotonic() - began:.0f} s")
    print("the same end state as one clean delivery", file=sys.stdout)


if __name__ == "__main__":
    main()
