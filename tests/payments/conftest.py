"""Real payments: orders in PostgreSQL, the Stripe stand-in, webhooks over HTTP, the worker on the queue."""

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import make_server

from portal.core import jobs
from portal.core.db import transaction
from portal.orders.operations import award
from portal.payments import gateway, tasks
from portal.payments.gateway import Gateway
from tests import make
from tests.payments.shop import Shop, StandIn, emptied


@pytest.fixture(scope="session")
def webhook_url(app: Flask) -> Iterator[str]:
    """The portal, served over HTTP for Stripe's messages."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}/webhooks/stripe"
    server.shutdown()


@pytest.fixture
def standin(stripe_peer, webhook_url: str) -> Iterator[StandIn]:
    """The stand-in with our address, on its best behaviour and without a memory of earlier tests.

    A refund of theirs that is still to fail would do so as soon as this test moves the clock.
    """
    standin = StandIn(stripe_peer.url, stripe_peer.settings["STRIPE_SECRET_KEY"])
    standin.control("/empty")
    standin.control(webhook_url=webhook_url)
    yield standin
    standin.control("/empty")


@pytest.fixture
def stripe(context: Flask) -> Gateway:
    """The portal's own door to Stripe."""
    return gateway.connect(tasks.settings())


@pytest.fixture
def work(context: Flask) -> Callable[[], None]:
    """Runs the payments' jobs that are due, one after the other, until there are none."""
    query = text(
        "delete from procrastinate_jobs where id = (select id from procrastinate_jobs where queue_name = 'payments'"
        " and status = 'todo' and coalesce(scheduled_at, now()) <= now() order by id limit 1) returning task_name, args"
    )

    def run_all() -> None:
        while True:
            with transaction() as session:
                job = session.execute(query).first()
            if job is None:
                return
            jobs.app.tasks[job.task_name].func(**job.args)

    return run_all


@pytest.fixture
def shop(clean: None, standin: StandIn, stripe: Gateway, work: Callable[[], None]) -> Iterator[Shop]:
    """An order that waits for its deposit of 150 dollars, its creator, and all they deal with."""
    with transaction() as session:
        creator, factory = make.person(session), make.factory(session)
        member = make.member(session, factory)
        brief = make.brief(session, creator)
        invitation = make.invitation(session, brief, factory)
        quote = make.quote(session, invitation, member, {100: 500})
        order = award(session, brief.id, quote.id, 100, actor=make.actor(creator))
    yield Shop(order.id, make.actor(creator), make.actor(member, factory), standin, stripe, work)
    emptied(standin)


@pytest.fixture
def alone(shop: Shop) -> Shop:
    """The shop, with a Stripe that tells nobody: the order's state is what was asked for."""
    shop.standin.control(webhook_url=None)
    return shop
