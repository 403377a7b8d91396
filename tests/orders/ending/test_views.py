"""The pages of the ways out: they say what it costs first, keep what was typed, and tell who comes too late."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.orders.ending import claims
from portal.orders.lifecycle import OrderStage
from portal.orders.models import ChangeOrder, Order, Sample
from portal.payments.lifecycle import LegStage
from portal.payments.models import LegKind, PaymentLeg
from tests import make
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
WAYS = {
    "call-off": (Role.CREATOR, OrderStage.SAMPLING),
    "give-up": (Role.FACTORY, OrderStage.SAMPLING),
    "end": (Role.OPERATOR, OrderStage.SAMPLING),
    "claim": (Role.CREATOR, OrderStage.DELIVERED),
    "claim/withdraw": (Role.CREATOR, OrderStage.DISPUTED),
    "claim/remake": (Role.OPERATOR, OrderStage.DISPUTED),
    "claim/settle": (Role.OPERATOR, OrderStage.DISPUTED),
}


class World:
    """An order at a stage whose deposit of 150 dollars is held, and who has to do with it."""

    def __init__(self, stage: OrderStage) -> None:
        with transaction() as session:
            self.order = order = at_stage(session, OrderStage.DELIVERED if stage == OrderStage.DISPUTED else stage)
            creator, factory = sides(session, order)
            if stage == OrderStage.DISPUTED:
                claims.dispute(session, order, "Seams <fray>", claims.Remedy.PART, [], actor=creator)
            session.add(
                PaymentLeg(
                    order_id=order.id, kind=LegKind.DEPOSIT, stage=LegStage.SUCCEEDED, currency=order.currency,
                    amount_minor=order.deposit_minor, paid_at=now(), payment_id=f"pi_{order.id}",
                )
            )  # fmt: skip
            self.people = {
                Role.CREATOR: session.get_one(Person, creator.person_id),
                Role.FACTORY: session.get_one(Person, factory.person_id),
                Role.OPERATOR: make.person(session, Role.OPERATOR),
            }
            self.people[Role.FACTORY].locale = "en"
            self.stranger = make.person(session)

    def path(self, way: str = "") -> str:
        return f"/orders/{self.order.id}" + (f"/{way}" if way else "")

    def stage(self) -> OrderStage:
        with transaction() as session:
            return session.get_one(Order, self.order.id).stage

    def reach(self, **columns: Any) -> None:
        with transaction() as session:
            order = lock(session, Order, self.order.id)
            for name, value in columns.items():
                setattr(order, name, value)


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2] or answer.text)
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("way", WAYS)
def test_a_way_out_is_linked_and_open_only_to_whom_it_is_for(sign_in: SignIn, client: FlaskClient, way: str):
    whose, stage = WAYS[way]
    world = World(stage)
    for role, person in world.people.items():
        sign_in(person)
        expected = 200 if role == whose else 404
        assert client.get(world.path(way)).status_code == expected
        linked = f'href="{world.path(way)}"' in client.get(world.path()).text
        assert linked == (role == whose)
        if role != whose:
            assert client.post(world.path(way), data={"reason": "x", "text": "x", "back": "0"}).status_code == 404
    sign_in(world.stranger)
    assert client.get(world.path(way)).status_code == 404
    assert world.stage() == stage


@pytest.mark.parametrize("way", WAYS)
def test_who_comes_too_late_is_told_and_led_on(sign_in: SignIn, way: str):
    whose, stage = WAYS[way]
    world = World(stage)
    world.reach(stage=OrderStage.CLOSED)
    client = sign_in(world.people[whose])
    for answer in (client.get(world.path(way)), client.post(world.path(way), data={"reason": "x"})):
        assert answer.status_code == 409
        assert f'href="{world.path()}"' in answer.text
    assert world.stage() == OrderStage.CLOSED


def test_calling_off_says_its_fee_before_and_takes_that(sign_in: SignIn):
    world = World(OrderStage.SAMPLING)
    client = sign_in(world.people[Role.CREATOR])
    shown = client.get(world.path("call-off"))
    assert "Stays with the factory $50.00 Goes back to your card $100.00" in words(shown)
    answer = client.post(world.path("call-off"), data={"fee": "5000", "reason": "Changed"}, follow_redirects=True)
    assert "The order is called off" in answer.text
    assert "Changed $100.00 goes back to the creator. $50.00 stays with the factory." in answer.text
    assert world.stage() == OrderStage.CANCELLED


@pytest.mark.parametrize("fee", ["0", "", "fünf", "5001"])
def test_another_fee_than_was_shown_ends_nothing(sign_in: SignIn, fee: str):
    world = World(OrderStage.SAMPLING)
    answer = sign_in(world.people[Role.CREATOR]).post(world.path("call-off"), data={"fee": fee})
    assert answer.status_code == 409
    assert "costs something else" in words(answer)
    assert world.stage() == OrderStage.SAMPLING


def test_giving_up_needs_a_reason(sign_in: SignIn):
    world = World(OrderStage.REWORK)
    client = sign_in(world.people[Role.FACTORY])
    assert client.post(world.path("give-up"), data={"reason": " "}).status_code == 422
    assert client.post(world.path("give-up"), data={"reason": "The mould broke"}).status_code == 303
    assert world.stage() == OrderStage.CANCELLED


def test_an_operator_ends_within_what_is_held(sign_in: SignIn):
    world = World(OrderStage.AWAITING_BALANCE)
    client = sign_in(world.people[Role.OPERATOR])
    assert "Held for this order $150.00" in words(client.get(world.path("end")))
    refused = client.post(world.path("end"), data={"reason": "No way on", "back": "150.01"})
    assert refused.status_code == 422
    assert "At most $150.00 is held" in words(refused)
    assert 'value="150.01"' in refused.text
    assert client.post(world.path("end"), data={"reason": "", "back": "1"}).status_code == 422
    assert client.post(world.path("end"), data={"reason": "No way on", "back": "20"}).status_code == 303
    assert world.stage() == OrderStage.CANCELLED


def test_a_claim_is_opened_seen_by_all_and_settled(sign_in: SignIn):
    world = World(OrderStage.DELIVERED)
    client = sign_in(world.people[Role.CREATOR])
    empty = client.post(world.path("claim"), data={"text": "Ears come off"})
    assert empty.status_code == 422
    assert "Ears come off" in empty.text
    assert client.post(world.path("claim"), data={"text": "Ears <b>come off", "remedy": "part"}).status_code == 303
    for person in world.people.values():
        page = sign_in(person).get(world.path())
        assert "Ears &lt;b&gt;come off" in page.text
        assert "A part of the money back" in words(page)
    operator = sign_in(world.people[Role.OPERATOR])
    assert operator.post(world.path("claim/settle"), data={"reason": "Half", "back": "999"}).status_code == 422
    assert operator.post(world.path("claim/settle"), data={"reason": "Half", "back": "75"}).status_code == 303
    page = words(sign_in(world.people[Role.CREATOR]).get(world.path()))
    assert "Went back to the creator $75.00" in page
    assert world.stage() == OrderStage.CLOSED


def test_made_again_takes_a_day_ahead(sign_in: SignIn):
    world = World(OrderStage.DISPUTED)
    client = sign_in(world.people[Role.OPERATOR])
    said = {"reason": "All of them", "ship_by": now().date().isoformat()}
    assert client.post(world.path("claim/remake"), data=said).status_code == 422
    said["ship_by"] = (now().date() + timedelta(days=20)).isoformat()
    assert client.post(world.path("claim/remake"), data=said).status_code == 303
    assert world.stage() == OrderStage.PRODUCTION
    assert "Made again" in words(client.get(world.path()))


def test_a_claim_is_withdrawn(sign_in: SignIn):
    world = World(OrderStage.DISPUTED)
    client = sign_in(world.people[Role.CREATOR])
    assert "for 3 days at least" in words(client.get(world.path("claim/withdraw")))
    assert client.post(world.path("claim/withdraw"), data={}).status_code == 303
    assert world.stage() == OrderStage.DELIVERED


def test_the_money_says_what_has_changed_since_the_award(sign_in: SignIn):
    world = World(OrderStage.AWAITING_BALANCE)
    with transaction() as session:
        order = lock(session, Order, world.order.id)
        creator, _factory = sides(session, order)
        change = {"number": 1, "price_minor": 2_500, "side": Role.CREATOR, "reason": "Bigger eyes", "stage": "accepted"}
        change["former"] = {
            "values": {},
            "assumptions": {},
            "quantity": 100,
            "ship_by": None,
            "amounts": order.terms["amounts"],
        }
        change["amounts"] = order.terms["amounts"]
        scope = {"order_id": order.id, "brief_id": order.brief_id, "factory_id": order.factory_id}
        session.add(ChangeOrder(**scope, **change, proposed_by=creator.person_id))
        session.add(Sample(order_id=order.id, round=3, sent_by=creator.person_id, fee_minor=4_000))
        order.extras_minor, order.made_quantity = 6_500, 97
        order.total_minor = 97 * 500 + 6_500
        order.balance_minor = order.total_minor - order.deposit_minor
    page = words(sign_in(world.people[Role.CREATOR]).get(world.path()))
    for said in (
        "Goods $485.00",
        "Agreed since $65.00 Total $550.00",
        "$500.00 was agreed at the award. Since then:",
        "Change order 1: + $25.00.",
        "Sample round 3, beyond those included: + $40.00.",
        "97 good pieces were made of 100 ordered, 97 are paid for: − $15.00.",
        "Pay the balance of $400.00",
    ):
        assert said in page


def test_an_order_as_agreed_has_nothing_to_explain(sign_in: SignIn):
    world = World(OrderStage.PRODUCTION)
    page = words(sign_in(world.people[Role.FACTORY]).get(world.path()))
    assert "Since then" not in page
    assert "Total $500.00" in page
    assert "Pay the balance of" not in page
