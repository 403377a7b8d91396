"""Every route, by every method, as everybody: what one may not do is refused, and does not even show that it is there.

The walk is made from the URL map. A route without `@rule(...)` fails; so does one with an argument that `world.py`
has no value for.
"""

import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, got_request_exception, request
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal.accounts.models import Person
from portal.core.config import Settings
from portal.core.db import transaction
from portal.core.web import ANYONE, MACHINE, SIGNED_IN, rule_of
from tests import make
from tests.accounts.conftest import variant
from tests.conftest import empty_all, owner
from tests.conventions.world import PRIVATE, STRANGERS, World, build

#: Pages that the world is too small for, and where they are tested instead.
NOT_REACHED = {
    "specs.pdf": "the worker makes the PDF: tests/specs",
    "specs.check": "needs a frozen spec: tests/specs",
    "specs.purchase_order": "the worker makes the PDF: tests/specs",
    "specs.parcel_paper": "the worker makes the PDF: tests/specs",
    "papers.pdf": "the worker issues papers: tests/payments/papers",
    "papers.check": "needs a paper and its code: tests/payments/papers",
    "specs.inspection_report": "the worker makes the PDF: tests/specs",
    "orders.keep_sample": "needs an order that repeats another: tests/orders",
    "orders.award": "needs a quote and a quantity: tests/orders",
    "disputes.paper": "the worker makes the PDF: tests/payments",
    "security.two_factor_rescue": "closed: nothing leads around the second step",
    "uploads.progress": "needs an upload under way: tests/designs",
}
SAFE = {"GET", "HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def app(settings: Settings) -> Flask:
    """The portal as people meet it: what breaks is an answer of 500, and `broken` says why."""
    app = variant(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def broken(app: Flask) -> Iterator[list[str]]:
    """What every 500 was."""
    found: list[str] = []

    def note(_app: Flask, exception: Exception, **_more: Any) -> None:
        found.append(f"{request.method} {request.path}: {exception!r}")

    with got_request_exception.connected_to(note, app):
        yield found


@pytest.fixture(scope="module")
def world(app: Flask, settings: Settings) -> Iterator[World]:
    with app.app_context(), transaction() as session:
        made = build(session)
    yield made
    empty_all(settings)


def routes(app: Flask) -> list[Rule]:
    return sorted((r for r in app.url_map.iter_rules() if r.endpoint != "static"), key=lambda r: (r.rule, r.endpoint))


def paths(app: Flask, world: World, route: Rule) -> list[str]:
    """The route's paths with every combination of the world's values."""
    names = sorted(route.arguments)
    for name in names:
        assert name in world.values, (
            f"{route.rule}: nothing stands for <{name}>. Give it a value in tests/conventions/world.py, "
            "and put it into PRIVATE there if it names something of somebody's."
        )
    adapter = app.url_map.bind("localhost")
    combinations = itertools.product(*(world.values[name] for name in names))
    return [_build(adapter, route, dict(zip(names, values, strict=True))) for values in combinations]


def _build(adapter: Any, route: Rule, values: dict[str, Any]) -> str:
    built = route.build(values)
    assert built, f"{route.rule} with {values}"
    return built[1]


def browser(app: Flask, person: Person | None) -> FlaskClient:
    """Somebody who has just signed in."""
    client = app.test_client()
    if person:
        with app.app_context(), client.session_transaction() as session:
            session.update(_user_id=make.sign_in_key(person), _fresh=True, fs_paa=time.time(), fs_cc="set")
    return client


def may(app: Flask, route: Rule, person: Person | None) -> bool:
    who = rule_of(app, route.endpoint)
    assert who, f"{route.endpoint} has no rule: decorate its view with @rule(...)"
    if who & {ANYONE, MACHINE}:
        return True
    return person is not None and (SIGNED_IN in who or person.role.value in who)


def refused(answer: Any, person: Person | None) -> bool:
    """Not there; or, for a visitor, a way to sign in."""
    if answer.status_code == 404:
        return True
    return person is None and answer.status_code in (302, 303) and answer.location.startswith("/login?next=")


def fingerprint(settings: Settings) -> dict[str, tuple[int, str]]:
    """Everything in the database, in short: table -> (rows, hash of all their columns)."""
    with owner(settings.migration_url).connect() as connection:
        names = connection.execute(sa.text("select tablename from pg_tables where schemaname = 'public'")).scalars()
        rows = (
            "select '{0}', count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from {0} t"
        )
        every = " union all ".join(rows.format(name) for name in names)
        return {name: (rows, hashed) for name, rows, hashed in connection.exec_driver_sql(every)}


def test_every_route_has_a_rule(app):
    missing = [route.endpoint for route in routes(app) if rule_of(app, route.endpoint) is None]
    assert not missing, f"decorate these views with @rule(...): {missing}"


def test_a_get_by_whoever_changes_nothing_and_never_breaks(app, world, settings, broken):
    clients = {name: browser(app, person) for name, person in world.people.items()}
    before, wrong = fingerprint(settings), []
    reached: set[str] = set()
    for name, client in clients.items():
        person = world.people[name]
        for route in routes(app):
            if "GET" not in route.methods:
                continue
            for path in paths(app, world, route):
                answer = client.get(path)
                if not may(app, route, person) and not refused(answer, person):
                    wrong.append(f"{name} GET {path}: {answer.status_code}, expected not to be there")
                if answer.status_code < 400 and not refused(answer, person):
                    reached.add(route.endpoint)
    assert not wrong + broken, "\n".join(wrong + broken)
    after = fingerprint(settings)
    assert after == before, f"GETs changed {[t for t in after if after[t] != before.get(t)]}"
    blind = {r.endpoint for r in routes(app) if "GET" in r.methods} - reached - set(NOT_REACHED)
    blind -= {e for e in blind if "token" in next(r for r in routes(app) if r.endpoint == e).arguments}
    assert not blind, f"nobody reached these pages, so the walk proves nothing about them: {sorted(blind)}"


def test_strangers_neither_see_nor_touch_what_is_somebodys(app, world, settings):
    clients = {name: browser(app, world.people[name]) for name in STRANGERS}
    before, wrong = fingerprint(settings), []
    for name, client in clients.items():
        person = world.people[name]
        for route in routes(app):
            if not set(route.arguments) & PRIVATE or MACHINE in (rule_of(app, route.endpoint) or ()):
                continue
            methods = sorted(route.methods - {"HEAD", "OPTIONS"})
            for path, method in itertools.product(paths(app, world, route), methods):
                answer = client.open(path, method=method)
                if not refused(answer, person):
                    wrong.append(f"{name} {method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    after = fingerprint(settings)
    assert after == before, f"strangers changed {[t for t in after if after[t] != before.get(t)]}"


def test_an_unsafe_request_needs_its_token(app, world, settings):
    checked = variant(settings)
    checked.config["WTF_CSRF_ENABLED"] = True
    clients = {name: browser(checked, person) for name, person in world.people.items()}
    before, wrong = fingerprint(settings), []
    for name, client in clients.items():
        for route in routes(checked):
            unsafe = sorted(route.methods - SAFE)
            if MACHINE in (rule_of(checked, route.endpoint) or ()):
                continue
            for path, method in itertools.product(paths(checked, world, route)[:1], unsafe):
                answer = client.open(path, method=method)
                if answer.status_code != 400:
                    wrong.append(f"{name} {method} {path}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert fingerprint(settings) == before


def test_whoever_may_post_nothing_at_all_gets_an_answer(app, world, broken):
    """An empty form, from everybody, in the end also from those who may: refused in words, never broken."""
    wrong = []
    for name, person in sorted(world.people.items(), key=lambda item: item[0] in STRANGERS, reverse=True):
        for route in routes(app):
            for path, method in itertools.product(paths(app, world, route), sorted(route.methods - SAFE)):
                answer = browser(app, person).open(path, method=method)
                if not may(app, route, person) and not refused(answer, person):
                    wrong.append(f"{name} {method} {path}: {answer.status_code}, expected not to be there")
    assert not wrong + broken, "\n".join(wrong + broken)
