"""A drift, through the operators' pages: found, frozen, shown, corrected by two people, let go. `flask reconcile`."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.orders import operations as orders
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import reconcile, tasks
from portal.payments import words as words_of_payments
from portal.payments.books.models import Break, BreakKind, Correction, ReconcileKind, ReconcileRun
from portal.payments.models import HoldKind
from portal.payments.payouts.models import Release
from tests import deals, make
from tests.payments.comparing import compared, drift, take
from tests.payments.shop import DEPOSIT, Shop, pay
from tests.payments.test_pages import words

CHECKS = "/operator/money/checks"
ROOT = Path(__file__).resolve().parents[2]
assert tasks, "what the worker imports"


def person(role: Role = Role.OPERATOR, **fields: str) -> Person:
    with transaction() as session:
        return make.person(session, role, **fields)


@pytest.fixture
def olga(shop: Shop) -> Person:
    return person(name="Olga")


@pytest.fixture
def oscar(shop: Shop) -> Person:
    return person(name="Oscar")


def close(shop: Shop) -> None:
    """The claim window of the delivered order ends without a claim."""
    shop.reach(OrderStage.DELIVERED, delivered_at=now(), claims_until=now())
    with transaction() as session:
        orders.close(session, lock(session, Order, shop.order_id), actor=shop.creator)


def test_a_drift_is_found_frozen_shown_corrected_by_two_and_let_go(
    shop: Shop, client: FlaskClient, sign_in, olga: Person, oscar: Person
):
    shop.deposit()
    drift(shop, DEPOSIT - 12_000)
    compared(shop)

    close(shop)
    shop.work()
    assert shop.rows(Release) == [], "nothing of a frozen order is released"
    sign_in(olga)
    page = words(client.get(CHECKS))
    number = str(shop.order().number)
    assert "The amounts differ Ours $150.00 Stripe's $30.00 Difference -$120.00" in page
    assert number in page.partition("Orders whose money stands still")[2].partition("Correcting entries")[0]
    assert "The entry that mends it: Correcting entry: Stripe holds less, $120.00" in page
    assert "Stripe holds another sum than our books say" in page

    [broken] = [row for row in shop.rows(Break) if row.order_id]
    correct = f"/operator/money/breaks/{broken.id}/correct"
    assert client.post(correct, data={"reason": " "}).status_code == 422
    assert client.post(correct, data={"reason": "Stripe has confirmed it."}).location == CHECKS
    [made] = shop.rows(Correction)
    approve = f"/operator/money/corrections/{made.id}/approve"
    page = words(client.get(CHECKS))
    assert "Olga proposes: Correcting entry: Stripe holds less, $120.00 Stripe has confirmed it." in page
    assert "Approve and book" not in page
    assert client.post(approve).status_code == 409
    assert client.post(correct, data={"reason": "again"}).status_code == 409

    sign_in(oscar)
    assert "Approve and book" in words(client.get(CHECKS))
    assert client.post(approve).location == CHECKS
    assert client.post(approve).status_code == 409
    page = words(client.get(CHECKS))
    assert "Everything adds up" in page
    assert "Olga · Oscar $120.00" in page
    shop.work()
    [release] = shop.rows(Release)
    assert release.gross_minor == DEPOSIT, "what waited goes on"
    assert compared(shop) == {}


def test_one_operator_may_take_a_proposed_entry_back(shop: Shop, client: FlaskClient, sign_in, olga: Person):
    shop.deposit()
    drift(shop, DEPOSIT - 12_000)
    compared(shop)
    [broken] = [row for row in shop.rows(Break) if row.order_id]
    sign_in(olga)
    client.post(f"/operator/money/breaks/{broken.id}/correct", data={"reason": "Too early."})
    [made] = shop.rows(Correction)
    withdraw = f"/operator/money/corrections/{made.id}/withdraw"
    assert [client.post(withdraw).status_code for _try in range(2)] == [303, 409]
    assert "Propose the entry" in words(client.get(CHECKS))
    assert "unexplained" not in shop.balances()


def test_the_page_says_when_what_was_looked_at(shop: Shop, client: FlaskClient, sign_in, olga: Person):
    shop.deposit()
    sign_in(olga)
    assert words(client.get(CHECKS)).count("Not yet Overdue") == 3
    with at(now() + timedelta(minutes=10)):
        reconcile.what_has_not_ended(shop.stripe)
        reconcile.undelivered_messages(shop.stripe)
    compared(shop)
    page = words(client.get(CHECKS))
    assert "Not yet" not in page
    assert {row.kind for row in shop.rows(ReconcileRun)} == set(ReconcileKind)
    assert client.post(CHECKS).status_code == 303
    with transaction() as session:
        waiting = set(session.execute(text("select task_name from procrastinate_jobs where status = 'todo'")).scalars())
    assert {"payments.reconcile", "payments.undelivered", "payments.compare_books"} <= waiting


def test_the_pages_statements_do_not_grow_with_what_is_open(shop: Shop, client: FlaskClient, sign_in, olga: Person):
    sign_in(olga)

    def asked() -> int:
        with deals.statements() as sent:
            assert client.get(CHECKS).status_code == 200
        return len(sent)

    with transaction() as session:
        session.add(Break(subject="refund:re_0", theirs_minor=-5, currency="USD", order_id=shop.order_id))
    few = asked()
    with transaction() as session:
        session.add_all(Break(subject=f"refund:re_{n}", theirs_minor=-5, currency="USD") for n in range(1, 60))
    assert asked() == few
    page = client.get(CHECKS).text
    assert page.count("Propose the entry") + page.count("Book the entry") == 50
    assert "60" in page
    after = page.partition("after=")[2].partition('"')[0]
    assert client.get(f"{CHECKS}?after={after}").text.count("Book the entry") == 10


def test_flask_reconcile_says_what_differs_and_ends_with_one(app: Flask, alone: Shop):
    run = app.test_cli_runner()
    with at(now() + timedelta(hours=2)):
        clean = run.invoke(args=["reconcile"])
    assert (clean.exit_code, "Everything adds up." in clean.output) == (0, True), clean.output
    pay(alone.open())
    take(alone)
    alone.standin.control("/drift", amount=-700)
    with at(now() + timedelta(hours=2)):
        found = run.invoke(args=["reconcile", "--since", f"{now() - timedelta(days=9):%F}"])
    assert found.exit_code == 1
    assert "missing_posting adjustment:txn_" in found.output
    assert "ours –, Stripe's -$7.00" in found.output
    assert "2 open." in found.output


def test_the_command_looks_at_all_that_the_worker_does():
    """In a process of its own: here everything has been imported."""
    asked = "from portal.payments import cli, reconcile; cli.load(); print(*reconcile.NOT_ENDED)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert set(said.split()) == set(reconcile.NOT_ENDED) == set(words_of_payments.COUNTS) - {"differences"}


def test_every_break_and_standstill_has_its_words():
    assert set(words_of_payments.BREAKS) == set(words_of_payments.BREAK_HELPS) == set(BreakKind)
    assert set(words_of_payments.HOLDS) == set(HoldKind)
