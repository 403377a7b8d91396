"""One's own settings, and the language of the pages."""

from portal.accounts import hooks
from portal.core.actor import Role
from portal.core.lifecycle import told_to
from portal.mail.letters import optional_letters
from tests.accounts.conftest import reread


def test_name_language_and_time_zone_are_kept(visit, someone):
    person = someone(name="Ada", locale="en")
    client = visit(person)
    assert 'value="Ada"' in client.get("/settings").text
    client.post("/settings", data={"name": "Ada L.", "locale": "zh_Hant", "timezone": "Asia/Taipei"})
    found = reread(person)
    assert (found.name, found.locale, found.timezone) == ("Ada L.", "zh_Hant", "Asia/Taipei")
    assert 'lang="zh-Hant"' in client.get("/settings").text
    client.post("/logout")
    assert 'lang="zh-Hant"' in client.get("/login").text, "the browser remembers"


def test_what_is_not_offered_is_refused_and_what_was_typed_stays(visit, someone):
    person = someone()
    answer = visit(person).post("/settings", data={"name": "", "locale": "tlh", "timezone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert reread(person).locale == person.locale


def test_a_rare_time_zone_survives_saving(visit, someone):
    person = someone(timezone="America/Whitehorse")
    client = visit(person)
    assert "America/Whitehorse" in client.get("/settings").text
    client.post("/settings", data={"name": "Ada", "locale": "en", "timezone": "America/Whitehorse"})
    assert reread(person).timezone == "America/Whitehorse"


def test_optional_emails_are_ticked_off_one_by_one(visit, someone):
    assert hooks.optional_emails() == optional_letters()
    person = someone()
    client = visit(person)
    page = client.get("/settings").text
    events = [event for event in optional_letters() if event in told_to(Role.CREATOR)]
    assert 0 < len(events) < len(optional_letters())
    assert page.count(" checked") == len(events)
    client.post("/settings/emails", data={"wanted": events[1:]})
    assert reread(person).notify == {event: event != events[0] for event in events}
    client.post("/settings/emails", data={"wanted": events})
    assert reread(person).notify[events[0]] is True


def test_a_visitor_chooses_a_language_and_comes_back(visit):
    client = visit(language="fr, zh-TW;q=0.8")
    assert 'lang="zh-Hant"' in client.get("/login").text
    answer = client.post("/language", data={"lang": "zh_Hans", "next": "/login?next=/team"})
    assert (answer.status_code, answer.location) == (303, "/login?next=/team")
    assert 'lang="zh-Hans"' in client.get("/login").text
    client.post("/language", data={"lang": "nonsense", "next": "/login"})
    assert 'lang="zh-Hans"' in client.get("/login").text


def test_a_persons_language_goes_with_them(visit, someone):
    person = someone(locale="en")
    visit(person).post("/language", data={"lang": "zh_Hans", "next": "/settings"})
    assert reread(person).locale == "zh_Hans"
    assert 'lang="zh-Hans"' in visit(person).get("/settings").text
