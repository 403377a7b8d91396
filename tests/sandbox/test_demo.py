"""The demo's stories, as far as they can be judged without telling them, and what all of them end in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, func, select

from portal.accounts.models import Membership, Person
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import transaction
from portal.orders.lifecycle import ChangeStage, OrderStage
from portal.orders.models import ChangeOrder, Order
from portal.payments import ledger
from portal.payments.accounts import Movement
from portal.payments.papers.models import TaxPaper, TaxPaperKind
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from portal.payments.payouts.models import PayoutBatch, PayoutLine
from portal.products import categories
from portal.sourcing.brief_operations import QUOTE_DAYS
from portal.sourcing.models import Brief, Invitation
from portal.specs.models import SpecRevision
from sandbox.demo import __main__ as demo
from sandbox.demo import banking, collecting, papering, people
from sandbox.demo.artwork import FILES
from sandbox.demo.firms import firms
from sandbox.demo.people import CREATORS
from sandbox.demo.pictures import THINGS
from sandbox.demo.stories import HOST, MADE, STORIES, Until
from sandbox.demo.talking import propose_change
from tests import deals
from tests.orders.placing import placed
from tests.orders.stages import at_stage, sides
from tests.payments.payouts.counter import Counter, operator


def test_stories_are_about_what_there_is():
    names = {firm.name for firm in firms()}
    for story in STORIES:
        assert story.by in CREATORS
        assert set(story.artwork) <= set(FILES)
        assert not story.firm or story.firm in names, f"{story.title}: no firm is called {story.firm}"


def test_a_spec_is_called_as_its_order_is():
    for story in STORIES:
        named = story.spec.get("product_name", ""), story.spec.get("product_name_zh", "")
        assert any(name and story.title.startswith(name) for name in named), (story.title, named)
        if story.description:
            assert story.spec["description"] == story.description


def test_the_demo_factory_has_an_inbox_full_of_work():
    """Quotes still to be made, their deadlines days apart and none over; one with its question answered; two made."""
    own = [story for story in STORIES if story.firm == HOST]
    waiting = [story for story in own if story.waits]
    assert len(waiting) >= 4
    assert {story.until for story in waiting} <= {Until.OPEN, Until.QUOTED}
    left = sorted(QUOTE_DAYS - story.days for story in waiting)
    assert left[0] > 0.5
    assert left[-1] - left[0] > 3
    assert sum(story.question is not None for story in waiting) == 1
    assert sum(story.until == Until.QUOTED for story in own if not story.waits) == 2


def test_goods_are_made_at_every_stage():
    """One story each; parcels and short lots, and what was asked for again."""
    made = [story for story in STORIES if story.until in MADE]
    assert {story.until for story in made} == MADE
    assert {story.picture for story in made} <= set(THINGS)
    assert any(story.thread for story in made)
    assert any(story.again and story.retail for story in made)
    assert max(len(story.pins) for story in made) == 2
    assert {"moulded_part", "plush", "printed_goods", "scented_packaging"} == {story.category for story in made}


# --- change orders ---


def told_change(*, accepted: bool) -> Order:
    """The demo's change order of that kind, but of the taller plush that tests have, on an order in production."""
    [change] = [story.change for story in STORIES if story.change and story.change.accepted == accepted]
    change = replace(change, values=(("height_sitting", 20),))
    with transaction() as session:
        order = at_stage(session, OrderStage.PRODUCTION)
        creator, factory = sides(session, order)
    propose_change(change, order.id, clock.now() - timedelta(hours=20), by=creator, to=factory)
    return order


def changes_of(order: Order) -> tuple[Order, ChangeOrder, list[SpecRevision]]:
    with transaction() as session:
        change = session.exec(select(ChangeOrder).where(ChangeOrder.order_id == order.id)).one()
        query = select(SpecRevision).where(SpecRevision.order_id == order.id).order_by(SpecRevision.id)
        return session.get_one(Order, order.id), change, list(session.exec(query))


def test_one_change_is_agreed_in_all_that_a_change_can_move_and_another_waits_for_the_demo_factory():
    changed = [story for story in STORIES if story.change]
    [agreed] = [story for story in changed if story.change.accepted]
    [waiting] = [story for story in changed if not story.change.accepted]
    assert agreed.until == Until.PRODUCTION
    assert all((agreed.change.values, agreed.change.price_minor > 0, agreed.change.days > 0))
    assert (waiting.firm, waiting.until in MADE) == (HOST, True)


def test_an_agreed_change_is_in_force_with_its_revision(client: FlaskClient):
    before = told_change(accepted=True)
    after, change, specs = changes_of(before)
    assert (change.stage, change.side) == (ChangeStage.ACCEPTED, Role.CREATOR)
    assert after.total_minor - before.total_minor == after.balance_minor - before.balance_minor == change.price_minor
    assert after.ship_by > before.ship_by
    assert [spec.revision for spec in specs] == ["A", "B"]
    assert specs[1].ready_at, "it does not wait for the worker"
    assert clock.now() - timedelta(days=1) < specs[1].ready_at < clock.now() - timedelta(hours=12)
    assert "revision B replaced it" in client.get(f"/spec/XD-{after.number}/A").text


def test_a_change_that_waits_has_changed_nothing_yet(context, clean):
    before = told_change(accepted=False)
    after, change, specs = changes_of(before)
    assert (change.stage, change.side) == (ChangeStage.PROPOSED, Role.CREATOR)
    assert (after.total_minor, after.ship_by, len(specs)) == (before.total_minor, before.ship_by, 1)


# --- what concerns all stories ---

FAR = list(Until)


def test_all_stories_end_in_batches_disputes_and_papers():
    """Papers come last: their numbers ascend over everything that has happened."""
    finished = [finish.__module__.rpartition(".")[2] for finish in demo.AFTER_ALL]
    assert finished == ["banking", "contesting", "papering", "__main__"]


def test_what_the_batches_pay_is_released_by_stories_of_factories_with_banks():
    """Advances at home and abroad, and at home what a closed order leaves."""
    advances = [story for story in STORIES if story.advance]
    assert {story.currency for story in advances} == {"CNY", "USD"}
    assert Until.CLOSED in {story.until for story in advances if story.currency == "CNY"}
    for story in advances:
        assert FAR.index(story.until) >= FAR.index(Until.PRODUCTION), "its golden sample is approved"
        assert story.firm
        assert story.firm not in (*collecting.AT_STRIPE, *collecting.NOWHERE)


@pytest.fixture
def counter(context, clean) -> Counter:
    """The demo has one operator."""
    only = operator("Wen")
    return Counter(only, only, lambda: None)


def test_batches_stand_where_an_operator_meets_them(counter: Counter):
    """Arrived; come back; gone again, without an answer; to be exported."""
    firm, other = counter.firm(), counter.firm("Other & Co")
    for days, owner, currency in ((42, firm, "CNY"), (15, firm, "CNY"), (8, other, "USD")):
        with clock.at(clock.now() - clock.days(days)):
            counter.owe(owner, currency=currency)
    banking.load()
    with transaction() as session:
        query = select(PayoutBatch.currency, PayoutBatch.stage, PayoutLine.stage, PayoutLine.failure)
        lines = query.join(PayoutLine, PayoutLine.batch_id == PayoutBatch.id).order_by(col(PayoutBatch.number))
        found = session.exec(lines).all()
    b, n = BatchStage, LineStage
    assert [tuple(line) for line in found] == [
        ("CNY", b.SETTLED, n.PAID, ""),
        ("CNY", b.SETTLED, n.FAILED, "收款账户已销户"),
        ("CNY", b.EXPORTED, n.WAITING, ""),
        ("USD", b.APPROVED, n.WAITING, ""),
    ]
    sealed = [line.sealed_bank for line in counter.lines()]
    assert sealed[0] == sealed[1] != sealed[2], "it goes to the account given since"


def test_papers_bear_the_days_of_what_happened_and_number_them_in_that_order(context, clean):
    """Over all orders, though their stories are told in any order."""
    today, happened = clock.now(), []
    for began in (40, 45.5):
        with clock.at(today - clock.days(began)), transaction() as session:
            made = deals.deal(session)
            deals.quoted(session, made)
            order = placed(session, made)
        happened.append((TaxPaperKind.PROFORMA, began))
        for ago in (began - 2, began - 20):
            with clock.at(today - clock.days(ago)), transaction() as session:
                source = ledger.payment_source(f"pi_{ago}")
                sums = {"amount_minor": 5000, "currency": "USD", "order_id": order.id}
                ledger.post(session, Movement.LEG_PAID, source=source, **sums)
            happened.append((TaxPaperKind.RECEIPT, ago))
    papering.load()
    with transaction() as session:
        papers = session.exec(select(TaxPaper).order_by(TaxPaper.id)).all()
    happened.sort(key=lambda one: -one[1])
    days = [(kind, (today - clock.days(ago)).date().isoformat()) for kind, ago in happened]
    assert [(paper.kind, paper.content["date"]) for paper in papers] == days
    for kind in (TaxPaperKind.PROFORMA, TaxPaperKind.RECEIPT):
        serials = [(paper.year, paper.serial) for paper in papers if paper.kind == kind]
        assert serials == sorted(serials)


def test_there_is_a_factory_login_for_every_category(session: Session):
    made = {code: deals.deal(session, 2, category=code, values={}) for code in categories()}
    deals.again(session, made["printed_goods"])
    people.name_factory_logins(session)
    emails = {login["email"] for login in people.LOGINS if login["role"] == "factory"}
    asked = select(Brief.category).join(Invitation).join(Membership, Membership.factory_id == Invitation.factory_id)
    query = asked.join(Person, Person.id == Membership.person_id).where(col(Person.email).in_(emails)).distinct()
    assert set(session.exec(query)) == set(categories())
    assert session.exec(select(func.count()).where(col(Person.email).in_(emails))).one() == len(emails)
