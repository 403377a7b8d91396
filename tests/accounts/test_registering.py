"""Signing up: nobody learns who has an account, nobody gets one on somebody else's address."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from portal.accounts import hooks, operations
from portal.accounts.models import Membership, Person, TeamRole
from portal.core.actor import Role
from portal.core.db import transaction
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from tests.accounts.conftest import PASSWORD, reread, sign_in

NEW = {"name": "Ada", "email": "ada@example.com", "password": PASSWORD}


def find(email: str) -> Person | None:
    with transaction() as session:
        return operations.find(session, email)


def test_a_creator_signs_up_confirms_and_is_in(visit, mails):
    client = visit()
    answer = client.post("/register/creator", data=NEW | {"timezone": "America/New_York"})
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert "ada@example.com" in client.get("/register/sent").text
    (letter,) = mails()
    assert (letter.template, letter.to) == ("account_confirm", "ada@example.com")
    assert "Yes, confirm" in client.get(letter.link).text
    assert find("ada@example.com").confirmed_at is None, "opening the link must not confirm: scanners open links"
    client.post(letter.link)
    person = find("ada@example.com")
    assert person.confirmed_at
    assert (person.role, person.timezone) == (Role.CREATOR, "America/New_York")
    assert client.get("/settings").status_code == 200


def test_a_factory_gets_its_draft_and_its_owner(visit, mails):
    client = visit(language="zh-CN")
    client.post("/register/factory", data=NEW | {"factory_name": "扬州毛绒玩具厂"})
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        membership = session.scalars(select(Membership)).one()
        factory = session.scalars(select(Factory)).one()
    assert (person.role, person.locale, person.timezone) == (Role.FACTORY, "zh_Hans", "Asia/Shanghai")
    assert (membership.person_id, membership.factory_id, membership.role) == (person.id, factory.id, TeamRole.OWNER)
    assert (factory.stage, factory.name_zh) == (FactoryStage.DRAFT, "扬州毛绒玩具厂")
    client.post(mails()[0].link)
    assert client.get("/team").status_code == 200
    client.post("/language", data={"lang": "en"})
    assert "扬州毛绒玩具厂" in client.get("/team").text, "its only name is its name in English too"


def test_unconfirmed_people_do_not_get_in(visit, mails):
    client = visit()
    client.post("/register/creator", data=NEW)
    answer = sign_in(visit(), "ada@example.com")
    assert answer.status_code == 422
    assert "confirm your address first" in answer.text
    assert "Send the confirmation again" in answer.text
    assert visit().get("/settings").status_code == 303


def test_elsewhere_confirming_needs_the_password(visit, mails):
    """A stranger who signed up with somebody's address must not have them confirm the stranger's account."""
    visit().post("/register/creator", data=NEW)
    elsewhere, link = visit(), mails()[0].link
    answer = elsewhere.post(link)
    assert answer.status_code == 422
    assert elsewhere.post(link, data={"password": "not the right one"}).status_code == 422
    assert find("ada@example.com").confirmed_at is None
    assert elsewhere.post(link, data={"password": PASSWORD}).status_code == 303
    assert find("ada@example.com").confirmed_at


def test_signing_up_again_before_confirming_voids_the_earlier_link(visit, mails):
    visit().post("/register/creator", data=NEW | {"password": "the squatter's words"})
    client = visit()
    client.post("/register/creator", data=NEW)
    earlier, later = mails()
    assert visit().post(earlier.link, data={"password": "the squatter's words"}).location == "/confirm"
    client.post(later.link)
    assert sign_in(visit(), NEW["email"], "the squatter's words").status_code == 422
    assert sign_in(visit(), NEW["email"]).status_code == 302


def test_a_known_address_looks_the_same_and_its_owner_is_told(visit, mails, someone):
    owner = someone(email="Ada@example.com")
    client = visit()
    answer = client.post("/register/creator", data=NEW | {"password": "another password"})
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert "ada@example.com" in client.get("/register/sent").text
    (letter,) = mails()
    assert (letter.template, letter.to) == ("account_exists", "Ada@example.com")
    assert reread(owner).password == owner.password


def test_two_at_the_same_instant_make_one_account(app, settings, clean):
    def attempt(number: int) -> int:
        data = NEW | {"name": f"Ada {number}"}
        return app.test_client().post("/register/creator", data=data).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(attempt, range(4)))
    assert set(answers) == {303}
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


def test_what_is_refused_is_said_beside_the_field_and_kept(visit):
    answer = visit().post("/register/creator", data={"name": "阿达", "email": "nobody", "password": "short"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "Enter an email address like name@example.com." in answer.text
    assert "Choose a password of 10 to 128 characters." in answer.text
    assert 'value="阿达"' in answer.text
    assert 'value="nobody"' in answer.text


def test_drafts_are_claimed_when_the_address_is_proven_wherever_that_is(visit, mails, monkeypatch, app):
    claimed = []
    monkeypatch.setattr(hooks, "on_sign_in", [lambda session, person_id, key: claimed.append((person_id, key))])
    client = visit()
    with client.session_transaction() as session:
        session["draft_key"] = "the visitor's key"
    client.post("/register/creator", data=NEW)
    assert not claimed, "not before the address is proven"
    visit().post(mails()[0].link, data={"password": PASSWORD})
    person = find(NEW["email"])
    assert claimed == [(person.id, "the visitor's key")]
    assert person.draft_key is None


def test_signing_in_claims_the_drafts_of_this_browser_once(visit, someone, monkeypatch):
    claimed = []
    monkeypatch.setattr(hooks, "on_sign_in", [lambda session, person_id, key: claimed.append(key)])
    person, client = someone(), visit()
    with client.session_transaction() as session:
        session["draft_key"] = "a key"
    sign_in(client, person.email)
    sign_in(visit(), person.email)
    assert claimed == ["a key"]


def test_an_address_is_kept_as_mail_servers_take_it(visit, mails):
    visit().post("/register/creator", data=NEW | {"email": " ada@bücher.example.com "})
    assert mails()[0].to == "ada@xn--bcher-kva.example.com"
    assert visit().post("/register/creator", data=NEW | {"email": "阿达@example.com"}).status_code == 422


@pytest.mark.parametrize("body", ['"x"', "1", "[1]", '{"name": 1, "email": {}}', "null"])
def test_a_form_is_not_read_out_of_json(visit, body: str):
    answer = visit().post("/register/creator", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert "This is needed." in answer.text
