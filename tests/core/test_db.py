"""Connections: a pooled one that died while it rested is replaced before anybody uses it."""

import sqlalchemy as sa

from portal.core import db as database
from portal.core.db import db, reader


def test_a_rested_connection_that_died_is_replaced(context, settings, monkeypatch):
    monkeypatch.setattr(database, "_IDLE", 0.0)
    pid = reader().execute(sa.text("select pg_backend_pid()")).scalar()
    database.close_reader()
    admin = sa.create_engine(settings.migration_url)
    with admin.begin() as connection:
        connection.execute(sa.text("select pg_terminate_backend(:pid)"), {"pid": pid})
    admin.dispose()
    assert reader().execute(sa.text("select pg_backend_pid()")).scalar() not in (None, pid)
    database.close_reader()
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("select 1")).scalar() == 1
