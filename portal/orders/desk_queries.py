"""What the operators' desk shows: how much of everything, what is near its date, what failed; things by number.

Only operators' views call these.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, column, func, literal_column, select, table

from portal.accounts.models import Person
from portal.core import clock
from portal.core.deadlines import Deadline
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from portal.orders.lifecycle import ENDED_STAGES, OrderStage
from portal.orders.models import Order
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief

SOON = timedelta(days=2)

_ORDERS_BY_STAGE = select(Order.stage, func.count().label("n")).group_by(Order.stage)
_RUNNING = select(
    Deadline.subject,
    Deadline.step,
    func.count().label("n"),
    func.count().filter(Deadline.due_at < bindparam("soon")).label("soon"),
).group_by(Deadline.subject, Deadline.step)
_TO_VERIFY = select(func.count()).select_from(Factory).where(Factory.stage == FactoryStage.SUBMITTED)
_jobs = table("procrastinate_jobs", column("status"), column("queue_name"))
_FAILED_JOBS = (
    select(_jobs.c.queue_name, func.count().label("n"))
    .where(_jobs.c.status == literal_column("'failed'"))
    .group_by(_jobs.c.queue_name)
    .order_by(_jobs.c.queue_name)
)


class Running(NamedTuple):
    """How many deadlines of a kind run, and how many of them end within `SOON`."""

    n: int = 0
    soon: int = 0


class Desk(NamedTuple):
    """Figures of this moment. `orders`: stage -> count, every stage present; `running`: (subject, step) -> deadlines;
    `failed`: (queue_name, n) of failed jobs."""

    orders: dict[OrderStage, int]
    running: dict[tuple[str, str], Running]
    factories_to_verify: int
    failed: Sequence[Row[Any]]

    @property
    def under_way(self) -> int:
        return sum(n for stage, n in self.orders.items() if stage not in ENDED_STAGES)

    def deadlines(self, subject: str, step: str) -> Running:
        return self.running.get((subject, step), Running())


def desk(conn: Connection) -> Desk:
    found = {row.stage: row.n for row in conn.execute(_ORDERS_BY_STAGE)}
    running = conn.execute(_RUNNING, {"soon": clock.now() + SOON})
    return Desk(
        {stage: found.get(stage, 0) for stage in OrderStage},
        {(row.subject, row.step): Running(row.n, row.soon) for row in running},
        conn.execute(_TO_VERIFY).scalar_one(),
        conn.execute(_FAILED_JOBS).all(),
    )


_BRIEF_BY_NUMBER = (
    select(Brief.id, Brief.number, Brief.title, Brief.stage, Person.name.label("creator_name"))
    .join(Person, Person.id == Brief.creator_id)
    .where(Brief.number == bindparam("number"), Brief.stage != BriefStage.DRAFT)
)
_ORDER_BY_NUMBER = (
    select(Order.id, Order.number, Order.title, Order.stage, Person.name.label("creator_name"))
    .add_columns(Factory.name.label("factory_name"))
    .join(Person, Person.id == Order.creator_id)
    .join(Factory, Factory.id == Order.factory_id)
    .where(Order.number == bindparam("number"))
)


class Found(NamedTuple):
    order: Row[Any] | None
    brief: Row[Any] | None


def by_number(conn: Connection, number: int) -> Found:
    """The order and the brief that carry a number."""
    values = {"number": number}
    return Found(conn.execute(_ORDER_BY_NUMBER, values).first(), conn.execute(_BRIEF_BY_NUMBER, values).first())
