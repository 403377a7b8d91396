"""A factory that nobody knows signs up on a phone, is sent back once, is verified, and gets its first brief."""

import pytest
from playwright.sync_api import expect

from tests.journeys.creators import Creator
from tests.journeys.given import OPERATOR
from tests.journeys.goods import TOFU
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.operators import Operator
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey
NAME = "扬州云朵玩具厂"


def test_a_new_factory_is_verified(stage: Stage, arrive):
    owner: Merchandiser = arrive(Merchandiser, "owner.cloud@example.com", "zh_Hans", window=PHONE)
    operator: Operator = arrive(Operator, OPERATOR)
    visitor: Creator = arrive(Creator, "nobody@example.com")
    operator.sign_in()

    owner.open("/register")
    owner.press("I am a factory")
    owner.sign_up("李云", factory_name=NAME)
    owner.describes_the_factory(TOFU)
    owner.press("Ask to be verified")
    stage.letter(OPERATOR, "factory_submitted")

    operator.opens_the_application(NAME)
    operator.refuses("Please add your English name.")
    stage.letter(owner.email, "factory_refused")
    owner.open("/factory")
    expect(owner.page.locator("body")).to_contain_text("Please add your English name.")
    owner.open("/factory/profile")
    owner.fill(name="Cloud Toys")
    owner.press("Save")
    owner.open("/factory")
    owner.press("Ask to be verified")

    visitor.open("/factories?category=plush")
    expect(visitor.page.locator("body")).not_to_contain_text("Cloud Toys")
    operator.opens_the_application("Cloud Toys")
    operator.verifies()
    stage.letter(owner.email, "factory_verified")
    visitor.open("/factories?category=plush")
    while not visitor.page.get_by_role("link", name="Cloud Toys").count():  # other stories have made many
        visitor.follows("More factories")
    visitor.follows("Cloud Toys")
    expect(visitor.page.locator("h1")).to_contain_text("Cloud Toys")
    stage.settled()
    told = stage.letters(owner.email)
    assert (told["account_confirm"], told["factory_refused"], told["factory_verified"]) == (1, 1, 1)
