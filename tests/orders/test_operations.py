"""From the deposit on: what its payment starts, and how an order without it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from portal.core import clock, deadlines
from portal.core.actor import CLOCK, PAYMENTS
from portal.core.clock import now
from portal.core.deadlines import Deadline
from portal.core.errors import NotAllowed
from portal.core.events import Event
from portal.orders import operations, tasks
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests.deals import deal, quoted
from tests.orders.placing import placed


@pytest.fixture
def order(session: Session) -> Order:
    made = deal(session)
    quoted(session, made, lead_days=25)
    return placed(session, made)


def running(session: Session, order: Order) -> list[Deadline]:
    return list(session.exec(select(Deadline).where(Deadline.subject_id == order.id)))


def test_the_paid_deposit_sets_the_promised_day(session: Session, order: Order):
    late_evening = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)  # already the 2nd in Shanghai
    operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=late_evening)
    assert (order.stage, order.deposit_paid_at) == (OrderStage.AWAITING_ACCEPTANCE, late_evening)
    assert order.ship_by == date(2026, 12, 27)
    assert running(session, order) == []


def test_a_deposit_is_paid_once(session: Session, order: Order):
    operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=now())
    first = order.deposit_paid_at
    session.flush()
    with pytest.raises(NotAllowed):
        operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=now() + timedelta(days=1))
    session.refresh(order)
    assert order.deposit_paid_at == first


def test_either_side_cancels_before_the_deposit(session: Session):
    for side in range(2):
        made = deal(session)
        quoted(session, made)
        order = placed(session, made)
        actor = (made.creator, made.factories[0])[side]
        operations.cancel(session, order, "A mistake in my drawing", actor=actor)
        assert order.stage == OrderStage.CANCELLED
        event = session.exec(select(Event).where(Event.order_id == order.id, Event.name == "order_cancelled")).one()
        assert (event.actor_role, event.data["reason"]) == (actor.role, "A mistake in my drawing")
        assert closed(session, made.brief) == (BriefStage.CLOSED, "brief_closed_cancelled", actor.role)
        assert running(session, order) == []


def test_nobody_cancels_after_the_deposit(session: Session, order: Order):
    operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=now())
    from portal.core.actor import Actor, Role

    for role in Role:
        with pytest.raises(NotAllowed):
            operations.cancel(session, order, actor=Actor(role))


def test_an_unpaid_order_expires_by_itself(session: Session, order: Order):
    assert tasks
    [one] = running(session, order)
    with clock.at(order.deposit_due_at + timedelta(seconds=1)):
        deadlines.handle(session, one.id)
    session.refresh(order)
    assert order.stage == OrderStage.EXPIRED
    with pytest.raises(NotAllowed):
        operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=now())
    last = session.exec(select(Event).where(Event.order_id == order.id).order_by(Event.id.desc())).first()
    assert (last.name, last.actor_role) == ("order_expired", CLOCK.role)
    brief = session.get_one(Brief, order.brief_id)
    assert closed(session, brief) == (BriefStage.CLOSED, "brief_closed_unpaid", CLOCK.role)


def closed(session: Session, brief: Brief) -> tuple[str, str, str]:
    """A brief's stage, and its last event with who did it."""
    own = (Event.subject == "brief", Event.subject_id == brief.id)
    last = session.exec(select(Event).where(*own).order_by(Event.id.desc())).first()
    return brief.stage, last.name, last.actor_role


def test_the_creator_is_reminded_three_days_and_one_day_before(session: Session, order: Order):
    [one] = running(session, order)
    for before in (timedelta(days=3), timedelta(hours=70), timedelta(days=1), timedelta(hours=1)):
        with clock.at(order.deposit_due_at - before + timedelta(seconds=1)):
            deadlines.handle(session, one.id)
    reminders = session.exec(select(Event).where(Event.name == "deposit_due_soon")).all()
    assert len(reminders) == 2
    assert order.stage == OrderStage.AWAITING_DEPOSIT
