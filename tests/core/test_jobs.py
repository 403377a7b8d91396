"""Periodic jobs outlive a database that is away for a moment, and a worker that died at one."""

import asyncio

import procrastinate
import pytest
import sqlalchemy as sa
from flask import g
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from sqlalchemy.exc import OperationalError

from portal import worker
from portal.core import jobs
from portal.core.db import transaction


@pytest.fixture
def nightly(clean, context, monkeypatch):
    """A periodic task `tests.nightly`: what it does is each next one of the list it comes with."""
    doing: list[Exception | None] = []
    done: list[bool] = []

    def nightly() -> None:
        assert g.setdefault("tries", 0) == 0  # each has a context, and with it a connection, of its own
        g.tries = 1
        happens = doing.pop(0)
        if happens is not None:
            raise happens
        done.append(True)

    monkeypatch.setattr(jobs, "_context", context.app_context)
    monkeypatch.setattr(jobs, "_PATIENCE", (0, 0))
    run = jobs.every("0 3 * * *", "tests.nightly")(nightly)
    yield lambda *what: (doing.extend(what), run(timestamp=0)), done
    del jobs.app.tasks["tests.nightly"]
    del jobs.app.periodic_registry.periodic_tasks["tests.nightly", "tests.nightly"]


def away() -> OperationalError:
    return OperationalError("select", {}, Exception("the database system is starting up"))


def _insert(status: Status) -> int:
    with transaction() as session:
        ident = jobs.defer(session, "tests.nightly", timestamp=0)
        changed = sa.text("update procrastinate_jobs set status = :status, queueing_lock = 'nightly' where id = :id")
        session.connection().execute(changed, {"status": status.value, "id": ident})
    return ident


def _left() -> list[int]:
    with transaction() as session:
        return list(session.connection().execute(sa.text("select id from procrastinate_jobs order by id")).scalars())


def test_a_periodic_job_waits_for_its_database(nightly):
    run, done = nightly
    run(away(), ConnectorException(), None)
    assert done == [True]
    with pytest.raises(OperationalError):
        run(away(), away(), away())


def test_another_failure_is_not_tried_at_once_and_is_forgotten_once_a_run_went_well(nightly):
    run, done = nightly
    failed = _insert(Status.FAILED)
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())
    assert (done, _left()) == ([], [failed])
    run(None)
    assert (done, _left()) == ([True], [])


def test_what_somebody_waits_for_is_done_before_letters_and_invoices(clean, context, settings):
    asked = ["mail.send", "papers.issue", "specs.freeze", "designs.inspect", "mail.send", "payments.handle_message"]
    with transaction() as session:
        for name in asked:
            jobs.defer(session, name)

    async def fetched() -> list[str]:
        url = settings.DATABASE_URL.replace("postgresql+psycopg://", "postgresql://")
        with jobs.app.replace_connector(procrastinate.PsycopgConnector(conninfo=url)) as app:
            async with app.open_async():
                worker_id = await app.job_manager.register_worker()
                return [(await app.job_manager.fetch_job(None, worker_id)).task_name for _job in asked]

    assert asyncio.run(fetched()) == [asked[3], asked[5], asked[2], asked[0], asked[1], asked[4]]


def test_a_dead_workers_periodic_job_gives_way_to_the_next_run(nightly, settings):
    dead, next_run = _insert(Status.DOING), _insert(Status.TODO)
    other = _insert_unlocked()

    async def rescue() -> None:
        url = settings.DATABASE_URL.replace("postgresql+psycopg://", "postgresql://")
        with jobs.app.replace_connector(procrastinate.PsycopgConnector(conninfo=url)) as app:
            async with app.open_async():
                for job in await app.job_manager.list_jobs_async():
                    if job.id in (dead, other):
                        await worker.give_back(job)

    asyncio.run(rescue())
    assert _left() == [next_run, other]
    with transaction() as session:
        statuses = session.connection().execute(sa.text("select distinct status::text from procrastinate_jobs"))
        assert statuses.scalars().all() == ["todo"]


def _insert_unlocked() -> int:
    ident = _insert(Status.DOING)
    with transaction() as session:
        session.connection().execute(
            sa.text("update procrastinate_jobs set queueing_lock = null where id = :id"), {"id": ident}
        )
    return ident
