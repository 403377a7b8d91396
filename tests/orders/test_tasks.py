"""By when the next thing is to be done, on the order page and in the list: as the deadline of the stage has it."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.filters import as_date
from portal.core.lifecycle import advance, record
from portal.orders import progress, queries
from portal.orders.ending import claims
from portal.orders.lifecycle import ENDED_STAGES, OrderStage
from portal.orders.production.queries import reports
from portal.orders.words import listed, task_items
from tests.orders.stages import at_stage, sides

UNDERWAY = [stage for stage in OrderStage if stage not in ENDED_STAGES]


@pytest.mark.parametrize("stage", UNDERWAY)
def test_what_is_to_be_done_now_says_by_when(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    if stage == OrderStage.AWAITING_ACCEPTANCE:
        advance(session, order, "spec_ready", actor=Actor(Role.WORKER))
    creator = next(side for side in sides(session, order) if side.role == Role.CREATOR)
    conn = session.connection()
    row = queries.visible_order(conn, creator, order.id)
    items = task_items(row, queries.history(conn, order.id), creator, set())
    own = {str(task.text): task.due for task in progress.TASKS}
    current = [item for item in items if item["state"] == "current"]
    assert current
    for item in current:
        due = getattr(order, own[str(item["text"])] or "due_at")
        assert item["by"] == f"by {as_date(due)}"


@pytest.mark.parametrize(
    "stage", [OrderStage.AWAITING_ACCEPTANCE, OrderStage.SAMPLE_REVIEW, OrderStage.CONCESSION, OrderStage.DISPUTED]
)
def test_a_list_says_when_an_answer_is_due_not_the_day_to_ship_by(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    assert order.due_at.date() != order.ship_by
    for side in sides(session, order):
        [row] = listed(queries.orders(session.connection(), side).rows, side, str)
        assert row.due == order.due_at


def test_what_is_made_again_is_done_anew_and_stays_paid(session: Session):
    order = at_stage(session, OrderStage.DELIVERED)
    creator, factory = sides(session, order)
    for happened in ("production_finished", "inspection_passed", "balance_paid", "order_shipped", "order_delivered"):
        record(session, order, happened, actor=factory)
    claims.dispute(session, order, "Seams fray.", claims.Remedy.REMAKE, [], actor=creator)
    operator = Actor(Role.OPERATOR)
    claims.have_remade(session, order, "All of them.", (now() + timedelta(days=20)).date(), actor=operator)
    history = queries.history(session.connection(), order.id)
    states = {task.code: state for task, state in progress.tasks(order, history)}
    assert states["make"] == "current"
    assert {states[code] for code in ("inspect", "ship", "receive", "check_goods")} == {"waiting"}
    assert states["pay_balance"] == states["settle"] == "done"
    assert not reports(session.connection(), order.id), "the first making's progress is no progress now"


def test_what_should_have_been_done_by_now_is_overdue_in_the_list_and_among_the_tasks(session: Session):
    order = at_stage(session, OrderStage.PRODUCTION)
    [creator, _factory] = sides(session, order)

    def said() -> tuple[bool, list[bool]]:
        conn = session.connection()
        [row] = listed(queries.orders(conn, creator).rows, creator, str)
        items = task_items(queries.visible_order(conn, creator, order.id), [], creator, set())
        return row.late, [item["late"] for item in items if item["state"] == "current"]

    order.due_at = now() + timedelta(hours=1)
    session.flush()
    assert said() == (False, [False])
    order.due_at = now() - timedelta(hours=1)
    session.flush()
    assert said() == (True, [True])
    order.stage = OrderStage.CLOSED
    session.flush()
    assert said() == (False, []), "nothing of what is over is overdue"
