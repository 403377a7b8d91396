"""The database schema: Alembic's revisions, run with the owner's login under a lock, and the web login's rights."""

from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from portal.core.config import Settings

ROOT = Path(__file__).resolve().parents[2]
_LOCK = 7_301_945  # advisory: two processes that start together migrate one after the other
#: Tables that hold what has happened: the web login may add to them, never change them.
APPEND_ONLY = (
    "event", "ledger_transaction", "posting", "spec_acceptance", "quote", "quote_line", "release", "tax_paper",
    "tax_paper_file", "rate",
)  # fmt: skip


def whole_metadata() -> sa.MetaData:
    """The metadata with every feature's tables in it."""
    for path in sorted((ROOT / "portal").rglob("models.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    import_module("portal.core.events")
    import_module("portal.core.deadlines")
    return SQLModel.metadata


def migrate(settings: Settings) -> None:
    """Bring the database to the newest revision; does nothing when it is there already."""
    engine = sa.create_engine(settings.migration_url)
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), "head")
        _grant(connection, sa.make_url(settings.DATABASE_URL).username)
    engine.dispose()


def revise(settings: Settings, message: str) -> None:
    """Write a new revision with the differences between the models and the database."""
    engine = sa.create_engine(settings.migration_url)
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)
    engine.dispose()


def differences(connection: sa.Connection) -> list[object]:
    """What the models say and the database does not: empty when the revisions are complete."""
    context = MigrationContext.configure(
        connection,
        opts={"include_object": lambda _o, name, *_rest: not (name or "").startswith("procrastinate_")},
    )
    return list(compare_metadata(context, whole_metadata()))


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _grant(connection: sa.Connection, web: str | None) -> None:
    """Let the web login (neither owner nor superuser in production) read and write, but not rewrite history."""
    owner = connection.execute(sa.text("select current_user")).scalar()
    if not web or web == owner:
        return
    name = connection.dialect.identifier_preparer.quote(web)
    tables = ", ".join(APPEND_ONLY)
    for statement in (
        f"grant usage on schema public to {name}",
        f"grant select, insert, update, delete on all tables in schema public to {name}",
        f"grant usage, select on all sequences in schema public to {name}",
        f"grant execute on all functions in schema public to {name}",
        f"revoke update, delete, truncate on {tables} from {name}",
    ):
        connection.execute(sa.text(statement))
