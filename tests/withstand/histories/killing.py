"""A world whose processes are killed: -9, by themselves, right before and after each call to Stripe and each commit."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import stripe
from sqlalchemy import event, text

from portal.core import jobs
from portal.core.actor import Actor
from portal.core.clock import at, now
from portal.core.db import db, transaction
from portal.core.errors import Gone
from portal.payments import calls, gateway, reconcile, tasks
from portal.payments.models import LegKind, Operation, WebhookEvent
from tests.payments.shop import PAGE
from tests.withstand.histories.world import World

_NEXT = text(
    "select id, task_name, args from procrastinate_jobs where queue_name = 'payments' and status = 'todo'"
    " and coalesce(scheduled_at, now()) <= now() order by id limit 1"
)
_DONE = text("delete from procrastinate_jobs where id = :id")
_LOST, _REFUSED = 70, 71  # how a child ends that met trouble of another kind, or may not do this


@dataclass
class Killer:
    """Stands at every named point of a process and decides whether it dies there: the less often a point has killed
    already, the likelier."""

    chance: random.Random
    kills: Counter
    doing: str = ""
    tell: int = 0  # the pipe into which a process says where it dies
    armed: bool = False

    def point(self, where: str) -> None:
        if not self.armed:
            return
        name = f"{self.doing}: {where}"
        if self.chance.random() < max(0.01, 1 / (2 + self.kills[name])):
            os.write(self.tell, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def standing_at_each_point(killer: Killer) -> Iterator[None]:
    """Inside, calls to Stripe and commits pass the killer."""
    request = stripe.RequestsClient.request

    def watched(self: Any, method: str, url: str, *more: Any, **keywords: Any) -> Any:
        what = f"{method.upper()} {_general(url)}"
        killer.point(f"before {what}")
        answer = request(self, method, url, *more, **keywords)
        killer.point(f"after {what}")
        return answer

    def before(_session: Any) -> None:
        killer.point("before a commit")

    def after(_session: Any) -> None:
        killer.point("after a commit")

    stripe.RequestsClient.request = watched  # type: ignore[method-assign]
    event.listen(db.sessionmaker, "before_commit", before)
    event.listen(db.sessionmaker, "after_commit", after)
    try:
        yield
    finally:
        stripe.RequestsClient.request = request  # type: ignore[method-assign]
        event.remove(db.sessionmaker, "before_commit", before)
        event.remove(db.sessionmaker, "after_commit", after)


def _general(url: str) -> str:
    """An address of Stripe's without the ids in it."""
    parts = url.partition("/v1/")[2].partition("?")[0].split("/")
    return "/".join("<id>" if "_" in part and len(part) > 20 else part for part in parts)


@dataclass
class KilledWorld(World):
    """Jobs, the reconciler and the opening of payment pages run in children that are killed; others take over."""

    kills: Counter = field(default_factory=Counter)

    def by_stripe(self, number: int) -> bool:
        return number % 4 != 0  # transfers and what is taken back of them are to be killed too

    def open(self, order_id: UUID, kind: LegKind, creator: Actor) -> str:
        """People press again until there is a page."""

        def press() -> None:
            calls.payment_page(gateway.connect(tasks.settings()), order_id, kind, PAGE, actor=creator)

        while self._killed("pay", lambda _killer: press()):
            pass
        return super().open(order_id, kind, creator)

    def settle(self) -> None:
        self._disturbed = True  # the reconciler is killed each time
        super().settle()

    def work(self) -> None:
        while self._killed("work", _work):
            pass

    def reconcile(self) -> None:
        def compare(_killer: Killer) -> None:
            with at(now() + timedelta(minutes=6)):
                run = reconcile.what_has_not_ended(gateway.connect(tasks.settings()))
            if run.troubles:
                raise RuntimeError(run.troubles)

        while self._killed("reconcile", compare):
            pass

    def _killed(self, doing: str, act: Callable[[Killer], None]) -> bool:
        """Let a child do something: whether it has to be done again, since the child was killed or Stripe stumbled."""
        inlet, outlet = os.pipe()
        # each child has a chance of its own, so that it is told by the seed what happens
        killer = Killer(random.Random(self.chance.random()), self.kills, doing, outlet, armed=True)
        child = os.fork()
        if child == 0:
            _live(killer, act)
        os.close(outlet)
        _, status = os.waitpid(child, 0)
        where = os.read(inlet, 500).decode()
        os.close(inlet)
        if os.WIFSIGNALED(status):
            self.kills[where] += 1
            return True
        assert os.WEXITSTATUS(status) in (0, _LOST, _REFUSED), "a child failed"
        return os.WEXITSTATUS(status) == _LOST


def _live(killer: Killer, act: Callable[[Killer], None]) -> None:
    """A child's whole life. It shares no connection with its parent."""
    try:
        for engine in db.engines.values():
            engine.dispose(close=False)
        gateway._connect.cache_clear()
        with standing_at_each_point(killer):
            act(killer)
        os._exit(0)
    except Gone as refusal:
        os._exit(_REFUSED if killer.doing == "pay" else _report(refusal))
    except Exception as trouble:
        os._exit(_LOST if type(trouble).__name__ in ("Unreachable", "Doubtful") else _report(trouble))


def _report(trouble: Exception) -> int:
    os.write(2, f"\na child met {trouble!r}\n".encode())
    return 1


def _work(killer: Killer) -> None:
    """Every job of payments that is due; one is only gone when it has ended, as with the worker."""
    while True:
        killer.armed = False
        with transaction() as session:
            job = session.execute(_NEXT).first()
        if job is None:
            return
        killer.doing, killer.armed = _called(job), True
        try:
            jobs.app.tasks[job.task_name].func(**job.args)
        finally:
            killer.armed = False
        with transaction() as session:
            session.execute(_DONE, {"id": job.id})


def _called(job: Any) -> str:
    """A job's name, with the kind of operation that it carries out, or what the message is about."""
    with transaction() as session:
        if "operation_id" in job.args:
            return f"{job.task_name} {session.get_one(Operation, UUID(job.args['operation_id'])).kind.value}"
        if "message_id" in job.args:
            told = session.get_one(WebhookEvent, UUID(job.args["message_id"])).type
            return f"{job.task_name} {told.rpartition('.')[0]}"
    return str(job.task_name)
