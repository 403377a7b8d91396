"""The main job in browsers that run no scripts. Only sending artwork needs them: it is done in another browser."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.creators import Creator
from tests.journeys.given import factory_name, factory_names, merchandiser
from tests.journeys.goods import TOTE
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.people import PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


def test_from_an_idea_to_an_accepted_spec(stage: Stage, arrive, tmp_path: Path):
    creator: Creator = arrive(Creator, "no.scripts@example.com", scripts=False)
    factory: Merchandiser = arrive(Merchandiser, merchandiser(TOTE.category, 0), "zh_Hans", window=PHONE, scripts=False)

    creator.begins_a_brief(TOTE)
    creator.fills_in_the_details(TOTE)
    upload_elsewhere(arrive, creator, tmp_path)
    creator.goes_on()
    creator.says_how_many(TOTE)
    creator.chooses_factories(*factory_names(TOTE.category))
    creator.press("Sign up and send")
    creator.sign_up("Ada Winter")
    brief = creator.sends_the_brief()

    factory.sign_in()
    factory.opens_the_brief(TOTE.title)
    factory.asks("大货颜色以哪个样为准？")
    creator.answers_a_question(brief, "The approved sample counts.")
    factory.opens_the_brief(TOTE.title)
    factory.starts_a_quote()
    factory.quotes(TOTE, "6.00", "5.00")

    creator.compares(brief, 200)
    order = creator.awards(factory_name(TOTE.category, 0))
    creator.goes_to_pay()
    creator.pays()
    creator.finds(order.removeprefix(stage.base_url), "Accept revision %(revision)s")
    creator.accepts_the_spec()
    factory.open(order)
    factory.accepts_the_spec()
    factory.reads("Spec accepted by both sides")


def upload_elsewhere(arrive, creator: Creator, folder: Path) -> None:
    """Send the artwork in a browser with scripts that is signed in, or not, just as the other."""
    helper: Creator = arrive(Creator, creator.email)
    helper.page.context.add_cookies(creator.page.context.cookies())
    helper.open(creator.page.url)
    helper.uploads(TOTE, folder)
    creator.page.reload()
    expect(creator.page.locator("article.artwork")).to_have_count(len(TOTE.artwork))
