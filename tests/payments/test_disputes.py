"""Card disputes: followed in whatever order they are told; the order stands still meanwhile; the books are right."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from flask import Flask

from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.errors import Gone, NotAllowed
from portal.core.lifecycle import record
from portal.core.tasks import tick
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.orders.parcels import operations as shipping
from portal.payments import holds, ledger, refunds, returns
from portal.payments.accounts import Movement
from portal.payments.books.models import Break, BreakKind
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Liable
from portal.payments.lifecycle import RefundStage
from portal.payments.models import HoldKind, LegKind, Refund
from portal.payments.payouts.models import Release, ReleaseKind, ReleasePart
from tests.payments.disputed import BACK, DISPUTE_FEE, TAKEN, dispute, lost, opened, said, settle, take, won
from tests.payments.shop import BALANCE, DEPOSIT, FEE, PAID, REFUND_FAILS, Shop, pay
from tests.payments.test_balance import OPERATOR, at_once
from tests.payments.test_returns import call_off, everything_paid
from tests.withstand.histories.awarding import Wish, award

#: the books while the bank has a paid deposit
TAKEN_BOOKS = {
    "stripe_clearing": -FEE - DISPUTE_FEE,
    "order_held": -DEPOSIT,
    "dispute_receivable": DEPOSIT,
    "fees": FEE + DISPUTE_FEE,
}

LOAD = shipping.Load(100, 1, 9_000, 10_000, "sea", "", date(2026, 1, 1))


def free(shop: Shop) -> bool:
    with transaction() as session:
        return not holds.holding(session, shop.order_id)


def close(shop: Shop) -> None:
    shop.reach(OrderStage.DELIVERED, delivered_at=now(), claims_until=now())
    shop.take("close", shop.creator)


def test_an_opened_dispute_is_booked_holds_the_money_and_is_told(shop: Shop):
    shop.deposit()
    opened(shop)
    found = dispute(shop)
    assert (found.stage, found.taken_minor, found.reason) == (DisputeStage.OPENED, DEPOSIT, "product_not_received")
    assert found.evidence_due_at > now()
    assert shop.balances() == TAKEN_BOOKS
    assert not free(shop)
    assert shop.told("dispute_opened") == 1


#: Every order in which four reports may come, thinned out.
WAYS = list(permutations(range(4)))[::4]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ["won", "lost"])
def test_in_whatever_order_it_is_told_the_end_is_the_same(shop: Shop, end: str, way: tuple[int, ...]):
    """Each report said twice; those that come too late change nothing."""
    shop.deposit()
    reports = [
        said(shop),
        said(shop, "needs_response", TAKEN),
        said(shop, "under_review", TAKEN),
        said(shop, end, TAKEN, *([BACK] if end == "won" else [])),
    ]
    for number in way:
        take(reports[number])
        take(reports[number])
    assert dispute(shop).stage == DisputeStage(end)
    lost_books = {"stripe_clearing": -FEE - DISPUTE_FEE, "fees": FEE + DISPUTE_FEE}
    assert shop.balances() == (PAID if end == "won" else lost_books)
    assert free(shop) == (end == "won")
    assert [shop.told("dispute_opened"), shop.told(f"dispute_{end}")] == [1, 1]


def test_a_won_dispute_leaves_nothing_and_the_order_goes_on(shop: Shop):
    shop.deposit()
    opened(shop)
    won(shop)
    assert dispute(shop).stage == DisputeStage.WON
    assert shop.balances() == PAID
    assert free(shop)


def test_a_question_takes_no_money_and_may_grow(shop: Shop):
    shop.deposit()
    take(said(shop, "warning_needs_response"))
    assert (dispute(shop).inquiry, shop.balances(), free(shop)) == (True, PAID, False)
    take(said(shop, "warning_closed"))
    assert (dispute(shop).stage, free(shop)) == (DisputeStage.DROPPED, True)
    take(said(shop, "needs_response", TAKEN))
    assert (dispute(shop).stage, free(shop)) == (DisputeStage.OPENED, False)
    take(said(shop, "warning_closed"))
    assert dispute(shop).stage == DisputeStage.OPENED, "what is behind changes nothing"
    assert [shop.told(name) for name in ("dispute_opened", "dispute_dropped", "dispute_escalated")] == [1, 1, 1]


def test_a_dispute_of_a_payment_that_we_do_not_know_is_a_break(shop: Shop):
    shop.deposit()
    stranger = said(shop, payment_id="pi_of_nobody")
    assert [take(stranger), take(stranger)] == ["unknown", "unknown"]
    assert [(row.kind, row.subject) for row in shop.rows(Break)] == [(BreakKind.DISPUTE_OPEN, "du_1")]
    assert free(shop)


def test_nothing_is_shipped_released_or_refunded_meanwhile(shop: Shop):
    everything_paid(shop)
    opened(shop)
    with pytest.raises(Gone, match="Do not ship"), transaction() as session:
        shipping.ship(session, lock(session, Order, shop.order_id), LOAD, last=True, actor=shop.factory)
    close(shop)
    shop.settle()
    assert (shop.rows(Release), shop.refunds()) == ([], [])
    won(shop)
    shop.settle()
    [release] = shop.rows(Release)
    assert release.gross_minor == DEPOSIT + BALANCE, "what waited is released when the bank has decided"


def test_a_refund_that_waits_is_made_when_the_bank_has_decided(shop: Shop):
    shop.deposit()
    shop.reach(OrderStage.SAMPLING)
    opened(shop)
    call_off(shop, 5_000)
    shop.settle()
    assert shop.refunds() == []
    won(shop)
    shop.settle()
    assert [(refund.amount_minor, refund.stage) for refund in shop.refunds()] == [
        (DEPOSIT - 5_000, RefundStage.SUCCEEDED)
    ]
    assert -shop.balances()["factory_payable"] == 5_000


def test_an_advance_that_waits_is_released_when_the_bank_has_decided(shop: Shop):
    wish = Wish(shop.creator, shop.factory, "USD", 500, {"deposit_percent": 30, "advance_percent": 50})
    with transaction() as session:
        shop.order_id = award(session, [wish])[0].id
    shop.deposit()
    opened(shop)
    shop.reach(OrderStage.SAMPLE_REVIEW)
    shop.take("approve_sample", shop.creator)
    shop.settle()
    assert shop.rows(Release) == []
    won(shop)
    shop.settle()
    with transaction() as session:
        returns.go_on(session, lock(session, Order, shop.order_id))
    shop.settle()
    assert [(row.kind, row.gross_minor) for row in shop.rows(Release)] == [(ReleaseKind.ADVANCE, DEPOSIT // 2)]


def test_of_a_deposit_that_was_lost_nothing_is_advanced_not_later_either(shop: Shop):
    wish = Wish(shop.creator, shop.factory, "USD", 500, {"deposit_percent": 30, "advance_percent": 50})
    with transaction() as session:
        shop.order_id = award(session, [wish])[0].id
    shop.deposit()
    lost(shop)
    settle(shop, Liable.PORTAL)
    shop.reach(OrderStage.SAMPLE_REVIEW)
    shop.take("approve_sample", shop.creator)
    shop.settle()
    shop.reach(OrderStage.INSPECTION)
    shop.take("pass_inspection", shop.factory)
    pay(shop.open(LegKind.BALANCE))
    shop.settle()
    with transaction() as session:
        returns.go_on(session, lock(session, Order, shop.order_id))
    assert (shop.rows(Release), -shop.balances()["order_held"]) == ([], BALANCE)


def test_a_lost_dispute_takes_what_is_held_and_nobody_is_asked_when_the_order_has_ended(shop: Shop):
    shop.deposit()
    opened(shop)
    with transaction() as session:
        ending.give_up(session, lock(session, Order, shop.order_id), "The mould broke", actor=shop.factory)
    shop.settle()
    lost(shop)
    shop.settle()
    found = dispute(shop)
    assert (found.lost_held_minor, found.uncovered_minor, found.settled_at is not None) == (DEPOSIT, 0, True)
    assert shop.leg().lost_minor == DEPOSIT
    assert shop.refunds() == [], "the bank has given it back already"
    assert shop.balances() == {"stripe_clearing": -FEE - DISPUTE_FEE, "fees": FEE + DISPUTE_FEE}
    assert free(shop)


def test_while_the_order_runs_an_operator_says_how_it_goes_on(shop: Shop):
    everything_paid(shop)
    opened(shop)
    lost(shop)
    assert not free(shop)
    with pytest.raises(Gone, match="the portal has said"), transaction() as session:
        shipping.ship(session, lock(session, Order, shop.order_id), LOAD, last=True, actor=shop.factory)
    settle(shop, Liable.PORTAL)
    assert (dispute(shop).liable, free(shop)) == (None, True)
    assert [leg.lost_minor for leg in shop.legs()] == [DEPOSIT, 0]


@pytest.mark.parametrize("liable", list(Liable))
def test_of_released_money_the_factory_or_the_portal_answers(shop: Shop, liable: Liable):
    everything_paid(shop)
    close(shop)
    shop.settle()
    parts = {part.payment_id: part for part in shop.rows(ReleasePart)}
    before = shop.balances()
    lost(shop)
    assert dispute(shop).uncovered_minor == DEPOSIT
    settle(shop, liable)
    found, part = dispute(shop), next(p for p in shop.rows(ReleasePart) if p.payment_id == dispute(shop).payment_id)
    fee = parts[part.payment_id].fee_minor
    assert (found.lost_released_minor, part.lost_minor, part.lost_fee_minor) == (DEPOSIT, DEPOSIT, fee)
    after = shop.balances()
    assert "dispute_receivable" not in after
    if liable == Liable.FACTORY:
        assert after["factory_receivable"] == DEPOSIT - fee
        assert after["platform_fee"] - before["platform_fee"] == fee, "the portal gives its fee of it back"
    else:
        assert after["dispute_loss"] == DEPOSIT
        assert "factory_receivable" not in after
    assert free(shop)


def test_what_is_still_held_goes_first_also_of_another_payment(shop: Shop):
    """The deposit was released in part; what the bank takes of it comes out of all that is held."""
    everything_paid(shop)
    _release_part(shop, next(leg.payment_id for leg in shop.legs() if leg.kind == LegKind.DEPOSIT), 6_000)
    lost(shop)
    assert [leg.lost_minor for leg in shop.legs()] == [DEPOSIT - 6_000, 6_000]
    assert dispute(shop).uncovered_minor == 0


def _release_part(shop: Shop, payment_id: str, minor: int) -> None:
    """What an approved golden sample releases, where the quote says so."""
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        event = record(session, order, "sample_approved", actor=shop.creator)
        where = {"order_id": order.id, "factory_id": order.factory_id, "gross_minor": minor, "fee_minor": 0}
        release = Release(event_id=event.id, kind=ReleaseKind.ADVANCE, currency="USD", **where)
        session.add(release)
        session.flush()
        session.add(ReleasePart(release_id=release.id, payment_id=payment_id, currency="USD", **where))
        source = ledger.release_source(release.id)
        ledger.post(
            session, Movement.RELEASED, source=source, amount_minor=minor, currency="USD", order_id=order.id
        )  # fmt: skip


def test_two_operators_settle_it_once(shop: Shop, app: Flask):
    everything_paid(shop)
    close(shop)
    shop.settle()
    lost(shop)
    answers = at_once(app, lambda: settle(shop, Liable.FACTORY), lambda: settle(shop, Liable.PORTAL))
    assert sorted(isinstance(answer, Gone) for answer in answers) == [False, True]
    factory_paid = answers[0] is None
    assert dispute(shop).liable == (Liable.FACTORY if factory_paid else Liable.PORTAL)
    assert ("dispute_loss" in shop.balances()) != factory_paid
    assert "dispute_receivable" not in shop.balances()


def test_an_open_dispute_can_not_be_settled(shop: Shop):
    shop.deposit()
    opened(shop)
    with pytest.raises(NotAllowed):
        settle(shop, Liable.PORTAL)
    assert dispute(shop).settled_at is None


@pytest.mark.parametrize("turn", range(4))
def test_of_a_release_and_a_dispute_at_the_same_instant_one_wins(shop: Shop, app: Flask, turn: int):
    everything_paid(shop)
    close(shop)
    answers = at_once(app, shop.work, lambda: opened(shop))
    assert answers == [None, None]
    held = shop.balances().get("order_held", 0)
    released = bool(shop.rows(Release))
    assert -held == (0 if released else DEPOSIT + BALANCE)
    lost(shop)
    found = dispute(shop)
    assert (found.lost_held_minor, found.uncovered_minor) == ((0, DEPOSIT) if released else (DEPOSIT, 0))
    if released:
        settle(shop, Liable.FACTORY)
    shop.settle()
    balances = shop.balances()
    assert "order_held" not in balances
    assert "dispute_receivable" not in balances
    owed = -balances["factory_payable"] - balances.get("factory_receivable", 0)
    assert owed - balances["platform_fee"] == BALANCE, "whoever came first, the factory has the balance, less the fee"


def test_a_refund_that_the_dispute_made_impossible_is_overtaken_by_it(shop: Shop):
    pay(shop.open(), REFUND_FAILS)
    shop.settle()
    shop.reach(OrderStage.SAMPLING)
    call_off(shop, 5_000)
    shop.settle()
    shop.standin.control(now_offset=10)
    shop.standin.state()
    shop.settle()
    [refund] = shop.refunds()
    assert refund.stage == RefundStage.FAILED
    opened(shop)
    with pytest.raises(Gone, match="stands still"), transaction() as session:
        refunds.retry(session, lock(session, Refund, refund.id), actor=OPERATOR)
    lost(shop)
    [refund] = shop.refunds()
    assert refund.stage == RefundStage.SUCCEEDED
    assert "refund_payable" not in shop.balances()
    assert dispute(shop).uncovered_minor == 5_000, "what the factory kept is for an operator to decide"


def test_the_clock_tells_operators_of_evidence_and_of_what_is_not_settled(shop: Shop, app: Flask):
    everything_paid(shop)
    opened(shop)
    with at(now() + timedelta(days=4, minutes=1)):
        tick.func(timestamp=0)
    with at(now() + timedelta(days=7, minutes=1)):
        tick.func(timestamp=0)
    lost(shop)
    with at(now() + timedelta(days=13)):
        tick.func(timestamp=0)
    names = ("dispute_due_soon", "dispute_unanswered", "dispute_unsettled")
    assert [shop.told(name) for name in names] == [1, 1, 1]


def test_a_lost_dispute_and_its_money_may_come_in_two_messages(shop: Shop):
    shop.deposit()
    take(said(shop, "lost"))
    assert dispute(shop).lost_held_minor == 0
    lost(shop)
    lost(shop)
    assert (dispute(shop).lost_held_minor, shop.leg().lost_minor) == (DEPOSIT, DEPOSIT)


def test_a_held_order_is_held_for_its_dispute_alone(shop: Shop):
    shop.deposit()
    opened(shop)
    with transaction() as session:
        holds.put(session, shop.order_id, HoldKind.BREAK, "another")
    won(shop)
    assert not free(shop), "the other reason still stands"
