"""Connected accounts: created, onboarded on the hosted pages, asked for more, disconnected."""

from urllib.parse import urlsplit

import pytest
import requests
import stripe
from playwright.sync_api import Browser

from tests.sandbox.stripe.process import ACCOUNT, SECRET, Receiver, StandInProcess, connected, eventually, paid

LEADS = {"refresh_url": "http://shop.test/again", "return_url": "http://shop.test/done"}


def _link(client: stripe.StripeClient, account_id: str, **more: str) -> str:
    params = {"account": account_id, "type": "account_onboarding", **LEADS, **more}
    return client.v1.account_links.create(params).url


def _submit(link: str, account: stripe.Account, act: str) -> requests.Response:
    page = requests.get(link, timeout=5)
    answers = {name: "x" for name in account.requirements.currently_due if not name.startswith("tos")}
    answers |= {"external_account": "000123456789", "business_type": "company", "act": act}
    return requests.post(page.url, data=answers, allow_redirects=False, timeout=5)


def test_a_new_account_can_do_nothing_yet(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(ACCOUNT | {"metadata": {"factory": "7"}, "email": "boss@factory.test"})
    assert (account.type, account.country, account.default_currency) == ("express", "US", "usd")
    assert account.capabilities.transfers == "inactive"
    assert (account.details_submitted, account.payouts_enabled, account.charges_enabled) == (False, False, False)
    assert "external_account" in account.requirements.currently_due
    assert account.requirements.disabled_reason == "requirements.past_due"
    assert client.v1.accounts.retrieve(account.id).metadata["factory"] == "7"
    assert client.v1.accounts.list({"limit": 1}).data[0].id == account.id


def test_the_form_completes_an_account(client: stripe.StripeClient, hooked: StandInProcess, receiver: Receiver) -> None:
    account = client.v1.accounts.create(ACCOUNT)
    answer = _submit(_link(client, account.id), account, "submit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://shop.test/done")
    account = client.v1.accounts.retrieve(account.id)
    assert account.capabilities.transfers == "active"
    assert (account.details_submitted, account.payouts_enabled) == (True, True)
    assert (account.requirements.currently_due, account.requirements.disabled_reason) == ([], None)
    assert account.external_accounts.data[0].last4 == "6789"

    [message] = eventually(lambda: [r for r in receiver.received if r.event["type"] == "account.updated"])
    event = client.construct_event(message.body, message.signature, SECRET)
    assert (event.account, event.data.object.id) == (account.id, account.id)
    assert event.data.previous_attributes["payouts_enabled"] is False


def test_an_account_without_a_bank_account_stays_barred(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(ACCOUNT)
    _submit(_link(client, account.id), account, "without_bank")
    left = client.v1.accounts.retrieve(account.id)
    assert left.requirements.currently_due == ["external_account"]
    assert (left.details_submitted, left.capabilities.transfers) == (False, "inactive")
    _submit(_link(client, account.id), left, "submit")
    assert client.v1.accounts.retrieve(account.id).payouts_enabled


def test_who_goes_back_has_told_nothing(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create(ACCOUNT)
    answer = _submit(_link(client, account.id), account, "back")
    assert answer.headers["Location"] == "http://shop.test/done"
    assert client.v1.accounts.retrieve(account.id).requirements.to_dict() == account.requirements.to_dict()


def test_a_link_is_good_once_and_for_minutes(client: stripe.StripeClient, standin: StandInProcess) -> None:
    account_id = client.v1.accounts.create(ACCOUNT).id
    link = _link(client, account_id)
    assert requests.get(link, timeout=5).status_code == 200
    again = requests.get(link, allow_redirects=False, timeout=5)
    assert (again.status_code, again.headers["Location"]) == (303, "http://shop.test/again")
    late = _link(client, account_id)
    standin.control(now_offset=301)
    assert requests.get(late, allow_redirects=False, timeout=5).headers["Location"] == "http://shop.test/again"
    assert requests.get(late + "x", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"country": "CN"}, "country_unsupported", "country"),
        ({"country": "IR"}, "country_unsupported", "country"),
        ({"country": "us"}, "country_code_invalid", "country"),
        ({"country": "HK"}, None, None),
        ({"type": "custom"}, None, "type"),
        ({"controller": {"fees": {"payer": "account"}}}, None, "controller"),
        ({"individual": {"first_name": "A"}}, None, "individual.first_name"),
        ({"capabilities": {"card_payments": {"requested": True}}}, None, "capabilities.card_payments.requested"),
    ],
)
def test_accounts_that_are_refused(client: stripe.StripeClient, changes: dict, code: str | None, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.accounts.create(ACCOUNT | changes)
    assert (refusal.value.code, refusal.value.param) == (code, param)


def test_money_abroad_needs_the_recipients_agreement(client: stripe.StripeClient) -> None:
    controller = {
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express"},
    }
    capabilities = ACCOUNT["capabilities"]
    params = {"controller": controller, "country": "HK", "capabilities": capabilities}
    with pytest.raises(stripe.InvalidRequestError, match="`recipient` service agreement"):
        client.v1.accounts.create(params)
    account = client.v1.accounts.create(params | {"tos_acceptance": {"service_agreement": "recipient"}})
    assert (account.default_currency, account.tos_acceptance.service_agreement) == ("hkd", "recipient")
    assert account.controller.stripe_dashboard.type == "express"


def test_what_the_platform_changes(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.create({"type": "express", "metadata": {"a": "1", "b": "2"}})
    assert "transfers" not in account.capabilities
    changes = {"metadata": {"a": "", "c": "3"}, "business_profile": {"name": "Loom"}, "business_type": "company"}
    changed = client.v1.accounts.update(account.id, changes | {"capabilities": ACCOUNT["capabilities"]})
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert (changed.business_profile.name, changed.capabilities.transfers) == ("Loom", "inactive")
    assert "business_type" not in changed.requirements.currently_due
    told = client.v1.events.list({"type": "account.updated", "limit": 1}, {"stripe_account": account.id}).data[0]
    assert told.data.object.business_profile.name == "Loom"


def test_requirements_may_come_later(client: stripe.StripeClient, standin: StandInProcess) -> None:
    account_id = connected(standin)
    standin.control(f"/accounts/{account_id}/require", due=["individual.verification.document"], within=100)
    account = client.v1.accounts.retrieve(account_id)
    assert account.requirements.currently_due == ["individual.verification.document"]
    assert (account.requirements.past_due, account.capabilities.transfers) == ([], "active")
    assert account.requirements.current_deadline
    standin.control(now_offset=101)
    account = client.v1.accounts.retrieve(account_id)
    assert account.requirements.past_due == ["individual.verification.document"]
    assert (account.requirements.disabled_reason, account.capabilities.transfers) == (
        "requirements.past_due",
        "inactive",
    )
    assert not account.payouts_enabled
    standin.control(f"/accounts/{account_id}/complete")
    assert client.v1.accounts.retrieve(account_id).capabilities.transfers == "active"
    standin.control(f"/accounts/{account_id}/require", due=[], reason="rejected.fraud")
    assert client.v1.accounts.retrieve(account_id).requirements.disabled_reason == "rejected.fraud"


def test_a_disconnected_account_is_out_of_reach(
    client: stripe.StripeClient, hooked: StandInProcess, receiver: Receiver
) -> None:
    account_id = connected(hooked)
    dashboard = requests.get(client.v1.accounts.login_links.create(account_id).url, timeout=5)
    assert "Test Factory" in dashboard.text
    assert requests.post(dashboard.url, timeout=5).status_code == 200
    gone = ["account.application.deauthorized"]
    [message] = eventually(lambda: [r for r in receiver.received if r.event["type"] in gone])
    assert (message.event["account"], message.event["data"]["object"]["object"]) == (account_id, "application")
    with pytest.raises(stripe.PermissionError) as refusal:
        client.v1.accounts.retrieve(account_id)
    assert refusal.value.error.code == "account_invalid"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        _link(client, account_id)
    assert refusal.value.code == "resource_missing"


def test_an_account_with_money_is_not_deleted(client: stripe.StripeClient, standin: StandInProcess) -> None:
    account_id = connected(standin)
    charge_id = paid(client)
    params = {"currency": "usd", "destination": account_id, "source_transaction": charge_id}
    transfer = client.v1.transfers.create(params)
    with pytest.raises(stripe.InvalidRequestError, match="balance"):
        client.v1.accounts.delete(account_id)
    client.v1.transfers.reversals.create(transfer.id)
    assert client.v1.accounts.delete(account_id).deleted
    with pytest.raises(stripe.PermissionError):
        client.v1.accounts.retrieve(account_id)


def test_connect_messages_may_have_a_secret_of_their_own(own, receiver: Receiver) -> None:
    standin = own("--webhook-url", receiver.url, "--connect-webhook-secret", "whsec_connect")
    connected(standin)
    paid(standin.client())
    eventually(lambda: len(receiver.received) == 5)
    for message in receiver.received:
        secret = "whsec_connect" if message.event["account"] else SECRET
        assert standin.client().construct_event(message.body, message.signature, secret)


@pytest.mark.parametrize(("locale", "submit"), [("en-US", "Submit everything"), ("zh-CN", "全部提交")])
def test_onboarding_on_a_phone(
    standin: StandInProcess, client: stripe.StripeClient, browser: Browser, locale: str, submit: str
) -> None:
    account_id = client.v1.accounts.create(ACCOUNT).id
    done = f"{standin.url}/_control/state?done"
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale=locale)
    page = context.new_page()
    page.goto(_link(client, account_id, return_url=done))
    assert urlsplit(page.url).path.startswith("/setup/s/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name=submit).click()
    page.wait_for_url("**/_control/state?done")
    assert client.v1.accounts.retrieve(account_id).payouts_enabled
    context.close()
