"""Signing in by password and by a mailed link, forgetting the password, staying signed in, being signed out."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask_security import hash_password
from sqlalchemy import event, update

from portal.accounts.models import Person
from portal.accounts.security import configuration
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import db, transaction
from tests.accounts.conftest import PASSWORD, reread, sign_in, variant
from tests.conftest import HASHING

ELSEWHERE = (
    "https://evil.example/x", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "javascript:alert(1)", "http://localhost@evil.example/", "/%09/evil.example",
    "\t//evil.example", " //evil.example", "https://localhost.evil.example/", "http://user:pass@localhost/",
)  # fmt: skip


def told(answer: Any, email: str) -> str:
    """What the page says, without the address and the form tokens."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(email, "X"))


def leads_home(location: str) -> bool:
    """Whether a browser on http://localhost/login stays on its origin; browsers take \\ for / and drop controls."""
    seen = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/login", seen))[:2] == ("http", "localhost")


@pytest.mark.parametrize("path", ["/login", "/reset", "/confirm", "/login/recovery"])
def test_pages_about_secrets_are_kept_by_nobody(visit, path: str):
    said = visit().get(path).headers["Cache-Control"].split(", ")
    assert {"private", "no-store"} <= set(said), said


def test_everybody_lands_where_their_work_is(visit, someone, worker, factory, app):
    assert visit(someone()).get("/start").location == "/briefs"
    assert visit(worker(factory)).get("/start").location == "/inbox"
    assert visit(someone(Role.OPERATOR)).get("/start").location == "/operator"


def test_wrong_password_and_unknown_address_look_alike(visit, someone):
    person = someone()
    wrong = sign_in(visit(), person.email, "not the password")
    unknown = sign_in(visit(), "nobody@example.com", "not the password")
    assert wrong.status_code == unknown.status_code == 422
    assert told(wrong, person.email) == told(unknown, "nobody@example.com")
    assert "know this combination" in wrong.text


def test_a_closed_account_does_not_get_in_and_is_signed_out(visit, someone):
    person = someone()
    client = visit(person)
    assert client.get("/settings").status_code == 200
    with transaction() as session:
        session.execute(update(Person).where(Person.id == person.id).values(active=False))
    assert client.get("/settings").status_code == 303
    assert sign_in(visit(), person.email).status_code == 422


def test_changing_the_password_signs_other_devices_out(visit, someone, mails):
    person = someone()
    here, there = visit(person), visit(person)
    words = {"password": PASSWORD, "new_password": "five other words than before"}
    refused = here.post("/settings/password", data=words | {"new_password_confirm": "something else"})
    assert refused.status_code == 422
    assert "The two passwords differ" in refused.text
    here.post("/settings/password", data=words | {"new_password_confirm": words["new_password"]})
    assert here.get("/settings").status_code == 200
    assert there.get("/settings").status_code == 303
    assert [(m.template, m.to) for m in mails()] == [("account_changed", person.email)]
    assert "password of your account was changed" in mails()[0].text


def test_keep_me_signed_in_survives_the_session(visit, someone):
    person, client = someone(), visit()
    sign_in(client, person.email, remember="y")
    client.delete_cookie("session")
    assert client.get("/settings").status_code == 200
    client.post("/logout")
    client.delete_cookie("session")
    assert client.get("/settings").status_code == 303


def test_without_it_a_lost_session_is_a_sign_out(visit, someone):
    client = visit(someone())
    client.delete_cookie("session")
    assert client.get("/settings").status_code == 303


def test_a_mailed_link_signs_in_once(visit, someone, mails):
    person = someone()
    asked = visit().post("/login/link", data={"email": person.email.upper(), "next": "/settings"})
    assert asked.status_code == 200
    (letter,) = mails()
    assert (letter.template, letter.to) == ("account_sign_in_link", person.email)
    client = visit()
    assert client.get(letter.link).status_code == 200
    assert client.get("/settings").status_code == 303, "opening the link must not sign in: scanners open links"
    assert client.post(letter.link).location == "/settings"
    assert client.get("/settings").status_code == 200
    again = visit()
    assert again.post(letter.link).location == "/login/link"
    assert again.get("/settings").status_code == 303


def test_a_mailed_link_grows_old_and_dies_with_the_password(visit, someone, mails):
    person = someone()
    visit().post("/login/link", data={"email": person.email})
    link = mails()[0].link
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert visit().post(link).location == "/login/link"
    words = {"password": PASSWORD, "new_password": "five other words than before"}
    visit(person).post("/settings/password", data=words | {"new_password_confirm": words["new_password"]})
    assert visit().post(link).location == "/login/link"


def test_asking_for_a_link_tells_nothing(visit, someone, mails):
    person = someone()
    known = visit().post("/login/link", data={"email": person.email})
    unknown = visit().post("/login/link", data={"email": "nobody@example.com"})
    assert told(known, person.email) == told(unknown, "nobody@example.com")
    assert [m.to for m in mails()] == [person.email]


def test_an_unconfirmed_address_gets_the_confirmation_instead_of_a_link(visit, someone, mails):
    person = someone(confirmed_at=None)
    visit().post("/login/link", data={"email": person.email})
    assert [m.template for m in mails()] == ["account_confirm"]


def test_a_forgotten_password_is_replaced(visit, someone, mails):
    person = someone(confirmed_at=None)
    signed_in_elsewhere = visit()
    known = visit().post("/reset", data={"email": person.email})
    unknown = visit().post("/reset", data={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert told(known, person.email) == told(unknown, "nobody@example.com")
    link = mails()[0].link
    client = visit()
    short = client.post(link, data={"password": "short", "password_confirm": "short"})
    assert short.status_code == 422
    new = "a brand new set of words"
    assert client.post(link, data={"password": new, "password_confirm": new}).location == "/login"
    assert reread(person).confirmed_at, "the link proved the address"
    assert sign_in(visit(), person.email, new).status_code == 302
    assert sign_in(visit(), person.email).status_code == 422
    assert visit().get(link).location == "/reset", "a link to a new password works once"
    assert signed_in_elsewhere.get("/settings").status_code == 303
    assert [m.template for m in mails()] == ["account_reset", "account_changed"]


def test_mailed_links_ignore_the_host_that_was_asked(visit, someone, mails):
    person = someone()
    for path in ("/reset", "/login/link"):
        visit().post(path, data={"email": person.email}, headers={"Host": "evil.example"})
    assert len(mails()) == 2
    assert all("evil.example" not in m.text and m.link for m in mails())


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_stays_here(visit, someone, mails, target):
    person = someone()
    client = visit()
    answer = sign_in(client, person.email, query_string={"next": target})
    assert answer.status_code == 302
    assert leads_home(answer.location)
    assert leads_home(sign_in(visit(), person.email, next=target).location)
    assert leads_home(visit().post("/language", data={"lang": "en", "next": target}).location)
    visit().post("/login/link", data={"email": person.email, "next": target})
    assert leads_home(visit().post(mails()[-1].link).location)


def test_next_is_followed_when_it_is_ours(visit, someone):
    answer = sign_in(visit(), someone().email, query_string={"next": "/settings?tab=1"})
    assert answer.location == "/settings?tab=1"


def test_sensitive_pages_ask_again_after_a_while(visit, someone):
    client = visit(someone())
    assert client.get("/settings/passkeys").status_code == 200
    with client.session_transaction() as session:
        session["fs_paa"] -= 3600
        session.pop("fs_gexp", None)
    asked = client.get("/settings/passkeys")
    assert asked.location.startswith("/verify?next=")
    assert client.post(asked.location, data={"password": "wrong one here"}).status_code == 422
    assert client.post(asked.location, data={"password": PASSWORD}).location == "/settings/passkeys"
    assert client.get("/settings/passkeys").status_code == 200


def test_a_page_costs_one_query_to_know_who_asks(visit, worker, factory, app):
    client = visit(worker(factory))
    client.get("/settings")
    seen = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    engines = [db.engine, db.get_engine("read")]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get("/register").status_code == 303  # a page without reads of its own
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 1, seen


def test_json_and_tokens_open_nothing(visit, someone, app):
    person = someone()
    assert visit().post("/login", json={"email": person.email, "password": PASSWORD}).status_code == 415
    with app.test_request_context():
        token = reread(person).get_auth_token()
    assert visit().get("/settings", headers={"Authentication-Token": token}).status_code == 303
    assert visit().get("/settings", query_string={"auth_token": token}).status_code == 303


def test_passwords_are_kept_as_argon2_at_the_recommended_cost(settings, monkeypatch):
    for name, cost in HASHING.items():
        monkeypatch.setitem(configuration.HASHING, name, cost)
    with variant(settings).app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
