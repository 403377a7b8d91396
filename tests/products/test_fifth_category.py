"""A fifth category needs one new file and its translations: form, checks, rows, JSON, differences, matching."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from portal.core import filters, i18n
from portal.products.base import Dimension, Stage
from portal.products.declaration import Category
from portal.products.findings import Severity
from portal.products.forms import SpecForm
from portal.products.present import bilingual_rows, diff, rows, spec_json
from portal.products.registry import discover
from portal.products.rules import check
from portal.products.values import initial, parse

ONE_FILE = '''
"""Candles: wax poured into a vessel."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options
from portal.products.common import DEFAULTS, around
from portal.products.declaration import Category, Section, SmallBatch
from portal.products.fields import Boolean, Choice, Number
from portal.products.findings import Finding, Severity
from portal.products.groups import Table, dimensions


def unattended(values, context):
    if values.get("burning_time", 0) > 80 and not values.get("self_extinguishing"):
        yield Finding("burns_too_long", Severity.BLOCK, ("burning_time",), N_("It burns too long."))


CATEGORY = Category(
    code="candle",
    name=N_("Candle"),
    summary=N_("Wax in a vessel."),
    sections=around(
        Section(
            "wax",
            N_("Wax and wick"),
            (
                Choice(
                    "wax",
                    N_("Wax"),
                    N_("What burns, for example soy."),
                    options=options(("soy", N_("Soy wax")), ("bees", N_("Beeswax"))),
                    filters=Dimension.MATERIAL,
                    needed=Stage.BRIEF,
                ),
                dimensions("vessel", N_("Vessel"), N_("Its size, for example 80 × 90 mm."), "width height"),
                Number("burning_time", N_("Burning time"), N_("For example 40 h."), unit="h", low=1, high=200),
                Boolean("self_extinguishing", N_("Goes out by itself"), N_("Yes or no, for example yes.")),
                Table(
                    "wicks",
                    N_("Wicks"),
                    N_("Each wick, for example cotton."),
                    row_label=N_("Wick"),
                    parts=(Number("thickness", N_("Wick thickness"), "", unit="mm", low=1, high=9),),
                ),
            ),
        ),
    ),
    essentials=("product_name", "product_name_zh", "markets", "wax", "vessel"),
    small_batch=SmallBatch(fewest=50, usual=300, days=(10, 20)),
    rules=(unattended,),
    defaults=DEFAULTS,
)
'''
TRANSLATIONS = {
    "Candle": "蜡烛",
    "Wax": "蜡",
    "Soy wax": "大豆蜡",
    "Burning time": "燃烧时间",
    "h": "小时",
    "Wick": "烛芯",
}
TRANSLATIONS |= {
    "Wick thickness": "烛芯粗细",
    "Wax and wick": "蜡与烛芯",
    "%(field)s: %(problem)s": "%(field)s：%(problem)s",
}
SPEC = {"product_name": "Fig", "markets": ["eu"], "wax": "soy", "burning_time": 40, "wicks": [{"thickness": 2}]}


@pytest.fixture(scope="module")
def candle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Category]:
    folder = tmp_path_factory.mktemp("package") / "more_categories"
    folder.mkdir()
    (folder / "__init__.py").write_text("", encoding="utf-8")
    (folder / "candle.py").write_text(ONE_FILE, encoding="utf-8")
    sys.path.insert(0, str(folder.parent))
    package = ModuleType("more_categories")
    package.__path__ = [str(folder)]
    sys.modules["more_categories"] = package
    yield discover(package)["candle"]
    sys.path.remove(str(folder.parent))
    for name in [name for name in sys.modules if name.startswith("more_categories")]:
        del sys.modules[name]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Flask]:
    """An application whose Chinese catalogue holds the new category's words."""
    catalogue = Catalog(locale="zh_Hans")
    for english, chinese in TRANSLATIONS.items():
        catalogue.add(english, chinese)
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    root = Path(__file__).resolve().parents[2]
    app = Flask("shop", root_path=str(root), template_folder="templates", static_folder="static")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    Babel(app)  # its own: the portal's keeps the catalogues that it has read
    filters.init_app(app)
    with app.test_request_context():
        yield app


def test_it_reads_and_checks_input(candle: Category) -> None:
    assert parse(candle, {}, Stage.BRIEF).problems.keys() == {"product_name", "markets", "wax"}
    sent = {
        "product_name": "Fig",
        "markets": "eu",
        "wax": "soy",
        "burning_time": "40 h",
        "wicks": {"0": {"thickness": "２"}},
    }
    parsed = parse(candle, sent, Stage.BRIEF)
    assert parsed.ok
    assert parsed.values == SPEC
    assert initial(candle)["inspection_level"] == "II"


def test_it_has_a_form(candle: Category, shop: Flask) -> None:
    form = SpecForm(candle, formdata=MultiDict([("spec-wax", "soy"), ("spec-burning_time", "long")]))
    assert not form.validate(Stage.BRIEF)
    template = '{% from "products/_fields.html" import spec_fields %}{{ spec_fields(form) }}'
    html = render_template_string(template, form=form)
    assert 'id="spec-vessel-width"' in html
    assert '<option value="soy" selected>Soy wax</option>' in html
    assert 'value="long"' in html
    own = replace(candle, sections=candle.sections[1:2], essentials=("wax", "vessel"), defaults={})
    with i18n.in_locale("zh_Hans"):  # only its own fields: words of shared ones would be kept as this catalogue says
        html = render_template_string(template, form=SpecForm(own))
    assert '<option value="soy">大豆蜡</option>' in html
    assert "蜡与烛芯" in html


def test_it_is_shown_in_two_languages(candle: Category, shop: Flask) -> None:
    lines = {line.path: line for part in bilingual_rows(candle, SPEC, "en") for line in part.rows}
    assert (lines["wax"].label_zh, lines["wax"].label) == ("蜡", "Wax")
    assert (lines["wax"].text_zh, lines["wax"].text) == ("大豆蜡", "Soy wax")
    assert (lines["burning_time"].text_zh, lines["burning_time"].text) == ("40 小时", "40 h")
    assert lines["wicks-0-thickness"].label_zh == "烛芯 1 · 烛芯粗细"
    assert [part.title for part in rows(candle, SPEC, locale="zh_Hans")][1] == "蜡与烛芯"
    with i18n.in_locale("zh_Hans"):
        assert parse(candle, {"burning_time": "x"}).problems["burning_time"].startswith("燃烧时间：")


def test_it_is_data_has_differences_and_filters_factories(candle: Category) -> None:
    assert spec_json(candle, SPEC)["fields"]["burning_time"] == {"kind": "number", "value": 40, "unit": "h"}
    (change,) = diff(candle, SPEC, {**SPEC, "wax": "bees"})
    assert (change.path, change.before, change.after) == ("wax", "Soy wax", "Beeswax")
    assert candle.filters(SPEC)[Dimension.MATERIAL] == {"soy"}
    assert candle.vocabulary(Dimension.MATERIAL).keys() == {"soy", "bees"}


def test_its_own_rules_and_those_of_all_apply(candle: Category) -> None:
    said = check(candle, {**SPEC, "burning_time": 100, "carton_weight": 20, "carton_weight_limit": 15})
    assert {finding.code for finding in said if finding.severity is Severity.BLOCK} == {
        "burns_too_long",
        "carton_too_heavy",
    }


def test_a_declaration_that_contradicts_itself_says_so(candle: Category) -> None:
    with pytest.raises(ValueError, match="no such field"):
        replace(candle, essentials=(*candle.essentials, "wax.colour"))
    with pytest.raises(ValueError, match="one of the essentials"):
        replace(candle, essentials=("product_name", "markets"))
    with pytest.raises(ValueError, match="declared twice"):
        replace(candle, sections=(*candle.sections, candle.sections[1]))
    unit = replace(candle.field("burning_time"), name="other", unit="furlong")
    with pytest.raises(ValueError, match="unknown unit"):
        replace(candle, sections=(*candle.sections, replace(candle.sections[1], fields=(unit,))))
