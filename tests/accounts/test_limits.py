"""Trying too often: counted in the database, so that every worker counts the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts import limits
from portal.accounts.limits import Limit
from portal.accounts.models import RateLimit
from portal.accounts.tasks import forget
from portal.core import clock
from portal.core.db import db, transaction
from tests.accounts.conftest import sign_in, variant


@pytest.fixture
def limited_apps(settings) -> Iterator[list[Flask]]:
    """Two workers of the portal that count."""
    apps = [variant(settings, RATE_LIMITS=True) for _worker in range(2)]
    yield apps
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def test_guessing_a_password_ends_in_a_break_across_workers(visit, someone, limited_apps):
    person = someone()
    answers = [sign_in(visit(of=limited_apps[n % 2]), person.email, "a wrong guess") for n in range(11)]
    assert [a.status_code for a in answers] == [422] * 10 + [429]
    refused = answers[-1]
    assert "tried too often" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert sign_in(visit(of=limited_apps[0]), person.email).status_code == 429, "the right password too"
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert sign_in(visit(of=limited_apps[1]), person.email).status_code == 302


def test_others_at_another_address_are_not_locked_out(visit, someone, limited_apps):
    person = someone()
    for _try in range(11):
        sign_in(visit(of=limited_apps[0]), person.email, "a wrong guess")
    client = visit(of=limited_apps[0])
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert sign_in(client, person.email).status_code == 302


@pytest.mark.parametrize("path", ["/login/link", "/reset", "/confirm"])
def test_an_address_is_not_flooded_with_mail(visit, someone, limited_apps, mails, path):
    person = someone(confirmed_at=None if path == "/confirm" else clock.now())
    for number in range(7):
        client = visit(of=limited_apps[0])
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        client.post(path, data={"email": person.email})
    assert len(mails()) == 4


def test_reading_counts_for_nothing(visit, limited_apps):
    client = visit(of=limited_apps[0])
    assert {client.get("/login").status_code for _time in range(120)} == {200}


def test_many_at_once_are_all_counted(clean, limited_apps):
    limit = (Limit(10, 5, lambda: "one"), Limit(100, 5, lambda: "two"))

    def attempt(number: int) -> bool:
        with limited_apps[number % 2].app_context():
            return limits.count("race", limit) is None

    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(attempt, range(40)))
    assert sum(allowed) == 10


def test_old_counts_are_forgotten(context, clean):
    def kept() -> int:
        with transaction() as session:
            return session.scalar(select(func.count()).select_from(RateLimit)) or 0

    limits.count("once", (Limit(1, 5, lambda: "who"),))
    forget(0)
    assert kept() == 1
    with clock.at(clock.now() + timedelta(minutes=6)):
        forget(0)
    assert kept() == 0
