"""The main job, whole: from a visitor's idea to a paid deposit and a spec that both sides have accepted."""

import hashlib
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.journeys import goods as things
from tests.journeys.creators import Creator
from tests.journeys.given import factory_name, factory_names, merchandiser
from tests.journeys.goods import Goods
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.people import PHONE, Person
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey

#: Every letter of the whole story, once each but for the quotes, by its reader.
CREATORS_LETTERS = Counter(
    account_confirm=1, brief_submitted=1, question_asked=1, invitation_declined=1, quote_sent=2,
    order_placed=1, deposit_paid=1, spec_ready=1, spec_accepted=1, spec_sealed=1,
)  # fmt: skip
WINNERS_LETTERS = Counter(
    factory_invited=1, answer_received=1, quote_won=1, deposit_paid=1, spec_ready=1, spec_sealed=1
)
LOSERS_LETTERS = Counter(factory_invited=1, answer_received=1, quote_lost=1)
DECLINERS_LETTERS = Counter(factory_invited=1, answer_received=1)
#: Of a confidential brief who has not accepted the NDA by then is told no answer.
CONFIDENTIAL = Counter(answer_received=1)


@pytest.mark.parametrize("goods", things.ALL, ids=lambda goods: goods.category)
def test_from_an_idea_to_an_accepted_spec(stage: Stage, arrive, goods: Goods, tmp_path: Path):
    creator: Creator = arrive(Creator, f"creator.{goods.category}@example.com", dark=goods.dark)
    winner, loser, decliner = (
        arrive(Merchandiser, merchandiser(goods.category, number), "zh_Hans", window=PHONE) for number in range(3)
    )
    brief = idea_to_brief(creator, goods, tmp_path)
    brief_to_quotes(creator, goods, brief, winner, loser, decliner)
    order = award_to_deposit(creator, goods, brief)
    spec_to_acceptance(creator, winner, order)
    stage.settled()
    assert stage.letters(creator.email) == CREATORS_LETTERS
    assert stage.letters(winner.email) == WINNERS_LETTERS
    untold = CONFIDENTIAL if goods.confidential else Counter()
    assert stage.letters(loser.email) == LOSERS_LETTERS - untold
    assert stage.letters(decliner.email) == DECLINERS_LETTERS - untold


def idea_to_brief(creator: Creator, goods: Goods, folder: Path) -> str:
    """A visitor writes a brief, signs up and sends it. Returns the address of its page."""
    creator.open("/")
    creator.begins_a_brief(goods)
    creator.fills_in_the_details(goods)
    creator.uploads(goods, folder)
    creator.goes_on()
    creator.says_how_many(goods)
    creator.chooses_factories(*factory_names(goods.category))
    creator.press("Sign up and send")
    creator.sign_up("Ada Winter")
    creator.reads("Check your answers")
    brief = creator.sends_the_brief()
    creator.is_told("Sent to %(num)d factories.")
    return brief


def brief_to_quotes(
    creator: Creator, goods: Goods, brief: str, winner: Merchandiser, loser: Merchandiser, decliner: Merchandiser
) -> None:
    """On their phones one factory asks and quotes, the second quotes, the third declines."""
    winner.opens_by_letter()
    if goods.confidential:
        winner.accepts_the_nda()
    winner.asks("大货颜色以哪个样为准？")
    creator.answers_a_question(brief, "The approved sample counts.")
    winner.opens_the_brief(goods.title)
    expect(winner.page.locator("body")).to_contain_text("The approved sample counts.")
    winner.starts_a_quote()
    winner.quotes(goods, *prices(goods, 100))
    for other in (loser, decliner):
        other.sign_in()
    loser.opens_the_brief("" if goods.confidential else goods.title)
    if goods.confidential:
        loser.accepts_the_nda()
    loser.starts_a_quote()
    loser.quotes(goods, *prices(goods, 130))
    decliner.opens_the_brief("" if goods.confidential else goods.title)
    decliner.declines("capacity", "本月产线已排满。")


def prices(goods: Goods, percent: int) -> list[str]:
    """Unit prices that fall with the quantity."""
    return [f"{(6 - number) * percent / 100:.2f}" for number in range(len(goods.quantities))]


def award_to_deposit(creator: Creator, goods: Goods, brief: str) -> str:
    """Compare at the second quantity, choose the cheaper quote, pay. Returns the address of the order's page."""
    creator.compares(brief, goods.quantities[0])
    creator.compares(brief, goods.quantities[1])
    expect(creator.quotes).to_have_count(2)
    order = creator.awards(factory_name(goods.category, 0))
    creator.goes_to_pay()
    creator.pays()
    creator.reads("Thank you. The deposit is paid.")
    creator.press("Go to the order")
    return order


def spec_to_acceptance(creator: Creator, factory: Merchandiser, order: str) -> None:
    """The spec appears by itself; both sides read the same paper and accept it."""
    expect(creator.page.locator("#accept-spec")).to_be_visible(timeout=60_000)
    papers = {paper_of(person, order) for person in (creator, factory)}
    assert len(papers) == 1
    factory.open(order)
    factory.accepts_the_spec()
    creator.open(order)
    creator.accepts_the_spec()
    creator.reads("Spec accepted by both sides")
    for person in (creator, factory):
        person.open(order)
        assert person.page.locator("#spec .hash").all_text_contents() == [f"SHA-256 {papers.copy().pop()}"] * 2


def paper_of(person: Person, order: str) -> str:
    """The SHA-256 of the PDF that somebody downloads from the order's page."""
    person.open(order)
    answer = person.page.request.get(f"{order}/spec.pdf")
    assert answer.body().startswith(b"%PDF")
    return hashlib.sha256(answer.body()).hexdigest()


def test_what_is_on_its_way_is_not_saved_beside_it(arrive):
    """The line is slow: the page is still there when a change in it would be due for saving by itself."""
    creator: Creator = arrive(Creator, "hasty@example.com")
    creator.open("/")
    creator.begins_a_brief(things.TOTE)
    creator.inspector.expect(422)  # the rest of the page is empty
    sent, held = [], []

    def hold(route: Route) -> None:
        held.append(route)

    creator.page.on("request", lambda request: sent.append(request.method + request.url.rpartition("/briefs/")[2][36:]))
    creator.page.route(re.compile(r"/edit/details"), hold)
    creator.page.locator("main input[type=text]:visible").first.fill("Cotton")
    creator.page.get_by_role("button", name="Save and continue").click(no_wait_after=True)
    creator.page.wait_for_timeout(1500)
    assert len(sent) == len(held) == 1, sent
    with creator.page.expect_navigation():
        held[0].continue_()
