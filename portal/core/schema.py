"""The database schema: Alembic's migrations, run with the owner's login under a lock."""

from pathlib import Path

import sqlalchemy as sa
from procrastinate.schema import SchemaManager
from sqlmodel import SQLModel

from portal.core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
_LOCK = 7_301_945  # advisory: two processes that start together migrate one after the other


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision; does nothing when it is there already."""
    engine = sa.create_engine(settings.migration_url)
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        create_all(connection)
    engine.dispose()


def create_all(connection: sa.Connection) -> None:
    """INTERIM until the first migration is generated."""
    if sa.inspect(connection).has_table("person"):
        return
    from portal import _model_modules

    _model_modules()
    SQLModel.metadata.create_all(connection)
    driver = connection.connection.driver_connection
    driver.execute(SchemaManager.get_schema())  # type: ignore[union-attr]
    for path in sorted((ROOT / "migrations" / "sql").glob("*.sql")):
        driver.execute(path.read_text())  # type: ignore[union-attr]
