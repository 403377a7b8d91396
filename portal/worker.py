"""The worker: `python -m portal.worker`. Runs jobs of every queue, periodic tasks, and rescues orphaned jobs."""

import asyncio
import signal
from importlib import import_module

import procrastinate
import structlog
from procrastinate.jobs import Job, Status

from portal import create_app
from portal.core import jobs
from portal.core.config import Settings

log = structlog.get_logger()
_HEARTBEAT, _STALLED = 3, 10  # seconds: a killed worker's jobs run again after about this long
#: (queues, jobs at once): strangers' files, which may take a minute each, keep neither letters nor payments waiting.
_HANDS = ((("files",), 2), (tuple(queue for queue in jobs.QUEUES if queue != "files"), 3))
_TASKS = (
    "portal.core.tasks",
    "portal.accounts.tasks",
    "portal.designs.tasks",
    "portal.factories.tasks",
    "portal.sourcing.tasks",
    "portal.orders.tasks",
    "portal.messages.tasks",
    "portal.specs.tasks",
    "portal.payments.tasks",
    "portal.payments.papers.tasks",
    "portal.mail.tasks",
)


async def _rescue() -> None:
    """Give the jobs of workers that no longer breathe to those that do."""
    while True:
        await asyncio.sleep(_HEARTBEAT)
        try:
            stalled = await jobs.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED)
            for job in stalled:
                await give_back(job)
        except Exception as error:  # the database may be restarting; the next round tries again
            log.warning("rescue failed", error=str(error))


async def give_back(job: Job) -> None:
    """Let a job whose worker died run again; a periodic one whose next run waits already is left to that."""
    log.warning("job rescued", job=job.id, task=job.task_name)
    try:
        await jobs.app.job_manager.retry_job(job)
    except procrastinate.exceptions.UniqueViolation:
        await jobs.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)


async def main(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; jobs under way are finished first."""
    flask_app = create_app(settings)
    jobs.run_in(flask_app.app_context)
    for module in _TASKS:
        import_module(module)
    conninfo = settings.DATABASE_URL.replace("postgresql+psycopg://", "postgresql://")
    connector = procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=7)
    with jobs.app.replace_connector(connector) as app:
        async with app.open_async():
            rescuer = asyncio.create_task(_rescue())
            async with asyncio.TaskGroup() as group:
                hands = [group.create_task(_work(app, queues, at_once)) for queues, at_once in _HANDS]
                for signal_ in (signal.SIGTERM, signal.SIGINT):
                    asyncio.get_running_loop().add_signal_handler(signal_, _stop, hands)
            rescuer.cancel()


async def _work(app: procrastinate.App, queues: tuple[str, ...], at_once: int) -> None:
    await app.run_worker_async(
        queues=list(queues),
        concurrency=at_once,
        delete_jobs="successful",
        update_heartbeat_interval=_HEARTBEAT,
        stalled_worker_timeout=_STALLED,
        shutdown_graceful_timeout=4,
        fetch_job_polling_interval=2,
        install_signal_handlers=False,
    )


def _stop(hands: list[asyncio.Task[None]]) -> None:
    for hand in hands:
        hand.cancel()


if __name__ == "__main__":
    asyncio.run(main(Settings.from_env()))
