"""A payment that the payer's bank takes back, from the card to the bank's word: each side reads what happens next."""

from collections import Counter
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.journeys import given
from tests.journeys.creators import Creator
from tests.journeys.given import OPERATOR
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.operators import Operator
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

DISPUTED = "4000000000002685"  # is charged, and contested at once
WINS, LOSES = "winning_evidence", "losing_evidence"  # what the stand-in takes for evidence that decides a case
STANDS_STILL = "Until then this order stands still: nothing is shipped, paid out or returned."


def contested(stage: Stage, arrive, email: str) -> tuple[given.Order, Creator, Merchandiser]:
    """An order whose deposit was taken back as soon as it was paid, and both its sides, who read that it is frozen."""
    order = given.order(stage, email)
    creator: Creator = arrive(Creator, order.creator)
    creator.sign_in()
    creator.open(order.path)
    creator.goes_to_pay()
    creator.pays(DISPUTED)
    creator.finds(order.path, "A bank has taken a payment of %(amount)s back")
    creator.reads(STANDS_STILL)
    merchandiser: Merchandiser = arrive(Merchandiser, order.factory, "zh_Hans", window=PHONE)
    merchandiser.sign_in()
    merchandiser.open(order.path)
    merchandiser.reads("A bank has taken a payment of %(amount)s back")
    merchandiser.reads(STANDS_STILL)
    assert frozen(stage, order)
    return order, creator, merchandiser


def frozen(stage: Stage, order: given.Order) -> bool:
    """The order's money stands still."""
    return stage.count("order_hold", "order_id = %s and lifted_at is null", order.id) == 1


def answers_the_bank(operator: Operator, order: given.Order, statement: str) -> str:
    """From the list of disputes to evidence that the bank has. Returns the path of the dispute's page."""
    operator.sign_in()
    with operator.page.expect_navigation():
        operator.page.locator(".main-nav").get_by_role("link", name="Card disputes").click()
    [found] = operator.stage.rows("select number, title from purchase_order where id = %s", order.id)
    operator.follows(f"{found['number']} · {found['title']}")
    operator.fill(statement=statement)
    operator.press("Make the paper")
    sends = operator.button("Send it to the bank")
    expect(sends).to_be_visible(timeout=60_000)  # the page fills in by itself
    with operator.page.expect_download() as paper:
        operator.link("Download the PDF").click()
    document = pypdfium2.PdfDocument(BytesIO(Path(paper.value.path()).read_bytes()))
    assert f"order {found['number']}" in document[0].get_textpage().get_text_range()
    assert operator.page.locator(".paper-pages img").count() == len(document)
    operator.press("Send it to the bank")
    return urlsplit(operator.page.url).path


def told(stage: Stage, reader: str) -> Counter[str]:
    """The letters about disputes that somebody has got."""
    stage.settled()
    return Counter({name: n for name, n in stage.letters(reader).items() if name.startswith("dispute_")})


def booked(stage: Stage, order: given.Order) -> Counter[str]:
    rows = stage.rows("select movement from ledger_transaction where order_id = %s", order.id)
    return Counter(row["movement"] for row in rows if row["movement"].startswith("dispute_"))


def test_the_bank_decides_for_the_order(stage: Stage, arrive):
    order, creator, merchandiser = contested(stage, arrive, "contested.won@example.com")
    operator: Operator = arrive(Operator, OPERATOR)
    dispute = answers_the_bank(operator, order, WINS)
    operator.finds(dispute, "Won")
    stage.settled()
    for side in (creator, merchandiser):
        side.open(order.path)
        side.reads("The bank has decided for this order")
        side.reads("The payment of %(amount)s stands, and the order goes on.")
        assert told(stage, side.email) == Counter(dispute_opened=1, dispute_answered=1, dispute_won=1)
    creator.open(f"{order.path}/money")
    creator.reads("Held by the portal", "$150.00")
    assert not frozen(stage, order)
    assert booked(stage, order) == Counter(dispute_opened=1, dispute_fee=1, dispute_won=1)


def test_the_bank_decides_for_the_card(stage: Stage, arrive):
    order, creator, merchandiser = contested(stage, arrive, "contested.lost@example.com")
    operator: Operator = arrive(Operator, OPERATOR)
    dispute = answers_the_bank(operator, order, LOSES)
    creator.finds(order.path, "The bank has given %(amount)s back to the card")
    creator.reads("The portal says within five days how the order goes on.")
    assert frozen(stage, order), "until an operator has said what follows"
    operator.open(dispute)
    operator.press("Say what follows")
    operator.fill(reason="The bank believed the card’s owner. The order ends here.")
    operator.press("Let the order’s money move again")
    for side in (creator, merchandiser):
        side.open(order.path)
        side.reads("The bank has given %(amount)s back to the card")
        expect(side.page.locator("#dispute")).to_contain_text("The order ends here.")
        assert told(stage, side.email) == Counter(
            dispute_opened=1, dispute_answered=1, dispute_lost=1, dispute_settled=1
        )
    creator.open(f"{order.path}/money")
    creator.reads("Taken back by the bank", "$150.00")
    assert not frozen(stage, order)
    assert booked(stage, order) == Counter(dispute_opened=1, dispute_fee=1, dispute_lost_held=1)
