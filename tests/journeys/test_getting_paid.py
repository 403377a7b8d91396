"""A factory's owner says, on a phone, where the money goes: first at Stripe, then to a bank in China."""

from itertools import count

import pytest
from playwright.sync_api import expect

from tests.journeys import given
from tests.journeys.given import OPERATOR
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.operators import Operator
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

_number = count(1)
WHY = "银行退回了汇款，核对户名。"
NUMBER = "6222021234567890123"


@pytest.fixture
def owner(stage: Stage, arrive) -> Merchandiser:
    """The owner of a factory that has just had its first order, in front of the page about getting paid."""
    order = given.order(stage, f"first.buyer{next(_number)}@example.com")
    owner = arrive(Merchandiser, order.factory, "zh_Hans", window=PHONE)
    owner.sign_in()
    owner.page.locator(".main-nav").get_by_role("link", name=owner.says("Getting paid")).click()
    owner.reads("We don't know yet where to pay you")
    owner.look()
    return owner


def at_stripe(owner: Merchandiser, act: str) -> None:
    """Fill in Stripe's page as it stands, and come back."""
    assert owner.page.url.startswith(owner.stage.stripe_url), owner.page.url
    with owner.page.expect_navigation(url=f"{owner.stage.base_url}/**"):
        owner.page.locator(f"button[name=act][value={act}]").click()
    owner.look()


def goes_to_stripe(owner: Merchandiser, words: str) -> None:
    with owner.page.expect_navigation(url=f"{owner.stage.stripe_url}/**"):
        owner.button(words).first.click()


def account(stage: Stage, email: str) -> str:
    query = (
        "select r.stripe_id from recipient r join membership m on m.factory_id = r.factory_id"
        " join person p on p.id = m.person_id where p.email = %s"
    )
    return stage.rows(query, email)[0]["stripe_id"]


def test_paid_through_stripe(stage: Stage, owner: Merchandiser):
    owner.press("Set up payment")
    owner.pick("country", "HK")
    goes_to_stripe(owner, "Go on")
    at_stripe(owner, "without_bank")
    owner.reads("The bank account that Stripe pays to")
    goes_to_stripe(owner, "Go on at Stripe")
    at_stripe(owner, "submit")
    owner.reads("Done. You can be paid now.")  # the page renews itself
    owner.look()
    stage.letter(owner.email, "recipient_active")

    stage.stripe(f"/accounts/{account(stage, owner.email)}/require", due=["company.tax_id"])
    stage.letter(owner.email, "recipient_restricted")
    owner.open("/factory/payment")
    owner.reads("Payments have stopped")
    owner.reads("The company's registration or tax number")
    goes_to_stripe(owner, "Give it at Stripe")
    at_stripe(owner, "submit")
    owner.reads("Done. You can be paid now.")

    owner.open("/factory/payment")
    owner.tick("schedule", "daily")
    owner.press("Save")
    owner.reads("What is released goes on its way the same day.")

    stage.stripe(f"/accounts/{account(stage, owner.email)}/deauthorize")
    stage.letter(owner.email, "recipient_disconnected")
    owner.open("/factory/payment")
    owner.reads("Your account at Stripe is no longer connected")
    expect(owner.link("Set up payment again")).to_be_visible()


def test_paid_by_bank(stage: Stage, owner: Merchandiser, arrive):
    owner.press("Set up payment")
    expect(owner.page.locator("select[name=country]")).to_have_value("CN")
    owner.press("Go on")
    owner.inspector.expect(422)
    owner.fill(holder="扬州金针玩具有限公司", number="6222 0212", bank="中国工商银行", cnaps="102312")
    owner.press("Keep these bank details")
    owner.reads("There is a problem")
    owner.reads("A CNAPS code has 12 digits.")
    owner.fill(number="6222 0212 3456 7890 123", branch="中国工商银行扬州邗江支行", cnaps="102312000017")
    owner.press("Keep these bank details")
    owner.is_told("Your bank details are kept. The factory's owners are told by email.")
    expect(owner.page.locator("main")).to_contain_text("**** 0123")
    expect(owner.page.locator("main")).not_to_contain_text(NUMBER)
    assert "**** 0123" in stage.letter(owner.email, "bank_details_given")["text"]
    assert stage.count("recipient", "sealed_bank like %s", f"%{NUMBER}%") == 0

    operator: Operator = arrive(Operator, OPERATOR)
    operator.sign_in()
    operator.open("/operator/money/factories")
    query = "select factory_id from membership m join person p on p.id = m.person_id where p.email = %s"
    operator.open(f"/operator/money/factories/{stage.rows(query, owner.email)[0]['factory_id']}")
    expect(operator.page.locator("main")).not_to_contain_text(NUMBER)
    operator.fill(why=WHY)
    operator.press("Show them")
    expect(operator.page.locator("main")).to_contain_text(NUMBER)
    owner.open("/factory/payment")
    expect(owner.page.locator("main")).to_contain_text(WHY)
