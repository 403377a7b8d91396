"""Stripe's books against ours, on a stand-in of their own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.core.clock import at, now
from portal.core.db import transaction
from portal.payments import audit, calls, gateway, ledger, reconcile
from portal.payments.accounts import Movement
from portal.payments.models import Break, BreakKind, ReconcileRun
from sandbox import peers
from tests.payments.shop import DEPOSIT, FEE, Shop, StandIn, pay


@pytest.fixture
def alone(shop: Shop, app: Flask, tmp_path: Path) -> Iterator[Shop]:
    """The shop, with a Stripe that has seen nobody else, and tells nobody."""
    with peers.stripe(tmp_path) as peer:
        settings = app.extensions["settings"].model_copy(update=peer.settings)
        key = peer.settings["STRIPE_SECRET_KEY"]
        yield Shop(
            shop.order_id, shop.creator, shop.factory, StandIn(peer.url, key), gateway.connect(settings), _no_work
        )


def _no_work() -> None:
    """Nothing is on the queue: there are no messages."""


def compared(shop: Shop, later: timedelta = timedelta(hours=2)) -> dict[BreakKind, list[Break]]:
    """The open breaks after a comparison, by kind."""
    with at(now() + later):
        audit.compare_books(shop.stripe)
    found: dict[BreakKind, list[Break]] = {}
    for row in shop.rows(Break):
        if row.resolved_at is None:
            found.setdefault(row.kind, []).append(row)
    return found


def take(shop: Shop) -> None:
    for checkout in shop.checkouts():
        calls.check(shop.stripe, checkout.id)


def carry_out_all(shop: Shop) -> None:
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)


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
    assert amounts == [(None, FEE), (None, DEPOSIT)]
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
