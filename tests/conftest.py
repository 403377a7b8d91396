"""Fixtures on the real parts: PostgreSQL, an S3 server, SMTP and the Stripe stand-in, started once a session.

`session` is rolled back; whoever commits (views, tasks, races) takes `clean`, which empties every table after.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from portal import create_app
from portal.accounts.models import Person
from portal.core import schema
from portal.core.config import Settings
from portal.core.db import db

_KEEP = ("alembic_version", "procrastinate_version")
_elsewhere = Flask("elsewhere")


class Browser(FlaskClient):
    """Every request has a context of its own, as on a server, also where the test itself runs inside one."""

    def open(self, *arguments: Any, **more: Any) -> Any:
        with _elsewhere.app_context():
            return super().open(*arguments, **more)


@pytest.fixture(scope="session")
def settings(postgres, s3, mailbox, stripe_peer) -> Settings:
    """Settings of the portal under test, every peer a real one."""
    values = Settings(
        SANDBOX=True,
        SECRET_KEY="test-secret-key-of-forty-characters-here",
        SECURITY_PASSWORD_SALT="test-salt-of-forty-characters-right-here",
        TOTP_SECRETS="test-totp-secret-of-forty-characters-her",
        BASE_URL="http://portal.test",
        DATABASE_URL=postgres.url,
        MIGRATION_DATABASE_URL=postgres.admin_url,
        RATE_LIMITS=False,
        **s3.settings,
        **mailbox.settings,
        **stripe_peer.settings,
    )
    schema.migrate(values)
    return values


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    """The application; CSRF tokens are checked by a test of their own."""
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, SERVER_NAME=None)
    app.test_client_class = Browser
    return app


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context, as the worker's tasks have."""
    with app.app_context():
        yield app


@pytest.fixture
def session(context: Flask) -> Iterator[Session]:
    """A session whose transaction is rolled back at the end."""
    connection = db.engine.connect()
    outer = connection.begin()
    session = Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    yield session
    session.close()
    outer.rollback()
    connection.close()


@pytest.fixture
def clean(context: Flask, settings: Settings) -> Iterator[None]:
    """For tests that commit: every table is empty again afterwards."""
    yield
    empty_all(settings)


@pytest.fixture
def client(app: Flask, clean: None) -> FlaskClient:
    """A browser without JavaScript; what it does is committed, then wiped."""
    return app.test_client()


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[Person | None], FlaskClient]:
    """Let the client's browser be somebody's who has signed in, or a visitor's (None). The person must be committed."""

    def be(person: Person | None) -> FlaskClient:
        with client.session_transaction() as session:
            session.pop("_user_id", None)
            if person is not None:
                session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
        return client

    return be


def empty_all(settings: Settings) -> None:
    """Empty every table but the schema's own, append-only ones too. Restarts the numbers."""
    engine = sa.create_engine(settings.migration_url)
    with engine.begin() as connection:
        names = connection.execute(
            sa.text("select tablename from pg_tables where schemaname = 'public' and tablename <> all(:keep)"),
            {"keep": list(_KEEP)},
        ).scalars()
        tables = ", ".join(f'"{name}"' for name in names)
        connection.execute(sa.text("set local session_replication_role = replica"))
        connection.execute(sa.text(f"truncate {tables} restart identity cascade"))
    engine.dispose()
