"""Landed costs and the comparison: figures, marks, order, who sees it, how many statements it takes."""

from datetime import timedelta
from types import SimpleNamespace as Row

import pytest
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import CLOCK, Role
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.rates import operations as rates
from portal.sourcing import invitation_operations, quote_operations
from portal.sourcing.compare import DEPOSIT_DAYS, comparison
from portal.sourcing.landed import costs
from portal.sourcing.quote_operations import OfferLine
from tests import make
from tests.deals import Deal, deal, quoted, statements


def compare(session: Session, made: Deal, quantity: int | None = 100):
    session.flush()
    return comparison(session.connection(), made.creator, made.brief.id, quantity)


TERMS = {"tooling_minor": 10000, "plate_minor": 2000, "sample_minor": 3000, "tax_included": False, "tax_percent": 13}


def test_landed_cost_spreads_everything_over_the_pieces():
    line = Row(quantity=100, unit_price_minor=500, freight_minor=4000)
    found = costs(Row(**TERMS), line)
    assert (found.goods, found.tax) == (50000, 8450)  # 13 % of goods and fees, not of freight
    assert found.total == 50000 + 10000 + 2000 + 3000 + 4000 + 8450
    assert found.per_piece == 775  # 774.5 rounded half up


def test_tax_that_is_included_is_not_added_again():
    line = Row(quantity=100, unit_price_minor=500, freight_minor=0)
    assert costs(Row(**(TERMS | {"tax_included": True})), line).tax == 0


def test_quotes_are_ranked_by_landed_cost_at_the_chosen_quantity(session: Session):
    made = deal(session, factories=2)
    quoted(session, made, 0, price=500, tooling_minor=30000, lead_days=20)
    quoted(session, made, 1, price=650, lead_days=30)
    names = [q.row.name for q in compare(session, made, 100).quotes]
    assert names == ["Works 1", "Works 0"], "tooling weighs on few pieces"
    at_300 = compare(session, made, 300)
    assert [q.row.name for q in at_300.quotes] == ["Works 0", "Works 1"]
    assert [(q.cheapest, q.fastest) for q in at_300.quotes] == [(True, True), (False, False)]
    assert at_300.quotes[0].costs.per_piece == 600


def test_every_quantity_stands_on_the_curve(session: Session):
    made = deal(session)
    quoted(session, made, price=500, tooling_minor=30000)
    assert compare(session, made).quotes[0].curve == [(100, 800), (300, 600)]


def test_an_unknown_quantity_means_the_smallest(session: Session):
    made = deal(session)
    assert compare(session, made, 77).quantity == 100
    assert compare(session, made, None).quantity == 100


def test_dates_count_from_a_deposit_paid_in_two_days(session: Session):
    made = deal(session, needed_by=(now() + timedelta(days=25)).date())
    quoted(session, made, 0, lead_days=20)
    quoted(session, made, 1, lead_days=40)
    fast, slow = sorted(compare(session, made).quotes, key=lambda q: q.ready)
    assert fast.ready == (clock.now() + timedelta(days=DEPOSIT_DAYS + 20)).date()
    assert (fast.in_time, slow.in_time) == (True, False)


def test_what_cannot_be_chosen_comes_last_unmarked(session: Session):
    made = deal(session, factories=3)
    quoted(session, made, 0, price=100, lead_days=5)
    quoted(session, made, 1, price=500)
    quoted(session, made, 2, price=600)
    quote_operations.withdraw(session, made.invitations[0], actor=made.factories[0])
    shown = compare(session, made)
    assert [q.live for q in shown.quotes] == [True, True, False]
    assert [(q.cheapest, q.fastest) for q in shown.quotes] == [(True, True), (False, True), (False, False)]
    assert len(shown.chart) == 2


def test_a_quote_past_its_date_is_not_open_even_before_the_clock_says_so(session: Session):
    made = deal(session)
    quoted(session, made, valid_until=now() + timedelta(days=2))
    with clock.at(now() + timedelta(days=3)):
        assert [q.live for q in compare(session, made).quotes] == [False]


def test_one_quote_alone_is_neither_cheapest_nor_fastest(session: Session):
    made = deal(session)
    quoted(session, made)
    assert [(q.cheapest, q.fastest) for q in compare(session, made).quotes] == [(False, False)]


def test_only_the_newest_revision_is_compared(session: Session):
    made = deal(session)
    quoted(session, made, price=700)
    quoted(session, made, price=500)
    [only] = compare(session, made).quotes
    assert (only.row.revision, only.line.unit_price_minor) == (2, 500)


def test_mixed_delivery_terms_are_said(session: Session):
    made = deal(session)
    quoted(session, made, 0, incoterm="FOB")
    assert not compare(session, made).mixed_terms
    quoted(session, made, 1, incoterm="DAP", lines=tuple(OfferLine(q, 500, 20, 9000) for q in (100, 300)))
    assert compare(session, made).mixed_terms


def test_those_without_a_quote_are_listed_with_what_they_said(session: Session):
    made = deal(session, factories=3)
    quoted(session, made, 0)
    invitation_operations.decline(session, made.invitations[1], "capacity", actor=made.factories[1])
    invitation_operations.lapse(session, made.invitations[2], actor=CLOCK)
    shown = compare(session, made)
    assert [(row.stage, row.decline_reason) for row in shown.others] == [("declined", "capacity"), ("lapsed", "")]


def test_questions_without_an_answer_are_counted(session: Session):
    made = deal(session)
    question = invitation_operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    assert compare(session, made).unanswered == 1
    invitation_operations.answer(session, made.brief, question.id, "Cotton", to_all=True, actor=made.creator)
    assert compare(session, made).unanswered == 0


def test_the_picture_has_a_part_for_tax_only_where_tax_is_added(session: Session):
    made = deal(session)
    quoted(session, made, 0)
    assert len(compare(session, made).chart[0]["parts"]) == 4
    quoted(session, made, 1, tax_included=False, tax_percent=13)
    assert {len(row["parts"]) for row in compare(session, made).chart} == {5}


def test_the_picture_and_the_table_round_alike(session: Session):
    made = deal(session)
    quoted(session, made, 0, price=500, sample_minor=250)
    found = compare(session, made, 100)
    assert found.quotes[0].costs.per_piece == 503  # 502.5, half up
    assert found.chart[0]["total"] == 503


def test_nobody_compares_another_creators_quotes(session: Session):
    made = deal(session)
    session.flush()
    for stranger in (make.actor(make.person(session)), made.factories[0]):
        with pytest.raises(NotFound):
            comparison(session.connection(), stranger, made.brief.id)


def test_four_statements_however_many_quotes(session: Session):
    made = deal(session, factories=6)
    for which in range(6):
        quoted(session, made, which, price=500 + which)
    session.flush()
    with statements() as sent:
        assert len(comparison(session.connection(), made.creator, made.brief.id, 300).quotes) == 6
    assert len(sent) == 4, sent


def quoted_in(session: Session, made: Deal, which: int, currency: str, price: int) -> None:
    """The quote of a factory as if it had been made in another currency."""
    own, made.brief.currency = made.brief.currency, currency
    session.flush()
    quoted(session, made, which, price=price, deposit_percent=100)
    made.brief.currency = own
    session.flush()


def rate(session: Session, base: str, counter: str, value: str) -> None:
    operator = make.actor(make.person(session, Role.OPERATOR))
    day = now().date()
    rates.enter(session, base=base, counter=counter, value=value, day=day, source="ECB", actor=operator)


def test_quotes_in_several_currencies_are_ranked_and_drawn_in_the_brief_s(session: Session):
    made = deal(session, factories=3)
    quoted_in(session, made, 0, "USD", 500)
    quoted_in(session, made, 1, "JPY", 600)
    quoted_in(session, made, 2, "CNY", 7000)
    rate(session, "USD", "JPY", "150")
    rate(session, "USD", "CNY", "7")
    shown = compare(session, made)
    assert [one.row.currency for one in shown.quotes] == ["JPY", "USD", "CNY"], "4, 5 and 10 dollars"
    assert [one.cheapest for one in shown.quotes] == [True, False, False]
    assert [round(sum(bar["parts"])) for bar in shown.chart] == [400, 500, 1000]
    assert {bar["currency"] for bar in shown.chart} == {"USD"}
    assert [bar["own"] for bar in shown.chart] == ["¥600", "", "CN¥70.00"]
    assert shown.quotes[0].costs.total == 60_000, "what is paid is what was quoted"
    assert shown.mixed_currencies
    assert not shown.rateless


def test_a_quote_without_a_rate_is_last_and_not_drawn(session: Session):
    made = deal(session)
    quoted_in(session, made, 0, "TWD", 100)
    quoted_in(session, made, 1, "USD", 500)
    shown = compare(session, made)
    assert [one.row.currency for one in shown.quotes] == ["USD", "TWD"]
    assert shown.quotes[0].cheapest
    assert len(shown.chart) == 1
    assert shown.rateless == ["TWD"]
