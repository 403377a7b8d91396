"""What happens to an order's money is put on paper, once, and adds up to the ledger."""

import csv
import io
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import lock, transaction
from portal.designs import storage
from portal.orders import operations as orders
from portal.orders.ending import claims
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.orders.parcels import operations as parcels
from portal.payments.accounts import CREDITED, RECEIVED
from portal.payments.models import LedgerTransaction, LegKind, Posting
from portal.payments.papers import operations, queries, tasks
from portal.payments.papers.models import TaxPaper, TaxPaperFile, TaxPaperKind
from portal.specs.operations import content_hash
from tests import make
from tests.orders.parcels.test_operations import load
from tests.payments.shop import DEPOSIT, Shop, pay
from tests.payments.test_returns import everything_paid
from tests.specs.test_shipping import words

K = TaxPaperKind


def issue(shop: Shop) -> list[TaxPaper]:
    """Every paper that is due, without their PDFs; all papers of the order."""
    while tasks._issue_next(shop.order_id):
        pass
    return shop.rows(TaxPaper)


def booked(shop: Shop, movements: frozenset) -> int:
    """The sum of movements in the ledger."""
    query = (
        select(Posting.amount_minor)
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .where(LedgerTransaction.movement.in_(movements), Posting.amount_minor > 0)
    )
    with transaction() as session:
        return sum(session.scalars(query))


def kinds(papers: list[TaxPaper]) -> list[str]:
    return [paper.number.split("-")[0] for paper in papers]


def adds_up(shop: Shop, papers: list[TaxPaper]) -> None:
    """Receipts are what came in, credit notes what goes back; every paper's lines are its total."""
    sums = Counter()
    for paper in papers:
        sums[paper.kind] += paper.total_minor
        assert sum(line["amount_minor"] for line in paper.content["lines"]) == paper.total_minor
        assert paper.content["number"] == paper.number
        assert content_hash(paper.content) == paper.content_hash
    assert sums[K.RECEIPT] == booked(shop, RECEIVED)
    assert sums[K.CREDIT_NOTE] == booked(shop, CREDITED)


def test_the_award_brings_a_proforma_invoice_before_any_payment(shop: Shop):
    [paper] = issue(shop)
    assert paper.kind == K.PROFORMA
    assert paper.total_minor == 50_000
    said = paper.content
    assert (said["deposit_minor"], said["balance_minor"], said["deposit_percent"]) == (15_000, 35_000, 30)
    assert said["lines"][0]["pieces"] == 100
    assert said["references"]["pay_by"].endswith("UTC")
    assert issue(shop) == [paper], "a second run issues nothing"


def test_deposit_and_balance_bring_a_receipt_each(shop: Shop):
    shop.await_balance(made_quantity=100)
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    papers = issue(shop)
    assert kinds(papers) == ["PI", "RC", "RC"]
    deposit, balance = papers[1:]
    assert (deposit.total_minor, balance.total_minor) == (DEPOSIT, 35_000)
    assert deposit.content["references"]["invoice"] == papers[0].number
    assert deposit.content["references"]["payment"].startswith("pi_")
    assert not deposit.for_factory
    adds_up(shop, papers)


def test_a_payment_that_nobody_waited_for_has_receipt_and_credit_note(shop: Shop):
    address = shop.open()
    with transaction() as session:
        orders.cancel(session, lock(session, Order, shop.order_id), actor=shop.creator)
    pay(address)
    shop.settle()
    papers = issue(shop)
    assert kinds(papers) == ["RC", "CN"], "an order that was cancelled unpaid needs no proforma invoice"
    receipt, note = papers
    assert note.corrects_id == receipt.id
    assert note.content["lines"][0]["what"] == "refund_late"
    assert receipt.content["lines"][0]["what"] == "unwanted_late"
    assert not note.for_factory, "no goods: the factory has nothing to do with it"
    adds_up(shop, papers)


def test_what_a_called_off_order_gives_back_is_credited(shop: Shop):
    shop.deposit()
    with transaction() as session:
        ending.call_off(session, lock(session, Order, shop.order_id), "", fee_minor=0, actor=shop.creator)
    shop.settle()
    papers = issue(shop)
    assert kinds(papers) == ["PI", "RC", "CN"]
    proforma, receipt, note = papers
    assert note.total_minor == DEPOSIT
    assert note.corrects_id == proforma.id
    assert note.content["references"] == {
        "order": f"PO-{shop.order().number}", "corrects": proforma.number, "receipt": receipt.number,
    }  # fmt: skip
    assert note.for_factory
    assert "pi_" not in str(note.content), "the factory reads it too"
    adds_up(shop, papers)


def test_a_parcel_brings_a_commercial_invoice_of_the_series(shop: Shop):
    shop.deposit()
    shop.reach(OrderStage.READY_TO_SHIP, made_quantity=100)
    with transaction() as session:
        parcels.ship(session, lock(session, Order, shop.order_id), load(), last=True, actor=shop.factory)
    papers = issue(shop)
    assert kinds(papers) == ["PI", "RC", "CI"]
    assert papers[-1].total_minor == 100 * 500
    assert papers[-1].for_factory


def test_papers_that_were_late_come_in_the_order_in_which_things_happened(shop: Shop):
    """The worker stood still while a parcel left and a part of its price went back: the credit note corrects the
    parcel's invoice, as it would have in time."""
    shop.deposit()
    shop.reach(OrderStage.READY_TO_SHIP, made_quantity=100)
    with transaction() as session:
        parcels.ship(session, lock(session, Order, shop.order_id), load(), last=True, actor=shop.factory)
    shop.reach(OrderStage.DISPUTED)
    with transaction() as session:
        olga = make.actor(make.person(session, Role.OPERATOR))
        claims.settle(session, lock(session, Order, shop.order_id), "The dye was ours.", 1000, actor=olga)
    shop.settle()
    papers = issue(shop)
    assert kinds(papers) == ["PI", "RC", "CI", "CN"]
    assert papers[3].corrects_id == papers[2].id
    adds_up(shop, papers)


def test_pieces_that_never_left_are_credited_on_the_proforma(shop: Shop):
    """Each parcel's invoice has only what is in it: crediting them there would take them off twice."""
    everything_paid(shop)
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        left = parcels.made(order) - 4
        parcels.ship(session, order, load(left, short="Four are stained."), last=True, actor=shop.factory)
    shop.settle()
    papers = {paper.number[:2]: paper for paper in issue(shop)}
    assert papers["CI"].total_minor == left * 500
    assert papers["CN"].total_minor == 4 * 500
    assert papers["CN"].corrects_id == papers["PI"].id


def test_the_worker_is_asked_by_the_award_and_by_each_movement(shop: Shop):
    def asked() -> int:
        query = "select count(*) from procrastinate_jobs where task_name = 'papers.issue' and queue_name = 'documents'"
        with transaction() as session:
            return session.connection().exec_driver_sql(query).scalar_one()

    assert asked() == 1
    shop.deposit()
    assert asked() == 2


@pytest.fixture
def filed(shop: Shop) -> tuple[Shop, list[TaxPaper]]:
    """An order with proforma invoice, receipt and credit note as PDFs."""
    shop.deposit()
    with transaction() as session:
        ending.call_off(session, lock(session, Order, shop.order_id), "", fee_minor=0, actor=shop.creator)
    shop.settle()
    tasks.issue.func(order_id=str(shop.order_id))
    return shop, shop.rows(TaxPaper)


def test_the_worker_makes_each_pdf_once(filed):
    shop, papers = filed
    tasks.issue.func(order_id=str(shop.order_id))
    files = shop.rows(TaxPaperFile)
    assert len(files) == len(papers) == 3
    text = words(storage.get(files[0].pdf_key))
    for expected in ("形式发票", "Proformainvoice", papers[0].number, "500.00USD", "150.00USD", "350.00USD"):
        assert expected in text, expected


def person(ident: UUID | None) -> Person:
    with transaction() as session:
        return session.get_one(Person, ident)


def test_each_side_reads_what_concerns_it(filed, sign_in):
    shop, (proforma, receipt, note) = filed
    page = f"/orders/{shop.order_id}"
    with transaction() as session:
        stranger, operator = make.person(session), make.person(session, Role.OPERATOR)
    readers = {person(shop.creator.person_id): (303, 303, 303), person(shop.factory.person_id): (303, 404, 303),
               operator: (303, 303, 303), stranger: (404, 404, 404)}  # fmt: skip
    for reader, answers in readers.items():
        client = sign_in(reader)
        for paper, answer in zip((proforma, receipt, note), answers, strict=True):
            got = client.get(f"{page}/papers/{paper.number}.pdf")
            assert got.status_code == answer, (reader.role, paper.number)
            assert answer != 303 or f"{paper.number}.pdf" in got.location
        shown = client.get(f"{page}/money").text
        assert (receipt.number in shown) == (answers[1] == 303)


def test_a_paper_that_is_not_made_yet_says_so(shop: Shop, sign_in):
    [paper] = issue(shop)
    client = sign_in(person(shop.creator.person_id))
    assert "is being made" in client.get(f"/orders/{shop.order_id}/money").text
    assert client.get(f"/orders/{shop.order_id}/papers/{paper.number}.pdf").status_code == 503


def test_whoever_holds_a_paper_can_check_it(filed, client):
    _shop, (proforma, _receipt, note) = filed
    code = proforma.content_hash[:16]
    answer = client.get(f"/papers/{proforma.number}/{code}")
    assert answer.status_code == 200
    assert "$500.00" in answer.text
    assert note.number in answer.text
    assert "ada" not in answer.text.lower(), "who it is for is not shown"
    assert client.get(f"/papers/{proforma.number}/{'0' * 16}").status_code == 404
    assert client.get(f"/papers/{note.number}/{code}").status_code == 404


def test_operators_list_and_export_a_period(filed, sign_in):
    shop, papers = filed
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
        buyer = session.get_one(Person, shop.creator.person_id)
        buyer.name = "=HYPERLINK(1)"
        session.add(buyer)
    client = sign_in(operator)
    shown = client.get("/operator/money/papers")
    assert all(paper.number in shown.text for paper in papers)
    assert papers[0].number not in client.get("/operator/money/papers?until=2020-01-01&since=2019-01-01").text
    assert papers[1].number not in client.get("/operator/money/papers?kind=credit_note").text
    exported = client.get("/operator/money/papers.csv").get_data(as_text=True).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert [row["number"] for row in rows] == [paper.number for paper in reversed(papers)]
    assert {row["buyer"] for row in rows} == {"'=HYPERLINK(1)"}
    assert rows[1]["total"] == "150.00"
    assert rows[0]["corrects"] == papers[0].number


def test_what_was_lost_is_found(shop: Shop):
    shop.deposit()
    with transaction() as session:
        found = tasks.due.papers_missing(session, tasks.now() + tasks.hours(2))
    assert found == [shop.order_id]
    tasks.issue.func(order_id=str(shop.order_id))
    with transaction() as session:
        assert tasks.due.papers_missing(session, tasks.now() + tasks.hours(2)) == []
        assert operations.unfiled(session, shop.order_id) == []
        assert len(queries.of_order(session.connection(), shop.creator, shop.order_id)) == 2
