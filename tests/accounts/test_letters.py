"""The emails of accounts word for word, in each language (rewrite with UPDATE_GOLDEN=1)."""

import os
from pathlib import Path

import pytest

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import transaction
from portal.mail.models import Email
from portal.mail.render import parts

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
URL = "http://portal.test/the/button"
READER = {"name": "Ada <b>& Co", "url": URL}
LETTERS = {
    "account_confirm": [READER],
    "account_exists": [READER | {"reset": "http://portal.test/reset"}],
    "account_reset": [READER],
    "account_sign_in_link": [READER],
    "account_team_invitation": [{"url": URL, "factory": "Müller & Söhne <x>", "inviter": "Wang"}],
    "account_changed": [
        READER | {"what": what}
        for what in ("password", "second_step_on", "second_step_off", "passkey_added", "passkey_removed")
    ],
}
CASES = [
    (template, number, locale)
    for template, contexts in LETTERS.items()
    for number in range(len(contexts))
    for locale in ("en", "zh_Hans", "zh_Hant")
]


def test_every_letter_is_here():
    assert {path.name for path in (ROOT / "templates" / "emails").glob("account_*")} == set(LETTERS)


@pytest.mark.parametrize(("template", "number", "locale"), CASES)
def test_letter(context, template: str, number: int, locale: str):
    values = LETTERS[template][number]
    subject, text, html = parts(template, locale, **values)
    assert "<b>" not in html
    assert "<x>" not in html
    assert html.count(f'href="{URL}"') == 1, "one button"
    assert URL in text
    name = ".".join(filter(None, (template, values.get("what"), locale)))
    golden = GOLDEN / f"{name}.txt"
    written = f"Subject: {subject}\n\n{text}\n----- HTML -----\n{html[html.index('<body') :]}"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(written)
    assert written == golden.read_text(), f"{golden.name} differs: look at it, then run with UPDATE_GOLDEN=1"


def test_operators_do_not_read_the_links_of_others(visit, someone, mails):
    """Whoever reads such a letter is let in: it is for its reader alone."""
    person: Person = someone()
    visit().post("/reset", data={"email": person.email})
    with transaction() as session:
        ident = session.query(Email.id).scalar()
    page = visit(someone(Role.OPERATOR)).get(f"/operator/mail/{ident}")
    assert page.status_code == 200
    assert person.email in page.text
    assert mails()[0].link not in page.text
