"""Every stage x role x step of an order and of a change order: who may has a button that leads to a page, who may not
has none and is refused, and nothing changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.config import Settings
from portal.core.db import transaction
from portal.factories.models import Factory
from portal.orders.changes import operations as change_operations
from portal.orders.changes.proposal import CHANGEABLE, Proposal
from portal.orders.lifecycle import CHANGE, ORDER, ChangeStage, OrderStage
from portal.orders.models import Order, Parcel
from tests import make
from tests.conventions.test_routes import fingerprint
from tests.deals import Deal, again, deal, quoted
from tests.orders.stages import at_stage

SignIn = Callable[[Person | None], FlaskClient]
_S, _C = OrderStage, ChangeStage
ROLES = (Role.CREATOR, Role.FACTORY, Role.OPERATOR)
REFUSED = {404, 409, 410}


@dataclass(frozen=True)
class Door:
    """Where `steps` are taken: a page with a form, or a form on the order's page. `also`: values that its address needs
    beside the order's."""

    endpoint: str
    steps: tuple[str, ...]
    also: tuple[str, ...] = ()
    has_page: bool = True


DOORS = (
    Door("specs.accept", ("accept_spec", "seal_spec"), has_page=False),
    Door("orders.address", ("note_address", "give_address", "change_address")),
    Door("orders.report_tooling", ("tooling_made",)),
    Door("orders.send_sample", ("send_sample",)),
    Door("orders.ask_changes", ("ask_changes",), ("sample_round",)),
    Door("orders.approve_sample", ("approve_sample",), ("sample_round",)),
    Door("orders.keep_sample", ("keep_sample",)),
    Door("orders.report_progress", ("report_progress",)),
    Door("orders.inspect_inline", ("inspect_inline",)),
    Door("orders.finish_production", ("finish_production",)),
    Door("orders.inspect_finally", ("pass_inspection", "fail_inspection")),
    Door("orders.finish_rework", ("finish_rework",)),
    Door("orders.ask_concession", ("ask_concession",)),
    Door("orders.decide_concession", ("grant_concession", "refuse_concession")),
    Door("orders.ship_parcel", ("ship_parcel", "ship_last")),
    Door("orders.parcel_arrived", ("parcel_arrived", "deliver"), ("parcel_id",)),
    Door("orders.close", ("close",)),
    Door("orders.cancel", ("cancel",)),
    Door("orders.call_off", ("call_off",)),
    Door("orders.give_up", ("give_up",)),
    Door("orders.end_order", ("end",)),
    Door("orders.open_claim", ("dispute",)),
    Door("orders.withdraw_claim", ("withdraw_claim",)),
    Door("orders.have_remade", ("have_remade",)),
    Door("orders.settle_claim", ("settle_claim",)),
)
#: Steps that people take elsewhere.
ELSEWHERE = {"place": "choosing a quote makes the order: tests/orders/test_views.py"}
CHANGE_DOORS = {
    "accept": Door("orders.accept_change", ("accept",), has_page=False),
    "decline": Door("orders.decline_change", ("decline",), has_page=False),
    "withdraw": Door("orders.withdraw_change", ("withdraw",), has_page=False),
}
PROPOSE = Door("orders.propose_change", ("propose",))


def test_every_step_that_people_take_has_a_door():
    taken = {step.name for step in ORDER.steps if step.by & set(ROLES)}
    assert taken == {name for door in DOORS for name in door.steps} | set(ELSEWHERE)
    people = {step.name for step in CHANGE.steps if step.by & set(ROLES)}
    assert people == {*CHANGE_DOORS, *PROPOSE.steps}


@dataclass
class Scene:
    """An order with people of each role, and the portal in which they walk."""

    app: Flask
    sign_in: SignIn
    people: dict[Role, Person]
    order: Order
    values: dict[str, Any]

    def path(self, door: Door) -> str:
        values = {"order_id": self.order.id} | {name: self.values[name] for name in door.also}
        return self.app.url_map.bind("localhost").build(door.endpoint, values)

    def shows(self, text: str, door: Door) -> bool:
        """Whether the order's page has a link or a form that leads through the door."""
        return any(f'{where}="{self.path(door)}"' in text for where in ("href", "action"))


def _scene(app: Flask, sign_in: SignIn, stage: OrderStage, prepare: Callable[..., None] | None = None) -> Scene:
    """An order at the stage whose quote has tooling, that repeats another, and that has a parcel once it may have."""
    with transaction() as session:
        made = deal(session)
        repeated = _at(session, made, _S.CLOSED)
        order = _at(session, again(session, made), stage)
        order.repeats_id = repeated.id
        operator = make.person(session, Role.OPERATOR)
        people = {Role.CREATOR: made.buyer, Role.FACTORY: made.workers[0], Role.OPERATOR: operator}
        parcel = _parcel(session, order, made.workers[0])
        if prepare:
            prepare(session, order, people)
        session.flush()
    return Scene(app, sign_in, people, order, {"sample_round": 1, "parcel_id": parcel.id})


def _at(session: Session, made: Deal, stage: OrderStage) -> Order:
    quoted(session, made, tooling_minor=10_000)
    return at_stage(session, stage, made)


def _parcel(session: Session, order: Order, worker: Person) -> Parcel:
    found = session.scalars(select(Parcel).where(Parcel.order_id == order.id)).first()
    if found:
        return found
    parcel = Parcel(
        order_id=order.id, number=1, sent_by=worker.id, pieces=40, cartons=1, net_grams=9000, gross_grams=10_000,
        carrier="sf", tracking_number="SF1", shipped_on=date(2026, 12, 1),
    )  # fmt: skip
    if order.stage == _S.READY_TO_SHIP:
        session.add(parcel)
    return parcel


def _wrong(scene: Scene, role: Role, door: Door, allowed: bool, page: str) -> str | None:
    """What is not as the table says, in words; None when all is well."""
    browser, path = scene.sign_in(scene.people[role]), scene.path(door)
    where = f"{scene.order.stage}, {role}, {'/'.join(door.steps)}"
    if scene.shows(page, door) != allowed:
        return f"{where}: {'no button' if allowed else 'a button'} {path}"
    if allowed:
        status = browser.get(path).status_code if door.has_page else 200
        return None if status == 200 else f"{where}: GET {path} answers {status}"
    status = browser.post(path).status_code
    return None if status in REFUSED else f"{where}: POST {path} answers {status}"


def _walk(scene: Scene, settings: Settings, doors: dict[Door, Callable[[Role], bool]]) -> None:
    """Let people of every role look at the order and try every door."""
    before, wrong = fingerprint(settings), []
    for role in ROLES:
        shown = scene.sign_in(scene.people[role]).get(f"/orders/{scene.order.id}")
        assert shown.status_code == 200, f"{scene.order.stage}, {role}"
        wrong += [_wrong(scene, role, door, allows(role), shown.text) for door, allows in doors.items()]
    assert not any(wrong), "\n".join(filter(None, wrong))
    after = fingerprint(settings) | {"sign_in": before["sign_in"]}  # people sign in meanwhile
    assert after == before, f"looking and being refused changed {[t for t in after if after[t] != before.get(t)]}"


def _by_table(door: Door, stage: OrderStage) -> Callable[[Role], bool]:
    return lambda role: any(ORDER.allows(step, stage, role) for step in door.steps)


@pytest.mark.parametrize("stage", OrderStage)
def test_every_step_of_an_order(app: Flask, sign_in: SignIn, settings: Settings, stage: OrderStage):
    scene = _scene(app, sign_in, stage)
    doors = {door: _by_table(door, stage) for door in DOORS}
    changeable = stage in CHANGEABLE
    doors[PROPOSE] = lambda role: changeable and role != Role.OPERATOR
    _walk(scene, settings, doors)


@pytest.mark.parametrize("stage", ChangeStage)
@pytest.mark.parametrize("proposer", [Role.CREATOR, Role.FACTORY])
def test_every_step_of_a_change_order(
    app: Flask, sign_in: SignIn, settings: Settings, stage: ChangeStage, proposer: Role
):
    """Who has proposed may only take it back; the other side may only answer."""

    def propose(session: Session, order: Order, people: dict[Role, Person]) -> None:
        factory = session.get_one(Factory, order.factory_id) if proposer == Role.FACTORY else None
        side = make.actor(people[proposer], factory)
        change = change_operations.propose(session, order, Proposal("Fewer.", quantity=90), actor=side)
        change.stage = stage
        session.add(change)

    scene = _scene(app, sign_in, _S.PRODUCTION, propose)
    is_open = stage == _C.PROPOSED
    own, other = proposer, Role.FACTORY if proposer == Role.CREATOR else Role.CREATOR
    doors = {
        CHANGE_DOORS["accept"]: lambda role: is_open and role == other,
        CHANGE_DOORS["decline"]: lambda role: is_open and role == other,
        CHANGE_DOORS["withdraw"]: lambda role: is_open and role == own,
        PROPOSE: lambda role: not is_open and role != Role.OPERATOR,
    }
    for step in CHANGE_DOORS:
        assert CHANGE.allows(step, stage, own) == CHANGE.allows(step, stage, other) == is_open
    _walk(scene, settings, doors)
