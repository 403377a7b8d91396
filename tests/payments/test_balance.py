"""The balance: paid as the deposit was, for what is due at that moment, and never for nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from portal.core import jobs
from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.errors import Gone, NotAllowed
from portal.core.lifecycle import record
from portal.orders import bill
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls, reconcile
from portal.payments.lifecycle import LegStage, RefundStage
from portal.payments.models import CheckoutState, LegKind, RefundReason
from tests.payments.shop import ALL_PAID, BALANCE, DEPOSIT, FEE, PAID, Shop, pay

OPERATOR = Actor(Role.OPERATOR)


def rebill(shop: Shop, extras_minor: int) -> None:
    """The bill changes while the order waits for its balance."""
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        order.extras_minor = extras_minor
        bill.reckon(order)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """What came of acts at the same instant: their answers, or the errors that they raised."""

    def run(act: Callable[[], object]) -> object:
        with app.app_context():
            try:
                return act()
            except Exception as error:
                return error

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(run, acts))


def test_a_paid_balance_moves_the_order_on(shop: Shop):
    shop.await_balance()
    assert shop.order().stage == OrderStage.AWAITING_BALANCE
    address = shop.open(LegKind.BALANCE)
    assert shop.standin.v1.checkout.sessions.retrieve(shop.checkouts()[-1].stripe_id).amount_total == BALANCE
    pay(address)
    shop.settle()
    assert shop.order().stage == OrderStage.READY_TO_SHIP
    deposit, balance = shop.legs()
    assert (deposit.kind, balance.kind, balance.stage) == (LegKind.DEPOSIT, LegKind.BALANCE, LegStage.SUCCEEDED)
    assert balance.amount_minor == BALANCE
    assert shop.balances() == ALL_PAID
    assert (shop.told("balance_paid"), shop.told("payment_returned")) == (1, 0)


def test_however_often_it_is_reported_it_counts_once(shop: Shop):
    shop.await_balance()
    pay(shop.open(LegKind.BALANCE))
    [page] = [checkout for checkout in shop.checkouts() if checkout.kind == LegKind.BALANCE]
    assert [calls.check(shop.stripe, page.id) for _ in range(3)] == ["paid", "known", "known"]
    shop.settle()
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    assert shop.balances() == ALL_PAID
    assert shop.told("balance_paid") == 1


def test_nobody_pays_it_before_it_is_due_or_twice(shop: Shop):
    with pytest.raises(Gone, match="does not wait"):
        shop.open(LegKind.BALANCE)
    shop.await_balance()
    with pytest.raises(Gone, match="deposit is paid already"):
        shop.open(LegKind.DEPOSIT)
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    with pytest.raises(Gone, match="balance is paid already"):
        shop.open(LegKind.BALANCE)


def test_tabs_that_open_at_once_share_one_page(shop: Shop, app: Flask):
    shop.await_balance()
    addresses = at_once(app, *[lambda: shop.open(LegKind.BALANCE)] * 5)
    assert len(set(addresses)) == 1
    assert len([checkout for checkout in shop.checkouts() if checkout.kind == LegKind.BALANCE]) == 1


def test_a_page_for_another_amount_is_replaced_at_the_click(shop: Shop):
    shop.await_balance()
    old = shop.open(LegKind.BALANCE)
    rebill(shop, -2_000)
    new = shop.open(LegKind.BALANCE)
    assert new != old
    assert pay(old).status_code == 410
    assert [checkout.state for checkout in shop.checkouts()][1:] == [CheckoutState.EXPIRED, CheckoutState.OPEN]
    pay(new)
    shop.settle()
    assert shop.legs()[-1].amount_minor == BALANCE - 2_000
    assert shop.order().stage == OrderStage.READY_TO_SHIP
    assert shop.refunds() == []


def test_tabs_that_click_after_the_bill_has_changed_share_the_new_page(shop: Shop, app: Flask):
    shop.await_balance()
    old = shop.open(LegKind.BALANCE)
    rebill(shop, 3_000)
    answers = {answer for answer in at_once(app, *[lambda: shop.open(LegKind.BALANCE)] * 4) if isinstance(answer, str)}
    assert old not in answers
    assert len(answers) == 1
    live = [checkout for checkout in shop.checkouts() if checkout.state == CheckoutState.OPEN]
    assert [checkout.amount_minor for checkout in live] == [BALANCE + 3_000]


def test_what_is_paid_on_an_outdated_page_goes_back(shop: Shop):
    shop.await_balance()
    old = shop.open(LegKind.BALANCE)
    rebill(shop, -2_000)
    pay(old)
    shop.settle()
    [refund] = shop.refunds()
    assert (refund.reason, refund.amount_minor, refund.stage) == (
        RefundReason.WRONG_AMOUNT, BALANCE, RefundStage.SUCCEEDED
    )  # fmt: skip
    assert shop.order().stage == OrderStage.AWAITING_BALANCE
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    assert shop.order().stage == OrderStage.READY_TO_SHIP
    assert shop.balances()["order_held"] == -(DEPOSIT + BALANCE - 2_000)


def test_the_clock_closes_a_page_that_the_bill_has_left_behind(shop: Shop):
    shop.await_balance()
    old = shop.open(LegKind.BALANCE)
    shop.reach(OrderStage.DISPUTED)
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)
    shop.settle()
    assert pay(old).status_code == 410


def test_a_changed_bill_closes_the_page_without_a_click(shop: Shop):
    shop.await_balance()
    old = shop.open(LegKind.BALANCE)
    rebill(shop, -2_000)
    with transaction() as session:
        event = record(session, session.get_one(Order, shop.order_id), "change_accepted", actor=shop.factory)
        jobs.defer(session, "payments.follow_bill", event_id=event.id)
    shop.work()
    shop.settle()
    assert pay(old).status_code == 410
    assert shop.order().stage == OrderStage.AWAITING_BALANCE


def test_nothing_due_is_never_asked_for(shop: Shop):
    shop.await_balance(extras_minor=-BALANCE)
    assert shop.order().stage == OrderStage.READY_TO_SHIP
    assert [leg.kind for leg in shop.legs()] == [LegKind.DEPOSIT]
    assert shop.balances() == PAID
    assert shop.told("balance_paid") == 1


def test_a_deposit_that_is_too_much_goes_back_in_part(shop: Shop):
    shop.await_balance(extras_minor=-BALANCE - 4_000)
    shop.settle()
    [refund] = shop.refunds()
    assert (refund.reason, refund.amount_minor, refund.stage) == (RefundReason.SHORT, 4_000, RefundStage.SUCCEEDED)
    assert shop.order().stage == OrderStage.READY_TO_SHIP
    assert shop.balances() == {"stripe_clearing": DEPOSIT - FEE - 4_000, "order_held": 4_000 - DEPOSIT, "fees": FEE}
    assert shop.told("payment_returned") == 1


def test_what_is_paid_after_the_end_goes_back_whole(shop: Shop):
    shop.await_balance()
    address = shop.open(LegKind.BALANCE)
    end(shop, DEPOSIT)
    pay(address)
    shop.settle()
    assert {(refund.reason, refund.amount_minor) for refund in shop.refunds()} == {
        (RefundReason.LATE, BALANCE),
        (RefundReason.ENDED, DEPOSIT),
    }
    assert "order_held" not in shop.balances()
    assert shop.told("balance_paid") == 0


def test_an_ended_order_has_its_page_closed(shop: Shop):
    shop.await_balance()
    address = shop.open(LegKind.BALANCE)
    end(shop, 0)
    shop.work()
    assert pay(address).status_code == 410


def end(shop: Shop, refund_minor: int) -> None:
    with transaction() as session:
        ending.end(session, lock(session, Order, shop.order_id), "No way on.", refund_minor, actor=OPERATOR)


@pytest.mark.parametrize("turn", range(3))
def test_an_end_and_a_payment_at_once_never_give_back_more_than_came(shop: Shop, app: Flask, turn: int):
    shop.await_balance()
    pay(shop.open(LegKind.BALANCE))
    [page] = [checkout for checkout in shop.checkouts() if checkout.kind == LegKind.BALANCE]
    at_once(app, lambda: calls.check(shop.stripe, page.id), lambda: end(shop, DEPOSIT))
    shop.settle()
    assert shop.order().stage == OrderStage.CANCELLED
    returned = sum(refund.amount_minor for refund in shop.refunds())
    kept = -shop.balances().get("factory_payable", 0)
    assert returned + kept == DEPOSIT + BALANCE
    assert (returned, kept) in ((DEPOSIT + BALANCE, 0), (DEPOSIT, BALANCE))


def test_goods_made_again_are_paid_only_for_what_is_more(shop: Shop):
    shop.await_balance(made_quantity=96)
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    assert shop.legs()[-1].amount_minor == 96 * 500 - DEPOSIT
    shop.reach(OrderStage.INSPECTION)
    shop.take("pass_inspection", shop.factory)
    shop.work()
    assert shop.order().stage == OrderStage.READY_TO_SHIP, "the same pieces are paid"
    shop.reach(OrderStage.INSPECTION, made_quantity=100)
    shop.take("pass_inspection", shop.factory)
    shop.work()
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    assert [leg.amount_minor for leg in shop.legs()] == [DEPOSIT, 96 * 500 - DEPOSIT, 4 * 500]
    assert shop.balances()["order_held"] == -100 * 500


def test_a_late_balance_moves_the_promised_day_on(shop: Shop):
    shop.await_balance()
    shop.reach(OrderStage.AWAITING_BALANCE, balance_due_at=now() - timedelta(days=2, hours=1))
    promised = shop.order().ship_by
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    assert shop.order().ship_by == promised + timedelta(days=3)


def test_only_payments_say_that_the_balance_is_paid(shop: Shop):
    shop.await_balance()
    with pytest.raises(NotAllowed):
        shop.take("balance_paid", shop.creator)
