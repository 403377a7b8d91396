"""What the operators' desk shows: how much of everything, what is near its date, what failed; things by number.

Only operators' views call these.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
    values,
)
from sqlalchemy.dialects.postgresql import JSONB

from portal.accounts.models import Person
from portal.core import clock
from portal.core.deadlines import Deadline
from portal.core.events import Event
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief

SOON = timedelta(days=2)


def _number(some: Select[Any], of: Any) -> Any:
    """How many rows `some` has for each row of `of`; it stops at its limit."""
    return select(func.count()).select_from(some.correlate(of).subquery()).correlate(of).scalar_subquery()


#: As far as things are counted: to count a hundred thousand on each view would make the desk slow, and tell nothing.
COUNTED = 1000

_stages = values(column("stage", Order.__table__.c.stage.type), name="stages").data([(s,) for s in OrderStage])  # type: ignore[attr-defined]
_at_stage: Select[Any] = select(literal_column("1")).where(Order.stage == _stages.c.stage).limit(COUNTED + 1)
_ORDERS_BY_STAGE = select(_stages.c.stage, _number(_at_stage, _stages).label("n"))
#: The waits that the desk shows: (subject, step of the clock).
WAITS = (("brief", "expire"), ("invitation", "lapse"), ("invitation", "expire_quote"), ("order", "expire"))
_waits = values(column("subject", String), column("step", String), name="waits").data(list(WAITS))
_of_kind: Select[Any] = (
    select(literal_column("1"))
    .where(Deadline.subject == _waits.c.subject, Deadline.step == _waits.c.step)
    .limit(COUNTED + 1)
)
_RUNNING = select(
    _waits.c.subject,
    _waits.c.step,
    _number(_of_kind, _waits).label("n"),
    _number(_of_kind.where(Deadline.due_at < bindparam("soon")), _waits).label("soon"),
)
_TO_VERIFY = select(func.count()).select_from(Factory).where(Factory.stage == FactoryStage.SUBMITTED)
_jobs = table(
    "procrastinate_jobs",
    *(column(name) for name in ("id", "status", "queue_name", "task_name", "attempts")),
    column("args", JSONB),
)
_MOST_FAILED = 30
_event = _jobs.c.args["event_id"].astext
_of_all = func.count().over().label("n")
_FAILED_JOBS = (
    select(_jobs.c.id, _jobs.c.task_name, _jobs.c.attempts, Order.id.label("order_id"), Order.number, _of_all)
    .outerjoin(Event, Event.id == case((_event.regexp_match("^[0-9a-f-]{36}$"), cast(_event, Uuid))))  # type: ignore[arg-type]
    .outerjoin(Order, Order.id == Event.order_id)
    .where(_jobs.c.status == literal_column("'failed'"))
    .order_by((_jobs.c.queue_name == "payments").desc(), _jobs.c.id)  # money first
    .limit(_MOST_FAILED)
)


class Running(NamedTuple):
    """How many deadlines of a kind run, and how many of them end within `SOON`."""

    n: int = 0
    soon: int = 0


class Desk(NamedTuple):
    """Figures of this moment. `orders`: stage -> count, every stage present; `running`: (subject, step) -> deadlines;
    `failed`: jobs that failed all their tries, those about money first, at most 30 of them (id, task_name, attempts,
    order_id and number where it is about one order, n: how many there are in all). Counts beyond `COUNTED` stop at one
    more."""

    orders: dict[OrderStage, int]
    running: dict[tuple[str, str], Running]
    factories_to_verify: int
    failed: Sequence[Row[Any]]

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
    .add_columns(func.coalesce(func.nullif(Factory.name, ""), Factory.name_zh).label("factory_name"))
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
