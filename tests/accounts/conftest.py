"""People with passwords, browsers that are signed in, and the mail that they get."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from portal import create_app
from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.config import Settings
from portal.core.db import db, transaction
from portal.mail.models import Email
from tests import make
from tests.conftest import Browser

PASSWORD = "four small words here"


@dataclass(frozen=True)
class Mail:
    """An email as its reader sees it."""

    template: str
    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The path of its button, on the configured origin."""
        found = re.search(r"http://portal\.test(/\S+)", self.text)
        assert found, f"{self.template} has no link on the configured origin:\n{self.text}"
        return found.group(1)


@pytest.fixture
def mails(clean: None) -> Callable[[], list[Mail]]:
    """The emails decided so far, the oldest first."""

    def read() -> list[Mail]:
        with transaction() as session:
            rows = session.scalars(select(Email).order_by(Email.created_at, Email.id))
            return [Mail(row.template, row.recipient, row.subject, row.body_text) for row in rows]

    return read


@pytest.fixture
def someone(clean: None) -> Callable[..., Person]:
    """Make somebody with the password `PASSWORD`, confirmed unless told otherwise."""

    def add(role: Role = Role.CREATOR, **fields: Any) -> Person:
        with transaction() as session:
            return make.person(session, role, password=hash_password(PASSWORD), **fields)

    return add


@pytest.fixture
def worker(clean: None) -> Callable[..., Person]:
    """Make somebody on a factory's team."""

    def add(factory: Any, **fields: Any) -> Person:
        with transaction() as session:
            return make.member(session, factory, password=hash_password(PASSWORD), **{"locale": "en", **fields})

    return add


@pytest.fixture
def factory(clean: None) -> Any:
    with transaction() as session:
        return make.factory(session, name="Ningbo Mouldings", name_zh="宁波模具")


@pytest.fixture
def visit(app: Flask, clean: None) -> Callable[..., FlaskClient]:
    """A new browser; signed in by password when somebody is given."""

    def start(person: Person | None = None, of: Flask = app, language: str = "en") -> FlaskClient:
        client = of.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if person:
            answer = sign_in(client, person.email)
            assert answer.status_code in (302, 303), answer.text
        return client

    return start


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: Any) -> Any:
    query = more.pop("query_string", None)
    return client.post("/login", data={"email": email, "password": password, **more}, query_string=query)


def reread(person: Person) -> Person:
    """The person as the database has them now."""
    with transaction() as session:
        return session.get_one(Person, person.id)


def variant(settings: Settings, **changes: Any) -> Flask:
    """The portal with some settings changed, on the same peers."""
    app = create_app(settings.model_copy(update=changes))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    return app


@pytest.fixture
def strict_app(settings: Settings) -> Iterator[Flask]:
    """The portal outside the sandbox."""
    app = variant(settings, SANDBOX=False)
    yield app
    with app.app_context():
        db.engine.dispose()
