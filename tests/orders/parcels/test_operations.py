"""Parcels: what may be in them, what the last one does, how they arrive; twice, by the wrong side, and all at once."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import CLOCK, WORKER, Actor, Role
from portal.core.db import lock, transaction
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound, PortalError
from portal.core.events import Event
from portal.factories.models import Capability
from portal.orders import operations as orders
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.orders.parcels import carriers, tasks, tracking
from portal.orders.parcels.operations import Load, arrive, own_parcel, sent_before, ship
from tests import deals, make
from tests.orders.stages import at_stage, sides


def load(pieces: int = 100, **changes: Any) -> Load:
    whole = Load(
        pieces=pieces, cartons=2, net_grams=9_000, gross_grams=10_500, carrier="dhl",
        tracking_number="1234567890", shipped_on=clock.now().date(),
    )  # fmt: skip
    return replace(whole, **changes)


@pytest.fixture
def ready(session: Session) -> tuple[Order, Actor, Actor]:
    order = at_stage(session, OrderStage.READY_TO_SHIP)
    return order, *sides(session, order)


def happened(session: Session, order: Order) -> list[str]:
    return list(session.scalars(select(Event.name).where(Event.order_id == order.id).order_by(Event.id)))


def test_two_parcels_ship_an_order(session: Session, ready):
    order, _creator, factory = ready
    first = ship(session, order, load(60), last=False, actor=factory)
    assert (order.stage, order.shipped_at) == (OrderStage.READY_TO_SHIP, None)
    assert sent_before(session, order.id) == 60
    second = ship(session, order, load(40, carrier="sea", tracking_number=""), last=True, actor=factory)
    assert (first.number, second.number) == (1, 2)
    assert order.stage == OrderStage.SHIPPED
    assert order.shipped_at
    assert happened(session, order)[-2:] == ["parcel_shipped", "order_shipped"]
    [due] = session.scalars(select(Deadline).where(Deadline.subject_id == order.id))
    assert (due.step, due.due_at) == ("ask_arrival", order.arrival_due_at)


def test_a_parcel_has_one_line_unless_it_says_more(session: Session, ready):
    order, _creator, factory = ready
    first = ship(session, order, load(60), last=False, actor=factory)
    assert first.lines == [{"text": order.title, "pieces": 60}]
    two = [{"text": "Blue", "pieces": 30}, {"text": "Red", "pieces": 10}]
    second = ship(session, order, load(40, lines=two), last=True, actor=factory)
    assert second.lines == two


@pytest.mark.parametrize(
    ("carrier", "country", "days"), [("dhl", "US", 10), ("sf", "CN", 7), ("sea", "US", 35), ("ems", "DE", 25)]
)
def test_arrival_is_due_as_the_carrier_usually_takes(session: Session, carrier: str, country: str, days: int):
    made = deals.deal(session, ship_country=country)
    deals.quoted(session, made)
    order = at_stage(session, OrderStage.READY_TO_SHIP, made)
    _creator, factory = sides(session, order)
    ship(session, order, load(carrier=carrier), last=True, actor=factory)
    assert order.arrival_due_at.date() == clock.now().date() + timedelta(days=days)


def test_the_slowest_parcel_says_when_all_is_there(session: Session, ready):
    order, _creator, factory = ready
    ship(session, order, load(60, carrier="sea"), last=False, actor=factory)
    ship(session, order, load(40, carrier="dhl"), last=True, actor=factory)
    assert order.arrival_due_at.date() == clock.now().date() + timedelta(days=35)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pieces": 101}, "pieces"),
        ({"carrier": "pigeon"}, "carrier"),
        ({"tracking_number": ""}, "tracking_number"),
        ({"tracking_number": "no figures"}, "tracking_number"),
        ({"tracking_number": "12<script>"}, "tracking_number"),
        ({"net_grams": 11_000}, "gross"),
        ({"shipped_on": date(2020, 1, 1)}, "shipped_on"),
        ({"shipped_on": clock.now().date() + timedelta(days=3)}, "shipped_on"),
        ({"lines": [{"text": "Blue", "pieces": 99}]}, "lines"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(session: Session, ready, changes: dict, field: str):
    order, _creator, factory = ready
    with pytest.raises(Invalid) as refused:
        ship(session, order, load(**changes), last=True, actor=factory)
    assert list(refused.value.fields) == [field]
    assert order.stage == OrderStage.READY_TO_SHIP


def test_more_than_was_made_cannot_be_shipped_in_parts(session: Session, ready):
    order, _creator, factory = ready
    ship(session, order, load(60), last=False, actor=factory)
    with pytest.raises(Invalid):
        ship(session, order, load(41), last=False, actor=factory)


def test_the_parcel_that_leaves_nothing_is_the_last_whoever_says_so(session: Session, ready):
    order, _creator, factory = ready
    ship(session, order, load(60), last=False, actor=factory)
    ship(session, order, load(40), last=False, actor=factory)
    assert order.stage == OrderStage.SHIPPED


def test_an_overrun_is_shipped_whole(session: Session, ready):
    order, _creator, factory = ready
    order.made_quantity = 104
    ship(session, order, load(104), last=True, actor=factory)
    assert order.stage == OrderStage.SHIPPED


def test_a_last_parcel_that_is_short_says_why_and_stays_within_the_tolerance(session: Session, ready):
    order, _creator, factory = ready
    with pytest.raises(Invalid) as unsaid:
        ship(session, order, load(97), last=True, actor=factory)
    assert list(unsaid.value.fields) == ["short"]
    with pytest.raises(Invalid) as too_few:
        ship(session, order, load(94, short="Lost"), last=True, actor=factory)
    assert list(too_few.value.fields) == ["pieces"]
    ship(session, order, load(97, short="Three were soiled while packing."), last=True, actor=factory)
    shipped = session.scalars(select(Event).where(Event.order_id == order.id, Event.name == "order_shipped")).one()
    assert shipped.data["missing"] == 3
    assert shipped.data["reason"] == "Three were soiled while packing."
    assert (order.made_quantity, order.total_minor, order.balance_minor) == (97, 48_500, 33_500)
    query = "select args ->> 'event_id' from procrastinate_jobs where task_name = 'payments.follow_bill'"
    assert session.connection().exec_driver_sql(query).scalars().all() == [str(shipped.id)], (
        "what is too much goes back"
    )


def test_goods_made_again_are_shipped_again(session: Session, ready):
    order, _creator, factory = ready
    ship(session, order, load(100), last=True, actor=factory)
    session.add(Event(subject="order", subject_id=order.id, order_id=order.id, name="remake_settled"))
    order.stage = OrderStage.READY_TO_SHIP
    session.flush()
    again = ship(session, order, load(100), last=True, actor=factory)
    assert again.number == 2
    assert record(session, order).shipped_orders == 1


def record(session: Session, order: Order) -> Capability:
    session.expire_all()
    return session.scalars(select(Capability).where(Capability.factory_id == order.factory_id)).one()


@pytest.mark.parametrize(("late", "on_time"), [(0, 1), (40, 0)])
def test_the_factorys_record_counts_the_order(session: Session, ready, late: int, on_time: int):
    order, _creator, factory = ready
    before = record(session, order)
    counted = (before.orders_done, before.small_orders_done, before.shipped_orders, before.on_time_orders)
    score = before.score
    with clock.at(clock.now() + timedelta(days=late)):
        ship(session, order, load(), last=True, actor=factory)
    after = record(session, order)
    now = (after.orders_done, after.small_orders_done, after.shipped_orders, after.on_time_orders)
    assert [b - a for a, b in zip(counted, now, strict=True)] == [1, 1, 1, on_time]
    assert after.score != score


def test_a_parcel_that_is_not_the_last_counts_nothing(session: Session, ready):
    order, _creator, factory = ready
    ship(session, order, load(10), last=False, actor=factory)
    assert record(session, order).shipped_orders == 0


def test_only_the_orders_factory_ships(session: Session, ready):
    order, creator, _factory = ready
    other = make.factory(session)
    stranger = make.actor(make.member(session, other), other)
    with pytest.raises(NotFound):
        ship(session, order, load(), last=True, actor=stranger)
    for actor, refusal in ((creator, NotAllowed), (CLOCK, NotFound), (WORKER, NotFound)):
        for last in (True, False):
            with pytest.raises(refusal):
                ship(session, order, load(), last=last, actor=actor)


@pytest.mark.parametrize("stage", [s for s in OrderStage if s != OrderStage.READY_TO_SHIP])
def test_nothing_ships_at_another_stage(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    _creator, factory = sides(session, order)
    for last in (True, False):
        with pytest.raises(PortalError):
            ship(session, order, load(1), last=last, actor=factory)
    assert order.stage == stage


# --- arrival ---


@pytest.fixture
def shipped(session: Session) -> tuple[Order, Actor, Actor]:
    order = at_stage(session, OrderStage.SHIPPED)
    return order, *sides(session, order)


def parcels(session: Session, order: Order) -> list[Parcel]:
    return list(session.scalars(select(Parcel).where(Parcel.order_id == order.id).order_by(Parcel.number)))


def test_the_last_arrival_opens_the_claim_window(session: Session, shipped):
    order, creator, _factory = shipped
    one, two = parcels(session, order)
    arrive(session, order, one, actor=creator)
    assert (order.stage, order.delivered_at) == (OrderStage.SHIPPED, None)
    arrive(session, order, two, actor=creator)
    assert order.stage == OrderStage.DELIVERED
    assert order.delivered_at == two.delivered_at
    assert order.claims_until - clock.now() > timedelta(days=13, hours=23)
    [due] = session.scalars(select(Deadline).where(Deadline.subject_id == order.id))
    assert (due.step, due.due_at) == ("close", order.claims_until)


def test_an_early_parcel_may_arrive_before_the_last_has_left(session: Session, ready):
    order, creator, factory = ready
    first = ship(session, order, load(60), last=False, actor=factory)
    arrive(session, order, first, actor=creator)
    assert order.stage == OrderStage.READY_TO_SHIP
    last = ship(session, order, load(40), last=True, actor=factory)
    assert order.stage == OrderStage.SHIPPED
    arrive(session, order, last, actor=creator)
    assert order.stage == OrderStage.DELIVERED


def test_the_factory_needs_the_carriers_word_and_the_window_runs_from_then(session: Session, shipped):
    order, _creator, factory = shipped
    one, two = parcels(session, order)
    for parcel in (one, two):
        parcel.shipped_on = clock.now().date() - timedelta(days=20)
        with pytest.raises(Invalid):
            arrive(session, order, parcel, actor=factory)
        arrive(session, order, parcel, actor=factory, at=clock.now() - timedelta(days=15), proof="Signed: A. Winter")
    assert one.delivered_by == Role.FACTORY
    assert order.delivered_at < clock.now() - timedelta(days=14)
    assert order.claims_until > clock.now() + timedelta(days=13)


@pytest.mark.parametrize("hours", [-24 * 9, 5])
def test_a_moment_that_cannot_be_is_refused(session: Session, shipped, hours: int):
    order, _creator, factory = shipped
    parcel = parcels(session, order)[0]
    with pytest.raises(Invalid) as refused:
        arrive(session, order, parcel, actor=factory, at=clock.now() + timedelta(hours=hours), proof="Signed")
    assert list(refused.value.fields) == ["delivered_on"]


def test_a_parcel_arrives_once_and_only_for_its_sides(session: Session, shipped):
    order, creator, _factory = shipped
    parcel = parcels(session, order)[0]
    other = make.factory(session)
    strangers = make.actor(make.person(session)), make.actor(make.member(session, other), other)
    for stranger in strangers:
        with pytest.raises(NotFound):
            arrive(session, order, parcel, actor=stranger, proof="Signed")
    arrive(session, order, parcel, actor=creator)
    with pytest.raises(Gone):
        arrive(session, order, parcel, actor=creator)
    with pytest.raises(NotFound):
        own_parcel(session, at_stage(session, OrderStage.SHIPPED), parcel.id)


def test_two_who_confirm_at_once_are_one(context, clean):
    with transaction() as session:
        order = at_stage(session, OrderStage.SHIPPED)
        creator, factory = sides(session, order)
        parcel_ids = [parcel.id for parcel in parcels(session, order)]
    with transaction() as session:
        arrive(session, lock(session, Order, order.id), session.get_one(Parcel, parcel_ids[0]), actor=creator)
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def confirm(actor: Actor) -> None:
        with context.app_context():
            gate.wait()
            try:
                with transaction() as session:
                    held = lock(session, Order, order.id)
                    parcel = own_parcel(session, held, parcel_ids[1])
                    arrive(session, held, parcel, actor=actor, proof="Signed")
                outcomes.append("done")
            except PortalError as problem:
                outcomes.append(type(problem).__name__)

    threads = [threading.Thread(target=confirm, args=(actor,)) for actor in (creator, factory)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes) == ["Gone", "done"]
    with transaction() as session:
        assert happened(session, order).count("order_delivered") == 1


def test_closing_early_is_the_creators(session: Session):
    order = at_stage(session, OrderStage.DELIVERED)
    creator, factory = sides(session, order)
    with pytest.raises(NotAllowed):
        orders.close(session, order, actor=factory)
    orders.close(session, order, actor=creator)
    assert order.stage == OrderStage.CLOSED
    assert order.closed_at


# --- carriers and their services ---


def test_every_carrier_has_a_page_or_goes_without_a_number():
    for carrier in carriers.CARRIERS.values():
        assert bool(carrier.page) == carrier.numbered
        url = carriers.tracking_url(carrier.code, "AB 12/3")
        assert ("AB%2012%2F3" in url) == carrier.numbered
        assert not url or url.startswith("https://")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" sf 1234 567 ", "SF 1234 567"), ("rb123456785cn", "RB123456785CN"), ("MSKU-12.3/4", "MSKU-12.3/4")],
)
def test_tracking_numbers_are_read_as_people_type_them(typed: str, kept: str):
    assert carriers.checked_number("sf", typed) == kept


class Service:
    """A tracking service that knows some numbers and breaks on others."""

    def __init__(self, known: dict[str, tracking.Delivery | None]) -> None:
        self.known = known

    def delivered(self, carrier: str, tracking_number: str) -> tracking.Delivery | None:
        return self.known[tracking_number]


def test_a_registered_service_delivers_what_it_knows(context, clean, monkeypatch):
    monkeypatch.setattr(tracking, "SERVICES", {})
    monkeypatch.setattr(tasks, "SERVICES", tracking.SERVICES)
    with transaction() as session:
        order = at_stage(session, OrderStage.SHIPPED)
    tasks.track_parcels.func(0)
    delivery = tracking.Delivery(clock.now(), "Signed by WINTER, Leipzig")
    tracking.register(Service({"SF1000000002": delivery}), "sf")  # the first parcel's number is unknown: it raises
    tasks.track_parcels.func(0)
    tasks.track_parcels.func(0)
    with transaction() as session:
        one, two = parcels(session, order)
        assert (one.delivered_at, two.delivered_by) == (None, Role.WORKER)
        assert happened(session, order).count("parcel_delivered") == 1
    tracking.register(Service({"SF1000000001": delivery}), "sf")
    tasks.track_parcels.func(0)
    with transaction() as session:
        assert session.get_one(Order, order.id).stage == OrderStage.DELIVERED
