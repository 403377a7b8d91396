"""The quote form: what people really type, what stays after a refusal, what is folded; and what it starts with."""

from decimal import Decimal
from types import SimpleNamespace as Row

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.core.errors import Invalid
from portal.products.terms import DELIVERED, INCOTERMS, TERMS
from portal.sourcing import assumptions, quote_prefill
from portal.sourcing.landed import Costs
from portal.sourcing.quote_forms import AT_FIRST_SIGHT, quote_form
from portal.sourcing.quote_operations import OfferLine
from tests.deals import VALUES

FACTORY = Row(currency="CNY", deposit_percent=30, incoterm="FOB", incoterm_place="Ningbo")
FEES = Row(lead_days=20, tooling_fee_minor=70000, plate_fee_minor=0, sample_fee_minor=20000, sample_days=7)
TIERS = [
    Row(currency="CNY", min_quantity=100, unit_price_minor=2100, lead_days=20),
    Row(currency="USD", min_quantity=100, unit_price_minor=300, lead_days=20),
    Row(currency="USD", min_quantity=300, unit_price_minor=250, lead_days=25),
]


@pytest.fixture(autouse=True)
def request_(app: Flask):
    with app.test_request_context():
        yield


def form_of(typed: dict[str, str] | None = None, quantities=(100, 300), values=VALUES, currency="USD"):
    blanks = assumptions.blanks("plush", values)
    usual = quote_prefill.from_trade(blanks)
    own = quote_prefill.from_prices(quantities, currency, FACTORY, FEES, TIERS)
    answers = {f"assume_{b.path}": "10" if b.numeric else "as the sample" for b in blanks if not b.suggestion}
    answers |= {f"assume_{b.path}": b.options[0].code for b in blanks if b.options and not b.suggestion}
    return quote_form(quantities, currency, blanks, MultiDict(usual | own | answers | (typed or {})))


def test_the_prefilled_form_can_be_sent_as_it_is():
    form = form_of()
    assert form.validate(), form.errors
    offer = form.offer()
    assert offer.lines == (OfferLine(100, 300, 20, 0), OfferLine(300, 250, 25, 0))
    assert (offer.deposit_percent, offer.incoterm, offer.incoterm_place, offer.tax_included) == (
        30,
        "FOB",
        "Ningbo",
        True,
    )
    assert offer.assumptions["pose"] == "sitting"
    assert not any(group.open for group in form.groups), "what is filled in and right is folded"


@pytest.mark.parametrize("quantities", [(100,), (100, 300), (100, 300, 500), (100, 200, 300, 500)])
def test_at_first_sight_there_are_five_fields_at_most(quantities: tuple[int, ...]):
    form = form_of(quantities=quantities)
    folded = {field.name for group in form.groups for field in group.fields}
    seen = [field.name for field in form if field.name not in folded and field.name != "note"]
    times = [name for name in seen if name.startswith("lead_days")]
    assert len([name for name in seen if name.startswith("unit_price")]) == len(quantities)
    assert not times or form.lead_times_first
    assert (
        len([n for n in seen if n.startswith("unit_price")] + (times if form.lead_times_first else []))
        <= AT_FIRST_SIGHT
    )


def test_what_is_still_missing_is_counted_on_its_folded_group():
    form = form_of({"assume_pose": "", "tooling_minor": " "})
    assert not any(group.open for group in form.groups), "no more than five fields at first sight"
    assert sum(group.missing for group in form.groups) == 2


@pytest.mark.parametrize(
    ("typed", "minor"), [("3.5", 350), ("３．５", 350), ("1,234.50", 123450), (" 12 ", 1200), ("0.01", 1)]
)
def test_prices_are_read_as_people_type_them(typed: str, minor: int):
    form = form_of({"unit_price_100": typed})
    assert form.validate(), form.errors
    assert form.offer().lines[0].unit_price_minor == minor


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("unit_price_100", "twelve"), ("unit_price_100", ""), ("unit_price_100", "  "), ("unit_price_100", "0"),
        ("unit_price_100", "-3"), ("unit_price_100", "1.234"), ("unit_price_100", "9" * 30), ("lead_days_300", "20.5"),
        ("lead_days_300", "0"), ("lead_days_300", "400"), ("freight_300", ""), ("deposit_percent", "5"),
        ("incoterm", "CIF"), ("incoterm_place", " "), ("valid_days", "0"), ("valid_days", "365"),
        ("assume_pose", "flying"), ("assume_pose", ""), ("assume_needle_detection", "x"), ("note", "x" * 2001),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_beside_the_field_and_stays(name: str, typed: str):
    form = form_of({name: typed})
    assert not form.validate()
    assert form[name].errors
    assert typed.strip() in str(form[name]()).strip() or name in ("incoterm", "assume_pose")
    assert form[name].id in form.problems()
    folded = [group for group in form.groups if form[name] in group.fields]
    assert all(group.open for group in folded), "a refused field is not hidden"


def test_a_problem_names_its_field():
    form = form_of({"assume_pose": ""})
    form.validate()
    assert form.problems()["assume_pose"][0].startswith("Pose: ")


def test_added_tax_needs_its_rate():
    form = form_of({"tax": "added", "tax_percent": ""})
    assert not form.validate()
    form = form_of({"tax": "added", "tax_percent": "13"})
    assert form.validate()
    assert (form.offer().tax_included, form.offer().tax_percent) == (False, 13)


def test_a_rate_left_standing_does_not_count_when_tax_is_included():
    form = form_of({"tax": "included", "tax_percent": "13"})
    assert form.validate()
    assert form.offer().tax_percent == 0


def test_an_operations_refusal_lands_beside_its_field():
    form = form_of()
    form.validate()
    form.refuse(Invalid("Too late.", incoterm="Choose a delivery term."))
    assert form.incoterm.errors == ["Choose a delivery term."]
    assert form.problems()[""] == ["Too late."]


def test_a_draft_is_what_was_typed():
    form = form_of({"unit_price_100": "12.x", "stranger": "no"})
    assert form.typed()["unit_price_100"] == "12.x"
    assert "stranger" not in form.typed()


def test_the_factorys_own_prices_fill_the_form():
    form = quote_prefill.from_prices((50, 100, 450), "USD", FACTORY, FEES, TIERS)
    assert "unit_price_50" not in form, "below its smallest tier a factory has no price"
    assert (form["unit_price_100"], form["unit_price_450"], form["lead_days_450"]) == ("3", "2.50", "25")
    assert form["lead_days_50"] == "20"


def test_fees_follow_the_factorys_own_rate_of_exchange():
    form = quote_prefill.from_prices((100,), "USD", FACTORY, FEES, TIERS)
    assert quote_prefill.own_rate("CNY", "USD", TIERS) == Decimal(300) / 2100
    assert (form["tooling_minor"], form["sample_minor"], form["plate_minor"]) == ("100", "29", "0")
    assert form["extra_sample_minor"] == "29", "a further round costs what the first one does, unless changed"


def test_the_price_of_further_sample_rounds_may_stay_blank():
    form = form_of({"extra_sample_minor": ""})
    assert form.validate(), form.errors
    assert form.offer().extra_sample_minor == 0
    assert not any(group.missing for group in form.groups)
    priced = form_of({"extra_sample_minor": "12.50"})
    assert priced.validate()
    assert priced.offer().extra_sample_minor == 1250


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), ("", 0), ("30", 30), ("50", 50), ("51", None), ("-1", None)])
def test_an_advance_is_at_most_half_of_the_deposit(typed: str, kept: int | None):
    form = form_of({"advance_percent": typed})
    assert form.validate() == (kept is not None)
    assert bool(form.advance_percent.errors) == (kept is None)
    if kept is not None:
        assert form.offer().advance_percent == kept
        assert not any(group.missing for group in form.groups)


def test_no_advance_unless_it_is_asked_for():
    form = quote_prefill.from_prices((100,), "USD", FACTORY, FEES, TIERS)
    assert form["advance_percent"] == "0"
    [more] = [group for group in form_of({"advance_percent": "0"}).groups if str(group.title) == "More terms"]
    assert (more.open, more.summary) == (False, "no advance")


def test_without_prices_in_a_currency_nothing_is_made_up():
    form = quote_prefill.from_prices((100,), "EUR", FACTORY, FEES, TIERS)
    assert "unit_price_100" not in form
    assert "tooling_minor" not in form
    assert form["plate_minor"] == "0", "nothing is nothing in every currency"


def test_delivered_terms_leave_the_freight_to_be_written():
    delivered = Row(**(vars(FACTORY) | {"incoterm": "DAP"}))
    assert quote_prefill.from_prices((100,), "USD", delivered, FEES, TIERS)["freight_100"] == ""


def test_later_sources_outweigh_earlier_ones_and_strangers_are_dropped():
    merged = quote_prefill.prefill(["a", "b"], {"a": "1", "b": "1", "x": "9"}, {"a": "2"}, {"b": 3})
    assert merged == {"a": "2", "b": "1"}


def test_yen_have_no_cents():
    assert quote_prefill.written(1200, "JPY") == "1200"
    assert form_of({"unit_price_100": "120.5"}, currency="JPY").validate() is False


amounts = st.integers(0, 10**9)


@given(st.integers(1, 10**6), amounts, amounts, amounts, amounts, amounts, amounts)
def test_one_pieces_parts_make_its_landed_cost(quantity, goods, tooling, plate, sample, freight, tax):
    costs = Costs(quantity, goods, tooling, plate, sample, freight, tax)
    assert sum(costs.parts) * quantity == pytest.approx(costs.total)
    assert abs(costs.per_piece - Decimal(costs.total) / quantity) <= Decimal("0.5")


def test_one_declaration_of_delivery_terms():
    """What a creator may ask for, a factory offers and a quote says are the same terms in the same words."""
    asked = next(field for field in TERMS.fields if field.name == "incoterm")
    quoted = form_of().incoterm
    assert list(asked.options) == list(INCOTERMS) == [tuple(choice) for choice in quoted.choices]
    assert {code for code, _words in INCOTERMS} > DELIVERED
