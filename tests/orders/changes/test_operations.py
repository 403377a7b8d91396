"""Change orders: who may propose and answer what, and what an accepted one does to the order."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import current_app
from sqlmodel import Session, select

from portal.core import clock, deadlines
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound, PortalError
from portal.core.events import Event
from portal.orders.changes import operations, queries, tasks, words
from portal.orders.changes.proposal import CHANGEABLE, UNPAID, Proposal
from portal.orders.ending import fees
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import CHANGE, ChangeStage, OrderStage
from portal.orders.models import ChangeOrder, Order
from portal.orders.parcels import operations as shipping
from portal.orders.parcels.operations import Load
from portal.orders.queries import history
from tests import make
from tests.orders.stages import at_stage, sides

TALLER = {"height_sitting": 20}


def _soon(days: int = 60) -> date:
    return (clock.now() + timedelta(days=days)).date()


def _made(session: Session, stage: OrderStage = OrderStage.PRODUCTION) -> tuple[Order, Actor, Actor]:
    order = at_stage(session, stage)
    return order, *sides(session, order)


def _proposed(session: Session, order: Order, actor: Actor, **what: Any) -> ChangeOrder:
    return operations.propose(session, order, Proposal("Because.", **({"values": TALLER} | what)), actor=actor)


@pytest.mark.parametrize("stage", list(OrderStage))
def test_a_change_is_proposed_from_the_sealed_spec_until_the_parcels_go(session: Session, stage: OrderStage):
    order, creator, _factory = _made(session, stage)
    if stage in CHANGEABLE:
        assert _proposed(session, order, creator).stage == ChangeStage.PROPOSED
    else:
        with pytest.raises(Gone):
            _proposed(session, order, creator)


def test_nobody_else_may_touch_it(session: Session):
    order, creator, factory = _made(session)
    stranger = make.actor(make.person(session))
    others = make.factory(session)
    rival = make.actor(make.member(session, others), others)
    for who in (stranger, rival, Actor(Role.OPERATOR, stranger.person_id)):
        with pytest.raises(NotFound):
            _proposed(session, order, who)
    _proposed(session, order, factory)
    for who in (stranger, rival, Actor(Role.OPERATOR, stranger.person_id)):
        for answer in (operations.accept, operations.decline, operations.withdraw):
            with pytest.raises(NotFound):
                answer(session, order, 1, actor=who)
    with pytest.raises(NotAllowed):
        operations.accept(session, order, 1, actor=factory)
    with pytest.raises(NotAllowed):
        operations.decline(session, order, 1, actor=factory)
    with pytest.raises(NotAllowed):
        operations.withdraw(session, order, 1, actor=creator)
    with pytest.raises(NotFound):
        operations.accept(session, order, 2, actor=creator)


def _called_off(session: Session, order: Order, creator: Actor, _factory: Actor) -> None:
    fee = fees.calling_off(session.connection(), order).fee_minor
    ending.call_off(session, order, "No.", fee_minor=fee, actor=creator)


def _given_up(session: Session, order: Order, _creator: Actor, factory: Actor) -> None:
    ending.give_up(session, order, "No.", actor=factory)


def _ended(session: Session, order: Order, _creator: Actor, _factory: Actor) -> None:
    ending.end(session, order, "No.", 0, actor=make.actor(make.person(session, Role.OPERATOR)))


def _shipped(session: Session, order: Order, _creator: Actor, factory: Actor) -> None:
    load = Load(order.quantity, 2, 9000, 9500, "sf", "SF1234567890123", clock.now().date())
    shipping.ship(session, order, load, last=True, actor=factory)


@pytest.mark.parametrize(
    ("stage", "leave"),
    [
        (OrderStage.PRODUCTION, _called_off),
        (OrderStage.PRODUCTION, _given_up),
        (OrderStage.PRODUCTION, _ended),
        (OrderStage.READY_TO_SHIP, _shipped),
    ],
)
def test_it_ends_with_its_order(session: Session, stage: OrderStage, leave: Callable[..., None]):
    """Nobody is reminded of it, and nobody's turn it is any more."""
    order, creator, factory = _made(session, stage)
    change = _proposed(session, order, creator)
    leave(session, order, creator, factory)
    assert (change.stage, change.decided_by) == (ChangeStage.LAPSED, None)
    assert not session.exec(select(Deadline).where(Deadline.subject_id == change.id)).all()
    assert words.waiting(history(session.connection(), order.id)) is None
    with pytest.raises(Gone):
        operations.accept(session, order, 1, actor=factory)


def test_nothing_holds_before_it_is_accepted(session: Session):
    order, creator, _factory = _made(session)
    before = (order.quantity, order.total_minor, order.ship_by, order.extras_minor)
    _proposed(session, order, creator, quantity=150, price_minor=5000, ship_by=_soon())
    assert (order.quantity, order.total_minor, order.ship_by, order.extras_minor) == before
    assert queries.spec_now(session, order.id).values["height_sitting"] == 18


def test_accepting_applies_price_quantity_day_and_spec_together(session: Session):
    order, creator, factory = _made(session)
    total, deposit = order.total_minor, order.deposit_minor
    change = _proposed(session, order, creator, quantity=150, price_minor=-1000, ship_by=_soon())
    operations.accept(session, order, 1, "Fine.", actor=factory)
    assert order.quantity == 150
    assert order.ship_by == _soon()
    assert order.extras_minor == -1000
    assert order.total_minor == total + 50 * order.unit_price_minor - 1000
    assert order.total_minor == order.deposit_minor + order.balance_minor
    assert order.deposit_minor == deposit
    assert (change.stage, change.decided_by, change.reply) == (ChangeStage.ACCEPTED, factory.person_id, "Fine.")
    assert change.former["amounts"]["total_minor"] == total
    assert change.amounts["total_minor"] == order.total_minor
    assert change.former["values"] == {"height_sitting": 18}
    assert queries.spec_now(session, order.id).values["height_sitting"] == 20
    session.flush()


@pytest.mark.parametrize("answer", [operations.decline, operations.withdraw])
def test_a_change_that_is_not_accepted_leaves_everything_as_it_was(session: Session, answer: Callable[..., Any]):
    order, creator, factory = _made(session)
    total = order.total_minor
    _proposed(session, order, creator, quantity=150, price_minor=5000)
    answer(session, order, 1, actor=factory if answer is operations.decline else creator)
    assert (order.quantity, order.total_minor) == (100, total)
    assert queries.spec_now(session, order.id).values["height_sitting"] == 18
    for late in (operations.accept, operations.decline):
        with pytest.raises(Gone):
            late(session, order, 1, actor=factory)
    with pytest.raises(Gone):
        operations.withdraw(session, order, 1, actor=creator)


def test_the_promised_day_runs_anew_and_lateness_is_over(session: Session):
    order, creator, factory = _made(session)
    order.late_at = clock.now()
    _proposed(session, order, factory, values={}, ship_by=_soon(30))
    operations.accept(session, order, 1, actor=creator)
    assert order.late_at is None
    running = session.exec(select(Deadline).where(Deadline.subject_id == order.id, Deadline.step == "fall_late")).one()
    assert running.due_at == order.ship_by_end


def test_where_the_day_does_not_run_yet_none_is_started(session: Session):
    order, creator, factory = _made(session, OrderStage.SAMPLING)
    _proposed(session, order, factory, values={}, ship_by=_soon(30))
    operations.accept(session, order, 1, actor=creator)
    assert order.ship_by == _soon(30)
    assert not session.exec(select(Deadline).where(Deadline.subject_id == order.id, Deadline.step == "fall_late")).all()


@pytest.mark.parametrize(
    "what",
    [
        {"values": {}},
        {"values": {}, "quantity": 100},
        {"values": {"height_sitting": 18}},
        {"values": {"height_sitting": -3}},
        {"values": {"height_sitting": None, "product_name": None}},
        {"values": {"nonsense": 1}},
        {"values": {}, "ship_by": date(2020, 1, 1)},
        {"values": {}, "price_minor": -10_000_000},
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(session: Session, what: dict[str, Any]):
    order, creator, _factory = _made(session)
    with pytest.raises(Invalid):
        _proposed(session, order, creator, **what)
    assert not session.exec(select(ChangeOrder)).all()


def test_rules_across_fields_hold_for_changes_too(session: Session):
    order, creator, _factory = _made(session)
    with pytest.raises(Invalid, match="heavier"):
        _proposed(session, order, creator, values={"carton_weight": 20, "carton_weight_limit": 15})


def test_money_stands_once_the_balance_is_paid_and_pieces_once_they_are_made(session: Session):
    order, creator, factory = _made(session, OrderStage.READY_TO_SHIP)
    assert OrderStage.READY_TO_SHIP not in UNPAID
    for what in ({"price_minor": 100}, {"quantity": 120}):
        with pytest.raises(Invalid, match="balance is paid"):
            _proposed(session, order, creator, values={}, **what)
    _proposed(session, order, factory, values={}, ship_by=_soon())
    inspected, creator, _factory = _made(session, OrderStage.AWAITING_BALANCE)
    with pytest.raises(Invalid, match="pieces are made"):
        _proposed(session, inspected, creator, values={}, quantity=120)
    _proposed(session, inspected, creator, values={}, price_minor=-500)


def test_an_order_that_has_moved_on_takes_no_late_yes(session: Session):
    order, creator, factory = _made(session)
    _proposed(session, order, creator, values={}, price_minor=500)
    order.stage = OrderStage.READY_TO_SHIP
    with pytest.raises(Gone, match="balance is paid"):
        operations.accept(session, order, 1, actor=factory)
    order.stage = OrderStage.SHIPPED
    with pytest.raises(Gone, match="on their way"):
        operations.accept(session, order, 1, actor=factory)
    assert operations.decline(session, order, 1, actor=factory).stage == ChangeStage.DECLINED


def test_one_change_is_open_at_a_time_and_pages_that_are_older_are_told(session: Session):
    order, creator, factory = _made(session)
    _proposed(session, order, creator)
    with pytest.raises(Gone, match="open already"):
        _proposed(session, order, factory, seen=1)
    operations.accept(session, order, 1, actor=factory)
    with pytest.raises(Gone, match="since this page"):
        _proposed(session, order, creator, values={"height_sitting": 16})
    assert _proposed(session, order, creator, values={"height_sitting": 16}, seen=1).number == 2


def test_what_the_factory_assumed_is_agreed_once_it_is_changed(session: Session):
    order, creator, factory = _made(session)
    assumed = order.terms["assumptions"]
    name = next(one for one in assumed if "tolerance" in one)
    _proposed(session, order, creator, values={name: 3})
    change = operations.accept(session, order, 1, actor=factory)
    spec = queries.spec_now(session, order.id)
    assert spec.values[name] == 3
    assert name not in spec.assumptions
    assert change.former["assumptions"] == {name: assumed[name]}
    [line] = words.lines(order, change)
    assert "assumed by the factory" in line.before


def test_it_is_reminded_of_and_then_lapses_once(session: Session):
    order, creator, _factory = _made(session)
    assert tasks
    change = _proposed(session, order, creator)
    [running] = session.exec(select(Deadline).where(Deadline.subject_id == change.id)).all()
    began = clock.now()
    for days in (4.1, 6.1):
        with clock.at(began + clock.days(days)):
            for _twice in range(2):
                deadlines.handle(session, running.id)
    reminders = session.exec(select(Event).where(Event.name == "change_waiting")).all()
    assert len(reminders) == 2
    with clock.at(began + clock.days(7.1)):
        for _twice in range(2):
            deadlines.handle(session, running.id)
    assert change.stage == ChangeStage.LAPSED
    assert len(session.exec(select(Event).where(Event.name == "change_lapsed")).all()) == 1


def test_what_was_proposed_is_never_altered(session: Session):
    order, creator, _factory = _made(session)
    change = _proposed(session, order, creator, price_minor=100)
    change.price_minor = 1
    with pytest.raises(Exception, match="never altered"):
        session.flush()


def test_the_task_list_names_who_is_to_answer(session: Session):
    order, creator, factory = _made(session)

    def waiting() -> words.Waiting | None:
        query = select(Event).where(Event.order_id == order.id).order_by(Event.id.desc())  # type: ignore[attr-defined]
        return words.waiting(session.exec(query).all())

    assert waiting() is None
    _proposed(session, order, creator)
    found = waiting()
    assert found
    assert (found.number, found.side) == (1, Role.CREATOR)
    operations.decline(session, order, 1, actor=factory)
    assert waiting() is None


def test_of_several_answers_at_the_same_moment_one_wins(clean):
    with transaction() as session:
        order, creator, factory = _made(session)
        _proposed(session, order, creator, values={}, price_minor=5000)
        ident, total = order.id, order.total_minor
    acts = [(operations.accept, factory), (operations.withdraw, creator), (operations.decline, factory)]
    outcomes = _at_once([lambda s, o, act=act, who=who: act(s, o, 1, actor=who) for act, who in acts], ident)
    assert sorted(type(one).__name__ for one in outcomes if one) == ["Gone", "Gone"]
    with transaction() as session:
        change = session.exec(select(ChangeOrder)).one()
        expected = total + 5000 if change.stage == ChangeStage.ACCEPTED else total
        assert session.get_one(Order, ident).total_minor == expected
        ends = {step.event for step in CHANGE.steps} - {"change_proposed"}
        assert len(session.exec(select(Event).where(Event.name.in_(ends))).all()) == 1  # type: ignore[attr-defined]


def test_of_two_proposals_at_the_same_moment_one_wins(clean):
    with transaction() as session:
        order, creator, factory = _made(session)
        ident = order.id
    outcomes = _at_once([lambda s, o, who=who: _proposed(s, o, who) for who in (creator, factory)], ident)
    assert [type(one).__name__ for one in outcomes if one] == ["Gone"]


def _at_once(acts: list[Callable[[Session, Order], Any]], order_id: UUID) -> list[PortalError | None]:
    """What each act raised, all begun together."""
    app, start = current_app._get_current_object(), Barrier(len(acts))  # type: ignore[attr-defined]
    outcomes: list[PortalError | None] = [None] * len(acts)

    def run(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    acts[place](session, lock(session, Order, order_id))
            except PortalError as problem:
                outcomes[place] = problem

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
