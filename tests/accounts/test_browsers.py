"""Where somebody is signed in: what a copied cookie is worth, and signing out from elsewhere."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from portal.accounts import browsers, tasks
from portal.accounts.models import Person, SignIn
from portal.core import clock
from portal.core.db import transaction
from tests.accounts.conftest import PASSWORD, sign_in

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; V2301) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Mobile "
    "Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MicroMessenger/8.0.49"
)


def copy(app: Flask, client: FlaskClient, *names: str) -> FlaskClient:
    """Another browser with the same cookies."""
    thief = app.test_client()
    for name in names or ("session",):
        thief.set_cookie(name, client.get_cookie(name).value)  # type: ignore[union-attr]
    return thief


def goes_in(client: FlaskClient) -> bool:
    return client.get("/settings").status_code == 200


def test_a_copied_cookie_ends_with_the_sign_in(app: Flask, visit, someone):
    here, there = visit(), visit()
    person = someone()
    for client in (here, there):
        sign_in(client, person.email)
    thief = copy(app, here)
    assert goes_in(thief)
    here.post("/logout")
    assert not goes_in(thief)
    assert goes_in(there)


def test_so_does_the_cookie_that_keeps_signed_in(app: Flask, visit, someone):
    client = visit()
    sign_in(client, someone().email, remember="y")
    thief = copy(app, client, "remember_token")
    assert goes_in(thief)
    other = copy(app, client, "remember_token")
    client.post("/logout")
    assert not goes_in(other)
    assert not goes_in(thief)


def test_signing_in_as_somebody_else_ends_the_former(app: Flask, visit, someone, mails):
    ada, mia = someone(), someone()
    client = visit()
    sign_in(client, ada.email)
    thief = copy(app, client)
    visit().post("/login/link", data={"email": mia.email})
    client.post(mails()[-1].link)
    assert mia.email in client.get("/settings").text
    assert not goes_in(thief)


def test_a_new_password_leaves_this_browser_alone(visit, someone):
    person = someone()
    here, there = visit(person), visit(person)
    words = {"password": PASSWORD, "new_password": "five other words than before"}
    here.post("/settings/password", data=words | {"new_password_confirm": words["new_password"]})
    assert goes_in(here)
    assert not goes_in(there)


def test_one_browser_is_signed_out_from_another(visit, someone):
    person = someone()
    here, phone = visit(), visit()
    sign_in(here, person.email)
    phone.environ_base["HTTP_USER_AGENT"] = PHONE
    sign_in(phone, person.email)
    assert "WeChat · Android" in here.get("/settings").text
    with transaction() as session:
        its_id = session.scalars(select(SignIn.id).where(SignIn.user_agent == PHONE)).one()
    assert here.post(f"/settings/browsers/{its_id}/sign-out").status_code == 303
    assert not goes_in(phone)
    assert "WeChat" not in here.get("/settings").text


def test_nobody_signs_out_somebody_else(visit, someone):
    person, stranger = someone(), visit(someone())
    here = visit(person)
    with transaction() as session:
        its_id = session.scalars(select(SignIn.id).where(SignIn.person_id == person.id)).one()
    assert stranger.post(f"/settings/browsers/{its_id}/sign-out").status_code == 404
    stranger.post("/settings/browsers/sign-out")
    assert goes_in(here)


def test_all_others_at_once(visit, someone):
    person = someone()
    here, there, elsewhere = visit(person), visit(person), visit(person)
    assert here.post("/settings/browsers/sign-out").status_code == 303
    assert [goes_in(client) for client in (here, there, elsewhere)] == [True, False, False]


def test_a_sign_in_ends_after_a_month_and_is_forgotten(visit, someone, monkeypatch):
    client = visit(someone())
    later = clock.now() + timedelta(days=30, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not goes_in(client)
    tasks.forget(0)
    with transaction() as session:
        assert session.scalars(select(SignIn)).all() == []


@pytest.mark.parametrize("key", ["{person}", "{person}.", ".", "{person}.made-up", "", "x.y.z"])
def test_a_key_without_a_sign_in_opens_nothing(visit, someone, key: str):
    person: Person = someone()
    client = visit(person)
    with client.session_transaction() as session:
        session["_user_id"] = key.format(person=person.fs_uniquifier)
    assert not goes_in(client)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "WeChat · Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Mac"),
        ("curl/8.9", ""),
    ],
)
def test_browsers_have_names(agent: str, name: str):
    assert browsers.name(agent) == name
