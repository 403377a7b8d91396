"""Drill-down from accounts to postings: filters, pages, one entry, CSV; fast by index however many there are."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from portal.core.actor import Role
from portal.core.clock import at, now
from portal.core.db import db, reader, transaction
from portal.payments import ledger
from portal.payments.accounts import Account, Movement
from portal.payments.books import queries
from portal.payments.books.queries import Chosen, Key
from portal.payments.models import LedgerTransaction
from tests import make
from tests.conftest import empty_all, owner
from tests.deals import statements
from tests.payments.shop import DEPOSIT, FEE, Shop
from tests.payments.test_pages import words

POSTINGS = "/operator/money/postings"
MANY = 100_000  # transactions, of two postings each


@pytest.fixture
def operator(clean: None, sign_in) -> FlaskClient:
    with transaction() as session:
        who = make.person(session, Role.OPERATOR)
    return sign_in(who)


def book(count: int, movement: Movement = Movement.STRIPE_FEE, name: str = "fee", currency: str = "USD") -> None:
    with transaction() as session:
        for number in range(count):
            source = f"{name}:{number}"
            ledger.post(session, movement, source=source, amount_minor=100 + number, currency=currency, order_id=None)


def lines(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_every_filter_leaves_what_fits(shop: Shop, sign_in):
    shop.deposit()
    with transaction() as session:
        who = make.person(session, Role.OPERATOR)
    operator = sign_in(who)
    number = shop.order().number
    with at(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)):
        book(1, Movement.STRIPE_PAYOUT, "payout", "JPY")
    chosen = {
        "account=fees": [("fees", FEE)],
        "account=order_held": [("order_held", -DEPOSIT)],
        f"order={number}&movement=leg_paid": [("order_held", -DEPOSIT), ("stripe_clearing", DEPOSIT)],
        "account=stripe_clearing&currency=JPY": [("stripe_clearing", -100)],
        "movement=stripe_payout&account=bank": [("bank", 100)],
        "movement=stripe_payout&account=fees": [],
        "since=2026-03-01&until=2026-03-01": [("bank", 100), ("stripe_clearing", -100)],
        "since=2026-03-02&until=2026-03-02": [],
        "order=1": [],
    }
    for arguments, expected in chosen.items():
        rows = lines(operator.get(f"{POSTINGS}.csv?{arguments}"))
        found = sorted((row["account"], _minor(row)) for row in rows)
        assert found == sorted(expected), arguments
        page = operator.get(f"{POSTINGS}?{arguments}").text
        assert page.count("/operator/money/transactions/") == len(expected), arguments


def _minor(row: dict[str, str]) -> int:
    scale = 1 if row["currency"] == "JPY" else 100
    return round(float(row["debit"] or 0) * scale) - round(float(row["credit"] or 0) * scale)


def test_pages_show_each_posting_once(operator: FlaskClient):
    book(120)
    address, seen = f"{POSTINGS}?account=fees", []
    while address and len(seen) < 200:
        page = operator.get(address).text
        seen += [part.split("<")[0] for part in page.split('<code class="long">')[1:]]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(older[1]) if older else ""
    assert seen == [f"fee:{number}" for number in reversed(range(120))]


def test_a_page_asks_as_much_for_fifty_as_for_one(operator: FlaskClient):
    def asked() -> int:
        with statements() as sent:
            assert operator.get(POSTINGS).status_code == 200
        return len(sent)

    book(1)
    one = asked()
    book(80, name="more")
    assert asked() == one


def test_one_entry_shows_both_sides_and_stripes_line(shop: Shop, sign_in):
    shop.deposit()
    with transaction() as session:
        who = make.person(session, Role.OPERATOR)
    operator = sign_in(who)
    [paid] = [row for row in shop.rows(LedgerTransaction) if row.movement == Movement.LEG_PAID]
    page = words(operator.get(f"/operator/money/transactions/{paid.id}"))
    assert "Held by Stripe $150.00" in page
    assert "Held for orders $150.00" in page
    assert str(shop.order().number) in page
    assert operator.get("/operator/money/transactions/01900000-0000-7000-8000-000000000000").status_code == 404


def test_the_csv_is_streamed_and_safe(operator: FlaskClient):
    with transaction() as session:
        ledger.post(session, Movement.STRIPE_FEE, source="=HYPERLINK(1)", amount_minor=5, currency="USD", order_id=None)
    book(2500)
    answer = operator.get(f"{POSTINGS}.csv?account=fees")
    assert answer.is_streamed
    rows = lines(answer)
    assert len(rows) == 2501
    assert rows[-1]["source"] == "'=HYPERLINK(1)"
    assert (rows[0]["debit"], rows[0]["credit"], rows[0]["currency"]) == ("25.99", "", "USD")
    assert operator.get(f"{POSTINGS}.csv?since=yesterday").status_code == 303


def test_what_cannot_be_read_is_said(operator: FlaskClient):
    assert operator.get(f"{POSTINGS}?order=many").status_code == 422
    assert operator.get(f"{POSTINGS}?after=nonsense").status_code == 200
    assert Key.read("2026-03-01T00:00:00~x~y") is None


@pytest.fixture(scope="module")
def millions(app: Flask, settings) -> Iterator[None]:
    """As many postings as fit a test, made by the database: two accounts, a hundred seconds apart."""
    made = """
    with t as (
      insert into ledger_transaction (id, created_at, movement, source, order_id)
      select gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '100 s',
             case when n % 500 = 0 then 'stripe_payout' else 'stripe_fee' end, 'many:' || n, null
        from generate_series(1, :many) n returning id, created_at, movement)
    insert into posting (id, created_at, transaction_id, account, amount_minor, currency)
    select gen_random_uuid(), created_at, t.id, s.account, s.minor, 'USD'
      from t cross join lateral (values
        (case when movement = 'stripe_fee' then 'fees' else 'bank' end, 7), ('stripe_clearing', -7)) s (account, minor)
    """
    with owner(settings.migration_url).begin() as connection:
        connection.execute(sa.text("set local session_replication_role = replica"))
        connection.execute(sa.text(made), {"many": MANY})
    with owner(settings.migration_url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze ledger_transaction, posting"))
    yield
    empty_all(settings)


def plan(connection: sa.Connection, chosen: Chosen, after: Key | None) -> dict[str, Any]:
    query = queries._postings(chosen, after).limit(queries.PAGE)
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    explained = connection.exec_driver_sql(
        f"explain (analyze, buffers, format json) {compiled}", compiled.construct_params() or None
    ).scalar_one()
    return (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]


def scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from scans(below)


MIDDLE = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=100 * MANY // 2)
CHOICES = {
    "everything": Chosen(),
    "account": Chosen(account=Account.STRIPE_CLEARING),
    "account in a currency": Chosen(account=Account.FEES, currency="USD"),
    "account in a currency that it has not": Chosen(account=Account.FEES, currency="EUR"),
    "movement": Chosen(movement=Movement.STRIPE_PAYOUT),
    "account and movement": Chosen(account=Account.BANK, movement=Movement.STRIPE_PAYOUT),
    "period": Chosen(account=Account.STRIPE_CLEARING, since=MIDDLE, until=MIDDLE + timedelta(days=1)),
    "order": Chosen(order=2001),
    "account of an order": Chosen(account=Account.STRIPE_CLEARING, order=2001),
}


@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("deep", [False, True], ids=["first", "deep"])
def test_a_page_of_200_000_postings_reads_no_more_than_it_shows(context: Flask, millions: None, name: str, deep: bool):
    chosen = CHOICES[name]
    after = Key(MIDDLE, *(queries.Key.read(f"{now().isoformat()}~{'f' * 32}~{'f' * 32}") or ())[1:]) if deep else None
    with db.get_engine("read").connect() as connection:
        found = plan(connection, chosen, after)
    for node in scans(found):
        if "Relation Name" in node and node["Relation Name"] in ("posting", "ledger_transaction"):
            assert node["Node Type"] != "Seq Scan", f"{name}: all of {node['Relation Name']} is read"
            read = node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
            assert read <= 4 * queries.PAGE, f"{name}: {read} rows read for a page of {queries.PAGE}"
    assert found["Shared Hit Blocks"] + found["Shared Read Blocks"] < 3_000


def test_the_export_reads_in_pages(context: Flask, millions: None):
    with statements() as sent:
        rows = queries.every_posting(reader(), Chosen(account=Account.BANK))
        found = sum(1 for _row in rows)
    assert (found, len(sent)) == (MANY // 500, 1)
