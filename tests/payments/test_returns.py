"""Money held for an order goes back when it ends or a claim is settled: the right sum, once, never more than came."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlmodel import select

from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.core.events import Event
from portal.core.lifecycle import advance
from portal.orders.ending import claims, fees
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import audit, refunds, returns, tasks
from portal.payments.books.models import Break, BreakKind
from portal.payments.lifecycle import RefundStage
from portal.payments.models import LegKind, Refund, RefundReason
from portal.payments.payouts import releasing
from tests.payments.shop import BALANCE, BALANCE_FEE, DEPOSIT, FEE, REFUND_FAILS, Shop, pay
from tests.payments.test_balance import OPERATOR, at_once, end

#: at 50,000 of goods without tooling: a tenth
TENTH = 5_000


def call_off(shop: Shop, fee_minor: int) -> None:
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        ending.call_off(session, order, "Changed my mind", fee_minor=fee_minor, actor=shop.creator)


def everything_paid(shop: Shop) -> None:
    shop.await_balance()
    pay(shop.open(LegKind.BALANCE))
    shop.settle()


def returned(shop: Shop) -> list[tuple[str, int]]:
    """Payment and amount of each refund, in the order in which they were asked for."""
    kinds = {leg.payment_id: leg.kind.value for leg in shop.legs()}
    return [(kinds[refund.payment_id], refund.amount_minor) for refund in shop.refunds()]


def end_event(shop: Shop, name: str) -> Event:
    with transaction() as session:
        return session.exec(select(Event).where(Event.order_id == shop.order_id, Event.name == name)).one()


@pytest.mark.parametrize(
    ("stage", "fee"),
    [
        (OrderStage.AWAITING_ACCEPTANCE, 0),
        (OrderStage.SAMPLING, TENTH),
        (OrderStage.SAMPLE_REVIEW, TENTH),
        (OrderStage.PRODUCTION, DEPOSIT),
    ],
)
def test_calling_off_gives_back_what_its_stage_leaves(shop: Shop, stage: OrderStage, fee: int):
    shop.deposit()
    shop.reach(stage)
    call_off(shop, fee)
    shop.settle()
    assert shop.order().stage == OrderStage.CANCELLED
    assert returned(shop) == ([("deposit", DEPOSIT - fee)] if fee < DEPOSIT else [])
    assert "order_held" not in shop.balances()
    assert -shop.balances().get("factory_payable", 0) == fee, "the fee of the stage is the factory's"
    assert "refund_payable" not in shop.balances()
    assert shop.told("order_called_off") == 1
    data = end_event(shop, "order_called_off").data
    assert (data["fee_minor"], data["refund_minor"]) == (fee, DEPOSIT - fee)


def test_giving_up_gives_everything_back(shop: Shop):
    shop.deposit()
    shop.reach(OrderStage.PRODUCTION)
    with transaction() as session:
        ending.give_up(session, lock(session, Order, shop.order_id), "The mould broke", actor=shop.factory)
    shop.settle()
    assert returned(shop) == [("deposit", DEPOSIT)]
    assert shop.balances() == {"stripe_clearing": -FEE, "fees": FEE}


def test_the_latest_payment_goes_back_first(shop: Shop):
    everything_paid(shop)
    end(shop, BALANCE + 1_000)
    shop.settle()
    assert returned(shop) == [("balance", BALANCE), ("deposit", 1_000)]
    assert {refund.stage for refund in shop.refunds()} == {RefundStage.SUCCEEDED}
    charge = shop.standin.v1.payment_intents.retrieve(shop.legs()[0].payment_id, {"expand": ["latest_charge"]})
    assert charge.latest_charge.amount_refunded == 1_000
    fees_kept = FEE + BALANCE_FEE
    assert shop.balances() == {
        "stripe_clearing": DEPOSIT - 1_000 - fees_kept, "factory_payable": 1_000 - DEPOSIT, "fees": fees_kept
    }  # fmt: skip


def test_settled_twice_it_goes_back_once(shop: Shop, app: Flask):
    everything_paid(shop)
    end(shop, 40_000)
    event = end_event(shop, "order_ended")
    answers = at_once(app, *[lambda: tasks.settle_end.func(event_id=str(event.id))] * 3)
    assert answers == [None] * 3
    shop.settle()
    tasks.settle_end.func(event_id=str(event.id))
    shop.settle()
    assert returned(shop) == [("balance", BALANCE), ("deposit", 5_000)]


def test_no_event_gives_back_more_than_is_held(shop: Shop):
    everything_paid(shop)
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        event = advance(session, order, "end", actor=OPERATOR, refund_minor=10**9, fee_minor=0)
        another = advance_again(session, order)
        assert returns.give_back_held(session, order, event, 10**9, RefundReason.ENDED) == DEPOSIT + BALANCE
        assert returns.give_back_held(session, order, another, 1, RefundReason.ENDED) == 0
    shop.settle()
    assert "order_held" not in shop.balances()


def advance_again(session, order: Order) -> Event:
    """A second end of the same order, which the table does not know."""
    event = Event(subject="order", subject_id=order.id, order_id=order.id, name="order_ended", data={"refund_minor": 1})
    session.add(event)
    session.flush()
    return event


def test_an_operator_can_not_promise_more_than_is_held(shop: Shop):
    everything_paid(shop)
    for amount in (-1, DEPOSIT + BALANCE + 1):
        with pytest.raises(Invalid):
            end(shop, amount)
    assert shop.order().stage == OrderStage.READY_TO_SHIP


def test_the_fee_that_was_shown_is_the_fee(shop: Shop):
    shop.deposit()
    shop.reach(OrderStage.PRODUCTION)
    with pytest.raises(Gone, match="costs something else"):
        call_off(shop, TENTH)
    assert shop.order().stage == OrderStage.PRODUCTION


@pytest.mark.parametrize("turn", range(3))
def test_calling_off_while_the_factory_goes_on(shop: Shop, app: Flask, turn: int):
    """Whoever is first: the order is ended at the fee that was shown, or goes on untouched."""
    shop.deposit()
    shop.reach(OrderStage.PRODUCTION)
    acts = [lambda: call_off(shop, DEPOSIT), lambda: shop.take("finish_production", shop.factory)]
    answers = at_once(app, *(acts if turn % 2 else reversed(acts)))
    assert sorted(isinstance(answer, NotAllowed) for answer in answers) == [False, True]
    shop.settle()
    assert returned(shop) == []
    called_off = shop.order().stage == OrderStage.CANCELLED
    assert -shop.balances()["factory_payable" if called_off else "order_held"] == DEPOSIT


def test_calling_off_while_the_other_side_gives_up(shop: Shop, app: Flask):
    shop.deposit()
    shop.reach(OrderStage.SAMPLING)

    def give_up() -> None:
        with transaction() as session:
            ending.give_up(session, lock(session, Order, shop.order_id), "Too busy", actor=shop.factory)

    answers = at_once(app, lambda: call_off(shop, TENTH), give_up)
    assert sum(isinstance(answer, NotAllowed) for answer in answers) == 1
    shop.settle()
    gave_up = answers[1] is None
    assert returned(shop) == [("deposit", DEPOSIT if gave_up else DEPOSIT - TENTH)]


def claimed(shop: Shop) -> None:
    everything_paid(shop)
    shop.reach(OrderStage.DELIVERED, delivered_at=now(), claims_until=now() + timedelta(days=14))
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        claims.dispute(session, order, "Seams fray", claims.Remedy.PART, [], actor=shop.creator)


def settle_claim(shop: Shop, refund_minor: int) -> None:
    with transaction() as session:
        claims.settle(session, lock(session, Order, shop.order_id), "Half of it.", refund_minor, actor=OPERATOR)


def test_a_settled_claim_gives_back_what_was_judged(shop: Shop):
    claimed(shop)
    settle_claim(shop, 12_345)
    shop.settle()
    [refund] = shop.refunds()
    assert (refund.reason, refund.amount_minor, refund.stage) == (RefundReason.CLAIM, 12_345, RefundStage.SUCCEEDED)
    assert shop.order().stage == OrderStage.CLOSED
    rest = DEPOSIT + BALANCE - 12_345
    fee = releasing.fee_of(rest, releasing.fee_permille(shop.order()))
    assert (-shop.balances()["factory_payable"], -shop.balances()["platform_fee"]) == (rest - fee, fee)
    assert shop.told("claim_settled") == 1


def test_a_dismissed_claim_gives_nothing_back(shop: Shop):
    claimed(shop)
    settle_claim(shop, 0)
    shop.settle()
    assert shop.refunds() == []
    assert shop.order().stage == OrderStage.CLOSED


def test_a_claim_is_settled_once_by_two_operators(shop: Shop, app: Flask):
    claimed(shop)
    answers = at_once(app, lambda: settle_claim(shop, 1_000), lambda: settle_claim(shop, 2_000))
    assert sorted(isinstance(answer, NotAllowed) for answer in answers) == [False, True]
    shop.settle()
    assert [refund.amount_minor for refund in shop.refunds()] in ([1_000], [2_000])


def test_a_part_that_the_card_refuses_is_owed_and_tried_again(shop: Shop):
    pay(shop.open(), REFUND_FAILS)
    shop.settle()
    shop.reach(OrderStage.SAMPLING)
    call_off(shop, TENTH)
    shop.settle()
    shop.standin.control(now_offset=10)
    shop.standin.state()
    shop.settle()
    [refund] = shop.refunds()
    assert refund.stage == RefundStage.FAILED
    assert shop.balances()["refund_payable"] == -(DEPOSIT - TENTH)
    assert -shop.balances()["factory_payable"] == TENTH, "what is owed to the card is nobody else's"
    assert [row.kind for row in shop.rows(Break)] == [BreakKind.REFUND_FAILED]
    with transaction() as session:
        refunds.retry(session, lock(session, Refund, refund.id), actor=Actor(Role.OPERATOR))
    shop.settle()
    assert shop.refunds()[0].stage == RefundStage.SUCCEEDED
    assert "refund_payable" not in shop.balances()


def test_the_books_know_what_has_gone_back(shop: Shop):
    everything_paid(shop)
    end(shop, BALANCE + 1_000)
    shop.settle()
    with at(now() + timedelta(hours=2)):
        audit.compare_books(shop.stripe)
    assert BreakKind.HELD_BALANCE not in {row.kind for row in shop.rows(Break)}


def test_tooling_plates_and_rounds_are_in_the_fee_and_the_deposit_is_its_end(shop: Shop):
    shop.deposit()
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        order.stage = OrderStage.SAMPLING
        amounts = {**order.terms["amounts"], "tooling_minor": 3_000, "plate_minor": 700, "sample_minor": 300}
        order.terms = {**order.terms, "amounts": amounts}
        split = fees.calling_off(session.connection(), order)
        assert split == (3_000 + 700 + 300 + TENTH, DEPOSIT - 4_000 - TENTH)
        order.terms = {**order.terms, "amounts": amounts | {"tooling_minor": 30_000}}
        assert fees.calling_off(session.connection(), order) == (DEPOSIT, 0)
        session.rollback()
