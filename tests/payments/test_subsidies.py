"""Subsidies: the portal's own money, up to what the cards have not got back and the month's budget, also in races."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.errors import Gone, Invalid
from portal.orders.ending import claims
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.lifecycle import RefundStage
from portal.payments.models import RefundReason
from portal.payments.payouts import releasing
from portal.payments.payouts.lifecycle import TransferStage
from portal.payments.payouts.models import Transfer
from portal.payments.subsidies import operations
from portal.payments.subsidies.models import Subsidy
from tests import make
from tests.payments.disputed import opened
from tests.payments.shop import BALANCE, DEPOSIT, Shop
from tests.payments.test_balance import at_once
from tests.payments.test_givebacks import cost
from tests.payments.test_pages import operator, words
from tests.payments.test_returns import claimed
from tests.withstand.test_fifty import with_account

__all__ = ["operator"]
ALL = DEPOSIT + BALANCE


@pytest.fixture
def olga(shop: Shop) -> Actor:
    with transaction() as session:
        return make.actor(make.person(session, Role.OPERATOR))


def budget(minor: int, olga: Actor) -> None:
    with transaction() as session:
        operations.set_budget(session, "USD", minor, actor=olga)


def judge(shop: Shop, back: int, subsidy: int, olga: Actor) -> None:
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        claims.settle(session, order, "The dye was ours.", back, subsidy, actor=olga)


def grant(shop: Shop, minor: int, olga: Actor) -> None:
    with transaction() as session:
        operations.grant(session, lock(session, Order, shop.order_id), minor, "Goodwill", actor=olga)


def test_instead_of_a_refund_the_portal_pays_and_the_factory_is_paid_in_full(shop: Shop, olga: Actor):
    claimed(shop)
    budget(20_000, olga)
    judge(shop, 0, 12_000, olga)
    shop.settle()
    [refund] = shop.refunds()
    assert (refund.reason, refund.amount_minor, refund.stage) == (RefundReason.SUBSIDY, 12_000, RefundStage.SUCCEEDED)
    balances = shop.balances()
    fee = releasing.fee_of(ALL, releasing.fee_permille(shop.order()))
    assert balances["subsidy_expense"] == 12_000
    assert (-balances["factory_payable"], -balances["platform_fee"]) == (ALL - fee, fee)
    assert "factory_receivable" not in balances
    assert (shop.told("subsidy_granted"), shop.told("claim_settled")) == (1, 1)


@pytest.mark.parametrize("own", [ALL, 0])
def test_the_factory_gets_its_transfer_out_of_the_portals_own_money(shop: Shop, olga: Actor, own: int):
    """What a card has got back can't be passed on out of its payment; without own money the transfer waits."""
    with_account(shop)
    claimed(shop)
    budget(ALL, olga)
    shop.standin.control("/drift", amount=own or -ALL)
    judge(shop, 0, DEPOSIT, olga)
    shop.settle()
    fee = releasing.fee_of(DEPOSIT, releasing.fee_permille(shop.order()))
    sent = [transfer.stage for transfer in shop.rows(Transfer)]
    assert sent == [TransferStage.CREATED if own else TransferStage.FAILED, TransferStage.CREATED]
    assert -shop.balances().get("factory_payable", 0) == (0 if own else DEPOSIT - fee)


def test_beside_a_refund_both_reach_the_card_and_no_payment_gives_more_than_it_was(shop: Shop, olga: Actor):
    claimed(shop)
    budget(ALL, olga)
    judge(shop, 40_000, 10_000, olga)
    shop.settle()
    by_payment: dict[str, int] = {}
    for refund in shop.refunds():
        assert refund.stage == RefundStage.SUCCEEDED
        by_payment[refund.payment_id] = by_payment.get(refund.payment_id, 0) + refund.amount_minor
    assert by_payment == {leg.payment_id: leg.amount_minor for leg in shop.legs()}


def test_more_than_was_not_returned_is_refused_and_nothing_is_settled(shop: Shop, olga: Actor):
    claimed(shop)
    budget(10 * ALL, olga)
    with pytest.raises(Invalid):
        judge(shop, 40_000, 10_001, olga)
    assert shop.order().stage == OrderStage.DISPUTED
    assert shop.rows(Subsidy) == []


def test_the_budget_is_for_a_month_and_a_currency(shop: Shop, olga: Actor):
    claimed(shop)
    with pytest.raises(Invalid):
        judge(shop, 0, 1, olga)
    budget(5_000, olga)
    grant(shop, 5_000, olga)
    with pytest.raises(Invalid):
        grant(shop, 1, olga)
    with at(now() + timedelta(days=32)):
        grant(shop, 1, olga)
    assert [row.amount_minor for row in shop.rows(Subsidy)] == [5_000, 1]


@pytest.mark.parametrize("turn", range(3))
def test_operators_at_once_do_not_exceed_it(shop: Shop, app: Flask, olga: Actor, turn: int):
    claimed(shop)
    budget(10_000, olga)
    answers = at_once(app, *[lambda: grant(shop, 3_000, olga)] * 6)
    assert sum(answer is None for answer in answers) == 3
    assert sum(row.amount_minor for row in shop.rows(Subsidy)) == 9_000


def test_grants_for_different_orders_wait_for_each_other_at_the_budget(shop: Shop, app: Flask, olga: Actor):
    claimed(shop)
    budget(4_000, olga)

    def reserve() -> None:
        with transaction() as session:
            operations._reserve(session, "USD", 3_000)
            order = session.get_one(Order, shop.order_id)
            event = operations.lifecycle.record(session, order, "subsidy_granted", actor=olga)
            operations._keep(session, order, event.id, 3_000, "No lock on the order", olga)

    answers = at_once(app, reserve, reserve, reserve)
    assert sum(answer is None for answer in answers) == 1


def test_while_the_bank_decides_none_is_granted(shop: Shop, olga: Actor):
    claimed(shop)
    budget(ALL, olga)
    opened(shop)
    with pytest.raises(Gone):
        judge(shop, 0, 1_000, olga)
    assert shop.order().stage == OrderStage.DISPUTED


def test_what_the_portal_gave_can_not_be_given_back_again(shop: Shop, olga: Actor):
    claimed(shop)
    budget(ALL, olga)
    judge(shop, 0, DEPOSIT, olga)
    shop.settle()
    assert cost(shop, BALANCE).gross == BALANCE
    with pytest.raises(Invalid):
        cost(shop, BALANCE + 1)


def test_operators_set_budgets_and_settle_with_them(shop: Shop, operator: FlaskClient):
    claimed(shop)
    assert "No budget is set" in words(operator.get("/operator/money/subsidies"))
    assert operator.post("/operator/money/subsidies", data={"currency": "USD", "monthly": "x"}).status_code == 422
    assert operator.post("/operator/money/subsidies", data={"currency": "USD", "monthly": "200"}).status_code == 303
    path = f"/orders/{shop.order_id}/claim/settle"
    assert "$200.00 is left of this month’s budget" in words(operator.get(path))
    refused = operator.post(path, data={"reason": "Ours", "back": "0", "subsidy": "200.01"})
    assert refused.status_code == 422
    assert "$200.00 is left" in words(refused)
    assert operator.post(path, data={"reason": "Ours", "back": "0", "subsidy": "50"}).status_code == 303
    shop.settle()
    seen = words(operator.get("/operator/money/subsidies"))
    assert "$150.00" in seen
    assert "Ours" in seen
    assert [row.amount_minor for row in shop.rows(Subsidy)] == [5_000]
