"""Parsing: what is right is kept typed, what is not is named beside its field, nothing raises, nothing is lost."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import products
from portal.products.base import Stage
from portal.products.values import LONGEST_STRING, MOST_KEYS, flat, initial, nested, parse, raw_values
from sandbox.demo.examples import EXAMPLES, TOTE
from tests.products.strategies import anything, right_values

GOODS = products.category("printed_goods")
CODES = list(products.categories())
ALL = [(code, number) for code in CODES for number in range(len(EXAMPLES[code]))]


@pytest.mark.parametrize(("code", "number"), ALL)
def test_a_complete_spec_is_ready_for_the_freeze(code: str, number: int) -> None:
    example = EXAMPLES[code][number]
    parsed = parse(products.category(code), example, Stage.FREEZE)
    assert parsed.problems == {}
    assert parsed.values == example


@pytest.mark.parametrize(("code", "number"), ALL)
def test_a_form_brings_the_same_values_back(code: str, number: int) -> None:
    category, example = products.category(code), EXAMPLES[code][number]
    sent = nested(flat(raw_values(category, example)))
    assert parse(category, sent, Stage.FREEZE).values == example


@pytest.mark.parametrize("code", CODES)
def test_a_new_brief_starts_with_right_values(code: str) -> None:
    category = products.category(code)
    assert parse(category, category.defaults).problems == {}
    assert initial(category)["aql_major"] == "2.5"


@given(st.sampled_from(CODES), st.data())
@settings(deadline=None, max_examples=150)
def test_nothing_that_is_sent_raises(code: str, data: Any) -> None:
    category = products.category(code)
    raw = data.draw(anything(category))
    for stage in (None, Stage.FREEZE):
        parsed = parse(category, raw, stage)
        json.dumps([parsed.values, parsed.problems, parsed.raw], allow_nan=False).encode("utf-8")
        assert parse(category, parsed.values).values == parsed.values
        assert parse(category, parsed.values).problems.keys() <= parsed.problems.keys()


@given(st.sampled_from(CODES), st.data())
@settings(deadline=None, max_examples=100)
def test_right_values_come_back_as_they_went(code: str, data: Any) -> None:
    category = products.category(code)
    values = data.draw(right_values(category))
    parsed = parse(category, values)
    assert parsed.problems == {}
    assert parsed.values == {name: value for name, value in values.items() if name in category.applies(parsed.values)}
    again = parse(category, nested(flat(raw_values(category, parsed.values))))
    assert again.values == parsed.values


@given(st.lists(st.tuples(st.text(alphabet="ab-01", max_size=12), st.text(max_size=5)), max_size=30))
def test_any_form_can_be_nested(pairs: list[tuple[str, str]]) -> None:
    json.dumps(nested(pairs))


def test_a_draft_may_be_blank_and_each_stage_asks_for_more() -> None:
    asked = [set(parse(GOODS, {}, stage).problems) for stage in (None, *Stage)]
    assert asked[0] == set()
    assert asked[1] == {"product_name", "markets", "item"}
    assert asked[1] < asked[2] < asked[3]
    assert {"size", "locations", "composition"} <= asked[2]
    assert "blank_colour" in asked[3] - asked[2]


def test_an_assumption_or_another_field_answers_for_a_blank_one() -> None:
    blank = {name: value for name, value in TOTE.items() if name not in ("weight", "blank_colour")}
    assert set(parse(GOODS, blank, Stage.FREEZE).problems) == {"weight", "blank_colour"}
    assert parse(GOODS, blank, Stage.FREEZE, assumed={"weight", "blank_colour"}).ok
    assert set(parse(GOODS, {**blank, "thickness": "1"}, Stage.FREEZE).problems) == {"blank_colour"}


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        ({"weight": "heavy"}, "weight", "write it in figures"),
        ({"weight": "9"}, "weight", "from 10 to 3000 g/m²"),
        ({"weight": "3001"}, "weight", "from 10 to 3000"),
        ({"weight": "150.5"}, "weight", "whole numbers only"),
        ({"thickness": "1.555"}, "thickness", "at most 2 places"),
        ({"item": "spaceship"}, "item", "choose one of the list"),
        ({"markets": ["eu", "moon"]}, "markets", "choose from the list"),
        ({"vector": "perhaps"}, "vector", "choose one of the list"),
        ({"item_code": "x" * 61}, "item_code", "keep this to 60 characters"),
        ({"size": {"width": "380"}}, "size-height", "Size, W × H × D – Height: this is needed"),
        ({"size": {"width": "0", "height": "2"}}, "size-width", "from 1 to 3000 mm"),
        ({"size": "large"}, "size", "does not fit"),
        ({"user_age": {"min": "8", "max": "3"}}, "user_age-max", "highest value is below the lowest"),
        (
            {"locations": [{}, {"method": "screen"}]},
            "locations-1-width",
            "Print location 2 – Print width: this is needed",
        ),
        (
            {"locations": {"7": {"width": "x"}}},
            "locations-7-width",
            "Print location 8 – Print width: write it in figures",
        ),
        ({"locations": [{"colour": "red"}]}, "locations-0-colour", "does not belong"),
        ({"locations": [{"colours": "1"}] * 13}, "locations", "at most 12 rows"),
        ({"inks": [{"colour": {"system": "pantone_c"}}]}, "inks-0-colour-code", "Colour reference: this is needed"),
        ({"documents": [{"kind": "ifra", "issued": "1.2.2026"}]}, "documents-0-issued", "year-month-day"),
        ({"rocket": "1"}, "rocket", "does not belong"),
        ({"let_down": "3"}, "let_down", "does not belong"),
    ],
)
def test_what_is_wrong_is_named_where_it_is(raw: dict[str, Any], path: str, words: str) -> None:
    parsed = parse(GOODS, raw, Stage.QUOTE)
    assert words in parsed.problems[path]
    assert parsed.raw == raw, "what was typed is still there"


def test_one_wrong_field_does_not_take_the_right_ones_with_it() -> None:
    parsed = parse(GOODS, {**raw_values(GOODS, TOTE), "weight": "??"})
    assert set(parsed.problems) == {"weight"}
    assert parsed.values == {name: value for name, value in TOTE.items() if name != "weight"}


def test_money_is_minor_units_and_a_currency_alone_is_no_sum() -> None:
    mailer = products.category("scented_packaging")
    fee = {"structure_type": "poly_mailer"}
    assert parse(mailer, {**fee, "plate_fee": {"amount": "1,234.50", "currency": "CNY"}}).values["plate_fee"] == {
        "minor": 123450,
        "currency": "CNY",
    }
    assert parse(mailer, {"plate_fee": {"amount": "１２,5", "currency": "USD"}}).values["plate_fee"]["minor"] == 1250
    assert "plate_fee" not in parse(mailer, {"plate_fee": {"amount": " ", "currency": "CNY"}}).values
    wrong = {"amount": "1.005", "currency": "USD"}, {"amount": "-5", "currency": "CNY"}, {"amount": "5"}
    for raw in wrong:
        parsed = parse(mailer, {"plate_fee": raw})
        assert parsed.problems
        assert "plate_fee" not in parsed.values


def test_a_field_that_does_not_apply_is_neither_kept_nor_asked_nor_refused() -> None:
    mailer = products.category("scented_packaging")
    parsed = parse(mailer, {"structure_type": "mailer_box", "film": "ldpe", "film_thickness": "thin"}, Stage.QUOTE)
    assert "film" not in parsed.values
    assert "film_thickness" not in parsed.problems
    assert "board" in parsed.problems
    assert parsed.raw["film"] == "ldpe"


def test_a_section_opens_by_a_cell_of_a_table() -> None:
    assert "stitch_count" not in GOODS.applies({"locations": [{"method": "screen"}]})
    assert "stitch_count" in GOODS.applies({"locations": [{"method": "screen"}, {"method": "embroidery"}]})


def test_far_too_much_is_refused_in_words() -> None:
    rows = [{"substance": "x" * 1000} for _ in range(300)]
    parsed = parse(products.category("scented_packaging"), {"allergens": rows})
    assert set(parsed.problems) == {""}
    assert parsed.values == {}
    assert len(nested((f"k{n}", "v") for n in range(MOST_KEYS + 50))) == MOST_KEYS
    long = parse(GOODS, {"description": "y" * (LONGEST_STRING + 5)})
    assert set(long.problems) == {"description"}
    assert len(long.raw["description"]) == LONGEST_STRING


def test_what_is_typed_is_cleaned() -> None:
    parsed = parse(GOODS, {"product_name": " Tote\x00\u202e\tbag\n", "description": "one\r\ntwo\x07"})
    assert parsed.values == {"product_name": "Tote bag", "description": "one\ntwo"}


def test_what_a_spec_asks_of_a_factory() -> None:
    asked = GOODS.filters(TOTE)
    assert asked == {
        "goods": {"tote_bag"},
        "process": {"screen"},
        "material": {"canvas"},
        "certificate": {"oeko_tex_100"},
        "market": {"eu", "uk"},
    }
    assert GOODS.filters({"markets": ["any"], "composition": [{"material": "other"}]})["market"] == set()
    box = {"structure_type": "mailer_box", "print_method": "unprinted", "film": "ldpe", "scent_route": "insert"}
    asked = products.category("scented_packaging").filters(box)
    assert asked["process"] == {"mailer_box", "insert"}
    assert asked["material"] == set()


def test_the_open_points_of_a_brief() -> None:
    names = [field.name for field in GOODS.blank({"product_name_zh": "帆布袋", "markets": ["eu"], "volume": 330})]
    assert "product_name" not in names
    assert "weight" not in names
    assert names[:2] == ["intended_user", "item"]
    assert GOODS.blank(TOTE) == []
