"""A spec shown: rows, two languages side by side, JSON, what changed."""

import json

import pytest
from flask import Flask

from portal import products
from portal.products import terms
from portal.products.present import bilingual_rows, diff, rows, section_rows, spec_json
from sandbox.demo.examples import CUP_HOLDER, EXAMPLES, MAILER, TOTE

GOODS = products.category("printed_goods")


def flat(parts) -> dict:
    return {row.path: row for part in parts for row in part.rows}


def test_every_field_that_applies_has_a_row_blank_or_not(page: Flask) -> None:
    shown = flat(rows(GOODS, TOTE))
    assert shown.keys() == GOODS.applies(TOTE)
    assert shown["weight"].shown == "340 g/m²"
    assert shown["size"].shown == "380 × 420 mm"
    assert shown["blank_colour"].text == "natural white, unbleached"
    assert shown["markets"].text == "European Union, United Kingdom"
    assert shown["vector"].text == "Yes"
    assert shown["underbase"].text == "No"
    assert shown["shipping_marks"].text.count("\n") == 2
    assert shown["volume"].blank
    assert shown["volume"].text == ""
    assert {path for path, row in shown.items() if not row.blank} == TOTE.keys()


def test_a_table_is_shown_cell_by_cell(page: Flask) -> None:
    locations = flat(rows(GOODS, TOTE))["locations"]
    cells = {cell.path: (cell.label, cell.shown) for cell in locations.rows[0]}
    assert cells["locations-0-width"] == ("Print width", "250 mm")
    assert cells["locations-0-method"] == ("Method", "Screen print")
    inks = flat(rows(GOODS, TOTE))["inks"]
    assert inks.rows[0][1].text == "Pantone C (coated) Black 6 C"


def test_sums_ranges_and_days(page: Flask) -> None:
    mailer = flat(rows(products.category("scented_packaging"), MAILER))
    assert "600" in mailer["plate_fee"].text
    assert mailer["storage_temperature"].shown == "5 … 25 °C"
    holder = flat(rows(products.category("moulded_part"), CUP_HOLDER))
    assert holder["t0_date"].text == "2027-01-20"
    plush = products.category("plush")
    assert flat(rows(plush, {"user_age": {"min": 3}}))["user_age"].shown == "≥ 3 years"


def test_an_assumption_stands_in_for_a_blank_and_is_marked(page: Flask) -> None:
    blank = {name: value for name, value in TOTE.items() if name not in ("weight", "origin_mark", "blank_colour")}
    said = {"weight": "300", "origin_mark": "carton", "blank_colour": "as our stock, natural", "size": "ignored"}
    shown = flat(rows(GOODS, blank, assumptions=said))
    assert (shown["weight"].shown, shown["weight"].assumed, shown["weight"].blank) == ("300 g/m²", True, False)
    assert shown["origin_mark"].text == "On the carton only"
    assert shown["blank_colour"].text == "as our stock, natural"
    assert not shown["size"].assumed
    pairs = flat(bilingual_rows(GOODS, blank, "en", assumptions=said))
    assert pairs["weight"].assumed


@pytest.mark.parametrize("code", EXAMPLES)
@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_two_languages_line_by_line(page: Flask, code: str, locale: str) -> None:
    category = products.category(code)
    for example in EXAMPLES[code]:
        parts = bilingual_rows(category, example, locale)
        lines = [line for part in parts for line in part.rows]
        assert len(lines) >= len(category.applies(example)), "a table has a line for each cell"
        assert all(line.label and line.label_zh for line in lines)
        assert all(bool(line.text) is not line.blank for line in lines)
        assert len({line.path for line in lines}) == len(lines)


def test_a_cell_says_which_row_it_belongs_to(page: Flask) -> None:
    line = flat(bilingual_rows(GOODS, TOTE, "en"))["locations-0-width"]
    assert line.label == "Print location 1 · Print width"
    assert line.text == "250 mm"


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_machine_reads_stable_names_and_units(code: str) -> None:
    category = products.category(code)
    for example in EXAMPLES[code]:
        said = json.loads(json.dumps(spec_json(category, example)))
        assert said["schema"] == 1
        assert said["category"] == code
        assert said["fields"].keys() == category.applies(example)
        assert {name: entry["value"] for name, entry in said["fields"].items() if entry["value"] is not None} == example


def test_json_has_units_of_columns_and_assumptions() -> None:
    said = spec_json(GOODS, {"locations": TOTE["locations"]}, {"weight": "300"})["fields"]
    assert said["weight"] == {"kind": "number", "value": None, "unit": "g/m2", "assumption": "300"}
    assert said["locations"]["columns"]["width"] == {"kind": "number", "unit": "mm"}
    assert said["size"]["unit"] == "mm"


def test_what_changed_between_two_revisions(page: Flask) -> None:
    new = {name: value for name, value in TOTE.items() if name != "rub_cycles"}
    new |= {"weight": 280, "underbase": True, "volume": 5}
    new["locations"] = [{**TOTE["locations"][0], "width": 240}, {"method": "pad", "width": 20, "height": 10}]
    said = {change.path: (change.label, change.before, change.after) for change in diff(GOODS, TOTE, new)}
    assert said == {
        "weight": ("Weight of fabric or paper", "340 g/m²", "280 g/m²"),
        "volume": ("Volume", "", "5 ml"),
        "locations-0-width": ("Print location 1 · Print width", "250 mm", "240 mm"),
        "locations-1": ("Print location 2", "", "Pad print · 20 mm · 10 mm"),
        "underbase": ("White underbase", "No", "Yes"),
        "rub_cycles": ("Rub test", "100 cycles", ""),
    }
    assert diff(GOODS, TOTE, TOTE) == []
    assert diff(GOODS, new, TOTE)[2].after == "250 mm"


def test_what_stands_outside_the_fields_is_shown_the_same_way(page: Flask) -> None:
    part = section_rows(terms.TERMS, {"quantities": [{"pieces": 200}], "incoterm": "DDP"})
    assert part.title == "Quantity and delivery"
    assert part.rows[0].rows[0][0].shown == "200 pcs"
    assert part.rows[3].text.startswith("DDP")
