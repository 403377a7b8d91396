"""From the accepted spec to the closed order, by both sides' browsers: goods of each category, each its own way."""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.core import jobs
from portal.core.db import transaction
from tests import photographs
from tests.designs import samples
from tests.journeys import given
from tests.journeys.goods import CUP_HOLDER, MAILER, TOFU, TOTE, Goods
from tests.journeys.makers import Buyer, Maker
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage, until

pytestmark = pytest.mark.journey

#: The letters of an order that nothing goes wrong with.
CREATORS_LETTERS = Counter(
    sample_sent=1, progress_reported=1, production_finished=1, inspection_passed=1, balance_paid=1, order_shipped=1,
    order_delivered=1, order_closed=1,
)  # fmt: skip
FACTORYS_LETTERS = Counter(sample_approved=1, balance_paid=1, order_delivered=1, order_closed=1, money_released=1)


@dataclass(frozen=True)
class Deal:
    """An order, its two sides, the letters that they have got `before`, and the bill that was `agreed`."""

    order: given.Making
    buyer: Buyer
    maker: Maker
    before: tuple[Counter[str], Counter[str]]
    agreed: dict[str, int]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo on the phone, with what its camera writes."""
    return samples.write(tmp_path, "IMG_1.jpg", photographs.phone_jpeg())


@pytest.fixture
def deal(arrive, stage: Stage) -> Callable[..., Deal]:
    """An order of these goods whose spec both sides have accepted, and both signed in: the creator at a desk, the
    factory on a phone in Chinese."""

    def make(goods: Goods, **terms: int) -> Deal:
        order = given.paid_order(stage, goods, **terms)
        of_order = "order_id = %s and ready_at is not null"
        until(lambda: stage.count("spec_revision", of_order, order.id), "the spec", 240)
        given.accept_spec(stage, order)
        pair = arrive(Buyer, order.creator, dark=goods.dark), arrive(Maker, order.factory, "zh_Hans", window=PHONE)
        for one in pair:
            one.order = order.path
            one.sign_in()
        stage.settled()
        return Deal(order, *pair, before=letters(stage, order), agreed=bill(stage, order))

    return make


def written(stage: Stage, made: Deal) -> list[Counter[str]]:
    """The letters that each side has got since both had accepted the spec."""
    stage.settled()
    return [now - then for now, then in zip(letters(stage, made.order), made.before, strict=True)]


def photos_made(stage: Stage) -> None:
    """Wait until the worker has made every photo anew."""
    until(lambda: not stage.count("photo", "stage = 'checking'"), "the photos", 120)


def letters(stage: Stage, order: given.Making) -> tuple[Counter[str], Counter[str]]:
    return stage.letters(order.creator), stage.letters(order.factory)


def bill(stage: Stage, order: given.Making) -> dict[str, int]:
    """The order's deposit, balance and total, what was paid, and what of it is the factory's by now."""
    [row] = stage.rows("select * from purchase_order where id = %s", order.id)
    paid = "select coalesce(sum(amount_minor), 0) as n from payment_leg where order_id = %s and stage = 'succeeded'"
    released = (
        "select coalesce(-sum(p.amount_minor), 0) as n from posting p join ledger_transaction t "
        "on t.id = p.transaction_id where t.order_id = %s and t.movement = 'released' and p.amount_minor < 0"
    )
    sums = {name: row[f"{name}_minor"] for name in ("deposit", "balance", "total")}
    return sums | {
        name: stage.rows(query, order.id)[0]["n"] for name, query in (("paid", paid), ("released", released))
    }


def assert_paid(stage: Stage, order: given.Making, total: int) -> None:
    """The closed order comes to `total`, which is what was paid and what was released."""
    stage.settled()
    found = bill(stage, order)
    assert found["deposit"] + found["balance"] == found["total"] == found["paid"] == found["released"] == total


def make_and_pass(buyer: Buyer, maker: Maker, picture: Path, made: int = 100) -> None:
    """From the sealed sample to the passed inspection."""
    maker.reports_progress(picture)
    buyer.open(buyer.order)
    maker.finishes(made)
    maker.inspects(picture)
    maker.stands_at("awaiting_balance")


def deliver(buyer: Buyer, maker: Maker, *parcels: int) -> None:
    """The balance is paid, the goods go in so many parcels, and all of them arrive."""
    buyer.pays_the_balance()
    for number, pieces in enumerate(parcels, 1):
        maker.ships(pieces, last=number == len(parcels))
    maker.stands_at("shipped")
    for _parcel in parcels:
        buyer.receives_a_parcel()
    buyer.stands_at("delivered")


def test_fewer_pieces_cost_less(stage: Stage, deal, picture: Path):
    made = deal(TOTE)
    order, buyer, maker, agreed = made.order, made.buyer, made.maker, made.agreed
    maker.sends_a_sample(TOTE, picture)
    photos_made(stage)
    buyer.approves_the_sample()
    make_and_pass(buyer, maker, picture, made=96)
    assert bill(stage, order)["balance"] == agreed["balance"] - 4 * 500
    deliver(buyer, maker, 96)
    buyer.closes()
    assert_paid(stage, order, agreed["total"] - 4 * 500)
    buyer.orders_again()
    stage.settled()
    assert written(stage, made) == [
        CREATORS_LETTERS + Counter(brief_submitted=1), FACTORYS_LETTERS + Counter(factory_invited=1)
    ]  # fmt: skip
    maker.opens_the_brief(TOTE.title)


def test_a_sample_rejected_twice_and_a_change_after_it(stage: Stage, deal, picture: Path, tmp_path: Path):
    made = deal(TOFU)
    order, buyer, maker, agreed = made.order, made.buyer, made.maker, made.agreed
    for number, pins in enumerate(
        ([(0.3, 0.4, "Bigger eyes."), (0.6, 0.7, "A darker sauce.")], [(0.5, 0.5, "Redder.")])
    ):
        maker.sends_a_sample(TOFU, picture, off=40 - 40 * number)
        photos_made(stage)
        buyer.asks_for_another_sample(*pins)
    maker.open(maker.order)
    maker.reads("Redder.")
    maker.sends_a_sample(TOFU, picture)
    photos_made(stage)
    buyer.approves_the_sample()
    assert stage.count("sample_pin p join sample s on s.id = p.sample_id", "s.order_id = %s", order.id) == 3
    buyer.proposes("weight", "150", "It should feel heavier.", "25")
    maker.accepts_the_change()
    until(lambda: stage.count("spec_revision", "revision = 'B' and ready_at is not null"), "revision B", 120)
    assert_marked(buyer, tmp_path)
    make_and_pass(buyer, maker, picture)
    deliver(buyer, maker, 100)
    end_claim_window(stage, order)
    buyer.finds(buyer.order, "Order closed")
    assert_paid(stage, order, agreed["total"] + 2 * 3000 + 2500)
    rejected = Counter(sample_rejected=2, change_proposed=1, spec_revised=1)
    assert written(stage, made) == [
        CREATORS_LETTERS + Counter(sample_sent=2, change_accepted=1, spec_revised=1), FACTORYS_LETTERS + rejected
    ]  # fmt: skip


def end_claim_window(stage: Stage, order: given.Making) -> None:
    """Two weeks pass, and the clock looks."""
    stage.execute("update deadline set due_at = now() where subject_id = %s and step = 'close'", order.id)
    with stage.portal.app_context(), transaction() as session:
        jobs.defer(session, "core.tick", timestamp=int(time.time()))


def assert_marked(buyer: Buyer, folder: Path) -> None:
    """Revision B's paper strikes the old value, has the new one beside it, and its pages are pictures too."""
    paper = folder / "spec.pdf"
    paper.write_bytes(buyer.page.request.get(f"{buyer.stage.base_url}{buyer.order}/spec.pdf").body())
    text = subprocess.check_output(["pdftotext", "-layout", str(paper), "-"], text=True)
    assert re.search(r"135\D+150", text), "the old weight stands before the new one"
    buyer.open(buyer.order)
    pages = buyer.page.locator("#spec .paper-pages img")
    assert pages.count() >= 2
    for page in pages.all():
        page.scroll_into_view_if_needed()
        buyer.page.wait_for_function("one => one.complete && one.naturalWidth > 600", arg=page.element_handle())
    buyer.reads("by change order %(number)d")


def test_an_inspection_that_fails_and_two_parcels(stage: Stage, deal, picture: Path):
    made = deal(CUP_HOLDER, tooling_minor=40_000)
    order, buyer, maker, agreed = made.order, made.buyer, made.maker, made.agreed
    maker.reports_the_tooling(picture)
    maker.sends_a_sample(CUP_HOLDER, picture)
    photos_made(stage)
    buyer.approves_the_sample()
    maker.reports_progress(picture)
    maker.finishes(100)
    maker.inspects(picture, major=8)
    maker.stands_at("rework")
    maker.finishes_the_rework(100)
    maker.inspects(picture)
    maker.stands_at("awaiting_balance")
    deliver(buyer, maker, 60, 40)
    buyer.closes()
    assert_paid(stage, order, agreed["total"])
    reworked = Counter(tooling_made=1, inspection_failed=1, rework_finished=1, parcel_shipped=1)
    assert written(stage, made) == [CREATORS_LETTERS + reworked, FACTORYS_LETTERS]
    assert stage.count("order_paper", "order_id = %s", order.id) >= 1 + 2 + 4  # PO, two reports, two papers a parcel


def test_goods_taken_as_they_are(stage: Stage, deal, picture: Path):
    made = deal(MAILER)
    order, buyer, maker, agreed = made.order, made.buyer, made.maker, made.agreed
    maker.sends_a_sample(MAILER, picture)
    photos_made(stage)
    buyer.approves_the_sample()
    maker.reports_progress(picture)
    maker.finishes(100)
    maker.inspects(picture, minor=15)
    maker.asks_for_a_concession("20")
    buyer.decides("grant")
    assert bill(stage, order)["balance"] == agreed["balance"] - 2000
    deliver(buyer, maker, 100)
    buyer.closes()
    assert_paid(stage, order, agreed["total"] - 2000)
    creators = CREATORS_LETTERS - Counter(inspection_passed=1) + Counter(inspection_failed=1, concession_asked=1)
    assert written(stage, made) == [creators, FACTORYS_LETTERS + Counter(concession_granted=1)]
