"""Killed, cut off or answered with an error at any point: no act is lost, none happens twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls, gateway, operations, reconcile
from portal.payments.lifecycle import RefundStage
from portal.payments.models import CheckoutSession, CheckoutState, LegKind, Operation, OperationKind, OperationState
from portal.payments.reports import Doubtful, Refused, Unreachable
from tests.payments.shop import PAGE, PAID, RETURNED, Shop, emptied, pay


def intend(shop: Shop) -> CheckoutSession:
    """A click that dies right after its intent is committed."""
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        return operations.request_payment(session, order, LegKind.DEPOSIT, PAGE, actor=shop.creator).checkout


def operation(shop: Shop, kind: OperationKind = OperationKind.OPEN_CHECKOUT) -> Operation:
    [found] = [row for row in shop.rows(Operation) if row.kind == kind]
    return found


def pages(shop: Shop) -> list[str]:
    """The pages that Stripe has for the order."""
    listed = shop.standin.v1.checkout.sessions.list({"limit": 100}).data
    return [page.id for page in listed if page.client_reference_id == str(shop.order_id)]


def test_killed_before_the_call_the_next_click_makes_it(shop: Shop):
    intend(shop)
    assert pages(shop) == []
    pay(shop.open())
    shop.settle()
    assert len(pages(shop)) == 1
    assert shop.balances() == PAID


def test_killed_after_the_call_the_next_click_gets_the_same_page(shop: Shop):
    checkout = intend(shop)
    intended = operation(shop)
    opened = shop.stripe.open_checkout(intended.params, str(intended.key))
    assert shop.open() == opened.url
    assert pages(shop) == [opened.stripe_id]
    assert shop.checkouts()[0].id == checkout.id


def test_killed_after_the_call_and_paid_it_is_known_by_its_operation(shop: Shop):
    intend(shop)
    intended = operation(shop)
    pay(shop.stripe.open_checkout(intended.params, str(intended.key)).url)
    shop.settle()
    assert shop.balances() == PAID
    assert shop.order().stage == OrderStage.AWAITING_ACCEPTANCE
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    assert operation(shop).state == OperationState.SUCCEEDED
    assert shop.checkouts()[0].state == CheckoutState.COMPLETE
    assert len(pages(shop)) == 1


def test_the_clock_finishes_what_was_intended(shop: Shop):
    intend(shop)
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    assert shop.checkouts()[0].state == CheckoutState.OPEN
    assert len(pages(shop)) == 1


def test_a_lost_answer_is_asked_for_again_with_the_same_key(shop: Shop):
    shop.standin.control(lose_answer=1)
    with pytest.raises(Unreachable):
        shop.open()
    first = operation(shop)
    assert (first.state, first.attempts, first.doubtful) == (OperationState.INTENDED, 1, False)
    shop.open()
    assert operation(shop).key == first.key
    assert len(pages(shop)) == 1


def test_after_an_error_we_look_before_we_act_again(shop: Shop):
    shop.standin.control(fail_after_acting=1)
    with pytest.raises(Doubtful):
        shop.open()
    assert operation(shop).doubtful
    address = shop.open()
    assert len(pages(shop)) == 1
    pay(address)
    shop.settle()
    assert shop.balances() == PAID


def test_an_error_before_acting_is_followed_by_another_key(shop: Shop, app: Flask):
    checkout = intend(shop)
    with transaction() as session:
        lock(session, Operation, checkout.operation_id).doubtful = True
    shop.open()
    done = operation(shop)
    assert done.key != done.id
    assert (done.state, len(pages(shop))) == (OperationState.SUCCEEDED, 1)


def test_a_key_that_stripe_has_forgotten_is_not_trusted(shop: Shop):
    intend(shop)
    intended = operation(shop)
    opened = shop.stripe.open_checkout(intended.params, str(intended.key))
    with at(now() + timedelta(hours=25)):
        calls.carry_out(shop.stripe, intended.id)
    assert pages(shop) == [opened.stripe_id]
    assert shop.checkouts()[0].stripe_id == opened.stripe_id


def test_stripe_down_says_so_and_works_again(shop: Shop, stripe_peer, webhook_url: str):
    stripe_peer.kill()
    with pytest.raises(Unreachable, match="Nothing was charged"):
        shop.open()
    stripe_peer.start()
    shop.standin.control(webhook_url=webhook_url)
    pay(shop.open())
    shop.settle()
    assert shop.balances() == PAID


def test_what_stripe_refuses_is_not_tried_for_ever(shop: Shop):
    with pytest.raises(Refused):
        calls.payment_page(
            shop.stripe, shop.order_id, LegKind.DEPOSIT, replace(PAGE, success_url="not an address"), actor=shop.creator
        )
    refused = operation(shop)
    assert (refused.state, "Not a valid URL" in refused.error) == (OperationState.REFUSED, True)
    assert shop.checkouts()[0].state == CheckoutState.REFUSED
    assert shop.open()


def test_a_key_that_is_wrong_is_our_trouble_not_the_payers(shop: Shop, app: Flask):
    wrong = app.extensions["settings"].model_copy(update={"STRIPE_SECRET_KEY": "pk_test_not_a_secret"})
    with pytest.raises(Unreachable):
        calls.payment_page(gateway.connect(wrong), shop.order_id, LegKind.DEPOSIT, PAGE, actor=shop.creator)
    assert shop.open()


@pytest.mark.parametrize("trouble", ["lose_answer", "fail_after_acting"])
def test_a_refund_is_made_once_whatever_is_lost(shop: Shop, trouble: str):
    address = shop.open()
    shop.end()
    pay(address)
    emptied(shop.standin)
    shop.standin.control(**{trouble: 1, "drop_webhooks": "all"})
    with pytest.raises(Unreachable):
        shop.work()
    with at(now() + timedelta(minutes=6)):
        run = reconcile.what_has_not_ended(shop.stripe)
    assert run.troubles == []
    [refund] = shop.refunds()
    assert refund.stage == RefundStage.SUCCEEDED
    made = shop.standin.v1.refunds.list({"payment_intent": refund.payment_id}).data
    assert [row.id for row in made] == [refund.stripe_id]
    assert shop.balances() == RETURNED


def test_carrying_out_twice_acts_once(shop: Shop):
    shop.open()
    before = operation(shop)
    calls.carry_out(shop.stripe, before.id)
    assert operation(shop).attempts == before.attempts
