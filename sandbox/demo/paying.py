"""How the demo's creators pay: on the hosted page of the Stripe stand-in, whose clock is set back to their day."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing.synchronize import Lock
from time import time
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
def stripe_at(address: str, moment: datetime) -> Iterator[None]:
    """Let it be a moment that has passed at the stand-in, for one at a time."""
    with _till[0]:
        _set_clock(address, moment.timestamp() - time())
        try:
            yield
        finally:
            _set_clock(address, 0)


def _set_clock(address: str, ahead: float) -> None:
    body, headers = json.dumps({"now_offset": ahead}).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/_control", body, headers)  # noqa: S310 - our own stand-in
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310
