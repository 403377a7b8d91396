"""Refunds: never more than was charged, and the ones that end badly."""

import pytest
import stripe

from tests.sandbox.stripe.process import StandInProcess, pay, session_params


def _paid(client: stripe.StripeClient, card: str = "4242424242424242") -> stripe.PaymentIntent:
    session = client.v1.checkout.sessions.create(session_params(10_000))
    pay(session.url, card)
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent


def test_refunds_in_parts_up_to_the_whole(client: stripe.StripeClient) -> None:
    intent = _paid(client)
    refunds = client.v1.refunds
    first = refunds.create({"payment_intent": intent.id, "amount": 4_000, "reason": "requested_by_customer"})
    assert (first.status, first.amount, first.charge) == ("succeeded", 4_000, intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as refusal:
        refunds.create({"payment_intent": intent.id, "amount": 6_001})
    assert refusal.value.param == "amount"
    assert refunds.create({"charge": intent.latest_charge}).amount == 6_000
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        refunds.create({"payment_intent": intent.id})
    assert refusal.value.code == "charge_already_refunded"

    charge = client.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded) == (True, 10_000)
    assert [refund.amount for refund in charge.refunds.data] == [6_000, 4_000]
    listed = refunds.list({"payment_intent": intent.id}).data
    assert [refund.amount for refund in listed] == [6_000, 4_000]
    assert refunds.retrieve(first.id).to_dict() == first.to_dict()


def test_a_refund_takes_its_amount_from_the_balance_but_not_the_fee(client: stripe.StripeClient) -> None:
    refund = client.v1.refunds.create({"payment_intent": _paid(client).id, "expand": ["balance_transaction"]})
    transaction = refund.balance_transaction
    assert (transaction.type, transaction.amount, transaction.fee, transaction.net) == ("refund", -10_000, 0, -10_000)


def test_a_refund_may_take_its_time(client: stripe.StripeClient, standin: StandInProcess) -> None:
    refund = client.v1.refunds.create({"payment_intent": _paid(client, "4000000000007726").id})
    assert refund.status == "pending"
    standin.control(now_offset=10)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_may_come_back(client: stripe.StripeClient, standin: StandInProcess) -> None:
    intent = _paid(client, "4000000000005126")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.status == "succeeded"
    standin.control(now_offset=10)
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.amount == 10_000
    assert client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 0
    assert client.v1.events.list({"type": "refund.*", "limit": 1}).data[0].type == "refund.failed"


@pytest.mark.parametrize(
    ("params", "status", "param"),
    [
        ({}, 400, None),
        ({"payment_intent": "pi_none"}, 404, "payment_intent"),
        ({"charge": "ch_none"}, 404, "charge"),
        ({"charge": "ch_none", "payment_intent": "pi_none"}, 400, None),
    ],
)
def test_a_refund_needs_one_payment(client: stripe.StripeClient, params: dict, status: int, param: str | None) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create(params)
    assert (refusal.value.http_status, refusal.value.param) == (status, param)


def test_nothing_is_given_back_before_it_was_paid(client: stripe.StripeClient) -> None:
    session = client.v1.checkout.sessions.create(session_params())
    pay(session.url, "4000000000000002")
    intent = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent
    for params in ({"payment_intent": intent.id}, {"charge": intent.latest_charge}):
        with pytest.raises(stripe.InvalidRequestError, match="refund"):
            client.v1.refunds.create(params)


@pytest.mark.parametrize("amount", [0, -5])
def test_amounts_are_positive(client: stripe.StripeClient, amount: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": _paid(client).id, "amount": amount})
    assert refusal.value.param == "amount"
