"""Transfers: out of a charge or the balance, never more than there is, and taken back."""

import pytest
import stripe

from tests.sandbox.stripe.process import (
    ACCOUNT,
    Receiver,
    StandInProcess,
    connected,
    eventually,
    paid,
    session_params,
)

AVAILABLE_AT_ONCE = "4000000000000077"


@pytest.fixture(scope="module")
def factory(shared: StandInProcess) -> str:
    """An account that can be paid."""
    return connected(shared)


def _params(factory: str, amount: int, **more: object) -> dict:
    return {"amount": amount, "currency": "usd", "destination": factory, **more}


def _pending(client: stripe.StripeClient, account: str | None = None) -> int:
    options = {"stripe_account": account} if account else {}
    return next(held.amount for held in client.v1.balance.retrieve({}, options).pending if held.currency == "usd")


def test_a_transfer_out_of_a_charge_waits_with_it(client: stripe.StripeClient, factory: str) -> None:
    charge_id = paid(client, payment_intent_data={"transfer_group": "order-7"})
    mine, theirs = _pending(client), _pending(client, factory) if _has_money(client, factory) else 0
    transfer = client.v1.transfers.create(
        _params(factory, 9_000, source_transaction=charge_id, metadata={"operation": "op-1"})
    )
    assert (transfer.amount, transfer.destination, transfer.transfer_group) == (9_000, factory, "order-7")
    assert (transfer.source_transaction, transfer.reversed, transfer.metadata["operation"]) == (
        charge_id,
        False,
        "op-1",
    )
    transaction = client.v1.balance_transactions.retrieve(transfer.balance_transaction)
    assert (transaction.type, transaction.reporting_category) == ("transfer", "transfer")
    assert (transaction.amount, transaction.fee, transaction.status) == (-9_000, 0, "pending")
    assert _pending(client) == mine - 9_000
    assert _pending(client, factory) == theirs + 9_000
    assert [found.id for found in client.v1.transfers.list({"transfer_group": "order-7"}).data] == [transfer.id]
    assert client.v1.transfers.list({"destination": factory, "limit": 1}).data[0].id == transfer.id
    assert client.v1.transfers.retrieve(transfer.id).to_dict() == transfer.to_dict()


def _has_money(client: stripe.StripeClient, account: str) -> bool:
    return bool(client.v1.balance_transactions.list({}, {"stripe_account": account}).data)


def test_no_charge_is_passed_on_twice(client: stripe.StripeClient, factory: str) -> None:
    charge_id = paid(client)
    client.v1.transfers.create(_params(factory, 6_000, source_transaction=charge_id))
    with pytest.raises(stripe.InvalidRequestError, match=r"source amount of \$100.00. .*amounting to \$60.00"):
        client.v1.transfers.create(_params(factory, 4_001, source_transaction=charge_id))
    client.v1.refunds.create({"charge": charge_id, "amount": 1_000})
    with pytest.raises(stripe.InvalidRequestError, match=r"source amount of \$90.00"):
        client.v1.transfers.create(_params(factory, 4_000, source_transaction=charge_id))
    assert client.v1.transfers.create(_params(factory, 3_000, source_transaction=charge_id)).amount == 3_000


def test_a_group_is_made_up_for_a_charge_without_one(client: stripe.StripeClient, factory: str) -> None:
    charge_id = paid(client)
    transfer = client.v1.transfers.create(_params(factory, 1, source_transaction=charge_id))
    assert transfer.transfer_group == f"group_{charge_id.removeprefix('ch_')}"
    assert client.v1.charges.retrieve(charge_id).transfer_group == transfer.transfer_group
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(_params(factory, 1, source_transaction=charge_id, transfer_group="another"))
    assert refusal.value.param == "transfer_group"


def test_without_a_charge_what_is_available_is_the_limit(own) -> None:
    standin = own()
    client, factory = standin.client(), connected(standin)
    paid(client)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(_params(factory, 1))
    assert refusal.value.code == "balance_insufficient"
    paid(client, 10_000, AVAILABLE_AT_ONCE)
    assert client.v1.balance.retrieve().available[0].amount == 9_680
    transfer = client.v1.transfers.create(_params(factory, 9_680, transfer_group="order-8", description="Rest"))
    assert (transfer.source_transaction, transfer.transfer_group) == (None, "order-8")
    assert client.v1.balance.retrieve().available[0].amount == 0
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.transfers.create(_params(factory, 1) | {"currency": "eur"})


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"destination": "acct_none"}, "resource_missing", "destination"),
        ({"source_transaction": "ch_none"}, "resource_missing", "source_transaction"),
        ({"currency": "xyz"}, None, "currency"),
        ({"amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"source_type": "fpx"}, None, "source_type"),
    ],
)
def test_transfers_that_are_refused(
    client: stripe.StripeClient, factory: str, changes: dict, code: str | None, param: str
) -> None:
    params = {name: value for name, value in (_params(factory, 1) | changes).items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(params)
    assert (refusal.value.code, refusal.value.param) == (code, param)


def test_the_currency_is_that_of_the_charge(client: stripe.StripeClient, factory: str) -> None:
    charge_id = paid(client)
    params = _params(factory, 1, source_transaction=charge_id) | {"currency": "eur"}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(params)
    assert refusal.value.param == "currency"


def test_only_who_can_be_paid_is_paid(client: stripe.StripeClient) -> None:
    account_id = client.v1.accounts.create(ACCOUNT).id
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(_params(account_id, 1, source_transaction=paid(client)))
    assert refusal.value.code == "insufficient_capabilities_for_transfer"


def test_a_declined_payment_is_no_source(client: stripe.StripeClient, factory: str) -> None:
    charge_id = paid(client, card="4000000000000002")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.create(_params(factory, 1, source_transaction=charge_id))
    assert refusal.value.param == "source_transaction"


def test_a_transfer_is_taken_back_in_parts(client: stripe.StripeClient, factory: str) -> None:
    transfer = client.v1.transfers.create(_params(factory, 5_000, source_transaction=paid(client)))
    before = _pending(client)
    reversals = client.v1.transfers.reversals
    first = reversals.create(transfer.id, {"amount": 2_000, "metadata": {"operation": "op-2"}})
    transaction = client.v1.balance_transactions.retrieve(first.balance_transaction)
    assert (transaction.type, transaction.reporting_category) == ("transfer_refund", "transfer_reversal")
    assert (transaction.amount, transaction.source, _pending(client)) == (2_000, first.id, before + 2_000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unreversed") as refusal:
        reversals.create(transfer.id, {"amount": 3_001})
    assert refusal.value.param == "amount"
    half = client.v1.transfers.retrieve(transfer.id)
    assert (half.amount_reversed, half.reversed) == (2_000, False)
    second = reversals.create(transfer.id)
    assert second.amount == 3_000
    whole = client.v1.transfers.retrieve(transfer.id)
    assert (whole.amount_reversed, whole.reversed) == (5_000, True)
    assert [found.id for found in whole.reversals.data] == [second.id, first.id]
    assert [found.id for found in reversals.list(transfer.id).data] == [second.id, first.id]
    assert reversals.retrieve(transfer.id, first.id).metadata["operation"] == "op-2"
    with pytest.raises(stripe.InvalidRequestError, match="fully reversed"):
        reversals.create(transfer.id, {"amount": 1})


def test_money_that_was_paid_out_is_not_taken_back(own) -> None:
    standin = own()
    client, factory = standin.client(), connected(standin)
    paid(client, card=AVAILABLE_AT_ONCE)
    transfer = client.v1.transfers.create(_params(factory, 5_000))
    client.v1.payouts.create({"amount": 4_000, "currency": "usd"}, {"stripe_account": factory})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.transfers.reversals.create(transfer.id)
    assert refusal.value.code == "balance_insufficient"
    assert client.v1.transfers.reversals.create(transfer.id, {"amount": 1_000}).amount == 1_000


def test_transfers_are_told(client: stripe.StripeClient, hooked: StandInProcess, receiver: Receiver) -> None:
    factory = connected(hooked)
    transfer = client.v1.transfers.create(_params(factory, 5_000, source_transaction=paid(client)))
    client.v1.transfers.update(transfer.id, {"metadata": {"note": "x"}})
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 1})
    client.v1.transfers.reversals.update(transfer.id, reversal.id, {"metadata": {"why": "y"}})
    eventually(lambda: len(receiver.types(transfer.id)) == 3)
    assert set(receiver.types(transfer.id)) == {"transfer.created", "transfer.updated", "transfer.reversed"}
    assert client.v1.transfers.retrieve(transfer.id).reversals.data[0].metadata["why"] == "y"


def test_a_lost_answer_does_not_pay_twice(client: stripe.StripeClient, standin: StandInProcess, factory: str) -> None:
    charge_id = paid(client)
    params, key = _params(factory, 9_000, source_transaction=charge_id), {"idempotency_key": f"pay-{charge_id}"}
    standin.control(lose_answer=1)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.transfers.create(params, key)
    again = client.v1.transfers.create(params, key)
    group = {"transfer_group": again.transfer_group}
    assert [found.id for found in client.v1.transfers.list(group).data] == [again.id]


def test_yen_have_no_cents(client: stripe.StripeClient, factory: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(session_params(49, "jpy"))
    assert refusal.value.code == "amount_too_small"
    charge_id = paid(client, 500, currency="jpy")
    with pytest.raises(stripe.InvalidRequestError, match="¥500"):
        client.v1.transfers.create(_params(factory, 501, source_transaction=charge_id) | {"currency": "jpy"})
