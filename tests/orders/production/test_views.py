"""The factory's pages on production, and what both sides see of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.clock import now
from portal.core.db import transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Progress
from tests import make
from tests.orders.stages import at_stage, sides
from tests.photographs import ready

SignIn = Callable[[Person | None], FlaskClient]
_S = OrderStage


def world(stage: OrderStage) -> tuple[Order, Person, Person]:
    """An order at a stage, its creator, its factory's owner (who reads English here)."""
    with transaction() as session:
        order = at_stage(session, stage)
        creator, worker = (session.get_one(Person, who.person_id) for who in sides(session, order))
        worker.locale = "en"
        return order, creator, worker


def read(order: Order) -> Order:
    with transaction() as session:
        return session.get_one(Order, order.id)


def report(**changes: str) -> dict[str, str]:
    day = (now() + timedelta(days=8)).date().isoformat()
    return {"milestone": "sewing", "percent": "40", "quantity": "30", "expected_on": day} | changes


def test_a_report_from_the_phone_is_seen_by_the_creator(sign_in: SignIn):
    order, creator, worker = world(_S.PRODUCTION)
    with transaction() as session:
        photo = ready(session, "order", order.id, sides(session, order)[1])
    client, path = sign_in(worker), f"/orders/{order.id}/progress"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    form = client.get(path).text
    for words in ("Cutting", "Needle detection", "Packing", 'inputmode="numeric"'):
        assert words in form
    sent = report(photos=photo, note="The <red> thread is in")
    assert "The creator has been told" in client.post(path, data=sent, follow_redirects=True).text
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    for words in ("Sewing: 40 % done.", "30 of 100 pieces are ready.", "The &lt;red&gt; thread is in", "Expected"):
        assert words in shown
    assert path not in shown, "the creator has no button"
    again = sign_in(worker).get(path).text
    assert 'value="30"' in again, "the next report begins where the last one ended"


def test_a_delay_is_said_in_words_on_the_page(sign_in: SignIn):
    order, creator, worker = world(_S.PRODUCTION)
    path = f"/orders/{order.id}/progress"
    for days, said in ((0, None), (1, "1 day late"), (5, "5 days late")):
        assert order.ship_by
        day = (order.ship_by + timedelta(days=days)).isoformat()
        assert sign_in(worker).post(path, data=report(expected_on=day)).status_code == 303
        shown = sign_in(creator).get(f"/orders/{order.id}").text
        assert (said or "late</span>") in shown if said else "late</span>" not in shown


def test_a_refused_report_loses_nothing(sign_in: SignIn):
    order, _creator, worker = world(_S.PRODUCTION)
    path = f"/orders/{order.id}/progress"
    answer = sign_in(worker).post(path, data=report(percent="140", expected_on="2020-01-01", note="Kept"))
    assert answer.status_code == 422
    for words in ("From 0 to 100.", 'value="140"', 'value="2020-01-01"', "Kept"):
        assert words in answer.text
    answer = sign_in(worker).post(path, data=report(expected_on="2020-01-01", milestone="curing"))
    assert answer.status_code == 422
    with transaction() as session:
        assert session.scalars(select(Progress)).all() == []


def test_the_new_balance_is_shown_before_production_ends(sign_in: SignIn):
    order, creator, worker = world(_S.PRODUCTION)
    client, path = sign_in(worker), f"/orders/{order.id}/production/finish"
    first = client.post(path, data={"made": "97"}).text
    assert read(order).stage == _S.PRODUCTION
    for words in ("97 of 100 ordered", "$350.00", "$335.00"):
        assert words in first
    stale = client.post(path, data={"made": "97", "sure": "35000"})
    assert "$335.00" in stale.text
    assert read(order).stage == _S.PRODUCTION, "another balance than the one shown"
    client.post(path, data={"made": "97", "sure": "33500"})
    assert (read(order).stage, read(order).balance_minor) == (_S.INSPECTION, 33500)
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    for words in ("97 of 100 ordered", "$350.00", "$335.00"):
        assert words in shown


def test_too_few_pieces_lead_to_a_change_order(sign_in: SignIn):
    order, _creator, worker = world(_S.PRODUCTION)
    answer = sign_in(worker).post(f"/orders/{order.id}/production/finish", data={"made": "80"})
    assert answer.status_code == 422
    assert "propose a change order" in answer.text
    assert f'href="/orders/{order.id}#changes"' in answer.text
    assert 'value="80"' in answer.text


def test_pieces_beyond_the_tolerance_are_not_charged(sign_in: SignIn):
    order, _creator, worker = world(_S.PRODUCTION)
    answer = sign_in(worker).post(f"/orders/{order.id}/production/finish", data={"made": "110"})
    assert "5 pcs are beyond the agreed tolerance" in answer.text


@pytest.mark.parametrize("act", ["progress", "production/finish"])
def test_only_the_orders_factory_and_only_in_time(sign_in: SignIn, act: str):
    order, creator, worker = world(_S.INSPECTION)
    with transaction() as session:
        stranger = make.member(session, make.factory(session))
    path = f"/orders/{order.id}/{act}"
    for who in (creator, stranger):
        assert sign_in(who).get(path).status_code == 404
        assert sign_in(who).post(path, data=report(made="100")).status_code == 404
    late = sign_in(worker).post(path, data=report(made="100"))
    assert late.status_code == 409
    assert "To be inspected" in late.text
    assert f'href="/orders/{order.id}"' in late.text
    assert path not in sign_in(worker).get(f"/orders/{order.id}").text


def test_a_day_in_another_age_is_a_slip(sign_in: SignIn):
    order, _creator, worker = world(_S.PRODUCTION)
    answer = sign_in(worker).post(f"/orders/{order.id}/progress", data=report(expected_on="9999-12-31"))
    assert answer.status_code == 422
    assert "Check the year." in answer.text
