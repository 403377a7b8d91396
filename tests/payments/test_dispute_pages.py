"""Disputes on the web: the banner of both sides, the operator's answer to the bank, what follows from a lost one."""

import re
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from portal.core.actor import WORKER
from portal.core.db import lock, transaction
from portal.core.errors import Gone
from portal.core.events import Event
from portal.core.lifecycle import record as record_event
from portal.designs import storage
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls
from portal.payments.disputes import evidence, record
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute, Liable
from portal.payments.models import Operation, OperationKind
from portal.payments.reports import Unreachable
from tests.payments.disputed import dispute, lost, opened
from tests.payments.shop import DEPOSIT, Shop, pay
from tests.payments.test_balance import OPERATOR, at_once
from tests.payments.test_disputes import close
from tests.payments.test_disputes_at_stripe import DISPUTED
from tests.payments.test_pages import operator, person, words
from tests.payments.test_returns import everything_paid

__all__ = ["operator"]
STATEMENT = "The buyer approved the sample; the goods were inspected and delivered."


@pytest.fixture
def contested(shop: Shop) -> Shop:
    """A deposit that the bank has taken back."""
    pay(shop.open(), DISPUTED)
    shop.settle()
    return shop


def at(shop: Shop, path: str = "") -> str:
    return f"/operator/disputes/{dispute(shop).id}{path}"


def prepared(shop: Shop, operator: FlaskClient, statement: str = STATEMENT) -> Dispute:
    answer = operator.post(at(shop), data={"statement": statement, "fields": ["customer_name", "product_description"]})
    assert answer.status_code == 303
    shop.work()
    return dispute(shop)


def test_both_sides_read_what_happens_next(contested: Shop, sign_in):
    seen = words(sign_in(person(contested.creator.person_id)).get(f"/orders/{contested.order_id}"))
    for piece in (
        "A bank has taken a payment of $150.00 back",
        "We answer the bank with the order’s record by",
        "nothing is shipped, paid out or returned",
        "withdraw the dispute",
    ):
        assert piece in seen
    assert "Open the dispute" not in seen
    assert seen.index("nothing is shipped") < seen.index("What is to be done"), "above all that could be done"
    seen = words(sign_in(person(contested.factory.person_id)).get(f"/orders/{contested.order_id}"))
    assert "银行已收回 US$150.00 的付款" in seen
    assert "物流单号" in seen


def test_the_list_says_what_waits_and_by_when(contested: Shop, operator: FlaskClient):
    seen = words(operator.get("/operator/disputes"))
    assert "The goods did not come" in seen
    assert "Evidence to be sent" in seen
    assert ">1<span" in operator.get("/operator/disputes").text.replace(" ", "").replace("<spanclass=", "<span"), (
        "badge"
    )


def test_the_paper_has_the_orders_record(contested: Shop, operator: FlaskClient, sign_in):
    found = prepared(contested, operator)
    pdf = storage.get(found.pack_key)
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    text = " ".join("".join(page.get_textpage().get_text_range() for page in document).split())
    order = contested.order()
    for piece in (
        f"Evidence: order {order.number}",
        "The goods did not come",
        STATEMENT,
        "$150.00 USD",
        contested.leg().payment_id,
        "Name of the buyer",
        "Deposit (disputed)",
        "Terms accepted",
    ):
        assert piece in text, piece
    assert order.terms_hash[:20] in text.replace(" ", "")
    assert len(found.pack_pages) == len(document)
    assert len(pdf) < 5_000_000
    with transaction() as session:
        look = session.exec(select(Event).where(Event.name == "thread_inspected")).one()
    assert look.data["reason"] == "Evidence for a card dispute", "both sides see that their messages were read"
    seen = words(sign_in(person(contested.factory.person_id)).get(f"/orders/{contested.order_id}"))
    assert "为拒付争议准备证明材料" in seen, "in the reader's language"


def test_the_paper_does_not_call_the_worker_a_carrier(contested: Shop):
    with transaction() as session:
        order = session.get_one(Order, contested.order_id)
        record_event(session, order, "spec_ready", actor=WORKER)
        record_event(session, order, "order_delivered", actor=WORKER)
    with transaction() as session:
        said = record.of(session, dispute(contested))
    assert [who for _when, _what, who in said["history"][-2:]] == ["Xiaodan", "The carrier"]


def test_what_the_operator_has_seen_is_sent_once(contested: Shop, operator: FlaskClient):
    found = prepared(contested, operator)
    page = operator.get(at(contested))
    assert page.text.count("Page 1 of the paper") == 1
    for _press in range(2):
        operator.post(at(contested, "/submit"), data={"sha256": found.pack_sha256})
    contested.settle()
    there = contested.standin.v1.disputes.retrieve(found.stripe_id)
    assert (there.status, there.evidence_details.submission_count) == ("under_review", 1)
    assert there.evidence.uncategorized_text == STATEMENT
    assert there.evidence.uncategorized_file.startswith("file_")
    assert there.evidence.customer_name
    assert there.evidence.customer_email_address is None, "what was not chosen is not said"
    assert dispute(contested).stage == DisputeStage.ANSWERED
    assert contested.told("dispute_answered") == 1
    assert len([row for row in contested.rows(Operation) if row.kind == OperationKind.SUBMIT_EVIDENCE]) == 1


def test_another_paper_than_the_one_that_was_seen_is_not_sent(contested: Shop, operator: FlaskClient):
    first = prepared(contested, operator).pack_sha256
    prepared(contested, operator, "Other words.")
    answer = operator.post(at(contested, "/submit"), data={"sha256": first})
    assert answer.status_code == 409
    assert "Another paper has been made since" in words(answer)
    assert dispute(contested).submitted_at is None


def test_an_answer_that_got_lost_is_looked_for_and_not_sent_again(contested: Shop, operator: FlaskClient):
    found = prepared(contested, operator)
    operator.post(at(contested, "/submit"), data={"sha256": found.pack_sha256})
    contested.standin.control(lose_answer=1)
    with pytest.raises(Unreachable):
        contested.work()
    [waiting] = [row for row in contested.rows(Operation) if row.kind == OperationKind.SUBMIT_EVIDENCE]
    calls.carry_out(contested.stripe, waiting.id)
    contested.settle()
    there = contested.standin.v1.disputes.retrieve(found.stripe_id)
    assert there.evidence_details.submission_count == 1
    assert dispute(contested).stage == DisputeStage.ANSWERED


def test_what_stripe_refuses_is_shown_and_can_be_sent_again(contested: Shop, operator: FlaskClient):
    found = prepared(contested, operator)
    contested.standin.v1.disputes.update(found.stripe_id, {"evidence": {"uncategorized_text": "By hand"}})
    operator.post(at(contested, "/submit"), data={"sha256": found.pack_sha256})
    contested.work()
    assert "already been submitted" in dispute(contested).failure
    assert dispute(contested).submitted_at is None
    contested.settle()
    assert dispute(contested).stage == DisputeStage.ANSWERED, "somebody has answered at Stripe"


def test_two_operators_send_it_once(contested: Shop, operator: FlaskClient, app):
    found = prepared(contested, operator)

    def send() -> None:
        with transaction() as session:
            row = lock(session, Dispute, found.id)
            evidence.submit(session, row, sha256=found.pack_sha256, actor=OPERATOR)

    answers = at_once(app, send, send)
    assert sorted(isinstance(answer, Gone) for answer in answers) == [False, True]


def test_won_by_the_evidence(contested: Shop, operator: FlaskClient):
    """What the stand-in takes for winning evidence."""
    found = prepared(contested, operator, "winning_evidence")
    operator.post(at(contested, "/submit"), data={"sha256": found.pack_sha256})
    contested.settle()
    contested.standin.control(now_offset=10)
    contested.standin.state()
    contested.settle()
    assert dispute(contested).stage == DisputeStage.WON
    seen = words(operator.get(f"/orders/{contested.order_id}"))
    assert "The bank has decided for this order" in seen


def test_an_operator_says_who_answers(shop: Shop, operator: FlaskClient):
    everything_paid(shop)
    close(shop)
    shop.settle()
    lost(shop)
    page = operator.get(at(shop, "/settle"))
    assert "the portal answers" in words(page)
    chosen = [tag for tag in re.findall(r"<input[^>]*>", page.text) if " checked" in tag]
    assert ['value="portal"' in tag for tag in chosen] == [True], "the portal, unless somebody says otherwise"
    assert operator.post(at(shop, "/settle"), data={"liable": "factory", "reason": ""}).status_code == 422
    answer = operator.post(at(shop, "/settle"), data={"liable": "factory", "reason": "Nothing was shipped."})
    assert answer.status_code == 303
    found = dispute(shop)
    assert (found.liable, found.lost_released_minor, found.verdict) == (Liable.FACTORY, DEPOSIT, "Nothing was shipped.")
    assert operator.get(at(shop, "/settle")).status_code == 409
    assert "Nothing was shipped." in words(operator.get(f"/orders/{shop.order_id}"))


def test_the_ship_page_says_why_not(shop: Shop, sign_in):
    everything_paid(shop)
    opened(shop)
    factory = sign_in(person(shop.factory.person_id))
    answer: Any = factory.get(f"/orders/{shop.order_id}/parcels/new")
    assert answer.status_code == 409
    assert "银行裁定之前请不要发货" in words(answer)
    seen = words(factory.get(f"/orders/{shop.order_id}"))
    assert "暂时不要发货" in seen
    assert "/parcels/new" not in factory.get(f"/orders/{shop.order_id}").text
    assert shop.order().stage == OrderStage.READY_TO_SHIP


def test_nobody_else_sees_the_bank(contested: Shop, sign_in):
    for actor in (contested.creator, contested.factory):
        client = sign_in(person(actor.person_id))
        assert client.get("/operator/disputes").status_code == 404
        assert client.get(at(contested)).status_code == 404
        assert client.post(at(contested, "/submit")).status_code == 404
