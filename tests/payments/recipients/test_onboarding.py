"""A factory's account at Stripe: opened once, complete when Stripe says so, lost when its owner takes it away."""

import json
import time
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import stripe as sdk

from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import transaction
from portal.core.errors import Gone, Invalid, NotFound
from portal.payments import operations as taking
from portal.payments import reconcile
from portal.payments.models import Operation, OperationKind, OperationState, WebhookEvent
from portal.payments.recipients import onboarding, operations
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail
from portal.payments.reports import Message, Refused, Unreachable
from tests.payments.recipients.office import (
    AGAIN,
    BACK,
    begin,
    complete,
    events,
    give_bank,
    onboard,
    recipient_of,
    release,
    submit,
    transferred,
)
from tests.payments.shop import Shop

S = RecipientStage


def openings(shop: Shop) -> list[Operation]:
    return [one for one in shop.rows(Operation) if one.kind == OperationKind.OPEN_ACCOUNT]


def accounts(shop: Shop) -> list[Any]:
    return shop.standin.v1.accounts.list({"limit": 100}).data


def test_an_account_is_opened_for_what_the_factory_is(shop: Shop):
    begin(shop, "HK")
    recipient, [account] = recipient_of(shop), accounts(shop)
    assert (recipient.stage, recipient.rail, recipient.country) == (S.ONBOARDING, Rail.STRIPE, "HK")
    assert recipient.stripe_id == account.id
    assert (account.country, account.email) == ("HK", shop.factory.email)
    assert account.tos_acceptance.service_agreement == "recipient"
    assert account.metadata["factory"] == str(shop.factory.factory_id)
    assert "external_account" in recipient.requirements["due"]


def test_asking_twice_opens_one(shop: Shop):
    for _again in range(3):
        begin(shop)
    assert len(accounts(shop)) == len(openings(shop)) == 1


def test_an_answer_that_is_lost_opens_no_second_account(shop: Shop):
    with transaction() as session:
        recipient = operations.own(session, shop.factory)
        operations.begin(session, recipient, "HK", actor=shop.factory)
    shop.standin.control(lose_answer=1)
    with pytest.raises(Unreachable):
        onboarding.opened(shop.stripe, recipient.id)
    assert recipient_of(shop).stripe_id is None
    assert len(accounts(shop)) == 1
    with at(now() + timedelta(hours=25)):  # Stripe has forgotten the key
        reconcile.what_has_not_ended(shop.stripe)
    [account] = accounts(shop)
    assert recipient_of(shop).stripe_id == account.id


def test_nobody_but_an_owner_says_where_a_factory_is_paid(shop: Shop):
    member = Actor(Role.FACTORY, shop.factory.person_id, shop.factory.factory_id, owner=False)
    for somebody in (member, shop.creator, Actor(Role.OPERATOR)):
        with pytest.raises(NotFound), transaction() as session:
            operations.own(session, somebody)


@pytest.mark.parametrize("country", ["CN", "BR", "XX", ""])
def test_countries_that_stripe_does_not_reach_are_refused(shop: Shop, country: str):
    with pytest.raises(Invalid), transaction() as session:
        operations.begin(session, operations.own(session, shop.factory), country, actor=shop.factory)
    assert openings(shop) == []


def test_who_fills_in_everything_can_be_paid(shop: Shop):
    ident = begin(shop)
    answer = submit(onboarding.page(shop.stripe, ident, back=BACK, again=AGAIN))
    assert answer.headers["Location"] == BACK
    assert recipient_of(shop).stage == S.ONBOARDING, "coming back proves nothing"
    shop.settle()
    recipient = recipient_of(shop)
    assert (recipient.stage, recipient.requirements["due"]) == (S.ACTIVE, [])
    assert len(events(shop, "recipient_active")) == 1


def test_each_click_makes_a_link_of_its_own_and_keeps_none(shop: Shop):
    ident = begin(shop)
    links = {onboarding.page(shop.stripe, ident, back=BACK, again=AGAIN) for _click in range(2)}
    assert len(links) == 2
    kept = json.dumps([one.model_dump(mode="json") for one in (*openings(shop), recipient_of(shop))])
    assert not any(link in kept for link in links)


def test_without_the_bank_account_the_page_says_what_is_missing(shop: Shop):
    ident = begin(shop)
    submit(onboarding.page(shop.stripe, ident, back=BACK, again=AGAIN), act="without_bank")
    shop.settle()
    recipient = recipient_of(shop)
    assert (recipient.stage, recipient.requirements["due"]) == (S.ONBOARDING, ["external_account"])


def test_what_waited_goes_when_the_factory_can_be_paid(shop: Shop):
    shop.deposit()
    release(shop)
    shop.work()
    assert transferred(shop) == []
    onboard(shop)
    assert [stage for stage, _amount in transferred(shop)] == ["created"]


def test_stripe_stops_payments_and_lets_them_go_on(shop: Shop):
    onboard(shop)
    account = recipient_of(shop).stripe_id
    shop.standin.control(f"/accounts/{account}/require", within=600)
    shop.settle()
    assert recipient_of(shop).stage == S.ACTIVE, "there is still time"
    assert recipient_of(shop).requirements["until"]
    shop.standin.control(f"/accounts/{account}/require", due=["company.tax_id"])
    shop.settle()
    assert recipient_of(shop).stage == S.RESTRICTED
    shop.deposit()
    release(shop)
    shop.work()
    assert transferred(shop) == []
    complete(shop)
    shop.settle()
    assert recipient_of(shop).stage == S.ACTIVE
    assert [stage for stage, _amount in transferred(shop)] == ["created"]


# --- messages ---


def test_messages_shuffled_and_repeated_come_to_the_same(shop: Shop):
    shop.standin.control(shuffle=True, duplicate=5)
    onboard(shop)
    account = recipient_of(shop).stripe_id
    shop.standin.control(f"/accounts/{account}/require", due=["company.tax_id"])
    shop.standin.control(f"/accounts/{account}/complete")
    shop.settle()
    recipient = recipient_of(shop)
    assert (recipient.stage, recipient.requirements["due"]) == (S.ACTIVE, [])


def test_a_payload_is_not_believed(shop: Shop, client: Any, app: Any):
    begin(shop)
    account = recipient_of(shop).stripe_id
    lie = {"id": account, "object": "account", "payouts_enabled": True, "capabilities": {"transfers": "active"}}
    for number, (kind, thing) in enumerate([("account.updated", lie), ("account.application.deauthorized", lie)]):
        event = {"id": f"evt_{number}", "object": "event", "type": kind, "livemode": False, "account": account}
        body = json.dumps({**event, "data": {"object": thing}})
        secret = app.extensions["settings"].webhook_secrets[0]
        header = sdk.WebhookSignature.generate_signature_header(body, secret, int(time.time()))
        assert client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": header}).status_code == 200
    shop.work()
    assert recipient_of(shop).stage == S.ONBOARDING
    assert recipient_of(shop).stripe_id == account


@pytest.mark.parametrize("order", list(permutations(("account.updated", "account.updated", "deauthorized"))))
def test_a_message_that_comes_after_the_end_changes_nothing(shop: Shop, order: tuple[str, ...]):
    onboard(shop)
    account = str(recipient_of(shop).stripe_id)
    shop.standin.control(drop_webhooks="all")
    shop.standin.control(f"/accounts/{account}/deauthorize")
    for number, kind in enumerate(order):
        name = "account.application.deauthorized" if kind == "deauthorized" else kind
        with transaction() as session:
            taking.take_message(session, Message(f"evt_{number}", name, account, account, False))
    shop.work()
    recipient = recipient_of(shop)
    assert (recipient.stage, recipient.stripe_id, recipient.former_ids) == (S.DISCONNECTED, None, [account])
    assert len(events(shop, "recipient_disconnected")) == 1


def test_what_was_learnt_earlier_does_not_undo_what_was_learnt_later(shop: Shop):
    ident = begin(shop)
    account, asked_at = str(recipient_of(shop).stripe_id), now()
    before = shop.stripe.fetch_account(account)
    complete(shop)
    shop.settle()
    with transaction() as session:
        assert operations.take_report(session, ident, account, before, asked_at) == "known"
    assert recipient_of(shop).stage == S.ACTIVE
    assert recipient_of(shop).requirements["due"] == []


def test_a_lost_message_is_made_up_for_by_the_clock(shop: Shop):
    begin(shop)
    shop.standin.control(drop_webhooks="all")
    complete(shop)
    shop.settle()
    assert recipient_of(shop).stage == S.ONBOARDING
    with at(now() + timedelta(minutes=20)):
        assert reconcile.what_has_not_ended(shop.stripe).mended == 1
        assert recipient_of(shop).stage == S.ACTIVE
        assert reconcile.what_has_not_ended(shop.stripe).looked_at == 0, "an active account is asked about daily"
    with at(now() + timedelta(days=2)):
        assert reconcile.what_has_not_ended(shop.stripe).looked_at == 1


# --- the end of it ---


def test_a_factory_that_disconnects_gets_nothing_more_and_may_start_over(shop: Shop):
    onboard(shop)
    first = str(recipient_of(shop).stripe_id)
    shop.standin.control(f"/accounts/{first}/deauthorize")
    shop.settle()
    assert recipient_of(shop).stage == S.DISCONNECTED
    shop.deposit()
    release(shop)
    shop.work()
    assert transferred(shop) == []
    onboard(shop)
    recipient = recipient_of(shop)
    assert recipient.stripe_id != first
    assert (recipient.stage, recipient.former_ids) == (S.ACTIVE, [first])
    assert [stage for stage, _amount in transferred(shop)] == ["created"]


def test_a_link_to_an_account_that_was_taken_away_tells_so(shop: Shop):
    ident = begin(shop)
    shop.standin.control(drop_webhooks="all")
    shop.standin.control(f"/accounts/{recipient_of(shop).stripe_id}/deauthorize")
    with pytest.raises(Gone):
        onboarding.page(shop.stripe, ident, back=BACK, again=AGAIN)
    assert recipient_of(shop).stage == S.DISCONNECTED


def test_another_country_is_another_account(shop: Shop):
    onboard(shop)
    first = str(recipient_of(shop).stripe_id)
    begin(shop, "TW")
    recipient = recipient_of(shop)
    assert (recipient.stage, recipient.country, recipient.former_ids) == (S.ONBOARDING, "TW", [first])
    shop.standin.control(f"/accounts/{first}/require")
    shop.settle()
    assert recipient_of(shop).stage == S.ONBOARDING
    assert [m.outcome for m in shop.rows(WebhookEvent) if m.account == first][-1] == "former"


def test_while_an_account_is_being_opened_no_other_country_is_begun(shop: Shop):
    with transaction() as session:
        operations.begin(session, operations.own(session, shop.factory), "HK", actor=shop.factory)
    with pytest.raises(Gone), transaction() as session:
        operations.begin(session, operations.own(session, shop.factory), "TW", actor=shop.factory)


def test_from_stripe_to_the_bank_and_back_to_the_same_account(shop: Shop):
    ident = onboard(shop)
    account = recipient_of(shop).stripe_id
    give_bank(shop)
    shop.standin.control(f"/accounts/{account}/require")
    shop.settle()
    assert (recipient_of(shop).rail, recipient_of(shop).stage) == (Rail.BANK, S.ACTIVE)
    begin(shop)
    assert recipient_of(shop).stage == S.ONBOARDING
    complete(shop)
    assert onboarding.check(shop.stripe, ident) == S.ACTIVE
    assert recipient_of(shop).stripe_id == account
    assert len(openings(shop)) == 1


def test_an_account_that_stripe_refuses_is_said_and_tried_again(shop: Shop):
    with transaction() as session:
        recipient = operations.own(session, shop.factory)
        opening = operations.begin(session, recipient, "HK", actor=shop.factory)
        opening.params = {**opening.params, "country": "KP"}
    with pytest.raises(Refused):
        onboarding.opened(shop.stripe, recipient.id)
    assert recipient_of(shop).requirements["reason"] == "not_opened"
    begin(shop)
    assert recipient_of(shop).stripe_id
    assert [one.state for one in openings(shop)] == [OperationState.REFUSED, OperationState.SUCCEEDED]
