"""The pages of inspections, rework and concessions: the verdict comes before the report, nothing typed is lost."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Inspection, Order
from tests import make
from tests.orders.stages import at_stage, sides
from tests.photographs import ready

SignIn = Callable[[Person | None], FlaskClient]
_S = OrderStage


def world(stage: OrderStage) -> tuple[Order, Person, Person, dict[str, Any]]:
    """An order at a stage, its creator, its factory's owner (who reads English here), and a clean final report."""
    with transaction() as session:
        order = at_stage(session, stage)
        creator, worker = (session.get_one(Person, who.person_id) for who in sides(session, order))
        worker.locale = "en"
        views = {f"view_{n}": ready(session, "order", order.id, sides(session, order)[1]) for n in (1, 2)}
        return order, creator, worker, {"critical": "0", "major": "0", "minor": "0", **views}


def read(order: Order) -> Order:
    with transaction() as session:
        return session.get_one(Order, order.id)


def reported() -> list[Inspection]:
    with transaction() as session:
        return list(session.scalars(select(Inspection).order_by(Inspection.id)))


def hidden(text: str) -> dict[str, list[str]]:
    """What the page would send again, and the verdict that it shows."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text):
        found.setdefault(name, []).append(unescape(value))
    found.pop("csrf_token", None)
    found["sure"] = re.findall(r'name="sure" value="(\w+)"', text)
    return found


def test_the_plan_stands_over_the_questions(sign_in: SignIn):
    order, _creator, worker, _report = world(_S.INSPECTION)
    client, path = sign_in(worker), f"/orders/{order.id}/inspections/final"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    form = client.get(path).text
    for words in (
        "A lot of 100 pieces",
        "Check 20 pieces: at most 1 may have such a defect.",
        "Golden sample, photo 2",
    ):
        assert words in form


@pytest.mark.parametrize(
    ("major", "verdict", "stage"), [("1", "Passed", _S.AWAITING_BALANCE), ("2", "Not passed", _S.REWORK)]
)
def test_the_verdict_comes_before_the_report(sign_in: SignIn, major: str, verdict: str, stage: OrderStage):
    order, creator, worker, report = world(_S.INSPECTION)
    client, path = sign_in(worker), f"/orders/{order.id}/inspections/final"
    report |= {"major": major, "major_lines-0-text": "A crooked <smile>", "inspector": "QIMA", "note": "Boxes 1 to 4"}
    check = client.post(path, data=report)
    assert check.status_code == 200
    assert f'notice-title">{verdict}' in check.text
    assert (reported(), read(order).stage) == ([], _S.INSPECTION)
    client.post(path, data=hidden(check.text))
    [kept] = reported()
    assert (kept.passed, kept.inspector, kept.note) == (verdict == "Passed", "QIMA", "Boxes 1 to 4")
    assert set(kept.views.values()) == {report["view_1"], report["view_2"]}
    assert read(order).stage == stage
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    for words in (verdict, "A crooked &lt;smile&gt;", "QIMA", f"/orders/{order.id}/inspections/{kept.id}.pdf"):
        assert words in shown


def test_nobody_chooses_the_verdict(sign_in: SignIn):
    order, _creator, worker, report = world(_S.INSPECTION)
    report |= {"major": "9", "major_lines-0-text": "Seams open", "sure": "passed"}
    answer = sign_in(worker).post(f"/orders/{order.id}/inspections/final", data=report)
    assert "Not passed" in answer.text
    assert (reported(), read(order).stage) == ([], _S.INSPECTION)


def test_going_back_from_the_verdict_loses_nothing(sign_in: SignIn):
    order, _creator, worker, report = world(_S.INSPECTION)
    report |= {"minor": "2", "minor_lines-0-text": "A stain", "minor_lines-1-text": "A loose thread", "note": "Kept"}
    client, path = sign_in(worker), f"/orders/{order.id}/inspections/final"
    back = client.post(path, data=hidden(client.post(path, data=report).text) | {"edit": "y", "sure": ""})
    assert back.status_code == 200
    for words in ("A stain", "A loose thread", "Kept", f'name="view_1" value="{report["view_1"]}"', 'value="2"'):
        assert words in back.text
    assert reported() == []


def test_another_defect_of_a_class_gets_a_line_of_its_own(sign_in: SignIn):
    order, _creator, worker, report = world(_S.INSPECTION)
    report |= {"major": "", "major_lines-0-text": "Seams open", "add": "major"}
    answer = sign_in(worker).post(f"/orders/{order.id}/inspections/final", data=report)
    assert answer.status_code == 200
    for words in ("Seams open", 'name="major_lines-1-text"'):
        assert words in answer.text
    assert 'name="minor_lines-1-text"' not in answer.text
    for nonsense in ("no_such_class", ""):
        again = sign_in(worker).post(f"/orders/{order.id}/inspections/final", data=report | {"add": nonsense})
        assert again.status_code == 200


def test_a_refused_report_loses_nothing(sign_in: SignIn):
    order, _creator, worker, report = world(_S.INSPECTION)
    client, path = sign_in(worker), f"/orders/{order.id}/inspections/final"
    for changes, words in (
        ({"critical": ""}, "Write 0 if there is none."),
        ({"major": "3"}, "Say in a few words what is wrong."),
        ({"minor": "30", "minor_lines-0-text": "Stains"}, "Only 20 pieces are checked."),
        ({"view_2": ""}, "Take a photo at the same angle."),
    ):
        answer = client.post(path, data=report | changes | {"note": "Kept"})
        assert answer.status_code == 422, changes
        assert words in answer.text
        assert "Kept" in answer.text
        assert report["view_1"] in answer.text
    assert reported() == []


def test_an_inline_inspection_asks_for_its_lot_first(sign_in: SignIn):
    order, _creator, worker, report = world(_S.PRODUCTION)
    client, path = sign_in(worker), f"/orders/{order.id}/inspections/inline"
    assert 'name="lot"' in client.get(path).text
    assert client.get(path + "?lot=x").status_code == 422
    assert "Check 5 pieces: none may have such a defect." in client.get(path + "?lot=40").text
    check = client.post(path, data={**report, "lot": "40", "view_1": "", "view_2": ""})
    client.post(path, data=hidden(check.text))
    [kept] = reported()
    assert (kept.kind, kept.lot, kept.passed, read(order).stage) == ("inline", 40, True, _S.PRODUCTION)


def test_rework_then_the_same_inspection_again(sign_in: SignIn):
    order, creator, worker, report = world(_S.REWORK)
    client = sign_in(worker)
    page = client.get(f"/orders/{order.id}").text
    for act in ("rework/finish", "concession/ask"):
        assert f'href="/orders/{order.id}/{act}"' in page
    path = f"/orders/{order.id}/rework/finish"
    refused = client.post(path, data={"done": "Resewn <all>", "made": "10"})
    assert refused.status_code == 422
    assert "Resewn &lt;all&gt;" in refused.text
    client.post(path, data={"done": "Resewn <all>", "made": "99"})
    assert (read(order).stage, read(order).made_quantity) == (_S.INSPECTION, 99)
    assert "Resewn &lt;all&gt;" in sign_in(creator).get(f"/orders/{order.id}").text
    final = f"/orders/{order.id}/inspections/final"
    sign_in(worker)
    client.post(final, data=hidden(client.post(final, data=report).text))
    assert (read(order).stage, [one.passed for one in reported()]) == (_S.AWAITING_BALANCE, [False, True])


def test_a_concession_is_asked_for_and_decided(sign_in: SignIn):
    order, creator, worker, _report = world(_S.REWORK)
    client = sign_in(worker)
    ask = f"/orders/{order.id}/concession/ask"
    assert client.post(ask, data={"reason": "", "allowance_minor": "20"}).status_code == 422
    too_much = client.post(ask, data={"reason": "Hardly seen", "allowance_minor": "9999"})
    assert too_much.status_code == 422
    assert "more than the balance" in too_much.text
    client.post(ask, data={"reason": "Hardly seen", "allowance_minor": "20.50"})
    assert read(order).stage == _S.CONCESSION
    decide = f"/orders/{order.id}/concession"
    client = sign_in(creator)
    assert f'href="{decide}"' in client.get(f"/orders/{order.id}").text
    page = client.get(decide).text
    for words in ("Hardly seen", "$20.50", "$350.00", "$329.50"):
        assert words in page
    undecided = client.post(decide, data={})
    assert undecided.status_code == 422
    assert "Choose one." in undecided.text
    client.post(decide, data={"decision": "grant"})
    assert (read(order).stage, read(order).balance_minor) == (_S.AWAITING_BALANCE, 32950)
    late = client.post(decide, data={"decision": "refuse"})
    assert late.status_code == 409
    assert "Waiting for the balance" in late.text


def test_the_creator_may_refuse(sign_in: SignIn):
    order, creator, _worker, _report = world(_S.CONCESSION)
    sign_in(creator).post(f"/orders/{order.id}/concession", data={"decision": "refuse", "reason": "The blush"})
    assert read(order).stage == _S.REWORK
    assert reported()[0].conceded is False


@pytest.mark.parametrize(
    "act", ["inspections/inline", "inspections/final", "rework/finish", "concession/ask", "concession"]
)
def test_others_see_no_page_and_whoever_is_late_is_told(sign_in: SignIn, act: str):
    order, creator, worker, _report = world(_S.SHIPPED)
    with transaction() as session:
        strangers = [make.member(session, make.factory(session)), make.person(session)]
    path = f"/orders/{order.id}/{act}"
    for who in (*strangers, worker if act == "concession" else creator):
        assert sign_in(who).get(path).status_code == 404
        assert sign_in(who).post(path).status_code == 404
    late = sign_in(creator if act == "concession" else worker).post(path)
    assert late.status_code == 409
    assert "Shipped" in late.text
