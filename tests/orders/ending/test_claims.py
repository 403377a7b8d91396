"""Claims and ends as operations: who may, what is kept, which dates follow."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.db import new_id
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.orders import tasks
from portal.orders.ending import claims, operations, queries
from portal.orders.ending.claims import Remedy
from portal.orders.lifecycle import CALLABLE_OFF, UNDER_WAY, OrderStage
from portal.orders.models import Order
from tests import make
from tests.orders.stages import at_stage, sides

OPERATOR = Actor(Role.OPERATOR)


def disputed(session: Session, stage: OrderStage = OrderStage.DELIVERED) -> tuple[Order, Actor, Actor]:
    order = at_stage(session, stage)
    creator, factory = sides(session, order)
    claims.dispute(session, order, "Seams fray", Remedy.PART, [], actor=creator)
    return order, creator, factory


def deadline(session: Session, order: Order) -> Deadline:
    return session.exec(select(Deadline).where(Deadline.subject_id == order.id)).one()


@pytest.mark.parametrize("stage", [OrderStage.SHIPPED, OrderStage.DELIVERED])
def test_a_claim_stops_the_clock_and_is_kept(session: Session, stage: OrderStage):
    order, _creator, _factory = disputed(session, stage)
    assert order.stage == OrderStage.DISPUTED
    assert deadline(session, order).step == "press_claim"
    [claim] = queries.claims(session.connection(), order)
    assert (claim.text, claim.remedy, claim.photos, claim.end) == ("Seams fray", Remedy.PART, [], "")


def test_after_the_window_there_is_no_claim(session: Session):
    order = at_stage(session, OrderStage.DELIVERED)
    order.claims_until = now() - timedelta(seconds=1)
    with pytest.raises(Gone, match="over"):
        claims.dispute(session, order, "Seams fray", Remedy.PART, [], actor=sides(session, order)[0])


def test_photos_of_something_else_are_refused(session: Session):
    order = at_stage(session, OrderStage.DELIVERED)
    with pytest.raises(Invalid):
        claims.dispute(session, order, "See", Remedy.REFUND, [str(new_id())], actor=sides(session, order)[0])


def test_withdrawn_the_window_goes_on_three_days_at_least(session: Session):
    order, creator, _factory = disputed(session)
    order.claims_until = now() + timedelta(hours=1)
    claims.withdraw(session, order, "It was the light.", actor=creator)
    assert order.stage == OrderStage.DELIVERED
    assert timedelta(days=2, hours=23) < order.claims_until - now() <= timedelta(days=3)
    assert (deadline(session, order).step, deadline(session, order).due_at) == ("close", order.claims_until)
    [claim] = queries.claims(session.connection(), order)
    assert (claim.end, claim.verdict) == ("claim_withdrawn", "It was the light.")


def test_a_longer_window_is_not_cut(session: Session):
    order, creator, _factory = disputed(session)
    until = order.claims_until
    claims.withdraw(session, order, "", actor=creator)
    assert order.claims_until == until


def test_withdrawn_before_the_parcels_came_they_count_as_there(session: Session):
    order, creator, _factory = disputed(session, OrderStage.SHIPPED)
    claims.withdraw(session, order, "", actor=creator)
    assert order.delivered_at
    assert order.claims_until - now() > timedelta(days=13)


def test_made_again_the_order_goes_back_with_a_new_day(session: Session):
    order, _creator, _factory = disputed(session)
    order.late_at = now()
    day = now().date() + timedelta(days=30)
    with pytest.raises(Invalid):
        claims.have_remade(session, order, "All of them.", now().date(), actor=OPERATOR)
    claims.have_remade(session, order, "All of them.", day, actor=OPERATOR)
    assert (order.stage, order.ship_by) == (OrderStage.PRODUCTION, day)
    assert (order.late_at, order.shipped_at, order.delivered_at, order.claims_until) == (None, None, None, None)
    assert (deadline(session, order).step, deadline(session, order).due_at) == ("fall_late", order.ship_by_end)


def test_a_second_claim_stands_beside_the_first(session: Session):
    order, creator, _factory = disputed(session)
    claims.withdraw(session, order, "", actor=creator)
    claims.dispute(session, order, "Now the eyes come off", Remedy.REMAKE, [], actor=creator)
    claims.settle(session, order, "Worn, not broken.", 0, actor=OPERATOR)
    first, second = queries.claims(session.connection(), order)
    assert (first.end, second.end, second.verdict) == ("claim_withdrawn", "claim_settled", "Worn, not broken.")
    assert order.closed_at


def test_an_unsettled_claim_is_pressed_once(session: Session):
    order, _creator, _factory = disputed(session)
    tasks._escalate("press_claim", session, order.id)
    assert order.stage == OrderStage.DISPUTED


def _acts(order: Order) -> dict[str, tuple]:
    """act -> (whose it is, the stages at which it may be done, the act for an actor)."""

    def by(act, *said, **more):
        return lambda session, who: act(session, order, *said, actor=who, **more)

    day = now().date() + timedelta(days=30)
    after = {OrderStage.SHIPPED, OrderStage.DELIVERED}
    return {
        "call_off": (Role.CREATOR, CALLABLE_OFF, by(operations.call_off, "", fee_minor=0)),
        "give_up": (Role.FACTORY, CALLABLE_OFF | {OrderStage.REWORK}, by(operations.give_up, "Too busy")),
        "end": (Role.OPERATOR, UNDER_WAY, by(operations.end, "No way on", 0)),
        "dispute": (Role.CREATOR, after, by(claims.dispute, "Frays", Remedy.PART, [])),
        "withdraw": (Role.CREATOR, {OrderStage.DISPUTED}, by(claims.withdraw, "")),
        "have_remade": (Role.OPERATOR, {OrderStage.DISPUTED}, by(claims.have_remade, "Again", day)),
        "settle": (Role.OPERATOR, {OrderStage.DISPUTED}, by(claims.settle, "No", 0)),
    }


@pytest.mark.parametrize("act", ["call_off", "give_up", "end", "dispute", "withdraw", "have_remade", "settle"])
def test_only_the_right_side_at_the_right_stage(session: Session, act: str):
    order = at_stage(session, OrderStage.DELIVERED)
    creator, factory = sides(session, order)
    whose, stages, do = _acts(order)[act]
    strangers = [make.actor(make.person(session)), _other_factory(session)]
    for stage in OrderStage:
        for who in (creator, factory, OPERATOR, *strangers):
            order.stage = stage
            session.flush()
            nested = session.begin_nested()
            allowed = who.role == whose and stage in stages and who not in strangers
            if allowed:
                do(session, who)
                assert order.stage != stage
            else:
                with pytest.raises((NotAllowed, NotFound)):
                    do(session, who)
                assert order.stage == stage
            nested.rollback()
            session.expire(order)


def _other_factory(session: Session) -> Actor:
    factory = make.factory(session)
    return make.actor(make.member(session, factory), factory)
