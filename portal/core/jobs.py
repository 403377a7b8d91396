"""Background jobs. A job enqueued with a change exists if, and only if, that change was committed.

Every task may run twice (a killed worker's jobs are rescued), so every task is idempotent. Tasks run inside
the application's context; `defer(session, "mail.announce", event_id=...)` names them, so that lower layers
can ask for work of higher ones.
"""

import functools
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from portal.core import clock
from portal.core.db import transaction

#: The worker replaces this connector by one with a pool; everywhere else jobs ride on the session's connection.
app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
#: A session's connection is synchronous, also inside the worker, whose own connector is not.
_riding = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
_context: Callable[[], AbstractContextManager[Any]] = nullcontext

#: By the part of the portal: somebody waits on the page for what becomes of a file, and whether a payment has arrived,
#: then for the spec; an invoice or a letter may take a minute longer.
_PRIORITIES = {"designs": 1, "payments": 1, "papers": -1, "mail": -1}
QUEUES = ("default", "mail", "files", "documents", "payments")
_QUEUES = {"mail": "mail", "designs": "files", "specs": "documents", "papers": "documents", "payments": "payments"}


def run_in(context: Callable[[], AbstractContextManager[Any]]) -> None:
    """Let every task run inside `context()`, the application's."""
    global _context
    _context = context


def task(name: str, queue: str = "default", attempts: int = 8) -> Callable[[Callable[..., None]], Any]:
    """Declare the function as the task `name`. A failure is tried again `attempts` times, later each time."""
    if queue not in QUEUES:
        raise ValueError(f"no worker serves the queue {queue}")

    def declare(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def run(**arguments: Any) -> None:
            with _context():
                function(**arguments)

        retry = procrastinate.RetryStrategy(max_attempts=attempts, wait=1, exponential_wait=3)
        return app.task(name=name, queue=queue, retry=retry)(run)

    return declare


def every(cron: str, name: str, queue: str = "default") -> Callable[[Callable[[], None]], Any]:
    """Declare the function as a periodic task; a run that finds the last one still waiting is dropped.

    A run whose database is away waits for it; one that fails in another way comes again at its next time, and what
    failed is forgotten once a later run went well.
    """

    def declare(function: Callable[[], None]) -> Any:
        @functools.wraps(function)
        def run(timestamp: int) -> None:
            _patiently(function)
            with _context(), transaction() as session:
                session.connection().execute(_MADE_GOOD, {"name": name})

        deferred = app.task(name=name, queue=queue, queueing_lock=name, pass_context=False)(run)
        return app.periodic(cron=cron, periodic_id=name)(deferred)

    return declare


_PATIENCE = (1, 2, 4, 8, 16)  # seconds: a database that was killed is back after a few
_AWAY = (OperationalError, ConnectorException)  # what a statement raises then, and what `defer` does
_MADE_GOOD = text("delete from procrastinate_jobs where task_name = :name and status = 'failed'")


def _patiently(function: Callable[[], None]) -> None:
    # Procrastinate's own way of trying again would break the queueing lock: the next run may be waiting already.
    pauses = iter(_PATIENCE)
    while True:
        try:
            with _context():
                function()
            return
        except _AWAY:
            if (pause := next(pauses, None)) is None:
                raise
        time.sleep(pause)


def defer(session: Session, name: str, *, at: datetime | None = None, **arguments: Any) -> int:
    """Enqueue the task `name` in the session's transaction, to run now or at the moment `at`. Returns its id."""
    connection = session.connection().connection.driver_connection
    known = app.tasks.get(name)
    queue = known.queue if known else _queue_of(name)
    priority = _PRIORITIES.get(name.split(".")[0], 0)
    job = _riding.configure_task(name, queue=queue, priority=priority, connection=connection, schedule_at=at)
    return job.defer(**{key: _plain(value) for key, value in arguments.items()})


_RETRY = text(
    "select procrastinate_retry_job_v2(id, now(), null, null, null) from procrastinate_jobs"
    " where status = 'failed' and (:queue = '' or queue_name = :queue) and queueing_lock is null"
    " and not exists (select from procrastinate_events happened"
    "  where happened.job_id = procrastinate_jobs.id and happened.at > :rested)"
)


def retry_failed(session: Session, *, queue: str = "", rested: timedelta = timedelta()) -> int:
    """Give every job that has failed for good one more try, now: those of one `queue` only, where it is named, and that
    have rested for so long. Returns how many. Periodic ones come again by themselves."""
    values = {"queue": queue, "rested": clock.now() - rested}
    return len(session.connection().execute(_RETRY, values).all())


def _queue_of(name: str) -> str:
    # Web processes and tests may not have imported the task's module; the feature names the queue.
    feature = name.split(".")[0]
    return _QUEUES.get(feature, "default")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | bool | dict | list | type(None)) else str(value)
