"""The operators' desk: its figures, and finding things by number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core import clock, jobs
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import transaction
from portal.factories.lifecycle import FactoryStage
from portal.orders import desk_queries
from portal.orders.lifecycle import OrderStage
from tests import make
from tests.deals import deal, quoted
from tests.orders.placing import paid, placed


@pytest.fixture
def desk(sign_in: Callable[[Person | None], FlaskClient]) -> FlaskClient:
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    return sign_in(operator)


def test_the_figures(clean):
    with transaction() as session:
        first, second, third = deal(session), deal(session), deal(session)
        for one in (first, second, third):
            quoted(session, one)
        placed(session, first)
        paid(session, second)
        make.factory(session, stage=FactoryStage.SUBMITTED)
        connection = session.connection()
        found = desk_queries.desk(connection)
        assert found.orders[OrderStage.AWAITING_DEPOSIT] == 1
        assert found.orders[OrderStage.AWAITING_ACCEPTANCE] == 1
        assert found.orders[OrderStage.CANCELLED] == 0
        assert (found.under_way, found.factories_to_verify) == (2, 1)
        assert found.deadlines("invitation", "expire_quote") == (1, 0)
        assert found.deadlines("invitation", "lapse") == (1, 0)
        assert found.deadlines("order", "expire") == (1, 0)
        with clock.at(now() + timedelta(days=6)):
            assert desk_queries.desk(connection).deadlines("order", "expire") == (1, 1)


def test_failed_jobs_are_counted_by_queue(clean):
    with transaction() as session:
        jobs.defer(session, "mail.announce", event_id="x", roles=[])
        session.connection().exec_driver_sql("update procrastinate_jobs set status = 'failed'")
        assert [(row.queue_name, row.n) for row in desk_queries.desk(session.connection()).failed] == [("mail", 1)]


def test_orders_and_briefs_are_found_by_number(desk: FlaskClient):
    with transaction() as session:
        made = deal(session, title="Stinky tofu plush")
        quoted(session, made)
        order = placed(session, made)
    assert f"/orders/{order.id}" in desk.get(f"/operator?number={order.number}").text
    assert "Stinky tofu plush" in desk.get(f"/operator?number={made.brief.number}").text
    assert "No order and no brief has this number." in desk.get("/operator?number=424242").text
    refused = desk.get("/operator?number=abc")
    assert refused.status_code == 422
    assert "abc" in refused.text


def test_it_is_the_operators_alone(sign_in: Callable[[Person | None], FlaskClient]):
    with transaction() as session:
        made = deal(session)
    for who in (made.buyer, made.workers[0]):
        assert sign_in(who).get("/operator").status_code == 404
    assert sign_in(None).get("/operator").status_code == 303


def test_operators_see_every_order(desk: FlaskClient):
    with transaction() as session:
        for title in ("One", "Two"):
            made = deal(session, title=f"Thing {title}")
            quoted(session, made)
            placed(session, made)
    text = desk.get("/orders").text
    assert "Thing One" in text
    assert "Thing Two" in text
    assert "Works 0" in text
