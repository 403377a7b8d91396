"""A quote's advance for materials is said wherever its terms are, from the comparison to the papers."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from portal.core.db import transaction
from portal.orders.models import Order
from portal.sourcing.quote_terms import change_in_words, rows
from portal.specs.content import content_of
from portal.specs.papers import purchase_order_html
from tests.deals import Deal, deal, quoted
from tests.orders.placing import placed


def agreed(percent: int) -> tuple[Deal, Order, str]:
    """An order whose quote asks for an advance, and the same brief's way to choose it before that."""
    with transaction() as session:
        made = deal(session)
        quote = quoted(session, made, advance_percent=percent)
        return made, placed(session, made), str(quote.id)


def test_the_creator_reads_it_before_choosing(sign_in: Callable[..., FlaskClient], clean: None):
    with transaction() as session:
        made = deal(session)
        quote = quoted(session, made, advance_percent=40)
    creator = sign_in(made.buyer)
    assert "advance 40 % of the deposit" in creator.get(f"/briefs/{made.brief.id}/compare?q=300").text
    award = creator.get(f"/briefs/{made.brief.id}/award?quote={quote.id}&q=300").text
    assert "40 % of the deposit goes to the factory" in award
    assert "Where the quote asks for an advance" in award


@pytest.mark.parametrize("percent", [0, 40])
def test_it_stands_on_the_order_and_its_papers_if_there_is_one(percent: int, sign_in, clean: None):
    made, order, _quote = agreed(percent)
    creator = sign_in(made.buyer)
    said = f"{percent} % of the deposit"
    page = creator.get(f"/orders/{order.id}").text
    paper = creator.get(f"/orders/{order.id}/po").text
    typeset = purchase_order_html(content_of(order, "A"))
    for text in (page, paper, typeset):
        assert (said in text) == bool(percent)
    assert "7 %, out of the factory's part" in paper


def test_an_order_of_before_says_nothing_of_it(clean: None):
    _made, order, _quote = agreed(40)
    terms = {**order.terms, "quote": {key: value for key, value in order.terms["quote"].items() if key[:3] != "adv"}}
    older = Order(**{**order.model_dump(), "terms": terms})
    assert content_of(older, "A")["advance_percent"] == 0


def test_a_revision_says_that_it_changed(clean: None):
    with transaction() as session:
        made = deal(session)
        first = quoted(session, made)
        second = quoted(session, made, advance_percent=25)
        [change] = [change for change in second.changes if change["field"] == "advance_percent"]
        words = change_in_words(change, "USD", lambda path, kept: (path, str(kept)))
        assert words == ("Advance for materials", "None", "25 % of the deposit")
        assert ("Advance for materials", "25 % of the deposit") in rows(second)
        assert "Advance for materials" not in dict(rows(first))
