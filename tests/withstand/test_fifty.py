"""Fifty at once on one order, payers, refunders and cancellers: never more goes out than came in, and the books agree
with Stripe's."""

import random

import pytest
from flask import Flask

from portal.core import lifecycle
from portal.core.db import lock, transaction
from portal.core.errors import PortalError
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls
from portal.payments.models import LegKind, Refund
from portal.payments.payouts import taking_back
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Recipient, Schedule
from tests.payments.conftest import shop, standin, stripe, webhook_url, work
from tests.payments.shop import BALANCE, DEPOSIT, PAGE, Shop, pay
from tests.payments.test_balance import OPERATOR, at_once

__all__ = ["shop", "standin", "stripe", "webhook_url", "work"]
FIFTY = 50


def refunded_by_stripe(shop: Shop) -> int:
    refunds = shop.standin.v1.refunds.list({"limit": 100}).auto_paging_iter()
    return sum(refund.amount for refund in refunds)


def books_agree(shop: Shop) -> None:
    held = sum(shop.stripe.balance().values())
    assert shop.balances().get("stripe_clearing", 0) == held, "the books and Stripe say different sums"


def with_account(shop: Shop) -> None:
    """The factory can be paid through Stripe."""
    wish = {"type": "express", "country": "US", "capabilities": {"transfers": {"requested": True}}}
    account = shop.standin.v1.accounts.create(wish)
    shop.standin.control(f"/accounts/{account.id}/complete")
    with transaction() as session:
        fields = {"stripe_id": account.id, "stage": RecipientStage.ACTIVE, "schedule": Schedule.DAILY}
        session.add(Recipient(factory_id=shop.factory.factory_id, **fields))


@pytest.mark.parametrize("seed", [1, 2])
def test_payers_and_cancellers(shop: Shop, app: Flask, seed: int):
    """Whoever wins: one deposit is kept for an order that goes on, or everything that was paid goes back."""
    chance = random.Random(seed)

    def open_and_pay() -> None:
        pay(calls.payment_page(shop.stripe, shop.order_id, LegKind.DEPOSIT, PAGE, actor=shop.creator))

    def look() -> None:
        for page in shop.checkouts():
            calls.check(shop.stripe, page.id)

    def cancel() -> None:
        if chance.random() < 0.3:
            shop.end()

    acts = [chance.choice((open_and_pay, look, cancel)) for _ in range(FIFTY)]
    answers = at_once(app, *acts)
    assert all(answer is None or isinstance(answer, PortalError) for answer in answers), answers
    shop.settle()
    paid = [charge.amount for charge in shop.standin.v1.charges.list({"limit": 100}).auto_paging_iter() if charge.paid]
    kept = DEPOSIT if shop.order().stage == OrderStage.AWAITING_ACCEPTANCE else 0
    assert sum(paid) - refunded_by_stripe(shop) == kept
    assert -shop.balances().get("order_held", 0) == kept
    assert len([leg for leg in shop.legs() if leg.paid_at]) == (1 if kept else 0)
    books_agree(shop)


def test_refunders_of_what_was_released(shop: Shop, app: Flask):
    """Fifty give back of what the factory was paid, together five times as much as there is."""
    with_account(shop)
    shop.await_balance()
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    shop.reach(OrderStage.DELIVERED)
    shop.take("close", shop.creator)
    shop.settle()
    whole = DEPOSIT + BALANCE

    def give_back() -> None:
        with transaction() as session:
            order = lock(session, Order, shop.order_id)
            event = lifecycle.record(session, order, "given_back", actor=OPERATOR)
            taking_back.give_back_released(session, order, event, whole // 10)

    answers = at_once(app, *[give_back] * FIFTY)
    shop.settle()
    given = [answer for answer in answers if answer is None]
    assert len(given) == 10, "a tenth each: ten find something to give back"
    assert refunded_by_stripe(shop) == whole == sum(refund.amount_minor for refund in shop.rows(Refund))
    assert not {"factory_payable", "factory_receivable", "platform_fee"} & shop.balances().keys()
    books_agree(shop)


@pytest.mark.parametrize("seed", [1, 2])
def test_everybody_ends_a_paid_order(shop: Shop, app: Flask, seed: int):
    """Calling off, giving up and ending at once: one of them, and what goes back is what that one leaves."""
    chance = random.Random(seed)
    shop.deposit()
    shop.reach(OrderStage.PRODUCTION)

    def ended_by(verb, *arguments, **more):
        with transaction() as session:
            verb(session, lock(session, Order, shop.order_id), *arguments, **more)

    acts = [
        chance.choice(
            (
                lambda: ended_by(ending.call_off, "No", fee_minor=DEPOSIT, actor=shop.creator),
                lambda: ended_by(ending.give_up, "No", actor=shop.factory),
                lambda: ended_by(ending.end, "No", DEPOSIT // 2, actor=OPERATOR),
            )
        )
        for _ in range(FIFTY)
    ]
    answers = at_once(app, *acts)
    assert sum(answer is None for answer in answers) == 1
    shop.settle()
    assert refunded_by_stripe(shop) in (0, DEPOSIT // 2, DEPOSIT)
    assert -shop.balances().get("factory_payable", 0) == DEPOSIT - refunded_by_stripe(shop)
    books_agree(shop)
