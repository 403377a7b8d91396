"""Quoting through the pages, without JavaScript: prefilled, refused with nothing lost, sent, revised, taken back."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlmodel import select

from portal.accounts.models import Person
from portal.core.db import transaction
from portal.sourcing.lifecycle import InvitationStage
from portal.sourcing.models import Invitation, Quote, QuoteLine
from tests.deals import Deal, deal, quoted
from tests.forms import Form

English = Callable[[Person], FlaskClient]


def _deal(**fields) -> Deal:
    with transaction() as session:
        return deal(session, **fields)


def _path(made: Deal, which: int = 0) -> str:
    return f"/inbox/{made.invitations[which].id}/quote"


def _reread(made: Deal, which: int = 0) -> Invitation:
    with transaction() as session:
        return session.get_one(Invitation, made.invitations[which].id)


def filled(html: str) -> dict[str, str]:
    return Form(html, "quote-form").data


def answered(client: FlaskClient, path: str) -> dict[str, str]:
    """The prefilled form with the fields answered that only the factory can answer."""
    form = Form(client.get(path).text, "quote-form")
    for name, value in form.data.items():
        if name.startswith("assume_") and not value:
            form.data[name] = form.choices[name][1] if name in form.choices else "as the approved sample"
    return form.data


def test_the_form_starts_with_the_factorys_own_prices(english: English):
    made = _deal()
    typed = filled(english(made.workers[0]).get(_path(made)).text)
    assert (typed["unit_price_100"], typed["unit_price_300"]) == ("3.57", "3")
    assert (typed["incoterm"], typed["incoterm_place"], typed["deposit_percent"]) == ("FOB", "Ningbo", "30")
    assert typed["assume_pose"] == "sitting"


def test_a_first_look_shows_no_errors(english: English):
    made = _deal()
    text = english(made.workers[0]).get(_path(made)).text
    assert "There is a problem" not in text
    assert 'aria-invalid="true"' not in text


def test_a_quote_is_sent_in_one_go(english: English):
    made = _deal()
    client = english(made.workers[0])
    sent = client.post(_path(made), data=answered(client, _path(made)) | {"unit_price_100": "4.20"})
    assert sent.status_code == 303, sent.text
    invitation = _reread(made)
    assert invitation.stage == InvitationStage.QUOTED
    with transaction() as session:
        quote = session.exec(select(Quote)).one()
        prices = session.exec(select(QuoteLine.unit_price_minor).order_by(QuoteLine.quantity)).all()
    assert (quote.sent_by, quote.revision, list(prices)) == (made.workers[0].id, 1, [420, 300])


def test_a_refused_form_keeps_everything_typed(english: English):
    made = _deal()
    client = english(made.workers[0])
    typed = answered(client, _path(made)) | {"unit_price_100": "four", "note": "含一次打样 <b>", "assume_pose": ""}
    refused = client.post(_path(made), data=typed)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert 'href="#unit_price_100"' in refused.text
    assert 'href="#assume_pose"' in refused.text
    assert filled(refused.text) == typed
    assert _reread(made).stage == InvitationStage.INVITED


def test_numeric_fields_bring_the_numeric_keypad(english: English):
    made = _deal()
    text = english(made.workers[0]).get(_path(made)).text
    for name, keypad in (("unit_price_100", "decimal"), ("lead_days_300", "numeric"), ("freight_100", "decimal")):
        tag = re.search(rf'<input\b[^>]*name="{name}"[^>]*>', text)[0]
        assert f'inputmode="{keypad}"' in tag


def test_the_draft_is_kept_by_the_button_and_by_the_page_itself(english: English):
    made = _deal()
    client = english(made.workers[0])
    typed = answered(client, _path(made)) | {"unit_price_100": "4.x", "note": "half a thought"}
    by_button = client.post(_path(made) + "/draft", data=typed)
    assert by_button.status_code == 303
    assert filled(client.get(_path(made)).text) == typed
    by_page = client.post(_path(made) + "/draft", data=typed | {"note": "more"}, headers={"X-Autosave": "1"})
    assert (by_page.status_code, by_page.data) == (204, b"")
    assert filled(client.get(_path(made)).text)["note"] == "more"
    assert _reread(made).stage == InvitationStage.INVITED


def test_the_draft_is_seen_by_the_factorys_own_people_only(english: English):
    made = _deal()
    english(made.workers[0]).post(_path(made) + "/draft", data={"note": "our secret"})
    assert "our secret" not in english(made.workers[1]).get(_path(made, 1)).text
    assert english(made.workers[1]).post(_path(made) + "/draft", data={"note": "x"}).status_code == 404


def test_the_running_total(english: English):
    made = _deal()
    client = english(made.workers[0])
    typed = answered(client, _path(made)) | {"unit_price_100": "5", "tooling_minor": "100", "sample_minor": "0"}
    text = client.post(_path(made) + "/total", data=typed, headers={"HX-Request": "true"}).text
    assert "$600.00" in text
    assert "$6.00 per piece" in text
    assert "<html" not in text
    unreadable = client.post(_path(made) + "/total", data=typed | {"unit_price_100": "x", "unit_price_300": ""})
    assert unreadable.status_code == 200
    assert "Write a price" in unreadable.text


def test_a_revision_starts_from_the_last_one_and_shows_what_changed(english: English):
    made = _deal()
    client = english(made.workers[0])
    first = answered(client, _path(made)) | {"unit_price_100": "4.20", "note": "first", "valid_days": "14"}
    client.post(_path(made), data=first)
    again = filled(client.get(_path(made)).text)
    new = ("valid_days", "csrf_token")  # from today; signed with the time
    assert {k: v for k, v in again.items() if k not in new} == {k: v for k, v in first.items() if k not in new}
    client.post(_path(made), data=again | {"unit_price_100": "4"})
    page = client.get(f"/inbox/{made.invitations[0].id}").text
    assert "$4.20 → $4.00" in page
    assert "Revision 1" in page
    creator = english(made.buyer).get(f"/briefs/{made.brief.id}/quotes/{made.invitations[0].id}").text
    assert "$4.20 → $4.00" in creator


def test_a_quote_is_taken_back_and_no_longer_offered(english: English):
    made = _deal()
    with transaction() as session:
        quoted(session, made)
    client = english(made.workers[0])
    assert client.post(_path(made) + "/withdraw").status_code == 303
    assert _reread(made).stage == InvitationStage.WITHDRAWN
    assert client.post(_path(made) + "/withdraw").status_code == 409
    assert client.get(_path(made)).status_code == 200, "it may quote again"


def test_nobody_quotes_for_another_factory(english: English):
    made = _deal()
    client = english(made.workers[1])
    for path in ("", "/draft", "/total", "/withdraw"):
        assert client.post(_path(made) + path, data={}).status_code == 404
    assert client.get(_path(made)).status_code == 404
    assert english(made.buyer).get(_path(made)).status_code == 404


def test_a_brief_without_prices_in_its_currency_says_so(english: English):
    made = _deal(currency="EUR")
    text = english(made.workers[0]).get(_path(made)).text
    assert "no prices in EUR" in text
    assert filled(text)["unit_price_100"] == ""
