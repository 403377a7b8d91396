"""Each letter word for word, in each language, to each who hears it (rewrite with UPDATE_GOLDEN=1)."""

import os
from pathlib import Path

import pytest

from portal.core.actor import Role
from portal.mail import audience, operations
from portal.mail.letters import LETTERS
from portal.mail.render import one_line, parts
from tests.mail.matter import matter, person, told

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


@pytest.mark.parametrize(
    "nasty", ["two\r\nBcc: a@b.c", "=?utf-8?q?a=0ABcc:x@y.z?=", "tab\tand\x00null", "line\u2028separator"]
)
def test_a_subject_is_one_harmless_line(nasty: str):
    line = one_line(nasty)
    assert "\n" not in line
    assert "\r" not in line
    assert "=?" not in line
    assert line.isprintable()
