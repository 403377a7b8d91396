"""Each letter word for word, in each language, to each who hears it (rewrite with UPDATE_GOLDEN=1)."""

import os
import re
from pathlib import Path

import pytest

from portal.core.actor import Role
from portal.mail import audience, operations
from portal.mail.letters import LETTERS
from portal.mail.render import one_line, parts
from tests.mail.matter import asked, matter, moment, person, thing, told

GOLDEN = Path(__file__).parent / "golden"
CASES = [
    (event, role, locale)
    for event, roles in sorted(told().items())
    for role in sorted(roles or {Role.CREATOR})
    for locale in ("en", "zh_Hans", "zh_Hant")
]


def test_every_step_that_tells_somebody_has_a_letter():
    assert set(told()) == set(LETTERS), "each event that a lifecycle tells needs a Letter and a template folder"


@pytest.mark.parametrize(("event", "role", "locale"), CASES)
def test_letter(context, event: str, role: Role, locale: str):
    things, who = matter(event), person(role, locale)
    url = operations._url(LETTERS[event], role, things)
    name = audience.factory_name(things["factory"], locale)
    subject, text, html = parts(event, locale, **things, person=who, role=role.value, factory_name=name, url=url)
    assert "<plush>" not in html
    assert url.startswith("http://portal.test/")
    assert html.count(f'href="{url}"') == 1, "one button, and it leads to the thing"
    assert url in text
    golden = GOLDEN / f"{event}.{role.value}.{locale}.txt"
    written = f"Subject: {subject}\n\n{text}\n----- HTML -----\n{html[html.index('<body') :]}"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(written)
    assert written == golden.read_text(), f"{golden.name} differs: look at it, then run with UPDATE_GOLDEN=1"


def test_a_report_says_in_words_that_the_goods_come_late(context):
    said = "It expects to finish after the day on which it promised to ship."
    for day, late in (("2027-01-15", False), ("2027-01-16", True)):
        things = matter("progress_reported")
        things["data"] = things["data"] | {"expected_on": day}
        more = {
            "person": person(Role.CREATOR, "en"),
            "role": "creator",
            "factory_name": "F",
            "url": "http://portal.test/",
        }
        _subject, text, html = parts("progress_reported", "en", **things, **more)
        assert (said in text, said in html) == (late, late)


@pytest.mark.parametrize("event", ["inspection_passed", "balance_due_soon", "balance_paid"])
@pytest.mark.parametrize("role", [Role.CREATOR, Role.FACTORY])
def test_a_creator_who_has_given_no_address_is_asked_before_the_goods_could_go(context, event: str, role: Role):
    said = "The factory does not know yet to whose door the goods go."
    for address in ({}, {"city": "Bristol"}):
        things = matter(event)
        things["order"].address = address
        more = {"person": person(role, "en"), "role": role.value, "factory_name": "F", "url": "http://portal.test/"}
        _subject, text, html = parts(event, "en", **things, **more)
        asks = not address and (role == Role.CREATOR or event != "balance_paid")
        assert (said in text, said in html) == (asks, asks)
        assert "\n\n\n" not in text


@pytest.mark.parametrize(
    ("event", "role"),
    [
        ("brief_submitted", Role.CREATOR),
        ("factory_invited", Role.FACTORY),
        ("quote_due_soon", Role.FACTORY),
        ("quote_sent", Role.CREATOR),
        ("quote_won", Role.FACTORY),
        ("order_placed", Role.CREATOR),
        ("deposit_paid", Role.CREATOR),
        ("deposit_paid", Role.FACTORY),
    ],
)
def test_a_letter_about_a_reorder_names_what_is_made_again(context, event: str, role: Role):
    said = "This is a reorder: the same as order 1999"
    for repeats, named in (
        (None, None),
        (thing(number=1999, delivered_at=moment(1)), f"{said}, delivered on Dec 1, 2026."),
        (thing(number=1999, delivered_at=None), f"{said}."),
    ):
        things = matter(event) | {"repeats": repeats}
        more = {"person": person(role, "en"), "role": role.value, "factory_name": "F", "url": "http://portal.test/"}
        _subject, text, html = parts(event, "en", **things, **more)
        assert ("a reorder" in text, "a reorder" in html) == (bool(named), bool(named))
        assert not named or (named in text and named in html)
        assert "\n\n\n" not in text


WRITTEN = {path.name: path.read_text().split("----- HTML -----") for path in sorted(GOLDEN.glob("*.txt"))}


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize(("event", "role"), sorted((event, role) for event, roles in asked().items() for role in roles))
def test_who_is_asked_for_something_reads_by_when(event: str, role: Role, locale: str):
    day = r"(Dec|Jan) \d+, 202[67]" if locale == "en" else r"202[67]年1?[12]月\d+日"
    for part in WRITTEN[f"{event}.{role.value}.{locale}.txt"]:
        assert re.search(day, part), "it asks for something and names no day"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_letter_speaks_to_its_reader(name: str):
    """Nobody reads of themselves as of somebody else, a day as a machine writes it, or English marks in Chinese."""
    _event, role, locale, _suffix = name.split(".")
    text, html = WRITTEN[name]
    if role == "creator":
        assert not re.search("the creator|买家|買家", text)
    assert not re.search(r"\d{4}-\d\d-\d\d", text)
    assert "/settings" in text
    assert "/settings" in html
    if locale != "en":
        assert not re.search("[\u4e00-\u9fff]: ", text), "a full-width colon stands between Chinese words"


@pytest.mark.parametrize(
    "nasty", ["two\r\nBcc: a@b.c", "=?utf-8?q?a=0ABcc:x@y.z?=", "tab\tand\x00null", "line\u2028separator"]
)
def test_a_subject_is_one_harmless_line(nasty: str):
    line = one_line(nasty)
    assert "\n" not in line
    assert "\r" not in line
    assert "=?" not in line
    assert line.isprintable()
