"""Reports from production, and what the good pieces made do to the bill."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from portal import products
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.orders import bill
from portal.orders.inspections import concessions
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Progress
from portal.orders.production import operations
from portal.orders.production.panel import shares
from portal.products.milestones import NEUTRAL
from portal.products.registry import category
from tests import make
from tests.deals import deal, quoted
from tests.orders.stages import at_stage, sides
from tests.photographs import ready

_S = OrderStage


def last(session: Session, order: Order) -> Event:
    return session.scalars(select(Event).where(Event.order_id == order.id).order_by(Event.id.desc())).first()


def sewing(**changes) -> operations.Report:
    return operations.Report(**({"milestone": "sewing", "percent": 40} | changes))


@pytest.mark.parametrize("code", sorted(products.categories()))
def test_each_category_has_milestones_of_its_own(code: str):
    milestones = category(code).milestones
    assert milestones != NEUTRAL
    assert milestones[-1].code == "packing"


@pytest.mark.parametrize("stage", [_S.PRODUCTION, _S.REWORK])
def test_a_report_is_kept_and_the_creator_told(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    _creator, factory = sides(session, order)
    photo = ready(session, "order", order.id, factory)
    day = operations.today_of(order) + timedelta(days=9)
    said = sewing(quantity=30, expected_on=day, photos=[photo], note="Second shift helps")
    kept = operations.report(session, order, said, actor=factory)
    assert (kept.milestone, kept.percent, kept.quantity, kept.expected_on) == ("sewing", 40, 30, day)
    assert kept.photos == [photo]
    assert order.stage == stage
    event = last(session, order)
    assert (event.name, event.data["reason"], event.data["quantity"]) == ("progress_reported", "Second shift helps", 30)
    assert event.data["expected_on"] == day.isoformat()


def test_what_does_not_fit_is_refused(session: Session):
    order = at_stage(session, _S.PRODUCTION)
    creator, factory = sides(session, order)
    theirs = ready(session, "order", order.id, creator)
    yesterday = operations.today_of(order) - timedelta(days=1)
    for said, field in (
        (sewing(milestone="curing"), "milestone"),  # of printed goods
        (sewing(expected_on=yesterday), "expected_on"),
        (sewing(photos=[theirs]), None),
        (sewing(quantity=201), "quantity"),  # of 100
    ):
        with pytest.raises(Invalid) as refused:
            operations.report(session, order, said, actor=factory)
        assert field is None or field in refused.value.fields
    assert session.scalars(select(Progress).where(Progress.order_id == order.id)).all() == []


@pytest.mark.parametrize("stage", OrderStage)
def test_who_reports_and_finishes_when(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    creator, factory = sides(session, order)
    stranger_factory = make.factory(session)
    stranger = make.actor(make.member(session, stranger_factory), stranger_factory)
    for actor in (creator, stranger):
        with pytest.raises((NotFound, NotAllowed)):
            operations.report(session, order, sewing(), actor=actor)
        with pytest.raises((NotFound, NotAllowed)):
            operations.finish(session, order, 100, actor=actor)
    if stage not in (_S.PRODUCTION, _S.REWORK):
        with pytest.raises(NotAllowed):
            operations.report(session, order, sewing(), actor=factory)
    if stage != _S.PRODUCTION:
        with pytest.raises(NotAllowed):
            operations.finish(session, order, 100, actor=factory)
    assert order.stage == stage


@pytest.mark.parametrize(("made", "billed", "free"), [(100, 100, 0), (95, 95, 0), (105, 105, 0), (120, 105, 15)])
def test_the_balance_follows_the_good_pieces(session: Session, made: int, billed: int, free: int):
    order = at_stage(session, _S.PRODUCTION)
    _creator, factory = sides(session, order)
    before, unit = order.balance_minor, order.unit_price_minor
    looked = operations.reckoning(order, made)
    assert (order.made_quantity, order.balance_minor) == (None, before), "looking changes nothing"
    found = operations.finish(session, order, made, actor=factory)
    assert found == looked
    assert (found.billed, found.free, found.back) == (billed, free, 0)
    assert order.balance_minor == found.after == before + (billed - 100) * unit
    assert order.total_minor == order.deposit_minor + order.balance_minor == bill.amounts(order)["total_minor"]
    assert (order.stage, order.made_quantity) == (_S.INSPECTION, made)
    told = last(session, order).data
    assert (told["balance_before_minor"], told["balance_after_minor"], told["free"]) == (before, found.after, free)


def test_fewer_than_the_tolerance_needs_a_change_order(session: Session):
    order = at_stage(session, _S.PRODUCTION)
    _creator, factory = sides(session, order)
    with pytest.raises(Invalid) as refused:
        operations.finish(session, order, 94, actor=factory)
    assert "change order" in str(refused.value.fields["made"])
    assert (order.stage, order.made_quantity) == (_S.PRODUCTION, None)


def test_more_than_can_be_meant_is_refused(session: Session):
    order = at_stage(session, _S.PRODUCTION)
    _creator, factory = sides(session, order)
    with pytest.raises(Invalid) as refused:
        operations.finish(session, order, 201, actor=factory)
    assert "Only 100 pcs are ordered" in str(refused.value.fields["made"])
    order = at_stage(session, _S.REWORK)
    _creator, factory = sides(session, order)
    with pytest.raises(Invalid):
        concessions.finish_rework(session, order, "Pressed again", 99_999, actor=factory)
    assert (order.stage, order.made_quantity) == (_S.REWORK, 100)


def test_what_the_deposit_was_too_much_by_is_said(session: Session):
    made = deal(session)
    quoted(session, made, deposit_percent=100)
    order = at_stage(session, _S.PRODUCTION, made)
    _creator, factory = sides(session, order)
    found = operations.finish(session, order, 96, actor=factory)
    assert (found.after, found.back) == (0, 4 * order.unit_price_minor)


def test_what_comes_before_a_milestone_that_has_begun_is_done():
    codes = [option.code for option in category("plush").milestones]
    reports = [sewing(percent=40), sewing(milestone="cutting", percent=80)]  # the newest first
    done = shares(reports, codes)
    assert (done["cutting"], done["embroidery"], done["sewing"], done["stuffing"]) == (100, 100, 40, 0)
    assert set(shares(reports, codes, whole=True).values()) == {100}
    assert set(shares([], codes).values()) == {0}
