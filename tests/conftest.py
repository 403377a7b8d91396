"""Fixtures on the real parts: PostgreSQL, an S3 server, SMTP and the Stripe stand-in, started once a session.

`session` is rolled back; whoever commits (views, tasks, races) takes `clean`, which empties every table after.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session

from portal import create_app
from portal.accounts.models import Person
from portal.accounts.security import configuration
from portal.core import schema
from portal.core.config import Settings
from portal.core.db import db
from tests import make

#: What hashing a password costs in production; here it would be a good part of signing in.
HASHING = dict(configuration.HASHING)
_elsewhere = Flask("elsewhere")


class Browser(FlaskClient):
    """Every request has a context of its own, as on a server, also where the test itself runs inside one."""

    def open(self, *arguments: Any, **more: Any) -> Any:
        with _elsewhere.app_context():
            return super().open(*arguments, **more)


def settings_on(postgres, s3, mailbox, stripe_peer) -> Settings:
    """Settings of a portal under test, every peer a real one."""
    return Settings(
        SANDBOX=True,
        SECRET_KEY="test-secret-key-of-forty-characters-here",
        SECURITY_PASSWORD_SALT="test-salt-of-forty-characters-right-here",
        TOTP_SECRETS="test-totp-secret-of-forty-characters-her",
        BANK_DETAILS_KEYS="test-bank-key-of-more-than-forty-characters",
        BASE_URL="http://portal.test",
        DATABASE_URL=postgres.url,
        MIGRATION_DATABASE_URL=postgres.admin_url,
        RATE_LIMITS=False,
        **s3.settings,
        **mailbox.settings,
        **stripe_peer.settings,
    )


@pytest.fixture(scope="session")
def settings(postgres, s3, mailbox, stripe_peer) -> Settings:
    """Those of this session's portal, its database migrated."""
    values = settings_on(postgres, s3, mailbox, stripe_peer)
    schema.migrate(values)
    configuration.HASHING.update(argon2__memory_cost=64, argon2__time_cost=1)
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
                session["_user_id"], session["_fresh"] = make.sign_in_key(person), True
        return client

    return be


@cache
def owner(url: str) -> sa.Engine:
    """One engine of the schema's owner for all tests: a connection takes as long as a small test."""
    return sa.create_engine(url, pool_pre_ping=True)


#: Deleting a few rows is many times faster than truncating every table; what has grown is truncated all the same, as
#: deleted rows take room that plans see. As TRUNCATE would, it waits for whoever still writes. No trigger fires and no
#: reference is checked, so that append-only tables are emptied too, in any order.
_EMPTY = """
do $$
declare names text[]; name text; emptied text[]; found bigint;
begin
  set local session_replication_role = replica;
  select array_agg(quote_ident(tablename)) into names from pg_tables
    where schemaname = 'public' and tablename not in ('alembic_version', 'procrastinate_version');
  execute 'lock table ' || array_to_string(names, ', ') || ' in exclusive mode';
  foreach name in array names loop
    execute 'delete from ' || name;
    get diagnostics found = row_count;
    if found > 0 then emptied := emptied || name; end if;
    if pg_relation_size(name::regclass) > 500000 then execute 'truncate ' || name || ' cascade'; end if;
  end loop;
  perform setval(seqrelid, seqstart, false) from pg_sequence join pg_depend on objid = seqrelid
    where deptype in ('a', 'i') and refobjid = any (emptied::regclass[]);
end $$
"""


def empty_all(settings: Settings) -> None:
    """Empty every table but the schema's own, append-only ones too. Restarts the numbers."""
    with owner(settings.migration_url).begin() as connection:
        connection.exec_driver_sql(_EMPTY)
