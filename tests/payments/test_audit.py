"""Stripe's books against ours, on a stand-in that tells nobody."""

from datetime import timedelta

from portal.core.clock import at, days, now
from portal.core.db import transaction
from portal.payments import audit, ledger
from portal.payments.accounts import Movement
from portal.payments.books.models import Break, BreakKind, ReconcileRun, StripeLine
from portal.payments.models import HoldKind, LedgerTransaction, OrderHold
from tests.payments.comparing import carry_out_all, compared, drift, take
from tests.payments.shop import DEPOSIT, FEE, Shop, pay


def test_paid_and_returned_money_adds_up(alone: Shop):
    address = alone.open()
    alone.end()
    pay(address)
    take(alone)
    carry_out_all(alone)
    assert alone.balances() == {"stripe_clearing": -FEE, "fees": FEE}
    assert compared(alone) == {}
    assert alone.rows(ReconcileRun)[-1].looked_at == 2


def test_what_we_have_not_heard_of_is_a_break_until_we_have(alone: Shop):
    pay(alone.open())
    found = compared(alone)
    assert set(found) == {BreakKind.MISSING_POSTING, BreakKind.CLEARING_BALANCE}
    amounts = sorted((row.ours_minor, row.theirs_minor) for row in found[BreakKind.MISSING_POSTING])
    assert amounts == [(None, -FEE), (None, DEPOSIT)]
    [clearing] = found[BreakKind.CLEARING_BALANCE]
    assert (clearing.subject, clearing.ours_minor, clearing.theirs_minor) == ("USD", 0, DEPOSIT - FEE)
    assert compared(alone).keys() == found.keys()
    assert len(alone.rows(Break)) == 3, "the same difference is stored once"
    take(alone)
    assert compared(alone) == {}


def test_what_only_we_have_is_a_break(alone: Shop):
    with transaction() as session:
        ledger.post(session, Movement.LEG_PAID, source="payment:pi_none", amount_minor=7, currency="USD", order_id=None)
    found = compared(alone)
    assert set(found) == {BreakKind.MISSING_AT_STRIPE, BreakKind.CLEARING_BALANCE, BreakKind.HELD_BALANCE}
    assert found[BreakKind.MISSING_AT_STRIPE][0].subject == "payment:pi_none"


def test_another_amount_is_a_break(alone: Shop):
    pay(alone.open())
    [checkout] = alone.checkouts()
    payment_id = alone.standin.v1.checkout.sessions.retrieve(checkout.stripe_id).payment_intent
    source = ledger.payment_source(payment_id)
    with transaction() as session:
        ledger.post(session, Movement.LEG_PAID, source=source, amount_minor=1, currency="USD", order_id=None)
    [different] = compared(alone)[BreakKind.DIFFERENT_AMOUNT]
    assert (different.subject, different.ours_minor, different.theirs_minor) == (source, 1, DEPOSIT)


def test_a_refund_that_rests_for_a_day_is_a_break(alone: Shop):
    address = alone.open()
    alone.end()
    pay(address)
    take(alone)
    assert BreakKind.OLD_SUSPENSE not in compared(alone)
    [waiting] = compared(alone, timedelta(hours=25))[BreakKind.OLD_SUSPENSE]
    assert waiting.subject == str(alone.refunds()[0].id)


def test_what_has_just_happened_is_not_compared_yet(alone: Shop):
    pay(alone.open())
    assert BreakKind.MISSING_POSTING not in compared(alone, timedelta())


def test_a_charge_of_another_amount_freezes_its_order_and_no_other_until_it_agrees(alone: Shop):
    pay(alone.open())
    take(alone)
    assert compared(alone) == {}
    charge = drift(alone, 14_000)
    found = compared(alone)
    [different] = found[BreakKind.DIFFERENT_AMOUNT]
    assert (different.ours_minor, different.theirs_minor, different.order_id) == (DEPOSIT, 14_000, alone.order_id)
    assert found[BreakKind.CLEARING_BALANCE][0].order_id is None
    [hold] = alone.rows(OrderHold)
    assert (hold.order_id, hold.kind, hold.subject) == (alone.order_id, HoldKind.BREAK, str(different.id))
    assert compared(alone).keys() == found.keys()
    drift(alone, DEPOSIT, charge)
    assert compared(alone) == {}
    assert alone.rows(OrderHold)[0].lifted_at is not None


def test_money_out_of_nothing_is_found_though_no_order_knows_it(alone: Shop):
    alone.standin.control("/drift", amount=-700, currency="eur")
    found = compared(alone)
    [missing] = found[BreakKind.MISSING_POSTING]
    assert (missing.theirs_minor, missing.currency, missing.order_id) == (-700, "EUR", None)
    assert missing.subject.startswith("adjustment:txn_")
    assert found[BreakKind.CLEARING_BALANCE][0].subject == "EUR"
    assert alone.rows(OrderHold) == []


def test_a_break_outlives_the_window_in_which_it_was_found(alone: Shop):
    pay(alone.open())
    found = compared(alone)
    assert compared(alone, days(12)).keys() == found.keys()
    take(alone)
    assert compared(alone, days(12)) == {}


def test_an_interrupted_comparison_goes_on_where_it_ended(alone: Shop):
    with transaction() as session:
        ledger.post(session, Movement.LEG_PAID, source="payment:pi_1", amount_minor=7, currency="USD", order_id=None)
    compared(alone, days(30))
    runs = alone.rows(ReconcileRun)
    assert runs[-1].reached_at > now() + days(29)
    compared(alone, days(31))
    [*_, last] = alone.rows(ReconcileRun)
    with at(now() + days(31)), transaction() as session:
        assert audit._start(session, now()) == now() - audit.WINDOW
    assert BreakKind.MISSING_AT_STRIPE in compared(alone, days(31)), "what was found before stays open"
    assert last.counts["differences"] < runs[-1].counts["differences"], "only the last days were compared again"


def test_payouts_and_fees_of_stripe_are_booked_from_its_books(alone: Shop):
    pay(alone.open())
    take(alone)
    ready = alone.standin.state()["now"]
    alone.standin.control(now_offset=3 * 86_400)
    assert ready
    payout = alone.standin.v1.payouts.create({"amount": 5_000, "currency": "usd"})
    assert compared(alone, days(4)) == {}
    assert alone.balances()["bank"] == 5_000
    alone.standin.control(f"/payouts/{payout.id}/fail")
    assert compared(alone, days(4)) == {}
    assert "bank" not in alone.balances()
    sources = {row.source for row in alone.rows(LedgerTransaction)}
    assert {f"payout:{payout.id}", f"payout-returned:{payout.id}"} <= sources


def test_a_copy_made_again_changes_nothing(alone: Shop):
    pay(alone.open())
    take(alone)
    compared(alone)
    before = [(row.id, row.amount_minor) for row in alone.rows(StripeLine)]
    assert [minor for _id, minor in before] == [DEPOSIT, -FEE]
    compared(alone, timedelta(hours=5))
    assert [(row.id, row.amount_minor) for row in alone.rows(StripeLine)] == before
    assert alone.rows(Break) == []
