"""The pages of orders: choosing, the list, the order, its purchase order, its early end. And whose they are."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Row
from sqlmodel import select

from portal.accounts.models import Person
from portal.core.actor import CLOCK, Actor, Role
from portal.core.db import transaction
from portal.core.lifecycle import advance, record
from portal.orders import operations, panels, queries
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.sourcing import quote_operations
from tests import make
from tests.deals import Deal, deal, quoted, statements
from tests.orders.placing import paid, placed

SignIn = Callable[[Person | None], FlaskClient]


def _quoted(**fields) -> tuple[Deal, str]:
    """A deal with two quotes, and the way to choose the first at 300 pcs."""
    with transaction() as session:
        made = deal(session, **fields)
        quote = quoted(session, made, 0)
        quoted(session, made, 1, price=600)
        return made, f"/briefs/{made.brief.id}/award?quote={quote.id}&q=300"


def _placed() -> tuple[Deal, Order]:
    with transaction() as session:
        made = deal(session)
        quoted(session, made)
        return made, placed(session, made)


def _orders() -> list[Order]:
    with transaction() as session:
        return list(session.exec(select(Order)))


def _confirm(path: str) -> tuple[str, dict[str, str]]:
    where, query = path.split("?")
    sent = dict(part.split("=") for part in query.split("&"))
    return where, {"quote": sent["quote"], "quantity": sent["q"], "agree": "y"}


def test_choosing_shows_what_is_ordered_before_it_is(sign_in: SignIn):
    made, path = _quoted()
    text = sign_in(made.buyer).get(path).text
    for words in ("Works 0", "300 pcs", "$1,500.00", "$450.00", "Sitting", "FOB"):
        assert words in text
    assert _orders() == []


def test_an_order_is_placed_and_its_page_follows(sign_in: SignIn):
    made, path = _quoted()
    where, data = _confirm(path)
    answer = sign_in(made.buyer).post(where, data=data, follow_redirects=True)
    [order] = _orders()
    assert answer.request.path == f"/orders/{order.id}"
    assert "Pay the deposit" in answer.text
    assert (order.quantity, order.total_minor) == (300, 150000)


def test_without_the_tick_nothing_is_ordered(sign_in: SignIn):
    made, path = _quoted()
    where, data = _confirm(path)
    refused = sign_in(made.buyer).post(where, data=data | {"agree": ""})
    assert refused.status_code == 422
    assert "Tick the box" in refused.text
    assert "Works 0" in refused.text
    assert _orders() == []


def test_a_quote_revised_meanwhile_is_refused_with_the_way_to_the_others(sign_in: SignIn):
    made, path = _quoted()
    where, data = _confirm(path)
    with transaction() as session:
        invitation = session.merge(made.invitations[0])
        session.refresh(invitation)
        made.invitations[0] = invitation
        quoted(session, made, 0, price=550)
    client = sign_in(made.buyer)
    for answer in (client.post(where, data=data), client.get(path)):
        assert answer.status_code == 410
        assert f'href="/briefs/{made.brief.id}/compare?q=300">Look at the quotes' in answer.text
        assert "Go to the order" not in answer.text
    assert 'class="banner ' not in client.get(f"/briefs/{made.brief.id}/compare").text
    assert _orders() == []


def test_the_second_of_two_tabs_is_told_kindly(sign_in: SignIn):
    made, path = _quoted()
    where, data = _confirm(path)
    client = sign_in(made.buyer)
    client.post(where, data=data)
    [order] = _orders()
    late = client.post(where, data=data)
    assert "You have chosen a quote for this brief already" in late.text
    for answer in (late, client.get(path)):
        assert answer.status_code == 410
        assert f'href="/orders/{order.id}">Go to the order' in answer.text
        assert "Look at the quotes" in answer.text
    assert len(_orders()) == 1


@pytest.mark.parametrize(
    "change", [{"quote": "nonsense"}, {"quote": str(uuid4())}, {"quantity": "150"}, {"quantity": "x"}, {"quantity": ""}]
)
def test_a_forged_choice_orders_nothing(sign_in: SignIn, change: dict[str, str]):
    made, path = _quoted()
    where, data = _confirm(path)
    assert sign_in(made.buyer).post(where, data=data | change).status_code in (404, 410, 422)
    assert _orders() == []


def test_only_the_briefs_creator_chooses(sign_in: SignIn):
    made, path = _quoted()
    where, data = _confirm(path)
    with transaction() as session:
        stranger = make.person(session)
    for who in (stranger, made.workers[0], made.workers[1]):
        assert sign_in(who).get(path).status_code == 404
        assert sign_in(who).post(where, data=data).status_code == 404
    assert sign_in(None).post(where, data=data).status_code == 303
    assert _orders() == []


def test_an_order_is_seen_by_its_two_sides_and_operators(sign_in: SignIn):
    made, order = _placed()
    other, _elsewhere = _placed()
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    for path in (f"/orders/{order.id}", f"/orders/{order.id}/po"):
        for who in (made.buyer, made.workers[0], operator):
            assert sign_in(who).get(path).status_code == 200, path
        for who in (other.buyer, other.workers[0], made.workers[1]):
            assert sign_in(who).get(path).status_code == 404, path
        assert sign_in(None).get(path).status_code == 303
    for who, status in ((made.buyer, 303), (made.workers[0], 303), (other.buyer, 404), (made.workers[1], 404)):
        assert sign_in(who).get(f"/briefs/{made.brief.id}/order").status_code == status


def test_the_list_is_ones_own_newest_first(sign_in: SignIn):
    with transaction() as session:
        made = [deal(session, title=f"Thing {n}") for n in range(2)]
        for one in made:
            quoted(session, one)
            placed(session, one)
        mine = deal(session, title="Thing of mine")
        quoted(session, mine)
        placed(session, mine)
    text = sign_in(mine.buyer).get("/orders").text
    assert "Thing of mine" in text
    assert "Thing 0" not in text
    assert "Works 0" in text
    factory = sign_in(mine.workers[0]).get("/orders").text
    assert "Thing of mine" in factory
    assert "Thing 1" not in factory
    assert mine.buyer.name in factory


def _many(n: int) -> tuple[Person, Actor]:
    with transaction() as session:
        buyer, factory = make.person(session), make.factory(session)
        worker = make.member(session, factory)
        for k in range(n):
            brief = make.brief(session, buyer, title=f"Order no {k:02}")
            invitation = make.invitation(session, brief, factory)
            make.order(session, invitation, make.quote(session, invitation, worker, {100: 500}), brief)
        return buyer, make.actor(buyer)


def test_long_lists_are_paged_without_gap_or_double(context, clean):
    _buyer, actor = _many(45)
    seen, before = [], None
    with transaction() as session:
        while True:
            found = queries.orders(session.connection(), actor, before=before)
            seen += [row.number for row in found.rows]
            if (before := found.before) is None:
                break
    assert len(seen) == 45
    assert seen == sorted(set(seen), reverse=True)


def test_a_stage_is_picked_and_keeps_its_pages(sign_in: SignIn):
    buyer, _actor = _many(25)
    with transaction() as session:
        for order in session.exec(select(Order).order_by(Order.number).limit(3)):
            order.stage = OrderStage.CANCELLED
    client = sign_in(buyer)
    assert client.get("/orders?stage=cancelled").text.count("Order no") == 3
    waiting = client.get("/orders?stage=awaiting_deposit").text
    assert waiting.count("Order no") == 20
    following = re.search(r'rel="next" href="([^"]+)"', waiting)[1].replace("&amp;", "&")
    assert client.get(following).text.count("Order no") == 2
    assert client.get("/orders?stage=nonsense&before=x").status_code == 200


def test_the_tasks_say_whose_turn_it_is(sign_in: SignIn):
    made, order = _placed()
    text = sign_in(made.buyer).get(f"/orders/{order.id}").text
    current = re.search(r'<li class="task task-current">(.*?)</li>', text, re.DOTALL)[1]
    assert "Pay the deposit" in current
    assert "You" in current
    assert "Turn: You" in text


def test_who_has_accepted_the_spec_waits_for_the_other(sign_in: SignIn):
    with transaction() as session:
        made = deal(session)
        quoted(session, made)
        order = paid(session, made)
        record(session, order, "spec_frozen", actor=CLOCK, revision="A")
    page = f"/orders/{order.id}"
    assert "Turn: Both sides" in sign_in(made.buyer).get(page).text
    with transaction() as session:
        advance(session, session.get_one(Order, order.id), "accept_spec", actor=made.creator, name=made.creator.name)
    assert "Turn: Factory" in sign_in(made.buyer).get(page).text


def test_the_timeline_speaks_of_both_sides(sign_in: SignIn):
    with transaction() as session:
        made = deal(session)
        quoted(session, made)
        order = paid(session, made)
        session.get_one(Person, made.workers[0].id).locale = "en"
    text = sign_in(made.workers[0]).get(f"/orders/{order.id}").text
    assert "Order placed, purchase order issued" in text
    assert "Deposit paid" in text
    assert made.buyer.name in text


def test_the_purchase_order_is_what_was_frozen(sign_in: SignIn):
    made, order = _placed()
    with transaction() as session:
        session.get_one(Person, made.buyer.id).name = "Another Name"
    text = sign_in(made.buyer).get(f"/orders/{order.id}/po").text
    for words in (f"PO-{order.number}", "Ada", "Works 0", "$500.00", order.terms_hash, "prepayment"):
        assert words in text


def test_cancelling_asks_first_and_tells_the_other_side(sign_in: SignIn):
    made, order = _placed()
    client, path = sign_in(made.buyer), f"/orders/{order.id}/cancel"
    assert path in client.get(f"/orders/{order.id}").text
    assert client.get(path).status_code == 200
    too_long = client.post(path, data={"reason": "x" * 301})
    assert too_long.status_code == 422
    assert "x" * 301 in too_long.text
    answer = client.post(path, data={"reason": "A <mistake>"}, follow_redirects=True)
    assert "A &lt;mistake&gt;" in answer.text
    assert _orders()[0].stage == OrderStage.CANCELLED
    assert client.post(path).status_code == 409
    assert path not in client.get(f"/orders/{order.id}").text
    brief = client.get(f"/briefs/{order.brief_id}").text
    assert "Brief closed: its order was cancelled before the deposit" in brief
    assert brief.count(f'action="/briefs/{order.brief_id}/copy"') == 1
    assert "Order ended" in client.get("/briefs").text


def test_nobody_else_cancels(sign_in: SignIn):
    made, order = _placed()
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    for who in (made.workers[1], operator):
        assert sign_in(who).post(f"/orders/{order.id}/cancel").status_code == 404
    assert _orders()[0].stage == OrderStage.AWAITING_DEPOSIT


def test_panels_of_higher_features_are_shown_to_whom_they_load_for(sign_in: SignIn, monkeypatch, app):
    def load(conn: Connection, actor: Actor, order: Row) -> dict | None:
        bill = {"total_minor": 0, "balance_minor": 0}
        return {"amounts": {}, "bill": bill, "here": False} if actor.role == Role.CREATOR else None

    monkeypatch.setattr(panels, "_panels", {})
    panels.add(panels.Panel("extra", "orders/_order_money.html", load, early=True))
    made, order = _placed()
    assert sign_in(made.buyer).get(f"/orders/{order.id}").text.count('class="bill"') == 2
    assert sign_in(made.workers[0]).get(f"/orders/{order.id}").text.count('class="bill"') == 1


def test_unchanged_pages_are_not_sent_again(sign_in: SignIn):
    made, order = _placed()
    client = sign_in(made.buyer)
    for path in ("/orders", f"/orders/{order.id}"):
        client.get(path)
        tag = client.get(path).headers["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), path
        factory = sign_in(made.workers[0]).get(path, headers={"If-None-Match": tag})
        assert factory.status_code == 200, "one reader's copy is not another's"
        sign_in(made.buyer)
    with transaction() as session:
        operations.cancel(session, session.get_one(Order, order.id), actor=made.creator)
    for path in ("/orders", f"/orders/{order.id}"):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_with_a_banner_is_not_kept(sign_in: SignIn):
    made, order = _placed()
    client = sign_in(made.buyer)
    client.get(f"/orders/{order.id}")
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Well done")]
    shown = client.get(f"/orders/{order.id}")
    assert "Well done" in shown.text
    assert "ETag" not in shown.headers


def test_lists_and_pages_take_few_statements(sign_in: SignIn):
    buyer, _actor = _many(20)
    made, order = _placed()
    client = sign_in(buyer)
    client.get("/orders")
    with statements() as sent:
        assert client.get("/orders").status_code == 200
    assert len(sent) <= 3, sent  # who, the list, what waits
    client = sign_in(made.buyer)
    client.get(f"/orders/{order.id}")
    with statements() as sent:
        assert client.get(f"/orders/{order.id}").status_code == 200
    assert len(sent) <= 7, sent


def test_a_withdrawn_quote_offers_no_way_to_order(sign_in: SignIn):
    made, path = _quoted()
    with transaction() as session:
        invitation = session.merge(made.invitations[0])
        session.refresh(invitation)
        quote_operations.withdraw(session, invitation, actor=made.factories[0])
    answer = sign_in(made.buyer).get(path)
    assert answer.status_code == 410
    assert "Look at the quotes" in answer.text
