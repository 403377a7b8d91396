"""The database: one way to write, one way to read.

Writes: `with transaction() as session:` - commits at the end, rolls back on any error. Entities are SQLModel.
Reads: `reader()` - one AUTOCOMMIT connection per request or job; queries select the columns that a page shows.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

import psycopg
from flask import Flask, current_app, g
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Engine,
    Enum,
    MetaData,
    Uuid,
    bindparam,
    create_engine,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.event import listens_for
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Field, Session, SQLModel
from uuid_utils.compat import uuid7

from portal.core import clock
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.core.reading import Reader


class Database:
    """The current application's engines, by name, and what makes sessions of the first."""

    @property
    def engines(self) -> dict[str, Engine]:
        return current_app.extensions["engines"]

    @property
    def engine(self) -> Engine:
        return self.engines["default"]

    def get_engine(self, name: str) -> Engine:
        return self.engines[name]

    @property
    def sessionmaker(self) -> sessionmaker[Session]:
        return current_app.extensions["sessionmaker"]

    @property
    def session(self) -> Session:
        """This request's own, for Flask-Security; closed when the request ends."""
        if "session" not in g:
            g.session = self.sessionmaker()
        return g.session


db = Database()

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata

UtcDateTime = DateTime(timezone=True)
R = TypeVar("R", bound="Record")


def init_app(app: Flask) -> None:
    """Make the engines of the application. Reaches nothing."""
    engines = {name: create_engine(**options) for name, options in app.config["DATABASE_ENGINES"].items()}
    for engine in engines.values():
        _ping_idle(engine)
    app.extensions["engines"] = engines
    app.extensions["sessionmaker"] = sessionmaker(engines["default"], class_=Session, expire_on_commit=False)
    app.teardown_appcontext(_close)


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by the moment it was made, so that indexes grow at one end."""
    return uuid7()


class Record(SQLModel):
    """Base of every table: an id and the moment it was made. Its rows are never validated here, so that pydantic's
    validators need not be built: what must hold of them is checked before, in forms, and by the database."""

    model_config = {"defer_build": True}

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=clock.now, sa_type=UtcDateTime, nullable=False)  # type: ignore[call-overload]


def moment(**kwargs: Any) -> Any:
    """A column for an aware moment; may be empty unless `nullable=False`."""
    kwargs.setdefault("default", None)
    return Field(sa_type=UtcDateTime, **kwargs)


def json_field(default: type = dict, **kwargs: Any) -> Any:
    """A JSONB column, never null. Assign a new value to change it: changes in place are not seen."""
    return Field(default_factory=default, sa_type=JSONB, nullable=False, **kwargs)


def amount(default: Any = 0, **kwargs: Any) -> Any:
    """A column of minor units; may be empty when the default is None. The currency stands beside it."""
    return Field(default=default, sa_type=BigInteger, nullable=default is None, **kwargs)


def enum_field(enum: type, default: Any, **kwargs: Any) -> Any:
    """A column that holds an Enum's value as text, with a CHECK constraint that lists them; may be empty when the
    default is None."""
    kind = Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=f"{enum.__name__.lower()}_values",
        values_callable=lambda e: [m.value for m in e],
    )
    return Field(default=default, sa_type=kind, nullable=default is None, **kwargs)  # type: ignore[call-overload]


def one_of(column: Any, *values: str) -> ColumnElement[bool]:
    """Whether a column is one of our own words, written into the statement: with parameters for them PostgreSQL could
    use no partial index once it has prepared the statement, and each execution would spell the list out again."""
    return column.in_([literal_column("'{}'".format(str(value).replace("'", "''"))) for value in values])


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a column is one of the ids in the list that is the parameter `name`: the same statement for any number
    of them, which a parameter of `in_` would not be."""
    return column == func.any(bindparam(name, type_=ARRAY(Uuid)))


def at_most(rows: int) -> ColumnElement[int]:
    """A limit that is written into the statement, so that PostgreSQL reckons with it when it prepares it."""
    return literal_column(str(int(rows)))


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose changes are all kept, or none. Raises `Gone` when somebody else was first."""
    session = db.sessionmaker()
    try:
        with session.begin():
            yield session  # type: ignore[misc]
    except (StaleDataError, IntegrityError) as error:
        raise Gone(N_("Somebody changed this at the same moment. Look at it again before you go on.")) from error
    finally:
        session.close()


_IDLE = 0.05  # seconds after which a pooled connection is asked whether it still lives


def _ping_idle(engine: Engine) -> None:
    """Ask connections that have rested whether they still live, before they are used: after the database came back
    nobody sees an error. `pool_pre_ping` would ask each time, an eighth of a page's whole cost."""

    @listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["rested_since"] = monotonic()

    @listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("rested_since", monotonic()) > _IDLE:
            try:
                connection.execute("select 1")
                if not connection.autocommit:
                    connection.rollback()
            except psycopg.OperationalError as error:
                raise DisconnectionError() from error


def reader() -> Reader:
    """This request's or job's connection for pure reads; closed when it ends. Sees what is committed."""
    if "reader" not in g:
        g.reader = Reader(db.get_engine("read"))
    return g.reader


def readers() -> Engine:
    """Where connections for pure reads come from, for an answer that is sent after its request has ended."""
    return db.get_engine("read")


def close_reader() -> None:
    """Give this request's or job's connection back before it ends."""
    if "reader" in g:
        g.pop("reader").close()


def _close(_error: BaseException | None) -> None:
    close_reader()
    if "session" in g:
        g.pop("session").close()


def lock(session: Session, model: type[R], ident: uuid.UUID, *, wait: bool = True) -> R:
    """The row, locked until the transaction ends and read afresh. Raises `NotFound`.

    With `wait=False` a row that somebody holds raises `Gone`: the clock, which already holds a deadline, leaves it
    for the next minute instead of waiting in a circle. Rows that refer to this one can still be added.
    """
    mode = {"key_share": True, "skip_locked": not wait}
    found = session.get(model, ident, with_for_update=mode, populate_existing=True)
    if found is None and not wait and session.get(model, ident) is not None:
        raise Gone(N_("Somebody is changing this at the moment. Try again in a minute."))
    if found is None:
        raise NotFound()
    return found


def alive() -> bool:
    """Whether the database answers."""
    try:
        reader().execute(select(1))
    except OperationalError:
        return False
    return True
