"""Codes from an app, recovery codes, and the second step that operators can't do without."""

import re

import pytest
from passlib.totp import TOTP

from portal.accounts.models import Person
from portal.accounts.security.factors import SingleUseTotp, tagged
from portal.core.actor import Role
from portal.core.db import transaction
from tests.accounts.conftest import PASSWORD, reread, sign_in


def key_on(page: str) -> str:
    found = re.search(r'id="totp-key">([^<]+)<', page)
    assert found, "no key on the page"
    return found.group(1).replace("-", "").replace(" ", "")


def code_of(key: str, later: int = 0) -> str:
    app = TOTP(key=key)
    return app.generate(time=app.now() + later).token


def set_up(client) -> str:
    """Switch the second step on; answers the app's key."""
    page = client.post("/settings/second-step", data={"setup": "authenticator"})
    key = key_on(page.text)
    assert client.post("/login/code", data={"code": code_of(key)}).status_code == 302
    return key


def test_with_a_second_step_the_password_is_not_enough(visit, someone, mails):
    person = someone()
    key = set_up(visit(person))
    assert [m.template for m in mails()] == ["account_changed"]
    client = visit()
    answer = sign_in(client, person.email, query_string={"next": "/settings"})
    assert answer.location == "/login/code?next=/settings"
    assert client.get("/settings").status_code == 303
    wrong = client.post(answer.location, data={"code": "000000"})
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.text
    done = client.post(answer.location, data={"code": code_of(key, later=30)})
    assert done.location == "/settings"
    assert client.get("/settings").status_code == 200


def test_a_code_is_good_once_however_it_is_typed(visit, someone):
    person = someone()
    key = set_up(visit(person))
    code = code_of(key, later=30)
    first, second = visit(), visit()
    for client in (first, second):
        sign_in(client, person.email)
    assert first.post("/login/code", data={"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    assert second.post("/login/code", data={"code": code}).status_code == 422


def test_a_mistyped_code_while_setting_up_keeps_the_key(visit, someone):
    client = visit(someone())
    key = key_on(client.post("/settings/second-step", data={"setup": "authenticator"}).text)
    refused = client.post("/login/code", data={"code": "000000"})
    assert refused.status_code == 422
    assert 'href="/settings/second-step"' in refused.text, "whoever lost the picture can start again"
    assert "/login/recovery" not in refused.text, "there are no recovery codes yet"
    assert client.post("/login/code", data={"code": code_of(key)}).location == "/settings"


def test_a_mailed_link_needs_the_second_step_too(visit, someone, mails):
    person = someone()
    set_up(visit(person))
    visit().post("/login/link", data={"email": person.email, "next": "/settings"})
    client = visit()
    assert client.post(mails()[-1].link).location == "/login/code?next=/settings"
    assert client.get("/settings").status_code == 303


def test_recovery_codes_work_once_and_rest_encrypted(visit, someone):
    person = someone()
    client = visit(person)
    set_up(client)
    codes = re.findall(r'<li class="mono">([0-9a-f-]+)</li>', client.post("/settings/recovery-codes").text)
    assert len(codes) == 8
    kept = reread(person).mf_recovery_codes
    assert not set(codes) & set(kept)
    assert not any(code in row for row in kept for code in codes)
    assert codes[3] in client.get("/settings/recovery-codes?show_codes=1").text
    for attempt, status in ((codes[3], 302), (codes[3], 422), ("nonsense", 422)):
        other = visit()
        sign_in(other, person.email)
        assert other.post("/login/recovery", data={"code": attempt}).status_code == status
    assert len(reread(person).mf_recovery_codes) == 7


def test_opening_the_page_for_a_code_unasked_does_not_sign_out(visit, someone):
    client = visit(someone())
    assert client.get("/login/code").location == "/start"
    assert client.get("/settings").status_code == 200


def test_switching_it_off_forgets_everything_and_tells(visit, someone, mails):
    person = someone()
    client = visit(person)
    set_up(client)
    client.post("/settings/recovery-codes")
    client.post("/settings/second-step", data={"setup": "disable"})
    found = reread(person)
    assert (found.tf_primary_method, found.tf_totp_secret, found.mf_recovery_codes) == (None, None, None)
    assert "second step when signing in to your account was switched off" in mails()[-1].text
    assert sign_in(visit(), person.email).location == "/start"


def test_secrets_can_be_rotated():
    old, new, newest = (f"secret number {n} of thirty-two characters" for n in range(3))
    kept = SingleUseTotp(tagged([old]), "X").generate_totp_secret()
    rotated = SingleUseTotp(tagged([newest, new, old]), "X")
    assert rotated.get_totp_b32_key(kept)
    fresh = rotated.generate_totp_secret()
    assert SingleUseTotp(tagged([newest]), "X").get_totp_b32_key(fresh), "the first secret encrypts"


# --- Operators -----------------------------------------------------------------------------------


def test_in_the_sandbox_an_operator_gets_in_with_a_password(visit, someone):
    assert visit(someone(Role.OPERATOR)).get("/operator/mail").status_code == 200


def test_outside_it_an_operator_sets_a_second_step_up_first(visit, someone, strict_app):
    person = someone(Role.OPERATOR)
    client = visit(of=strict_app)
    answer = sign_in(client, person.email)
    assert answer.location == "/settings/second-step"
    assert client.get("/operator/mail").status_code == 303
    page = client.post("/settings/second-step", data={"setup": "authenticator"})
    assert client.get("/operator/mail").status_code == 303
    client.post("/login/code", data={"code": code_of(key_on(page.text))})
    assert client.get("/operator/mail").status_code == 200
    off = client.post("/settings/second-step", data={"setup": "disable"})
    assert off.status_code == 422
    assert reread(person).tf_totp_secret


@pytest.mark.parametrize("way", ["made operator while signed in", "kept signed in"])
def test_no_way_around_the_operators_second_step(visit, someone, strict_app, way):
    person = someone()
    client = visit(of=strict_app)
    sign_in(client, person.email, remember="y")
    assert client.get("/settings").status_code == 200
    with transaction() as session:
        session.get_one(Person, person.id).role = Role.OPERATOR
    if way == "kept signed in":
        client.delete_cookie("session")
    assert client.get("/operator/mail").status_code == 303
    assert client.get("/settings").status_code == 303
    assert client.get("/login").status_code == 200, "they can sign in again, with the second step"


def test_a_mailed_link_is_no_way_around_it_either(visit, someone, strict_app, mails):
    person = someone(Role.OPERATOR)
    visit(of=strict_app).post("/login/link", data={"email": person.email})
    client = visit(of=strict_app)
    assert client.post(mails()[0].link).location == "/settings/second-step"
    assert client.get("/operator/mail").status_code == 303


def test_others_sign_in_outside_the_sandbox_with_a_password(visit, someone, strict_app):
    assert sign_in(visit(of=strict_app), someone().email, PASSWORD).location == "/start"
