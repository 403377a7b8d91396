"""The pages of change orders: choosing rows, checking, proposing, answering; refusals keep what was typed."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from portal.accounts.models import Person
from portal.core.db import transaction
from portal.orders.changes import operations
from portal.orders.changes.proposal import Proposal
from portal.orders.lifecycle import ChangeStage, OrderStage
from portal.orders.models import ChangeOrder, Order
from tests import make
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]


@pytest.fixture
def deal(clean: None) -> dict[str, Any]:
    """A committed order in production; its creator and the factory's owner."""
    with transaction() as session:
        order = at_stage(session, OrderStage.PRODUCTION)
        creator, factory = sides(session, order)
        people = [session.get_one(Person, actor.person_id) for actor in (creator, factory)]
        people[1].locale = "en"
        stranger = make.person(session)
    return {
        "path": f"/orders/{order.id}", "order": order, "creator": creator, "factory": factory,
        "ada": people[0], "wang": people[1], "stranger": stranger,
    }  # fmt: skip


def _changes() -> list[ChangeOrder]:
    with transaction() as session:
        return list(session.exec(select(ChangeOrder)))


def _propose(deal: dict[str, Any], side: str = "factory", **what: Any) -> None:
    with transaction() as session:
        order = session.get_one(Order, deal["order"].id)
        said = Proposal("Blue is sold out.", **({"values": {"height_sitting": 20}} | what))
        operations.propose(session, order, said, actor=deal[side])


FORM = {"seen": "0", "price_way": "same", "reason": "Blue is sold out."}
ROWS = FORM | {"field": "height_sitting", "shown": "height_sitting", "spec-height_sitting": "20"}


def test_chosen_rows_come_with_what_is_agreed_now(deal, sign_in: SignIn):
    page = sign_in(deal["wang"]).get(deal["path"] + "/changes/new?field=height_sitting").text
    assert 'name="spec-height_sitting"' in page
    assert 'value="18"' in page
    assert 'name="spec-weight"' not in page
    more = sign_in(deal["wang"]).post(
        deal["path"] + "/changes/new", data=ROWS | {"field": ["height_sitting", "weight"], "choose": "1", "reason": ""}
    )
    assert more.status_code == 200
    assert 'value="20"' in more.text
    assert 'name="spec-weight"' in more.text


def test_what_would_change_is_shown_before_anybody_is_told(deal, sign_in: SignIn):
    client, path = sign_in(deal["ada"]), deal["path"] + "/changes/new"
    sent = ROWS | {"quantity": "150", "price_way": "more", "price": "12.50", "ship_by": "2027-06-01"}
    page = unescape(client.post(path, data=sent).text)
    for words in ("18 cm", "20 cm", "100 pcs", "150 pcs", "+ $12.50", "Jun 1, 2027", "Blue is sold out."):
        assert words in page
    assert _changes() == []
    again = client.post(path, data=sent | {"edit": "1"})
    assert again.status_code == 200
    assert 'value="12.50"' in again.text
    answer = client.post(path, data=sent | {"sure": "1"})
    assert (answer.status_code, answer.location) == (303, f"{deal['path']}#changes")
    [change] = _changes()
    assert (change.values, change.quantity, change.price_minor) == ({"height_sitting": 20}, 150, 1250)
    assert str(change.ship_by) == "2027-06-01"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (ROWS | {"spec-height_sitting": "a lot"}, "a lot"),
        (ROWS | {"reason": ""}, "Say why."),
        (FORM, "Nothing would change"),
        (ROWS | {"price_way": "more"}, "Write the amount."),
        (ROWS | {"price": "5"}, "Say whether this is added or taken off."),
        (ROWS | {"ship_by": "2020-01-01"}, "still to come"),
        (ROWS | {"quantity": "many"}, "many"),
    ],
)
def test_a_refused_proposal_keeps_what_was_typed(deal, sign_in: SignIn, sent: dict[str, str], words: str):
    for extra in ({}, {"sure": "1"}):
        answer = sign_in(deal["ada"]).post(deal["path"] + "/changes/new", data=sent | extra)
        assert answer.status_code == 422
        assert words in answer.text
        assert "There is a problem" in answer.text
        assert sent["reason"] in answer.text
        if "spec-height_sitting" in sent:
            assert f'value="{sent["spec-height_sitting"]}"' in answer.text
    assert _changes() == []


def _agreed(deal: dict[str, Any], values: dict[str, Any]) -> None:
    with transaction() as session:
        order = session.get_one(Order, deal["order"].id)
        operations.propose(session, order, Proposal("Cartons.", values), actor=deal["creator"])
        operations.accept(session, order, 1, actor=deal["factory"])


def test_a_row_that_stands_against_the_change_is_put_beside_it(deal, sign_in: SignIn):
    _agreed(deal, {"carton_weight_limit": 15})
    sent = FORM | {"seen": "1", "field": "carton_weight", "shown": "carton_weight", "spec-carton_weight": "20"}
    answer = sign_in(deal["ada"]).post(deal["path"] + "/changes/new", data=sent)
    assert answer.status_code == 422
    assert "heavier" in answer.text
    assert 'name="spec-carton_weight_limit"' in answer.text


def test_a_chosen_row_that_is_emptied_goes(deal, sign_in: SignIn):
    _agreed(deal, {"carton_weight_limit": 15})
    sent = {"seen": "1", "field": "carton_weight_limit", "shown": "carton_weight_limit", "sure": "1"}
    answer = sign_in(deal["ada"]).post(
        deal["path"] + "/changes/new", data=FORM | sent | {"spec-carton_weight_limit": ""}
    )
    assert answer.status_code == 303
    assert [change.values for change in _changes() if change.number == 2] == [{"carton_weight_limit": None}]


def test_each_side_sees_its_own_buttons(deal, sign_in: SignIn):
    _propose(deal)
    creators = sign_in(deal["ada"]).get(deal["path"]).text
    assert "/changes/accept" in creators
    assert "/changes/decline" in creators
    assert "/changes/withdraw" not in creators
    assert "Answer change order 1" in creators
    factorys = sign_in(deal["wang"]).get(deal["path"]).text
    assert "/changes/withdraw" in factorys
    assert "/changes/accept" not in factorys
    assert "/changes/new" not in factorys


def test_strangers_find_nothing(deal, sign_in: SignIn):
    _propose(deal)
    client = sign_in(deal["stranger"])
    assert client.get(deal["path"] + "/changes/new").status_code == 404
    for answer in ("accept", "decline", "withdraw"):
        assert client.post(f"{deal['path']}/changes/{answer}", data={"number": "1"}).status_code == 404
    assert [change.stage for change in _changes()] == [ChangeStage.PROPOSED]


def test_an_answer_holds_and_a_second_one_is_told_so(deal, sign_in: SignIn):
    _propose(deal, price_minor=5000)
    accepted = sign_in(deal["ada"]).post(deal["path"] + "/changes/accept", data={"number": "1"}, follow_redirects=True)
    assert "Accepted." in accepted.text
    assert "1 agreed" in accepted.text
    late = sign_in(deal["wang"]).post(deal["path"] + "/changes/withdraw", data={"number": "1"})
    assert late.status_code == 409
    assert "accepted already" in late.text
    assert deal["path"] in late.text
    [change] = _changes()
    assert change.stage == ChangeStage.ACCEPTED


def test_a_decline_says_why(deal, sign_in: SignIn):
    _propose(deal)
    data = {"number": "1", "reply": "Too <late> for us."}
    declined = sign_in(deal["ada"]).post(deal["path"] + "/changes/decline", data=data, follow_redirects=True)
    assert "Too &lt;late&gt; for us." in declined.text
    assert [(change.stage, change.reply) for change in _changes()] == [(ChangeStage.DECLINED, "Too <late> for us.")]


def test_a_form_that_is_older_than_the_last_change_is_told_so(deal, sign_in: SignIn):
    _propose(deal)
    answer = sign_in(deal["ada"]).post(deal["path"] + "/changes/new", data=ROWS | {"sure": "1"})
    assert answer.status_code == 409
    assert "open already" in unescape(answer.text)


def test_the_purchase_order_lists_what_was_agreed_since(deal, sign_in: SignIn):
    assert "Amendments" not in sign_in(deal["ada"]).get(deal["path"] + "/po").text
    _propose(deal, quantity=150)
    with transaction() as session:
        operations.accept(session, session.get_one(Order, deal["order"].id), 1, actor=deal["creator"])
    page = sign_in(deal["wang"]).get(deal["path"] + "/po").text
    assert 'id="amendments"' in page
    assert "150" in page
    assert "Blue is sold out." in page
