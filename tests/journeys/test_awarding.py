"""Two tabs of one creator award two quotes of one brief at the same instant, many times over: one wins."""

from collections import Counter

import pytest
from playwright.sync_api import expect

from portal.core.clock import now
from tests.journeys import given
from tests.journeys.creators import Creator
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey
ROUNDS = 5
_AT_ONCE = (
    "moment => setTimeout(() => document.querySelector('form[action$=award]').requestSubmit(), moment - Date.now())"
)


def test_two_tabs_award_two_quotes_at_once(stage: Stage, arrive):
    briefs = [given.quoted_brief(stage, f"chooser{number}@example.com") for number in range(ROUNDS)]
    winners = [award_both(stage, arrive, brief) for brief in briefs]
    stage.settled()
    for brief, winner in zip(briefs, winners, strict=True):
        assert stage.letters(brief.creator)["order_placed"] == 1
        for number, factory in enumerate(brief.factories):
            told = stage.letters(factory)
            assert (told["quote_won"], told["quote_lost"]) == ((1, 0) if number == winner else (0, 1))


def award_both(stage: Stage, arrive, brief: given.QuotedBrief) -> int:
    """Order from both factories in the same moment. Returns which of them won."""
    creator: Creator = arrive(Creator, brief.creator)
    creator.sign_in()
    creator.inspector.expect(410)
    tabs = (creator, creator.another_tab())
    for tab, quote in zip(tabs, brief.quotes, strict=True):
        tab.open(f"/briefs/{brief.id}/award?quote={quote}&q=100")
        tab.page.locator('[name="agree"]').check()
    moment = int(now().timestamp() * 1000) + 500
    for tab in tabs:
        tab.page.evaluate(_AT_ONCE, moment)
    for tab in tabs:
        expect(tab.page.locator("form[action$=award]")).to_have_count(0, timeout=30_000)
    [order] = stage.rows("select * from purchase_order where brief_id = %s", brief.id)
    winner = brief.quotes.index(order["quote_id"])
    expect(tabs[winner].page).to_have_url(f"{stage.base_url}/orders/{order['id']}")
    loser = tabs[1 - winner]
    loser.reads("You have chosen a quote for this brief already, or it has ended.")
    loser.look()
    loser.press("Go to the order")
    expect(loser.page).to_have_url(tabs[winner].page.url)
    stages = Counter(row["stage"] for row in stage.rows("select stage from invitation where brief_id = %s", brief.id))
    assert stages == Counter(won=1, lost=1)
    return winner
