"""Bank details: unreadable where they are kept, masked where they are shown, shown whole for a reason that is kept."""

import re
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from portal.accounts.models import Person, TeamRole
from portal.core import sealing
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.web import settings as current_settings
from portal.factories.models import Factory
from portal.mail import operations as mail
from portal.payments.recipients import operations
from portal.payments.recipients.bank import unseal
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient
from tests import make
from tests.conftest import owner
from tests.payments.recipients.office import DETAILS, events, give_bank, onboard, recipient_of
from tests.payments.shop import Shop

SECRET = (DETAILS.number, DETAILS.holder, DETAILS.cnaps, DETAILS.branch, DETAILS.swift, DETAILS.address)
FIELDS = {
    "holder": DETAILS.holder,
    "number": DETAILS.number,
    "bank": DETAILS.bank,
    "branch": DETAILS.branch,
    "cnaps": DETAILS.cnaps,
    "swift": DETAILS.swift,
    "address": DETAILS.address,
}
WHY = "The bank returned the last payment."


def signed_in(client: FlaskClient, person: Person, *, lately: bool = True) -> FlaskClient:
    with client.session_transaction() as session:
        session.clear()
        session.update(_user_id=make.sign_in_key(person), _fresh=True)
        if lately:
            session["fs_paa"] = time.time()
    return client


def person_of(shop: Shop) -> Person:
    with transaction() as session:
        return session.get_one(Person, shop.factory.person_id)


@pytest.fixture
def operator(shop: Shop) -> Person:
    with transaction() as session:
        return make.person(session, Role.OPERATOR, name="Olga")


def test_the_database_shows_nothing_of_them(shop: Shop, app: Flask):
    give_bank(shop)
    with owner(app.extensions["settings"].migration_url).connect() as connection:
        names = (
            connection.execute(sa.text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        )
        rows = [str(row) for name in names for row in connection.exec_driver_sql(f"select t::text from {name} t")]
    dump = "\n".join(rows)
    assert "**** 0123" in dump
    assert not [secret for secret in SECRET if secret in dump]


def test_they_come_back_whole_for_whoever_has_the_key(shop: Shop):
    give_bank(shop)
    recipient = recipient_of(shop)
    assert (recipient.rail, recipient.stage) == (Rail.BANK, RecipientStage.ACTIVE)
    assert unseal(sealing.bank_details(current_settings()), recipient.sealed_bank) == DETAILS


def test_the_owners_are_told_and_nobody_else(shop: Shop):
    with transaction() as session:
        factory = session.get_one(Factory, shop.factory.factory_id)
        colleague = make.member(session, factory, TeamRole.MEMBER)
    give_bank(shop)
    run_mail(shop)
    with transaction() as session:
        told = session.execute(sa.text("select recipient from email where template = 'bank_details_given'")).scalars()
        assert set(told) == {shop.factory.email} != {colleague.email}


def run_mail(shop: Shop) -> None:
    """Write the letters that wait."""
    [event] = events(shop, "bank_details_given")
    with transaction() as session:
        mail.announce(session, session.merge(event), [Role.FACTORY])


def test_a_factory_that_stripe_reaches_is_not_paid_by_bank(shop: Shop):
    details, sealer = replace(DETAILS, country="HK"), sealing.bank_details(current_settings())
    with pytest.raises(Invalid), transaction() as session:
        operations.give_bank(session, operations.own(session, shop.factory), details, sealer, actor=shop.factory)


def test_an_operator_needs_a_reason_and_it_is_kept(shop: Shop, operator: Person):
    ident = give_bank(shop)
    sealer = sealing.bank_details(current_settings())
    for why in ("", "   ", "look"):
        with pytest.raises(Invalid), transaction() as session:
            operations.reveal(session, lock(session, Recipient, ident), why, sealer, actor=make.actor(operator))
    for somebody in (shop.factory, shop.creator, Actor(None)):
        with pytest.raises(NotFound), transaction() as session:
            operations.reveal(session, lock(session, Recipient, ident), WHY, sealer, actor=somebody)
    assert events(shop, "bank_details_seen") == []
    with transaction() as session:
        shown = operations.reveal(session, lock(session, Recipient, ident), WHY, sealer, actor=make.actor(operator))
    assert shown == DETAILS
    [look] = events(shop, "bank_details_seen")
    assert (look.actor_id, look.data) == (operator.id, {"why": WHY, "name": "Olga"})


# --- the pages ---


def test_the_form_keeps_them_and_never_shows_them_again(shop: Shop, client: FlaskClient):
    page = signed_in(client, person_of(shop))
    spaced = "6222 0212 3456 7890 123"
    answer = page.post("/factory/payment/bank?country=CN", data=FIELDS | {"number": spaced})
    assert (answer.status_code, answer.location) == (303, "/factory/payment")
    own = page.get("/factory/payment").text
    assert "**** 0123" in own
    again = page.get("/factory/payment/bank?country=CN")
    assert again.headers["Cache-Control"] == "no-store"
    assert not [secret for secret in SECRET if secret in own + again.text]
    assert unseal(sealing.bank_details(current_settings()), recipient_of(shop).sealed_bank) == DETAILS


@pytest.mark.parametrize(
    ("field", "text", "fine"),
    [
        ("holder", " ", False),
        ("number", "12AB", False),
        ("number", "1234567", False),
        ("number", "１２３４－５６７８ ９０", True),
        ("branch", "", False),
        ("cnaps", "", False),
        ("cnaps", "10231200001", False),
        ("cnaps", "102 312 000 017", True),
        ("swift", "ICBKCNB", False),
        ("swift", "ICBKHKHH", False),
        ("swift", "icbkcnbjbjm", True),
        ("address", "", False),
    ],
)
def test_each_field_says_what_is_wrong_with_it(shop: Shop, client: FlaskClient, field: str, text: str, fine: bool):
    page = signed_in(client, person_of(shop))
    answer = page.post("/factory/payment/bank?country=CN", data=FIELDS | {field: text})
    assert answer.status_code == (303 if fine else 422)
    if not fine:
        assert re.findall(r'id="(\w+)-error"', answer.text) == [field]
        assert DETAILS.bank in answer.text, "what was typed is still there"


@pytest.mark.parametrize(
    ("number", "fine"), [("UA213223130000026007233566001", True), ("UA213223130000026007233566002", False)]
)
def test_an_iban_is_checked(shop: Shop, client: FlaskClient, number: str, fine: bool):
    page = signed_in(client, person_of(shop))
    data = {"holder": "Dnipro Works", "number": number, "bank": "PrivatBank", "swift": "PBANUA2X", "address": "Dnipro"}
    assert page.post("/factory/payment/bank?country=UA", data=data).status_code == (303 if fine else 422)


def test_without_swift_no_address_is_needed(shop: Shop, client: FlaskClient):
    page = signed_in(client, person_of(shop))
    answer = page.post("/factory/payment/bank?country=CN", data=FIELDS | {"swift": "", "address": ""})
    assert answer.status_code == 303


def test_who_signed_in_long_ago_shows_again_who_they_are(shop: Shop, client: FlaskClient):
    page = signed_in(client, person_of(shop), lately=False)
    for path in ("/factory/payment/change", "/factory/payment/bank?country=CN"):
        answer = page.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/verify")
    assert page.post("/factory/payment/bank?country=CN", data=FIELDS).location.startswith("/verify")
    with transaction() as session:
        assert session.exec(select(Recipient)).first() is None


def test_a_member_may_look_and_not_touch(shop: Shop, client: FlaskClient):
    give_bank(shop)
    with transaction() as session:
        colleague = make.member(session, session.get_one(Factory, shop.factory.factory_id), TeamRole.MEMBER)
    page = signed_in(client, colleague)
    own = page.get("/factory/payment").text
    assert "**** 0123" in own
    assert "/factory/payment/change" not in own
    assert page.get("/factory/payment/bank").status_code == 409
    assert page.post("/factory/payment/bank", data=FIELDS | {"number": "999988887777"}).status_code == 409
    assert page.post("/factory/payment/country", data={"country": "HK"}).status_code == 409
    assert page.post("/factory/payment/schedule", data={"schedule": "daily"}).status_code == 409
    assert len(events(shop, "bank_details_given")) == 1


def test_an_operator_sees_them_once_and_the_factory_reads_who_and_why(
    shop: Shop, client: FlaskClient, operator: Person
):
    give_bank(shop)
    path = f"/operator/money/factories/{shop.factory.factory_id}"
    page = signed_in(client, operator)
    before = page.get(path).text
    assert not [secret for secret in SECRET if secret in before]
    assert page.post(f"{path}/bank", data={"why": "see"}).status_code == 422
    shown = page.post(f"{path}/bank", data={"why": WHY})
    assert shown.headers["Cache-Control"] == "no-store"
    assert [secret for secret in SECRET if secret not in shown.text] == []
    after = page.get(path).text
    assert WHY in after
    assert DETAILS.number not in after
    own = signed_in(client, person_of(shop)).get("/factory/payment").text
    assert WHY in own
    assert "Olga" in own


def test_an_operator_who_signed_in_long_ago_sees_nothing(shop: Shop, client: FlaskClient, operator: Person):
    give_bank(shop)
    page = signed_in(client, operator, lately=False)
    answer = page.post(f"/operator/money/factories/{shop.factory.factory_id}/bank", data={"why": WHY})
    assert answer.status_code == 303
    assert events(shop, "bank_details_seen") == []


def test_the_desk_lists_who_is_paid_how(shop: Shop, client: FlaskClient, operator: Person):
    onboard(shop)
    page = signed_in(client, operator)
    assert f"/operator/money/factories/{shop.factory.factory_id}" in page.get("/operator/money/factories").text
    assert page.get(f"/operator/money/factories/{shop.order_id}").status_code == 404


def test_another_key_takes_over(shop: Shop, app: Flask, monkeypatch: pytest.MonkeyPatch):
    give_bank(shop)
    before = recipient_of(shop).sealed_bank
    old, new = app.extensions["settings"].BANK_DETAILS_KEYS, "another-bank-key-of-more-than-forty-letters"
    monkeypatch.setattr(app.extensions["settings"], "BANK_DETAILS_KEYS", f"{new},{old}")
    result = app.test_cli_runner().invoke(args=["reseal-bank-details"])
    assert result.exit_code == 0, result.output
    monkeypatch.setattr(app.extensions["settings"], "BANK_DETAILS_KEYS", new)
    after = recipient_of(shop).sealed_bank
    assert after != before
    assert unseal(sealing.bank_details(current_settings()), after) == DETAILS
    monkeypatch.setattr(app.extensions["settings"], "BANK_DETAILS_KEYS", old)
    assert app.test_cli_runner().invoke(args=["reseal-bank-details"]).exit_code == 1
    assert recipient_of(shop).sealed_bank == after
