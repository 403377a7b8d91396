"""The macros that every page is made of: what was typed stays, what is refused is found, pictures tell the truth."""

import gzip
import re
from datetime import date

import pytest
from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import DecimalField, FieldList, Form, FormField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Optional

from portal import ROOT
from portal.core import filters, i18n

SCRIPTS = 20_000
STATIC = ROOT / "static"


class Tier(Form):
    pieces = IntegerField("Pieces", [InputRequired("Say how many.")])


class Brief(Form):
    name = StringField("Name", [InputRequired("Name it.")], description="As you would tell a friend.")
    height = DecimalField("Height", [Optional()])
    kind = RadioField("Kind", choices=[("plush", "Plush"), ("logo", "Logo goods")])
    tiers = FieldList(FormField(Tier), min_entries=2)


@pytest.fixture(scope="module")
def pieces():
    """Renders a line of Jinja that may use any macro; no database, no peer."""
    app = Flask(__name__, root_path=str(ROOT))
    app.config.update(SECRET_KEY="for this test only")
    CSRFProtect(app)
    i18n.babel.init_app(app, default_locale="en")
    filters.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def render(line: str, **context) -> str:
        imports = '{% import "_ui.html" as ui %}{% import "_charts.html" as charts %}'
        with app.test_request_context():
            return app.jinja_env.from_string(imports + line).render(**context)

    return render


@pytest.fixture
def refused() -> Brief:
    form = Brief(MultiDict({"height": "eighteen", "tiers-0-pieces": "", "tiers-1-pieces": "300"}))
    assert not form.validate()
    return form


def test_a_refused_figure_stays_as_it_was_typed(pieces, refused):
    html = pieces("{{ ui.field(form.height, unit='cm') }}", form=refused)
    assert 'value="eighteen"' in html
    assert 'type="text"' in html, "a number input would show nothing for words"
    assert 'inputmode="decimal"' in html


def test_hint_message_and_unit_are_tied_to_the_control(pieces, refused):
    html = pieces("{{ ui.field(form.name) }}{{ ui.field(form.height, unit='cm') }}", form=refused)
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-describedby="height-error height-unit"' in html
    for name in re.findall(r'aria-describedby="([^"]+)"', html):
        for one in name.split():
            assert f'id="{one}"' in html


def test_the_error_summary_leads_to_every_refused_field(pieces, refused):
    summary = pieces("{{ ui.error_summary(form) }}", form=refused)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["name", "height", "kind", "tiers-0-pieces"]
    assert ">Name: Name it.</a>" in summary, "a message that says only 'needed' must name its field"
    fields = "{% for f in (form.name, form.height, form.kind, form.tiers[0].form.pieces) %}"
    page = pieces(fields + "{{ ui.field(f) }}{% endfor %}", form=refused)
    for target in targets:
        assert f'id="{target}"' in page


def test_the_error_summary_takes_plain_messages_too(pieces):
    html = pieces("{{ ui.error_summary(errors) }}", errors={"price": ["Too low."], "": ["This quote is closed."]})
    assert '<a href="#price">Too low.</a>' in html
    assert "<li>This quote is closed.</li>" in html
    assert pieces("{{ ui.error_summary({}) }}").strip() == ""


def test_only_post_forms_carry_a_token(pieces):
    assert 'name="csrf_token"' in pieces("{{ ui.form_open('/x') }}")
    assert 'name="csrf_token"' not in pieces("{{ ui.form_open('/x', method='get') }}")


def test_what_people_wrote_is_never_markup(pieces):
    bad = "<script>alert(1)</script>"
    html = pieces(
        "{{ ui.page_head(bad, bad) }}{{ ui.tag(bad, 'info') }}{{ ui.summary_list([(bad, bad, '/x')]) }}"
        "{{ ui.timeline([{'title': bad, 'at': None, 'actor': bad, 'note': bad}]) }}"
        "{{ charts.bars([{'name': bad, 'currency': 'CNY', 'parts': [1, 1, 1, 1], 'total': 4, 'note': bad}]) }}",
        bad=bad,
    )
    assert "<script" not in html


def test_stages_before_the_current_one_are_done(pieces):
    steps = [("brief", "Brief"), ("quoted", "Quoted"), ("awarded", "Awarded")]
    html = pieces("{{ ui.stages(steps, 'quoted') }}", steps=steps)
    assert re.findall(r"stage-(done|current|waiting)", html) == ["done", "current", "waiting"]
    assert html.count('aria-current="step"') == 1
    assert re.findall(r"stage-(done|current|waiting)", pieces("{{ ui.stages(steps) }}", steps=steps)) == ["done"] * 3


def test_bars_are_as_long_as_their_figures(pieces):
    rows = [
        {"name": "Ningbo", "currency": "CNY", "parts": [3000, 1000, 0, 1000], "total": 5000},
        {"name": "Taizhou", "currency": "CNY", "parts": [8000, 1000, 500, 500], "total": 10000},
    ]
    html = pieces("{{ charts.bars(rows) }}", rows=rows)
    widths = [float(w) for w in re.findall(r'class="part-\d" x="[\d.]+" width="([\d.]+)"', html)]
    assert sum(widths[:4]) == pytest.approx(50)
    assert sum(widths[4:]) == pytest.approx(100)
    assert html.count("CN¥50.00") == 2, "the same total stands beside the bar and in the table"


def test_the_strip_of_dates_is_to_scale(pieces):
    items = [
        {"label": "Sample", "start": date(2026, 12, 1), "end": date(2026, 12, 11), "state": "done"},
        {"label": "Bulk", "start": date(2026, 12, 11), "end": date(2027, 1, 10), "state": "planned"},
    ]
    html = pieces("{{ charts.gantt(items) }}", items=items)
    assert '<rect class="gantt-done" x="0.0" width="25.0"' in html
    assert '<rect class="gantt-planned" x="25.0" width="75.0"' in html


_SCRIPT = re.compile(r"filename='(?:js|dist)/([\w.]+\.js)'")
_PART = re.compile(r"""{%-?\s*(?:include|extends|from|import)\s+["']([\w/.]+)["']""")


def scripts_of(name: str) -> set[str]:
    """The scripts that a template asks for, with those of every template that it is made of."""
    text = (ROOT / "templates" / name).read_text()
    return set(_SCRIPT.findall(text)).union(*(scripts_of(part) for part in _PART.findall(text) if part != name))


def test_scripts_of_each_page_stay_within_their_budget():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (STATIC / "js").glob("*.js")}
    htmx = ROOT / "node_modules" / "htmx.org" / "dist" / "htmx.min.js"
    sizes["htmx.min.js"] = len(gzip.compress(htmx.read_bytes())) if htmx.exists() else 14_000
    pages = [path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")]
    heavy = {page: sum(map(sizes.get, scripts_of(page))) for page in pages}
    assert len(scripts_of("layout.html")) >= 2, "the look into the templates finds the scripts of every page"
    assert scripts_of("messages/thread.html") >= {"htmx.min.js", "app.js", "photos.js", "thread.js"}
    assert not {page: size for page, size in heavy.items() if size > SCRIPTS}
