"""Every object has the fields that the SDK declares, and no others."""

from io import BytesIO
from typing import Any, get_args

import pytest
import stripe

from sandbox.stripe.resources.shape import SDK_CLASSES, includable
from tests.sandbox.stripe.process import StandInProcess, connected, paid, pay, session_params

LINK = {"type": "account_onboarding", "refresh_url": "http://shop.test/again", "return_url": "http://shop.test/done"}


def _transferred(shared: StandInProcess, charge_id: str) -> tuple[str, str, str]:
    client, account_id = shared.client(), connected(shared)
    params = {"amount": 500, "currency": "usd", "destination": account_id, "source_transaction": charge_id}
    transfer = client.v1.transfers.create(params)
    return transfer.id, client.v1.transfers.reversals.create(transfer.id, {"amount": 100}).id, account_id


@pytest.fixture(scope="module")
def bodies(shared: StandInProcess) -> dict[str, dict[str, Any]]:
    """One object of each kind, by kind."""
    client = shared.client()
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url, "4000000000000077")
    intent_id = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent_id, "amount": 100})
    charge = client.v1.charges.retrieve(refund.charge)
    disputed = paid(client, card="4000000000000259")
    transfer_id, reversal_id, account_id = _transferred(shared, charge.id)
    account = client.v1.accounts.retrieve(account_id)
    item = client.v1.checkout.sessions.line_items.list(session.id).data[0]
    objects = [
        client.v1.checkout.sessions.retrieve(session.id),
        client.v1.payment_intents.retrieve(intent_id),
        charge,
        refund,
        item,
        item.price,
        client.v1.balance_transactions.retrieve(charge.balance_transaction),
        client.v1.balance.retrieve(),
        client.v1.payouts.create({"amount": 1, "currency": "usd"}),
        client.v1.disputes.list({"charge": disputed}).data[0],
        client.v1.files.create({"purpose": "dispute_evidence", "file": BytesIO(b"%PDF-")}),
        account,
        account.external_accounts.data[0],
        client.v1.account_links.create(LINK | {"account": account_id}),
        client.v1.accounts.login_links.create(account_id),
        client.v1.transfers.retrieve(transfer_id),
        client.v1.transfers.reversals.retrieve(transfer_id, reversal_id),
        client.v1.events.list({"limit": 1}).data[0],
    ]
    return {found.object: found.to_dict() for found in objects}


@pytest.mark.parametrize("kind", SDK_CLASSES)
def test_fields(bodies: dict[str, dict[str, Any]], kind: str) -> None:
    declared = SDK_CLASSES[kind].__annotations__.keys() - {"OBJECT_NAME", "deleted"}
    assert bodies[kind].keys() == declared - includable(kind)


@pytest.mark.parametrize("kind", SDK_CLASSES)
def test_only_what_may_be_null_is(bodies: dict[str, dict[str, Any]], kind: str) -> None:
    hints = SDK_CLASSES[kind].__annotations__
    nulls = {name for name, value in bodies[kind].items() if value is None}
    assert nulls <= {name for name, hint in hints.items() if type(None) in get_args(hint)}


def test_event_types_are_stripes(client: stripe.StripeClient, bodies: dict[str, dict[str, Any]]) -> None:
    known = get_args(stripe.Event.__annotations__["type"])
    emitted = {event.type for event in client.v1.events.list({"limit": 100}).auto_paging_iter()}
    assert emitted <= set(known)
    assert "charge.refunded" in emitted
