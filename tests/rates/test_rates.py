"""Rates are read strictly, the newest of a pair counts, and amounts in another currency are about, never charged."""

import ast
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.errors import Invalid, NotAllowed
from portal.core.money import CURRENCIES
from portal.payments.models import CheckoutSession, Posting
from portal.rates import operations, queries
from portal.rates.queries import STALE, Rates
from tests import make
from tests.payments.conftest import shop, standin, stripe, webhook_url, work  # noqa: F401
from tests.payments.shop import Shop

TODAY = now().date()
ROOT = Path(__file__).resolve().parents[2]


def row(base: str, counter: str, value: str, day: date = TODAY) -> SimpleNamespace:
    return SimpleNamespace(base=base, counter=counter, value=Decimal(value), day=day)


@pytest.mark.parametrize(
    "typed",
    ["", "0", "0.0", "-1", "7,12", "1e3", "1_0", "٣", "７.1", "nan", "7.", ".7", "7.12345678901", "1 000", "+7"],
)
def test_a_rate_is_plain_decimal_text(typed: str):
    with pytest.raises(Invalid):
        operations.read(typed)


@given(st.decimals(min_value="0.0000000001", max_value="999999999", places=10))
def test_every_digit_is_kept(value: Decimal):
    assert operations.read(f"{value:f}") == value


def enter(session: Session, value: str = "7.1", day: date = TODAY, pair: str = "USD CNY", role: Role = Role.OPERATOR):
    base, counter = pair.split()
    actor = make.actor(make.person(session, role))
    return operations.enter(session, base=base, counter=counter, value=value, day=day, source="ECB", actor=actor)


def test_the_newest_day_counts_and_of_a_day_the_last_entry(session: Session):
    enter(session, "7.3", TODAY - timedelta(days=1))
    enter(session, "7.1")
    enter(session, "7.2")
    enter(session, "9.9", TODAY - timedelta(days=2))
    known = queries.newest(session.connection())
    assert known.between("USD", "CNY") == (Decimal("7.2"), TODAY)
    assert len(queries.history(session.connection())) == 4, "what was entered before is kept"


def test_only_operators_enter_rates_and_none_of_tomorrow(session: Session):
    with pytest.raises(NotAllowed):
        enter(session, role=Role.CREATOR)
    for wrong in ({"day": TODAY + timedelta(days=1)}, {"pair": "USD USD"}, {"pair": "USD XAU"}):
        with pytest.raises(Invalid):
            enter(session, **wrong)


@pytest.mark.parametrize("change", ["delete from rate", "update rate set value = 1"])
def test_what_was_entered_is_kept(app, clean, context, change: str):
    with transaction() as session:
        enter(session)
    engine = create_engine(app.extensions["settings"].migration_url)
    with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
        connection.execute(text(change))
    engine.dispose()


def test_amounts_between_currencies_with_and_without_decimals():
    known = Rates([row("USD", "JPY", "150"), row("USD", "CNY", "7.2", TODAY - STALE - timedelta(days=1))])
    assert known.about(1000, "USD", "JPY").minor == 1500
    assert known.about(1500, "JPY", "USD").minor == 1000
    across = known.about(15_000, "JPY", "CNY")
    assert (across.minor, across.stale) == (72_000, True), "by way of the dollar, as old as the older rate"
    assert not known.about(1000, "USD", "JPY").stale
    assert known.about(1000, "USD", "EUR") is None
    assert known.about(7, "USD", "USD").minor == 7


def test_the_newer_entry_of_a_pair_counts_both_ways():
    known = Rates([row("USD", "CNY", "7", TODAY - timedelta(days=3)), row("CNY", "USD", "0.125")])
    assert known.between("USD", "CNY") == (Decimal(8), TODAY)


@given(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES), st.integers(0, 10**9))
def test_there_and_back_is_the_same_but_for_rounding(base: str, counter: str, minor: int):
    if base == counter:
        return
    known = Rates([row(base, counter, "3")])
    there = known.about(minor, base, counter)
    back = known.about(there.minor, counter, base)
    unit = 10 ** max(0, queries.exponent(base) - queries.exponent(counter))
    assert abs(back.minor - minor) <= unit


def test_nothing_that_charges_knows_a_rate():
    """Orders and payments do not import rates; only what compares and shows does."""
    for feature in ("orders", "payments", "specs", "catalogue", "mail"):
        for path in (ROOT / "portal" / feature).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
                assert not any(name.startswith("portal.rates") for name in names), path


def test_what_is_charged_is_the_same_whatever_the_rates_say(shop: Shop):  # noqa: F811
    with transaction() as session:
        for pair, value in (("USD CNY", "999"), ("USD EUR", "0.001"), ("CNY USD", "5000")):
            enter(session, value, pair=pair)
        buyer = session.get_one(make.Person, shop.creator.person_id)
        buyer.currency = "CNY"
        session.add(buyer)
    shop.deposit()
    [page] = shop.rows(CheckoutSession)
    assert (page.amount_minor, page.currency) == (15_000, "USD")
    assert {posting.currency for posting in shop.rows(Posting)} == {"USD"}
    assert shop.order().currency == "USD"
    charged = shop.standin.v1.checkout.sessions.retrieve(page.stripe_id)
    assert (charged.amount_total, charged.currency) == (15_000, "usd")


@pytest.fixture
def operator(clean, context):
    with transaction() as session:
        return make.person(session, Role.OPERATOR)


def test_an_operator_enters_a_rate_on_the_page(operator, sign_in):
    client = sign_in(operator)
    assert "No rates yet" in client.get("/operator/money/rates").text
    sent = {"base": "USD", "counter": "EUR", "value": "0.92", "day": TODAY.isoformat(), "source": "ECB"}
    for wrong in ({"value": "0,92"}, {"counter": "USD"}, {"day": "2999-01-01"}, {"source": ""}):
        assert client.post("/operator/money/rates", data=sent | wrong).status_code == 422
    assert client.post("/operator/money/rates", data=sent).status_code == 303
    shown = client.get("/operator/money/rates").text
    assert "1 USD → EUR" in shown
    assert "0.92" in shown
