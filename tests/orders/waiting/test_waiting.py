"""What waits for whom: by the table, nobody else's, the nearest first, in few statements."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import new_id, transaction
from portal.core.lifecycle import advance
from portal.orders import progress
from portal.orders.address import operations as address
from portal.orders.changes import operations as changes
from portal.orders.changes.proposal import Proposal
from portal.orders.lifecycle import OrderStage
from portal.orders.models import ChangeOrder, Order
from portal.orders.tasks import ESCALATIONS
from portal.orders.waiting import queries, words
from tests import make
from tests.deals import again, deal, quoted, statements
from tests.orders.address.test_address import HOME
from tests.orders.placing import paid, placed
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
_S = OrderStage


def found(session: Session, order: Order, role: Role) -> list[Any]:
    actor = next(side for side in sides(session, order) if side.role == role)
    return list(queries.waiting(session.connection(), actor).rows)


@pytest.mark.parametrize("stage", [s for s in OrderStage if s != _S.AWAITING_ACCEPTANCE])
@pytest.mark.parametrize("role", [Role.CREATOR, Role.FACTORY])
def test_it_is_the_turn_that_the_table_says(session: Session, stage: OrderStage, role: Role):
    """Of an order that lacks nothing."""
    order = at_stage(session, stage)
    order.address = {"city": "Bristol"}
    session.flush()
    rows = found(session, order, role)
    assert [row.id for row in rows] == ([order.id] if role in progress.turn(stage) else [])
    actor = next(side for side in sides(session, order) if side.role == role)
    for shown in words.listed(rows, actor, str):
        task = next(task for task in progress.TASKS if task.stage == stage and task.role == role)
        assert (shown.what, shown.path) == (str(task.text), f"{order.id}#{task.panel}")
        assert shown.due


def test_each_side_accepts_the_spec_for_itself_once_it_is_ready(session: Session):
    made = deal(session)
    quoted(session, made)
    order = paid(session, made)
    worker = made.factories[0]
    assert not found(session, order, Role.CREATOR)
    advance(session, order, "spec_ready", actor=make.Actor(Role.WORKER))
    assert found(session, order, Role.CREATOR)
    assert found(session, order, Role.FACTORY)
    advance(session, order, "accept_spec", actor=worker)
    assert found(session, order, Role.CREATOR)
    assert not found(session, order, Role.FACTORY)


def test_goods_without_an_address_wait_for_their_creator_too(session: Session):
    order = at_stage(session, _S.READY_TO_SHIP)
    creator, factory = sides(session, order)
    (row,) = found(session, order, Role.CREATOR)
    (shown,) = words.listed([row], creator, str)
    assert (shown.what, shown.path) == ("Say where the goods go", f"{order.id}#address")
    assert shown.due == order.ship_by
    assert queries.count(session.connection(), creator) == 1
    address.give(session, order, HOME, actor=creator)
    assert not found(session, order, Role.CREATOR)
    assert [row.id for row in found(session, order, factory.role)] == [order.id]  # type: ignore[arg-type]


def test_nobody_sees_what_waits_for_others(session: Session):
    order = at_stage(session, _S.AWAITING_DEPOSIT)
    rival = make.factory(session)
    for stranger in (make.actor(make.person(session)), make.actor(make.member(session, rival), rival)):
        assert not queries.waiting(session.connection(), stranger).rows
        assert queries.count(session.connection(), stranger) == 0
    assert found(session, order, Role.CREATOR)


def test_the_nearest_date_comes_first_and_pages_follow_each_other(session: Session):
    made = deal(session)
    orders = []
    for days in (5, 1, 7, 3, 2, 6, 4):
        one = again(session, made)
        quoted(session, one)
        order = placed(session, one)
        order.due_at = now() + timedelta(days=days)
        orders.append((days, order.number))
    session.flush()
    connection, read, after = session.connection(), [], None
    while True:
        page = queries.waiting(connection, made.creator, after=after, limit=queries.NEAREST)
        read += [row.number for row in page.rows]
        after = page.after
        if after is None:
            break
    assert read == [number for _days, number in sorted(orders)]
    assert queries.count(connection, made.creator) == 7


@pytest.mark.parametrize("stage", [_S.SAMPLE_REVIEW, _S.CONCESSION, _S.SHIPPED, _S.SAMPLING, _S.AWAITING_BALANCE])
def test_what_was_escalated_is_overdue(session: Session, stage: OrderStage):
    """The deadline is over then: it stays at the top, with the day on which it passed."""
    order = at_stage(session, stage)
    step = next(s.name for s in Order.lifecycle.steps if s.name in ESCALATIONS and stage in s.source)
    with clock.at(now() + timedelta(days=40)):
        advance(session, order, step, actor=make.Actor(Role.CLOCK))
    role = next(iter(progress.turn(stage)))
    with clock.at(now() + timedelta(days=41)):
        rows = found(session, order, role)
        actor = next(side for side in sides(session, order) if side.role == role)
        (shown,) = words.listed(rows, actor, str)
    assert shown.late


def test_a_change_order_waits_for_the_other_side(session: Session):
    order = at_stage(session, _S.PRODUCTION)
    creator, worker = sides(session, order)
    change = ChangeOrder(
        id=new_id(), order_id=order.id, brief_id=order.brief_id, factory_id=order.factory_id, number=1,
        side=Role.FACTORY, proposed_by=worker.person_id, reason="The blue is out of stock.",
    )  # fmt: skip
    session.add(change)
    session.flush()
    advance(session, change, "propose", actor=worker)
    (row,) = found(session, order, Role.CREATOR)
    (shown,) = words.listed([row], creator, str)
    assert (shown.what, shown.path) == ("Answer change order 1", f"{order.id}#changes")
    (own,) = found(session, order, Role.FACTORY)
    assert own.mine
    assert own.change is None


@pytest.mark.parametrize(("days", "what"), [(6, "Make the goods"), (8, "Answer change order 1")])
def test_of_a_change_order_and_the_stage_what_is_due_first_is_said(session: Session, days: int, what: str):
    """A change order waits seven days for its answer."""
    order = at_stage(session, _S.PRODUCTION)
    creator, worker = sides(session, order)
    order.due_at = now() + timedelta(days=days)
    changes.propose(session, order, Proposal("Taller.", {"height_sitting": 20}), actor=creator)
    session.flush()
    (row,) = found(session, order, Role.FACTORY)
    (shown,) = words.listed([row], worker, str)
    assert shown.what == what
    assert row.due < now() + timedelta(days=7, minutes=1)


def _desk(sign_in: SignIn, role: Role, orders: int) -> tuple[FlaskClient, str]:
    with transaction() as session:
        made = deal(session)
        for one in (made, *(again(session, made) for _n in range(orders - 1))):
            quoted(session, one)
            at_stage(session, _S.PRODUCTION if role == Role.FACTORY else _S.SAMPLE_REVIEW, one)
    return sign_in(made.workers[0] if role == Role.FACTORY else made.buyer), _home(role)


def _home(role: Role) -> str:
    return "/inbox" if role == Role.FACTORY else "/briefs"


@pytest.mark.parametrize("role", [Role.CREATOR, Role.FACTORY])
def test_the_desks_show_it_in_a_handful_of_statements(sign_in: SignIn, role: Role):
    browser, path = _desk(sign_in, role, 5)
    for page, most in ((path, 5), ("/orders/waiting", 3), ("/orders", 3)):
        browser.get(page)
        with statements() as sent:
            answer = browser.get(page)
        assert answer.status_code == 200
        assert len(sent) <= most, "\n".join(sent)
        task = next(t for t in progress.TASKS if t.role == role and t.stage in (_S.PRODUCTION, _S.SAMPLE_REVIEW))
        if page == "/orders":
            assert '<span class="count">5</span>' in answer.text
        elif role == Role.CREATOR:
            assert answer.text.count(str(task.text)) == 5
        else:
            assert answer.text.count("#production") == 5


def test_the_page_says_when_nothing_waits(sign_in: SignIn):
    with transaction() as session:
        ada = make.person(session)
    browser = sign_in(ada)
    assert "Nothing waits for you" in browser.get("/orders/waiting").text
    assert "What waits for you" not in browser.get("/briefs").text


def test_an_operator_has_no_turns(sign_in: SignIn):
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    browser = sign_in(operator)
    assert browser.get("/orders/waiting").status_code == 404
    assert "/orders/waiting" not in browser.get("/orders").text


def test_broken_places_begin_at_the_start(sign_in: SignIn):
    browser, _path = _desk(sign_in, Role.CREATOR, 1)
    for query in ("due=x&number=1", "due=2026-01-01&number=1", "number=7", "due=2026-01-01T00:00:00%2B00:00&number=y"):
        assert browser.get(f"/orders/waiting?{query}").text.count("Judge the sample") == 1
