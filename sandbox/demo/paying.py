"""How the demo's creators pay: on the hosted page of the Stripe stand-in, whose clock is set back to their day."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from multiprocessing.synchronize import Lock
from time import time
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import select

from portal.core import clock
from portal.core.actor import Actor
from portal.core.config import Settings
from portal.core.db import transaction
from portal.core.web import absolute
from portal.payments import calls
from portal.payments.gateway import connect
from portal.payments.models import CheckoutSession, LegKind
from portal.payments.operations import PaymentPage
from sandbox.demo.browser import pay_by_card

_till: list[Lock] = []


def share_till(lock: Lock) -> None:
    """Let the processes that tell stories pay one after another: the stand-in has one clock for all."""
    _till[:] = [lock]


def pay(order_id: UUID, kind: LegKind, title: str, at: datetime, *, actor: Actor) -> None:
    """Pay a leg of an order, which waits for it, at a moment that has passed."""
    settings: Settings = current_app.extensions["settings"]
    gateway = connect(settings)
    home = absolute("orders.order", order_id=order_id)
    page = PaymentPage(kind.value.title(), title, actor.email, "en", home, home)
    with stripe_at(settings.STRIPE_API_BASE, at), clock.at(at):
        pay_by_card(calls.payment_page(gateway, order_id, kind, page, actor=actor))
        with transaction() as session:
            of_leg = (CheckoutSession.order_id == order_id, CheckoutSession.kind == kind)
            checkout = session.exec(select(CheckoutSession).where(*of_leg)).one()
        calls.check(gateway, checkout.id)


@contextmanager
def stripe_at(address: str, moment: datetime) -> Iterator[Callable[[datetime], None]]:
    """Let it be a moment that has passed at the stand-in, for one at a time. What it gives lets it be a later one: what
    is due until then comes to pass, as all that is due until now does when the block ends."""
    with _till[0]:
        _set_clock(address, moment)
        try:
            yield partial(_set_clock, address)
        finally:
            wish(address, "", now_offset=0)


def _set_clock(address: str, moment: datetime) -> None:
    wish(address, "", now_offset=moment.timestamp() - time())


def wish(address: str, path: str, **what: Any) -> dict[str, Any]:
    """Ask of the stand-in what only time and banks do: what it answers."""
    body, headers = json.dumps(what).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/_control{path}", body, headers)  # noqa: S310 - our own stand-in
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)
