"""Reads that cost little: a statement that is run again and again is run as it was worked out before.

For each execution SQLAlchemy works out which of its compiled statements fits, and what the result's columns are. Of a
statement that is built once, when its module is imported, both stay the same; it is known by being run a second time.
"""

import re
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from sqlalchemy import Connection, SelectBase
from sqlalchemy.engine.result import IteratorResult


class _Plan:
    """How a statement was run: its SQL, the values that it brings itself, what is done to values, its columns."""

    def __init__(self, result: Any, given: Mapping[str, Any]) -> None:
        compiled, values = result.context.compiled, result.context.compiled_parameters[0]
        self.metadata, self.given = result._metadata, frozenset(given)
        self.own = {name: value for name, value in values.items() if name not in given}
        self.processors = tuple(compiled._bind_processors.items())
        names: dict[str, int] = {}
        # PostgreSQL's own marks: psycopg would look for its marks in a long statement each time
        self.sql = _MARK.sub(
            lambda mark: f"${names.setdefault(mark[1], len(names) + 1)}" if mark[1] else "%", compiled.string
        )
        self.names = tuple(names)
        self.auto = (PyFormat.AUTO,) * len(names)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        values = {**self.own, **given}
        for name, process in self.processors:
            values[name] = process(values[name])
        return [values[name] for name in self.names]


_MARK = re.compile(r"%%|%\((.+?)\)s")
#: statement -> its plan; None until it is run a second time, and where each execution spells it out anew
_plans: WeakKeyDictionary[SelectBase, _Plan | None] = WeakKeyDictionary()


def _learn(statement: SelectBase, given: Mapping[str, Any], result: Any) -> None:
    compiled = result.context.compiled
    varies = compiled.post_compile_params or compiled.literal_execute_params or compiled.escaped_bind_names
    _plans[statement] = _Plan(result, given) if statement in _plans and not varies else None


class Reader(Connection):
    """A connection for pure reads, which answers as any `Connection` does."""

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        given = parameters or {}
        plain = isinstance(statement, SelectBase) and isinstance(given, dict) and not execution_options
        if not plain or self.engine._has_events:  # whoever listens hears of every statement
            return super().execute(statement, parameters, execution_options=execution_options)
        plan = _plans.get(statement)
        if plan is not None and plan.given == given.keys():
            return self._run(plan, given)
        result = super().execute(statement, parameters)
        if plan is None:
            _learn(statement, given, result)
        return result

    def _run(self, plan: _Plan, given: Mapping[str, Any]) -> Any:
        # By libpq's own call, which sends, waits and reads in one go: a cursor takes half as long again, and gives its
        # turn away to other threads three times for each statement.
        raw: Any = self.connection.driver_connection
        values, parts = plan.values(given), Transformer(raw)
        try:
            dumped = parts.dump_sequence(values, plan.auto)
            answer = raw.pgconn.exec_prepared(self._prepared(raw.pgconn, plan, parts.types), dumped, parts.formats)
            parts.set_pgresult(_sound(raw, answer))
            rows = parts.load_rows(0, answer.ntuples, tuple)
        except psycopg.Error as error:
            self._handle_dbapi_exception(error, plan.sql, values, None, None)
        return IteratorResult(plan.metadata, iter(rows))

    def _prepared(self, server: Any, plan: _Plan, types: tuple[int, ...] | None) -> bytes:
        """The name under which this connection knows the statement; its parameters' types follow from their values."""
        names = self.info.setdefault("prepared", {})  # by their words: a statement built anew is the same to the server
        name: bytes | None = names.get((plan.sql, types))
        if name is None:
            name = b"read%d" % len(names)
            _sound(self.connection.driver_connection, server.prepare(name, plan.sql.encode(), types))
            names[plan.sql, types] = name
        return name


def _sound(raw: Any, answer: Any) -> Any:
    if answer.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return answer
    if raw.broken:
        raise psycopg.OperationalError(answer.get_error_message())
    raise error_from_result(answer)
