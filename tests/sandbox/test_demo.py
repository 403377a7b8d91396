"""The demo's stories, as far as they can be judged without telling them."""

from portal.sourcing.brief_operations import QUOTE_DAYS
from sandbox.demo.artwork import FILES
from sandbox.demo.firms import firms
from sandbox.demo.people import CREATORS
from sandbox.demo.pictures import THINGS
from sandbox.demo.stories import HOST, MADE, STORIES, Until


def test_stories_are_about_what_there_is():
    names = {firm.name for firm in firms()}
    for story in STORIES:
        assert story.by in CREATORS
        assert set(story.artwork) <= set(FILES)
        assert not story.firm or story.firm in names, f"{story.title}: no firm is called {story.firm}"


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
    """One story each; changes both in force and open, parcels and short lots, and what was asked for again."""
    made = [story for story in STORIES if story.until in MADE]
    assert {story.until for story in made} == MADE
    assert {story.picture for story in made} <= set(THINGS)
    assert sorted(story.change.accepted for story in made if story.change) == [False, True]
    assert any(story.thread for story in made)
    assert any(story.again and story.retail for story in made)
    assert max(len(story.pins) for story in made) == 2
    assert {"moulded_part", "plush", "printed_goods", "scented_packaging"} == {story.category for story in made}
