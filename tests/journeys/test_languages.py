"""Every page in all three languages, at a desk and on a phone; 繁體中文 from the page to the letter."""

import pytest
from playwright.sync_api import expect

from tests.journeys import given
from tests.journeys.creators import Creator
from tests.journeys.given import merchandiser
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.people import DESK, PHONE, Person
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey
#: What a visitor may look at, in the order in which it is met.
PUBLIC = (
    *("/", "/briefs/new", "/factories", "/register", "/register/creator", "/register/factory"),
    *("/login", "/login/link", "/reset"),
)
OWN = ("/settings", "/settings/password", "/settings/second-step", "/settings/passkeys")
FACTORYS = (
    *("/inbox", "/inbox?tab=quoted", "/inbox?tab=ended", "/orders", "/team", "/factory", "/factory/profile"),
    *("/factory/terms", "/factory/papers", "/factory/making/plush", "/factory/making/plush/prices/CNY"),
)


def opens_all(person: Person, *paths: str) -> None:
    for path in paths:
        person.open(path)
        expect(person.page.locator("html")).to_have_attribute("lang", person.locale.replace("_", "-"))


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_the_pages_of_a_visitor(arrive, locale: str, window):
    opens_all(arrive(Creator, "nobody@example.com", locale, window=window, dark=window is PHONE), *PUBLIC)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_of_a_factory(arrive, window):
    factory = arrive(Merchandiser, merchandiser("plush", 2), "zh_Hans", window=window, dark=window is DESK)
    factory.sign_in()
    opens_all(factory, *FACTORYS, *OWN)


def test_a_creator_in_taipei(stage: Stage, arrive):
    order = given.order(stage, "yijun@example.com")
    creator: Creator = arrive(Creator, order.creator, "zh_Hant", window=PHONE)
    creator.sign_in()
    creator.switches_language("繁體中文")
    [brief] = stage.rows("select brief_id as id from purchase_order where id = %s", order.id)
    of_the_brief = (f"/briefs/{brief['id']}{page}" for page in ("", "/compare", "/questions"))
    of_the_order = (f"{order.path}{page}" for page in ("/po", "/cancel", ""))
    opens_all(creator, "/briefs", "/orders", *OWN, *of_the_brief, *of_the_order)
    creator.goes_to_pay()
    creator.pays()
    creator.reads("Thank you. The deposit is paid.")
    creator.finds(order.path, "Accept revision %(revision)s")
    assert "訂金" in stage.letter(order.creator, "deposit_paid")["text"]
