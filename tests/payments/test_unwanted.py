"""Payments that no order waits for: late, double, or of another amount. They go back by themselves."""

import pytest

from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.errors import NotAllowed
from portal.orders.lifecycle import OrderStage
from portal.payments import refunds, settling
from portal.payments.books.models import Break
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import CheckoutState, Operation, Refund, RefundReason
from tests.payments.shop import (
    DEPOSIT,
    FEE,
    PAID,
    REFUND_FAILS,
    REFUND_PENDS,
    RETURNED,
    SUCCESS,
    Shop,
    emptied,
    pay,
)

OPERATOR = Actor(Role.OPERATOR)


def late(shop: Shop, card: str = SUCCESS) -> None:
    """The order ends; the payment wins the race against the closing of its page."""
    address = shop.open()
    shop.end()
    pay(address, card)
    shop.settle()


def double(shop: Shop) -> None:
    """Two pages came of one intent, and both are paid."""
    pay(shop.open())
    shop.settle()
    [checkout] = shop.checkouts()
    with transaction() as session:
        params = session.get_one(Operation, checkout.operation_id).params
    pay(shop.standin.v1.checkout.sessions.create(params).url)
    shop.settle()


def test_a_late_payment_goes_back(shop: Shop):
    late(shop)
    assert shop.order().stage == OrderStage.CANCELLED
    assert shop.leg().stage == LegStage.EXPIRED
    [refund] = shop.refunds()
    assert (refund.reason, refund.stage, refund.amount_minor) == (RefundReason.LATE, RefundStage.SUCCEEDED, DEPOSIT)
    assert shop.balances() == RETURNED
    assert (shop.told("payment_returned"), shop.told("deposit_paid")) == (1, 0)
    payment = shop.standin.v1.payment_intents.retrieve(refund.payment_id, {"expand": ["latest_charge"]})
    assert payment.latest_charge.amount_refunded == DEPOSIT


def test_an_ended_order_has_its_page_closed(shop: Shop):
    address = shop.open()
    shop.end()
    shop.work()
    shop.settle()
    assert pay(address).status_code == 410
    assert shop.checkouts()[0].state == CheckoutState.EXPIRED
    assert shop.leg().stage == LegStage.EXPIRED
    assert shop.balances() == {}


def test_a_page_that_opens_after_the_order_ended_is_closed(shop: Shop):
    shop.standin.control(lose_answer=1)
    with pytest.raises(Exception, match="does not answer"):
        shop.open()
    shop.end()
    shop.work()
    shop.settle()
    assert [checkout.state for checkout in shop.checkouts()] == [CheckoutState.EXPIRED]


def test_a_double_payment_goes_back_and_the_first_one_counts(shop: Shop):
    double(shop)
    [refund] = shop.refunds()
    assert (refund.reason, refund.stage) == (RefundReason.DOUBLE, RefundStage.SUCCEEDED)
    assert refund.payment_id != shop.leg().payment_id
    assert shop.order().stage == OrderStage.AWAITING_ACCEPTANCE
    assert shop.balances() == {"stripe_clearing": DEPOSIT - 2 * FEE, "order_held": -DEPOSIT, "fees": 2 * FEE}
    assert (shop.told("deposit_paid"), shop.told("payment_returned")) == (1, 1)


def test_another_amount_is_not_the_deposit(shop: Shop):
    address = shop.open()
    [checkout] = shop.checkouts()
    pay(address)
    report = shop.stripe.fetch_checkout(checkout.stripe_id)
    wrong = type(report)(**{**report.__dict__, "amount_minor": DEPOSIT - 1, "fee_minor": None})
    with transaction() as session:
        assert settling.take_report(session, wrong) == "wrong_amount"
    assert shop.order().stage == OrderStage.AWAITING_DEPOSIT
    assert shop.leg().stage == LegStage.FAILED
    assert shop.balances() == {"stripe_clearing": DEPOSIT - 1, "refund_payable": -(DEPOSIT - 1)}
    emptied(shop.standin)
    assert shop.open() != address


def test_a_refund_that_takes_its_time_is_followed(shop: Shop):
    late(shop, REFUND_PENDS)
    assert shop.refunds()[0].stage == RefundStage.PENDING
    assert shop.balances() == RETURNED, "the money has left Stripe's balance before it reaches the card"
    shop.standin.control(now_offset=10)
    shop.standin.state()
    shop.settle()
    assert shop.refunds()[0].stage == RefundStage.SUCCEEDED
    assert shop.balances() == RETURNED


def failed(shop: Shop) -> Refund:
    late(shop, REFUND_FAILS)
    assert shop.refunds()[0].stage == RefundStage.SUCCEEDED
    shop.standin.control(now_offset=10)
    shop.standin.state()
    shop.settle()
    [refund] = shop.refunds()
    return refund


def test_a_refund_that_comes_back_is_reversed_and_an_operator_sees_it(shop: Shop):
    refund = failed(shop)
    assert (refund.stage, refund.failure) == (RefundStage.FAILED, "expired_or_canceled_card")
    assert shop.balances() == {"stripe_clearing": DEPOSIT - FEE, "fees": FEE, "refund_payable": -DEPOSIT}
    [trouble] = shop.rows(Break)
    assert (trouble.kind, trouble.subject, trouble.resolved_at) == ("refund_failed", str(refund.id), None)


def test_a_failed_refund_can_be_tried_again(shop: Shop):
    refund = failed(shop)
    with transaction() as session:
        refunds.retry(session, lock(session, Refund, refund.id), actor=OPERATOR)
    shop.settle()
    [again] = shop.refunds()
    assert again.stage == RefundStage.SUCCEEDED
    assert again.stripe_id != refund.stripe_id
    assert shop.rows(Break)[0].resolved_at is not None
    assert shop.balances() == RETURNED
    with transaction() as session, pytest.raises(NotAllowed):
        refunds.retry(session, lock(session, Refund, refund.id), actor=OPERATOR)


def test_a_refund_made_at_stripe_by_hand_is_noticed(shop: Shop):
    pay(shop.open())
    shop.settle()
    by_hand = shop.standin.v1.refunds.create({"payment_intent": shop.leg().payment_id, "amount": 100})
    shop.settle()
    assert [(row.kind, row.subject) for row in shop.rows(Break)] == [("unknown_refund", by_hand.id)]
    assert shop.balances() == PAID
