"""The plan decides an inspection; what passes waits for the balance, what fails is reworked or conceded."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import Session

from portal.core.actor import PAYMENTS, Role
from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.core.deadlines import Deadline
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.orders import operations as orders
from portal.orders.inspections import concessions, operations
from portal.orders.inspections.operations import Defect
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Inspection, InspectionKind, Order
from tests import make
from tests.deals import deal, quoted
from tests.orders.inspections.findings import found
from tests.orders.stages import at_stage, sides
from tests.photographs import ready

_S = OrderStage


def events(session: Session, order: Order) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.order_id == order.id).order_by(Event.id)))


def test_what_keeps_to_the_plan_passes_and_the_balance_is_asked_for(session: Session):
    order = at_stage(session, _S.INSPECTION)
    _creator, factory = sides(session, order)
    kept = operations.inspect_finally(session, order, found(session, order, factory, major=1), actor=factory)
    assert (kept.passed, kept.kind, kept.lot, kept.level) == (True, InspectionKind.FINAL, 100, "II")
    assert kept.plan["major"] == {"aql": 2.5, "sample": 20, "accept": 1, "whole_lot": False}
    assert kept.found == {"critical": 0, "major": 1, "minor": 0}
    assert kept.defects == [{"class": "major", "text": "A major defect", "photos": []}]
    assert order.stage == _S.AWAITING_BALANCE
    assert timedelta(days=7) - (order.balance_due_at - now()) < timedelta(minutes=1)
    running = session.scalars(select(Deadline).where(Deadline.subject_id == order.id)).one()
    assert (running.step, running.due_at) == ("balance_late", order.balance_due_at)
    last = events(session, order)[-1]
    assert (last.name, last.data["inspection_id"]) == ("inspection_passed", str(kept.id))


def test_what_does_not_fails_whatever_its_reporter_wishes(session: Session):
    order = at_stage(session, _S.INSPECTION)
    _creator, factory = sides(session, order)
    kept = operations.inspect_finally(session, order, found(session, order, factory, major=2), actor=factory)
    assert (kept.passed, order.stage, order.balance_due_at) == (False, _S.REWORK, None)
    assert events(session, order)[-1].name == "inspection_failed"


def test_one_critical_defect_fails_the_lot(session: Session):
    order = at_stage(session, _S.INSPECTION)
    _creator, factory = sides(session, order)
    counts = {"critical": 1, "major": 0, "minor": 0}
    findings = found(session, order, factory, found=counts, defects=[Defect("critical", "A needle")])
    assert not operations.inspect_finally(session, order, findings, actor=factory).passed


def test_an_inline_inspection_moves_nothing(session: Session):
    order = at_stage(session, _S.PRODUCTION)
    _creator, factory = sides(session, order)
    findings = found(session, order, factory, lot=40, minor=2, inspector="QIMA", views={})
    kept = operations.inspect_inline(session, order, findings, actor=factory)
    assert (kept.passed, kept.kind, kept.inspector) == (False, InspectionKind.INLINE, "QIMA")
    assert kept.plan["minor"]["sample"] == 13
    assert order.stage == _S.PRODUCTION
    assert events(session, order)[-1].name == "inline_inspected"


def test_findings_that_do_not_fit_are_refused(session: Session):
    order = at_stage(session, _S.INSPECTION)
    _creator, factory = sides(session, order)
    photo = ready(session, "order", order.id, factory)
    for changes, field in (
        ({"found": {"critical": 0, "major": 21, "minor": 0}, "defects": [Defect("major", "x")]}, "major"),
        ({"found": {"critical": 0, "major": 1, "minor": 0}, "defects": []}, "major"),
        ({"defects": [Defect("minor", "a stain")]}, "minor"),
        ({"found": {"critical": 0, "major": 0, "minor": 1}, "defects": [Defect("minor", "", [photo])]}, "minor"),
        ({"views": {}}, None),
        ({"lot": 99}, None),
    ):
        with pytest.raises(Invalid) as refused:
            operations.inspect_finally(session, order, found(session, order, factory, **changes), actor=factory)
        assert field is None or list(refused.value.fields) == [field]
    assert (order.stage, session.scalars(select(Inspection)).all()) == (_S.INSPECTION, [])


def test_photos_of_somebody_else_are_refused(session: Session):
    order = at_stage(session, _S.INSPECTION)
    creator, factory = sides(session, order)
    stolen = ready(session, "order", order.id, creator)
    counts = {"critical": 0, "major": 0, "minor": 1}
    findings = found(session, order, factory, found=counts, defects=[Defect("minor", "a stain", [stolen])])
    with pytest.raises(Invalid):
        operations.inspect_finally(session, order, findings, actor=factory)


def _whole_deposit(session: Session, stage: OrderStage) -> Order:
    made = deal(session)
    quoted(session, made, deposit_percent=100)
    return at_stage(session, stage, made)


def test_without_a_balance_the_goods_may_go_at_once(session: Session):
    order = _whole_deposit(session, _S.INSPECTION)
    _creator, factory = sides(session, order)
    operations.inspect_finally(session, order, found(session, order, factory), actor=factory)
    assert order.stage == _S.READY_TO_SHIP
    passed, paid = events(session, order)[-2:]
    assert (passed.name, paid.name, paid.actor_role) == ("inspection_passed", "balance_paid", Role.PAYMENTS)
    assert paid.data["amount_minor"] == 0


def test_goods_made_again_are_not_paid_twice(session: Session):
    order = at_stage(session, _S.AWAITING_BALANCE)
    orders.balance_paid(session, order, actor=PAYMENTS, paid_at=now(), amount_minor=order.balance_minor)
    order.stage = _S.INSPECTION  # after a claim that was settled by making them again
    session.flush()
    _creator, factory = sides(session, order)
    operations.inspect_finally(session, order, found(session, order, factory), actor=factory)
    assert order.stage == _S.READY_TO_SHIP


def test_rework_leads_back_to_the_inspection_and_the_balance_follows_what_is_left(session: Session):
    order = at_stage(session, _S.REWORK)
    _creator, factory = sides(session, order)
    before = order.balance_minor
    with pytest.raises(Invalid):
        concessions.finish_rework(session, order, "Resewn", 90, actor=factory)
    photo = ready(session, "order", order.id, factory)
    concessions.finish_rework(session, order, "Seams resewn", 98, [photo], actor=factory)
    assert (order.stage, order.made_quantity) == (_S.INSPECTION, 98)
    assert order.balance_minor == before - 2 * order.unit_price_minor
    told = events(session, order)[-1]
    assert (told.name, told.data["reason"], told.data["photos"]) == ("rework_finished", "Seams resewn", [photo])
    kept = operations.inspect_finally(session, order, found(session, order, factory), actor=factory)
    assert (kept.lot, order.stage) == (98, _S.AWAITING_BALANCE)


def test_a_granted_concession_lowers_the_balance(session: Session):
    order = at_stage(session, _S.REWORK)
    creator, factory = sides(session, order)
    before = order.balance_minor
    with pytest.raises(Invalid) as refused:
        concessions.ask(session, order, "Hardly to be seen", before + 1, actor=factory)
    assert "allowance_minor" in refused.value.fields
    concessions.ask(session, order, "Hardly to be seen", 5000, actor=factory)
    assert (order.stage, order.balance_minor) == (_S.CONCESSION, before), "asking costs nothing"
    kept = concessions.grant(session, order, actor=creator)
    assert (kept.conceded, kept.allowance_minor, order.extras_minor) == (True, 5000, -5000)
    assert (order.stage, order.balance_minor) == (_S.AWAITING_BALANCE, before - 5000)
    assert order.balance_due_at > now()


def test_a_concession_for_the_whole_balance_leaves_nothing_to_wait_for(session: Session):
    order = at_stage(session, _S.REWORK)
    creator, factory = sides(session, order)
    concessions.ask(session, order, "Wrong colour", order.balance_minor, actor=factory)
    concessions.grant(session, order, actor=creator)
    assert (order.stage, order.balance_minor) == (_S.READY_TO_SHIP, 0)


def test_a_refused_concession_is_reworked_and_may_be_asked_again(session: Session):
    order = at_stage(session, _S.CONCESSION)
    creator, factory = sides(session, order)
    before = order.balance_minor
    kept = concessions.refuse(session, order, "The blush must be right", actor=creator)
    assert (kept.conceded, order.stage, order.balance_minor, order.extras_minor) == (False, _S.REWORK, before, 0)
    assert events(session, order)[-1].data["reason"] == "The blush must be right"
    concessions.ask(session, order, "Half price for those four", 9000, actor=factory)
    assert (kept.conceded, kept.allowance_minor, order.stage) == (None, 9000, _S.CONCESSION)


ACTS = {
    "inspect_inline": (
        {_S.PRODUCTION},
        Role.FACTORY,
        lambda s, o, a: operations.inspect_inline(s, o, operations.Findings(10, {}), actor=a),
    ),
    "pass_inspection": (
        {_S.INSPECTION},
        Role.FACTORY,
        lambda s, o, a: operations.inspect_finally(s, o, operations.Findings(10, {}), actor=a),
    ),
    "finish_rework": ({_S.REWORK}, Role.FACTORY, lambda s, o, a: concessions.finish_rework(s, o, "x", 100, actor=a)),
    "ask_concession": ({_S.REWORK}, Role.FACTORY, lambda s, o, a: concessions.ask(s, o, "x", 0, actor=a)),
    "grant_concession": ({_S.CONCESSION}, Role.CREATOR, lambda s, o, a: concessions.grant(s, o, actor=a)),
    "refuse_concession": ({_S.CONCESSION}, Role.CREATOR, lambda s, o, a: concessions.refuse(s, o, "", actor=a)),
}


@pytest.mark.parametrize("stage", OrderStage)
def test_who_may_when(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    stranger_factory = make.factory(session)
    strangers = [make.actor(make.member(session, stranger_factory), stranger_factory), make.actor(make.person(session))]
    for name, (stages, role, act) in ACTS.items():
        for actor in (*sides(session, order), *strangers):
            if stage in stages and actor.role == role and actor not in strangers:
                continue
            with pytest.raises((NotFound, NotAllowed)):
                act(session, order, actor)
            assert order.stage == stage, name


def test_of_two_who_report_at_once_one_does(app: Flask, clean):
    with transaction() as session:
        order = at_stage(session, _S.INSPECTION)
        _creator, factory = sides(session, order)
        said = [found(session, order, factory), found(session, order, factory, major=9)]
    together = Barrier(2)

    def report(findings: operations.Findings) -> bool | None:
        """Whether the lot passed; None for whoever came too late."""
        with app.app_context():
            together.wait()
            try:
                with transaction() as session:
                    locked = lock(session, Order, order.id)
                    return operations.inspect_finally(session, locked, findings, actor=factory).passed
            except NotAllowed:
                return None

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(report, said))
    [verdict] = [answer for answer in answers if answer is not None]
    with transaction() as session:
        assert session.scalars(select(Inspection.passed)).all() == [verdict]
        assert session.get_one(Order, order.id).stage == (_S.AWAITING_BALANCE if verdict else _S.REWORK)
