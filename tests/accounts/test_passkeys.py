"""Passkeys in a real browser with a virtual authenticator, tokens checked; and answers that no browser would send."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from portal import create_app
from portal.accounts.models import Passkey
from portal.core.actor import Role
from portal.core.db import db, transaction
from tests.accounts.conftest import PASSWORD, sign_in
from tests.browser import chromium as launched

TOUCH = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def served(settings) -> Iterator[str]:
    """The portal outside the sandbox, on localhost: passkeys need a name, not an address."""
    app = create_app(settings.model_copy(update={"SANDBOX": False}))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.port}"
    server.shutdown()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def phone(chromium: Browser, served: str) -> Iterator[Page]:
    """A page in a browser whose device has a fingerprint reader. Scripts that break or are refused are an error."""
    context = chromium.new_context(base_url=served)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCH})["authenticatorId"]
    page.set_finger = lambda ok: devtools.send(  # type: ignore[attr-defined]
        "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": ok}
    )
    yield page
    context.close()
    assert not complaints


def enter(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/settings/passkeys")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text(f"The passkey {name} is ready")).to_be_visible()


@pytest.mark.journey
def test_a_passkey_is_added_signs_in_and_is_removed(phone, someone, mails):
    person = someone()
    enter(phone, person.email)
    phone.wait_for_url("**/briefs")
    add_passkey(phone, "我的手机")
    phone.context.clear_cookies()
    phone.goto("/login?next=/settings")
    phone.get_by_role("link", name="Use a passkey").click()
    phone.get_by_role("button", name="Go on").click()
    phone.wait_for_url("**/settings")
    expect(phone.get_by_text(person.email)).to_be_visible()
    phone.goto("/settings/passkeys")
    phone.get_by_role("button", name="Remove").click()
    expect(phone.get_by_text("is removed")).to_be_visible()
    assert [m.text.split("\n")[2] for m in mails()] == [
        "A passkey was added to your account.",
        "A passkey was removed from your account.",
    ]
    with transaction() as session:
        assert not session.scalars(select(Passkey)).all()


@pytest.mark.journey
def test_an_operators_passkey_is_both_steps(phone, someone):
    """They add it as somebody who may sign in by password; as an operator it lets them in at once."""
    person = someone()
    enter(phone, person.email)
    phone.wait_for_url("**/briefs")
    add_passkey(phone, "key")
    with transaction() as session:
        session.get_one(type(person), person.id).role = Role.OPERATOR
    phone.goto("/operator/mail")
    phone.wait_for_url("**/login?next=**")
    phone.get_by_role("link", name="Use a passkey").click()
    phone.get_by_role("button", name="Go on").click()
    phone.wait_for_url("**/operator/mail")


@pytest.mark.journey
def test_a_refused_finger_can_be_tried_again(phone, someone):
    enter(phone, someone().email)
    phone.wait_for_url("**/briefs")
    add_passkey(phone, "key")
    phone.context.clear_cookies()
    phone.set_finger(False)
    phone.goto("/login/passkey")
    phone.get_by_role("button", name="Go on").click()
    expect(phone.get_by_text("did not work")).to_be_visible()
    phone.set_finger(True)
    phone.get_by_role("button", name="Try again").click()
    phone.wait_for_url("**/briefs")


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": '
        '{"clientDataJSON": "AA", "attestationObject": "AA", "authenticatorData": "AA", "signature": "AA"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": '
        '{"clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "AAAA", "signature": "AAAA"}}',
    ],
)
def test_nonsense_for_an_answer_is_refused(visit, someone, answer):
    client = visit(someone())
    offered = client.post("/settings/passkeys", data={"name": "key"})
    state = offered.text.split('action="/settings/passkeys/', 1)[1].split('"', 1)[0]
    refused = client.post(f"/settings/passkeys/{state}", data={"credential": answer})
    assert refused.location == "/settings/passkeys"
    visitor = visit()
    offered = visitor.post("/login/passkey")
    state = offered.text.split('action="/login/passkey/', 1)[1].split('"', 1)[0]
    assert visitor.post(f"/login/passkey/{state}", data={"credential": answer}).location == "/login/passkey"
    assert visitor.get("/settings").status_code == 303


def test_a_passkeys_name_is_plain_and_its_own(visit, someone):
    client = visit(someone())
    assert client.post("/settings/passkeys", data={"name": "<b>x</b>"}).status_code == 422
    assert client.post("/settings/passkeys", data={"name": ""}).status_code == 422
    assert "device" not in client.post("/settings/passkeys/remove", data={"name": "none of mine"}).text
    assert sign_in(client, "x@example.com").status_code == 302
