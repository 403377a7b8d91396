"""Correcting entries: which fits, who may book it, never twice."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.core.actor import Actor, Role
from portal.core.db import transaction
from portal.core.errors import Gone, Invalid, NotAllowed, PortalError
from portal.core.money import CURRENCIES
from portal.payments.accounts import Movement
from portal.payments.books import correcting
from portal.payments.books.lifecycle import CorrectionStage
from portal.payments.books.models import Break, BreakKind, Correction
from portal.payments.models import LedgerTransaction, OrderHold
from tests import make
from tests.conftest import owner
from tests.payments.comparing import compared, drift, take
from tests.payments.shop import DEPOSIT, FEE, Shop, pay
from tests.payments.test_balance import at_once


@pytest.fixture
def olga(shop: Shop) -> Actor:
    return operator()


@pytest.fixture
def oscar(shop: Shop) -> Actor:
    return operator()


def operator() -> Actor:
    with transaction() as session:
        return make.actor(make.person(session, Role.OPERATOR))


def propose(broken: Break, actor: Actor, reason: str = "Stripe's support has confirmed it.") -> Correction:
    with transaction() as session:
        return correcting.propose(session, broken.id, actor=actor, reason=reason)


def approve(correction: Correction, actor: Actor) -> None:
    with transaction() as session:
        correcting.approve(session, correction.id, actor=actor)


def drifted(shop: Shop, amount: int) -> Break:
    pay(shop.open())
    take(shop)
    drift(shop, amount)
    [broken] = compared(shop)[BreakKind.DIFFERENT_AMOUNT]
    return broken


def test_a_small_difference_is_booked_by_one(alone: Shop, olga: Actor):
    made = propose(drifted(alone, DEPOSIT - 10_000), olga)
    assert (made.stage, made.movement, made.amount_minor) == (CorrectionStage.POSTED, Movement.CORRECTED_DOWN, 10_000)
    assert alone.balances()["unexplained"] == 10_000
    assert all(row.resolved_at for row in alone.rows(Break))
    assert all(row.lifted_at for row in alone.rows(OrderHold))
    assert compared(alone) == {}, "the next comparison counts the entry"


def test_a_large_one_takes_two(alone: Shop, olga: Actor, oscar: Actor):
    made = propose(drifted(alone, DEPOSIT - 10_001), olga)
    assert made.stage == CorrectionStage.PROPOSED
    assert "unexplained" not in alone.balances()
    with pytest.raises(NotAllowed):
        approve(made, olga)
    approve(made, oscar)
    with pytest.raises(PortalError):
        approve(made, oscar)
    [kept] = alone.rows(Correction)
    assert (kept.proposed_by, kept.approved_by) == (olga.person_id, oscar.person_id)
    assert alone.balances()["unexplained"] == 10_001
    assert compared(alone) == {}


def test_a_missing_movement_is_booked_as_what_it_is(alone: Shop, olga: Actor):
    pay(alone.open())
    [checkout] = alone.checkouts()
    take(alone)
    payment_id = alone.leg().payment_id
    alone.standin.v1.refunds.create({"payment_intent": payment_id, "amount": 500})
    [broken] = compared(alone)[BreakKind.MISSING_POSTING]
    assert (broken.theirs_minor, broken.order_id) == (-500, alone.order_id)
    made = propose(broken, olga)
    assert made.movement == Movement.REFUND_SETTLED
    assert {row.source for row in alone.rows(LedgerTransaction)} >= {broken.subject}
    assert compared(alone) == {}
    assert checkout.id


def test_what_only_we_have_is_taken_back_by_an_entry(alone: Shop, olga: Actor):
    pay(alone.open())
    take(alone)
    alone.standin.control("/empty")
    broken = compared(alone)[BreakKind.MISSING_AT_STRIPE]
    fee = next(row for row in broken if row.ours_minor == -FEE)
    made = propose(fee, olga)
    assert (made.movement, made.amount_minor) == (Movement.CORRECTED_UP, FEE)
    assert [row.subject for row in compared(alone)[BreakKind.MISSING_AT_STRIPE]] == [
        row.subject for row in broken if row.id != fee.id
    ]


def test_what_single_movements_explain_is_not_corrected_again(alone: Shop, olga: Actor):
    drifted(alone, DEPOSIT - 100)
    [clearing] = [row for row in alone.rows(Break) if row.kind == BreakKind.CLEARING_BALANCE]
    with pytest.raises(Gone):
        propose(clearing, olga)


def test_the_rest_of_what_stripe_holds_is_corrected(alone: Shop, olga: Actor):
    drifted(alone, DEPOSIT - 100)
    with transaction() as session:  # a difference from a time before there were books
        session.execute(
            text("update reconcile_break set theirs_minor = theirs_minor + 30 where kind = 'clearing_balance'")
        )
    [clearing] = [row for row in alone.rows(Break) if row.kind == BreakKind.CLEARING_BALANCE]
    made = propose(clearing, olga)
    assert (made.movement, made.amount_minor) == (Movement.CORRECTED_UP, 30)


def test_a_reason_is_needed_and_some_breaks_have_no_entry(alone: Shop, olga: Actor):
    broken = drifted(alone, DEPOSIT - 100)
    for reason in ("", "x" * 501):
        with pytest.raises(Invalid):
            propose(broken, olga, reason)
    with transaction() as session:
        session.add(failed := Break(kind=BreakKind.REFUND_FAILED, subject="re_1", ours_minor=5, currency="USD"))
    with pytest.raises(Gone):
        propose(failed, olga)
    assert alone.rows(Correction) == []


def test_one_that_has_changed_meanwhile_is_not_approved(alone: Shop, olga: Actor, oscar: Actor):
    made = propose(drifted(alone, DEPOSIT - 12_000), olga)
    drift(alone, DEPOSIT - 13_000)
    compared(alone)
    with pytest.raises(Gone):
        approve(made, oscar)
    with transaction() as session:
        correcting.withdraw(session, made.id, actor=olga)
    [broken] = compared(alone)[BreakKind.DIFFERENT_AMOUNT]
    again = propose(broken, oscar)
    assert again.amount_minor == 13_000
    approve(again, olga)
    assert compared(alone) == {}


def test_many_at_once_book_it_once(app: Flask, alone: Shop, olga: Actor, oscar: Actor):
    broken = drifted(alone, DEPOSIT - 5_000)

    made = at_once(app, *(lambda actor=actor: propose(broken, actor) for actor in (olga, oscar) * 4))
    assert len([one for one in made if isinstance(one, Correction)]) == 1
    assert alone.balances()["unexplained"] == 5_000


def test_many_approve_at_once_and_it_is_booked_once(app: Flask, alone: Shop, olga: Actor, oscar: Actor):
    made = propose(drifted(alone, DEPOSIT - 12_000), olga)

    done = at_once(app, *(lambda: approve(made, oscar) for _try in range(6)))
    assert done.count(None) == 1
    assert alone.balances()["unexplained"] == 12_000


@pytest.mark.parametrize("change", ["amount_minor = 1", "reason = 'another'", "approved_by = proposed_by"])
def test_a_booked_entry_is_never_altered(alone: Shop, olga: Actor, settings, change: str):
    propose(drifted(alone, DEPOSIT - 100), olga)
    with owner(settings.migration_url).connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"update correction set {change}"))


def test_every_currency_has_a_threshold():
    assert set(correcting.SECOND_PERSON_ABOVE) == set(CURRENCIES)
