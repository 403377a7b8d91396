"""The ledger refuses what would make it wrong."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from portal.core.db import new_id
from portal.payments import ledger
from portal.payments.accounts import ACCOUNT_NAMES, MOVEMENTS, Account, Movement
from portal.payments.models import LedgerTransaction, Posting


def book(session: Session, source: str = "payment:pi_1", amount: int = 100, movement: Movement = Movement.LEG_PAID):
    return ledger.post(session, movement, source=source, amount_minor=amount, currency="USD", order_id=None)


def check(session: Session) -> None:
    """What a commit would check."""
    session.flush()
    session.execute(text("set constraints all immediate"))
    session.execute(text("set constraints all deferred"))


def test_a_movement_has_two_sides(session: Session):
    assert book(session)
    check(session)
    rows = [(row.account, row.amount_minor) for row in session.exec(select(Posting).order_by(Posting.id))]
    assert rows == [(Account.STRIPE_CLEARING, 100), (Account.ORDER_HELD, -100)]


def test_one_cause_is_booked_once(session: Session):
    assert [book(session), book(session), book(session, movement=Movement.UNEXPECTED_PAYMENT)] == [True, False, False]
    assert ledger.balance(session.connection(), Account.ORDER_HELD) == {"USD": -100}


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_moves_backwards(session: Session, amount: int):
    with pytest.raises(ValueError, match="leg_paid"):
        book(session, amount=amount)


@pytest.mark.parametrize("postings", [[], [("fees", 5, "USD")], [("fees", 5, "USD"), ("suspense", -5, "CNY")]])
def test_what_does_not_sum_to_zero_is_not_committed(session: Session, postings: list):
    made = LedgerTransaction(id=new_id(), source="by hand")
    session.add(made)
    session.flush()
    for account, amount, currency in postings:
        session.add(Posting(transaction_id=made.id, account=Account(account), amount_minor=amount, currency=currency))
    with pytest.raises(IntegrityError, match=r"no postings|sum to zero"):
        check(session)


@pytest.mark.parametrize("table", ["posting", "ledger_transaction"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set created_at = now()"])
def test_history_is_not_rewritten_even_by_the_owner(app: Flask, table: str, change: str):
    engine = create_engine(app.extensions["settings"].migration_url)
    with engine.connect() as connection, Session(connection) as session:
        book(session)
        check(session)
        with pytest.raises(IntegrityError, match="append-only"):
            session.execute(text(change.format(table)))
        session.rollback()
    engine.dispose()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(Movement), st.integers(1, 10**12), st.sampled_from(["USD", "JPY"]))))
def test_whatever_is_booked_the_books_sum_to_zero(session: Session, movements: list):
    for movement, amount, currency in movements:
        source = str(new_id())
        ledger.post(session, movement, source=source, amount_minor=amount, currency=currency, order_id=None)
    check(session)
    sums: dict[str, int] = {}
    for row in ledger.balances(session.connection()):
        sums[row.currency] = sums.get(row.currency, 0) + int(row.amount_minor)
    assert set(sums.values()) <= {0}


def test_every_movement_and_account_has_its_words():
    assert set(MOVEMENTS) == set(Movement)
    assert set(ACCOUNT_NAMES) == set(Account)
    assert all(sides.debit != sides.credit for sides in MOVEMENTS.values())
