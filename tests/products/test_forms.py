"""The form without scripts: everything typed comes back, messages lead to their inputs, rows come and go."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from portal import products
from portal.products.base import Stage
from portal.products.forms import SpecForm
from portal.products.values import flat, raw_values
from sandbox.demo.examples import EXAMPLES, TOTE

GOODS = products.category("printed_goods")
PAGE = """{% from "products/_fields.html" import spec_fields %}{% from "_ui.html" import error_summary %}
{{ error_summary(form.errors) }}<form method="post">{{ spec_fields(form) }}</form>"""


class Sent(HTMLParser):
    """What a browser would send of a form, and what else it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.buttons: list[tuple[str, str]] = []
        self._select: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if "id" in said:
            self.ids.append(said["id"] or "")
        if tag == "a" and (said.get("href") or "").startswith("#"):
            self.links.append(said["href"][1:])
        if tag == "button" and said.get("name"):
            self.buttons.append((said["name"], said["value"]))
        if tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.pairs.append((said["name"], said.get("value") or ""))
        self._select = said["name"] if tag == "select" else self._select if tag == "option" else None
        if tag == "option" and "selected" in said:
            self.pairs.append((self._select, said["value"]))
        self._area = said["name"] if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.pairs.append((self._area, data.removeprefix("\n")))
            self._area = None


def drawn(form: SpecForm) -> tuple[str, Sent]:
    html = render_template_string(PAGE, form=form)
    sent = Sent()
    sent.feed(html)
    return html, sent


def posted(raw: dict[str, Any], *more: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict([("csrf_token", "x"), *((f"spec-{name}", text) for name, text in flat(raw)), *more])


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_a_browser_sends_back_untouched_is_the_same_spec(page: Flask, code: str) -> None:
    category = products.category(code)
    for example in EXAMPLES[code]:
        _html, sent = drawn(SpecForm(category, values=example))
        form = SpecForm(category, formdata=MultiDict(sent.pairs))
        assert form.validate(Stage.FREEZE), form.problems
        assert form.values == example


@pytest.mark.parametrize("code", EXAMPLES)
@pytest.mark.parametrize("filled", [False, True])
def test_ids_are_unique_and_each_input_is_labelled(page: Flask, code: str, filled: bool) -> None:
    html, sent = drawn(SpecForm(products.category(code), values=EXAMPLES[code][0] if filled else None))
    assert len(sent.ids) == len(set(sent.ids))
    labelled = set(re.findall(r'<label class="label" for="([^"]+)"', html))
    single = set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', html))
    assert single <= labelled
    described = {word for group in re.findall(r'aria-describedby="([^"]*)"', html) for word in group.split()}
    assert described <= set(sent.ids)
    assert " style=" not in html
    assert "<script" not in html


def test_what_is_refused_keeps_what_was_typed_and_leads_to_its_input(page: Flask) -> None:
    raw = raw_values(GOODS, TOTE)
    raw |= {"weight": "<heavy>", "markets": [], "size": {"width": "wide", "height": "420", "depth": ""}}
    raw["documents"] = [{"kind": "ifra", "issued": "some day"}]
    form = SpecForm(GOODS, formdata=posted(raw))
    assert not form.changes_rows
    assert not form.validate(Stage.BRIEF)
    html, sent = drawn(form)
    assert set(sent.links) == {"spec-weight", "spec-markets", "spec-size-width", "spec-documents-0-issued"}
    assert set(sent.links) <= set(sent.ids)
    assert 'value="&lt;heavy&gt;"' in html
    assert ("spec-documents-0-issued", "some day") in sent.pairs, "a date picker would hide it"
    assert ("spec-size-width", "wide") in sent.pairs
    assert html.count("<details") > html.count('<details class="details" open')
    again = SpecForm(GOODS, formdata=MultiDict(sent.pairs))
    again.validate(Stage.BRIEF)
    assert again.problems == form.problems


def test_a_message_without_an_input_is_still_shown(page: Flask) -> None:
    form = SpecForm(GOODS, formdata=posted({"rocket": "1"}))
    form.validate()
    assert form.errors == {"": ["This does not belong to this product."]}
    assert "This does not belong" in drawn(form)[0]


def test_a_message_about_a_whole_group_or_table_has_a_place(page: Flask) -> None:
    form = SpecForm(GOODS, formdata=posted({"product_name": "x"}))
    form.validate(Stage.FREEZE)
    _html, sent = drawn(form)
    assert {"spec-size-width", "spec-locations", "spec-blank_colour-system"} <= set(sent.links)
    assert set(sent.links) <= set(sent.ids)


def test_rows_are_added_and_removed_and_nothing_else_changes(page: Flask) -> None:
    raw = raw_values(GOODS, TOTE) | {"weight": "??"}
    form = SpecForm(GOODS, formdata=posted(raw, ("spec-add", "locations")))
    assert form.changes_rows
    html, sent = drawn(form)
    assert 'name="spec-locations-1-method"' in html
    assert 'name="spec-locations-2-method"' not in html
    assert ("spec-weight", "??") in sent.pairs
    assert ("spec-locations-0-width", "250") in sent.pairs
    pairs = [
        ("spec-locations-1-width", "77") if name == "spec-locations-1-width" else (name, text)
        for name, text in sent.pairs
    ]
    second = SpecForm(GOODS, formdata=MultiDict(pairs))
    assert not second.changes_rows
    assert [row["width"] for row in second.values["locations"]] == [250, 77]
    gone = SpecForm(GOODS, formdata=posted(raw, ("spec-remove", "locations-0")))
    assert gone.changes_rows
    assert ("spec-locations-0-width", "250") not in drawn(gone)[1].pairs
    assert "locations" in TOTE, "the example itself is left alone"


def unfolded(form: SpecForm) -> set[str]:
    """The folded fields that are shown open."""
    return {item.control.declared.name for section in form.sections if section.open for item in section.more}


@pytest.mark.parametrize("button", ["spec-add", "spec-remove"])
def test_a_page_that_comes_back_folds_nothing_away_that_was_typed(page: Flask, button: str) -> None:
    raw = {"markets": ["us"], "documents": [{"kind": "ifra"}, {"kind": "coa"}]}
    target = "documents" if button == "spec-add" else "documents-0"
    assert unfolded(SpecForm(GOODS)) == unfolded(SpecForm(GOODS, values={"item_code": "A"})) == set()
    form = SpecForm(GOODS, formdata=posted(raw | {"item_code": "A"}, (button, target)))
    assert {"documents", "item_code"} <= unfolded(form)
    assert "art_format" not in unfolded(form)
    assert "item_code" in unfolded(SpecForm(GOODS, formdata=posted({"item_code": "A"})))


def test_who_adds_or_removes_a_row_goes_on_there(page: Flask) -> None:
    where = re.compile(r'id="([\w-]+)" tabindex="-1" autofocus data-focus')
    assert where.findall(drawn(SpecForm(GOODS))[0]) == []
    blank = SpecForm(GOODS, formdata=posted({}, ("spec-add", "documents")))
    assert "documents" in unfolded(blank), "blank as its rows are"
    assert where.findall(drawn(blank)[0]) == ["spec-documents-1"]
    row = {"documents": [{"kind": "ifra"}]}
    assert where.findall(drawn(SpecForm(GOODS, formdata=posted(row, ("spec-add", "documents"))))[0]) == [
        "spec-documents-1"
    ]
    last = SpecForm(GOODS, formdata=posted(row, ("spec-remove", "documents-0")))
    assert where.findall(drawn(last)[0]) == ["spec-documents"]
    assert where.findall(drawn(SpecForm(GOODS))[0]) == []


def test_blank_rows_between_do_not_count_and_messages_name_the_row_on_the_page(page: Flask) -> None:
    pairs = posted(
        {}, ("spec-locations-0-width", ""), ("spec-locations-4-width", "x"), ("spec-locations-9-width", "20")
    )
    form = SpecForm(GOODS, formdata=pairs)
    form.validate()
    assert list(form.problems) == ["locations-0-width"]
    assert form.values["locations"] == [{"width": 20}]
    _html, sent = drawn(form)
    assert ("spec-locations-0-width", "x") in sent.pairs
    assert ("spec-locations-1-width", "20") in sent.pairs


def test_an_untouched_table_gets_a_second_row_although_blank_inputs_are_kept_drawn(page: Flask) -> None:
    assert 'name="spec-locations-1-method"' not in drawn(SpecForm(GOODS))[0]
    more = SpecForm(GOODS, formdata=posted({}, ("spec-add", "locations")))
    assert 'name="spec-locations-1-method"' in drawn(more)[0]
    assert 'name="spec-locations-1-method"' not in drawn(SpecForm(GOODS))[0]


@pytest.mark.parametrize(
    "button",
    [
        ("spec-add", "weight"),
        ("spec-add", "nothing"),
        ("spec-remove", "locations-9"),
        ("spec-remove", "locations-x"),
        ("spec-add", ""),
    ],
)
def test_a_bent_button_does_no_harm(page: Flask, button: tuple[str, str]) -> None:
    form = SpecForm(GOODS, formdata=posted(raw_values(GOODS, TOTE), button))
    form.validate(Stage.FREEZE)
    assert form.values == TOTE


def test_a_full_table_takes_no_more(page: Flask) -> None:
    rows = [{"width": str(n + 1), "height": "5", "method": "screen"} for n in range(12)]
    form = SpecForm(GOODS, formdata=posted({"locations": rows}, ("spec-add", "locations")))
    html, sent = drawn(form)
    assert 'name="spec-locations-12-width"' not in html
    assert ("spec-add", "locations") not in sent.buttons


def test_one_persons_words_are_never_shown_to_another(page: Flask) -> None:
    drawn(SpecForm(GOODS, values={"item_code": "SECRET-1", "art_format": "ai"}))
    html, sent = drawn(SpecForm(GOODS))
    assert "SECRET-1" not in html
    assert ("spec-art_format", "ai") not in sent.pairs
    wrong = SpecForm(GOODS, formdata=posted({}))
    wrong.validate(Stage.FREEZE)
    assert "this is needed" in drawn(wrong)[0]
    assert "this is needed" not in drawn(SpecForm(GOODS))[0]


def test_other_inputs_of_the_page_are_left_alone() -> None:
    form = SpecForm(
        GOODS, formdata=MultiDict([("title", "x"), ("csrf_token", "y"), ("spec-item", "mug"), ("action", "save")])
    )
    assert form.raw == {"item": "mug"}
    assert form.validate(None)
    assert form.values == {"item": "mug"}


def test_a_newcomer_sees_the_essentials_and_the_rest_is_folded(page: Flask) -> None:
    form = SpecForm(GOODS)
    first = [item.control.declared.name for section in form.sections for item in section.first]
    assert first == [name for name in GOODS.essentials if "." not in name]
    html, _sent = drawn(form)
    unfolded = re.sub(
        r"<details.*?</details>", "", re.sub(r"<details(?:(?!<details).)*?</details>", "", html, flags=re.S), flags=re.S
    )
    assert 'name="spec-locations-0-width"' in unfolded
    assert 'name="spec-locations-0-rotation"' not in unfolded
    assert 'name="spec-wash_cycles"' not in unfolded
    assert '<details class="details" open' not in html


def test_a_field_that_depends_on_another_says_so(page: Flask) -> None:
    html, _sent = drawn(SpecForm(products.category("scented_packaging")))
    assert 'data-show-if="structure_type" data-show-codes="carrier_bag flat_pouch poly_mailer' in html
    assert "Counts only if Type of packaging is: Poly mailer, Flat pouch" in html
    assert re.search(r'<select id="spec-structure_type"[^>]* data-decides="structure_type"', html)
    assert 'data-decides="locations.method"' in drawn(SpecForm(GOODS))[0]
