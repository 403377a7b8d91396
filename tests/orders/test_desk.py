"""The operators' desk: its figures, and finding things by number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core import clock, jobs
from portal.core.actor import CLOCK, Actor, Role
from portal.core.clock import now
from portal.core.db import new_id, transaction
from portal.core.events import Event
from portal.core.lifecycle import advance
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from portal.orders import call_queries, desk_queries
from portal.orders.lifecycle import CALLS, ORDER, OrderStage
from portal.payments.tasks import take_up_failed
from tests import make
from tests.deals import deal, quoted, statements
from tests.orders.placing import paid, placed
from tests.orders.stages import at_stage, sides


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
        assert found.factories_to_verify == 1
        assert found.deadlines("invitation", "expire_quote") == (1, 0)
        assert found.deadlines("invitation", "lapse") == (1, 0)
        assert found.deadlines("order", "expire") == (1, 0)
        with clock.at(now() + timedelta(days=6)):
            assert desk_queries.desk(connection).deadlines("order", "expire") == (1, 1)


_MORE = """
    insert into purchase_order select (jsonb_populate_record(o, jsonb_build_object(
        'id', gen_random_uuid(), 'number', o.number + n, 'brief_id', gen_random_uuid()))).*
    from purchase_order o, generate_series(1, 1500) n
"""
_MORE_WAITS = """
    insert into deadline select (jsonb_populate_record(d, jsonb_build_object(
        'id', gen_random_uuid(), 'subject_id', gen_random_uuid()))).*
    from deadline d, generate_series(1, 1500) n where d.subject = 'order'
"""


def test_nothing_is_counted_beyond_a_thousand(clean, settings, sign_in):
    with transaction() as session:
        made = deal(session)
        quoted(session, made)
        placed(session, made)
        operator = make.person(session, Role.OPERATOR)
    engine = sa.create_engine(settings.migration_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(_MORE)
        connection.exec_driver_sql(_MORE_WAITS)
    with engine.connect() as connection:
        found = desk_queries.desk(connection)
    engine.dispose()
    assert found.orders[OrderStage.AWAITING_DEPOSIT] == desk_queries.COUNTED + 1
    assert found.deadlines("order", "expire").n == desk_queries.COUNTED + 1
    assert "1,000+" in sign_in(operator).get("/operator").text


def _called(session: Session) -> list[tuple[int, list[str]]]:
    return [(call.number, call.why) for call in call_queries.calls(session.connection())]


@pytest.mark.parametrize("step", [s.name for s in ORDER.steps if s.event in CALLS and s.name != "dispute"])
def test_an_order_calls_from_the_escalation_until_it_moves_on(session, step):
    stage = sorted(ORDER.by_name[step].source)[0]
    order = at_stage(session, OrderStage(stage))
    assert _called(session) == []
    advance(session, order, step, actor=CLOCK)
    assert _called(session) == [(order.number, [ORDER.by_name[step].event])]
    moves = (s for s in ORDER.steps if stage in s.source and s.target not in (None, stage))
    onward = next(s for s in moves if s.event not in CALLS)
    advance(session, order, onward.name, actor=Actor(next(iter(onward.by))))
    assert _called(session) == []


def test_what_is_late_stays_late_while_the_goods_are_made(session):
    order = at_stage(session, OrderStage.PRODUCTION)
    _creator, worker = sides(session, order)
    advance(session, order, "fall_late", actor=CLOCK)
    advance(session, order, "finish_production", actor=worker)
    assert _called(session) == [(order.number, ["order_late"])]
    advance(session, order, "pass_inspection", actor=worker)
    assert _called(session) == []


def test_a_claim_calls_and_the_last_that_called_comes_first(session):
    claimed, late = at_stage(session, OrderStage.DELIVERED), at_stage(session, OrderStage.SAMPLING)
    advance(session, claimed, "dispute", actor=sides(session, claimed)[0])
    advance(session, late, "sample_late", actor=CLOCK)
    assert _called(session) == [(late.number, ["sample_overdue"]), (claimed.number, ["claim_opened"])]
    advance(session, claimed, "press_claim", actor=CLOCK)
    assert _called(session)[0] == (claimed.number, ["claim_unanswered", "claim_opened"])


def test_a_second_round_does_not_call_for_the_first(session):
    order = at_stage(session, OrderStage.SAMPLING)
    creator, worker = sides(session, order)
    advance(session, order, "sample_late", actor=CLOCK)
    advance(session, order, "send_sample", actor=worker)
    advance(session, order, "ask_changes", actor=creator)
    assert order.stage == OrderStage.SAMPLING
    assert _called(session) == []


def test_the_desk_says_who_needs_somebody_and_why(desk: FlaskClient):
    assert "No order needs an operator" in desk.get("/operator").text
    with transaction() as session:
        order = at_stage(session, OrderStage.SAMPLING)
        advance(session, order, "sample_late", actor=CLOCK)
    desk.get("/operator")
    with statements() as sent:
        text = desk.get("/operator").text
    assert f"/orders/{order.id}" in text
    assert "The sample is overdue" in text
    assert len(sent) <= 7, sent


def test_the_index_of_the_calls_knows_them_all(session):
    query = "select indexdef from pg_indexes where indexname = 'ix_event_call'"
    definition = session.connection().exec_driver_sql(query).scalar_one()
    missing = [name for name in CALLS if f"'{name}'" not in definition]
    assert not missing, f"a migration must make ix_event_call again, for {missing}"


def _failed(order_of: Event | None, name: str = "payments.settle_end") -> int:
    """A job that has failed all its tries."""
    with transaction() as session:
        ident = jobs.defer(session, name, event_id=order_of.id if order_of else new_id())
        failed = sa.text("update procrastinate_jobs set status = 'failed', attempts = 8 where id = :id")
        session.connection().execute(failed, {"id": ident})
        return ident


def _status(ident: int) -> tuple[str, int]:
    with transaction() as session:
        asked = sa.text("select status::text, attempts from procrastinate_jobs where id = :id")
        return tuple(session.connection().execute(asked, {"id": ident}).one())


def test_money_that_could_not_be_returned_is_on_the_desk_and_tried_again(desk: FlaskClient):
    assert "No job has failed" in desk.get("/operator").text
    with transaction() as session:
        order = at_stage(session, OrderStage.PRODUCTION)
        ended = advance(session, order, "give_up", actor=sides(session, order)[1])
    letter, refund = _failed(None, "mail.announce"), _failed(ended)
    shown = desk.get("/operator").text
    assert "Returning money after the end" in shown
    assert f'href="/orders/{order.id}"' in shown
    assert desk.post("/operator/jobs").status_code == 303
    assert [_status(letter), _status(refund)] == [("todo", 9), ("todo", 9)]
    assert "No job has failed" in desk.get("/operator").text


def test_failed_jobs_about_money_are_tried_every_hour(clean):
    letter, refund = _failed(None, "mail.announce"), _failed(None)
    take_up_failed(timestamp=0)
    assert _status(refund) == ("failed", 8), "it has only just failed"
    with clock.at(clock.now() + timedelta(hours=1)):
        take_up_failed(timestamp=0)
    assert (_status(letter), _status(refund)) == (("failed", 8), ("todo", 9))


def test_orders_and_briefs_are_found_by_number(desk: FlaskClient):
    with transaction() as session:
        made = deal(session, title="Stinky tofu plush")
        quoted(session, made)
        order = placed(session, made)
    assert f"/orders/{order.id}" in desk.get(f"/operator?number={order.number}").text
    assert "Stinky tofu plush" in desk.get(f"/operator?number={made.brief.number}").text
    with transaction() as session:
        firm = session.get_one(Factory, order.factory_id)
        firm.name, firm.name_zh = "", "南京测试厂"
        session.add(firm)
    assert "南京测试厂" in desk.get(f"/operator?number={order.number}").text.partition("Orders that need you")[0]
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
