"""Orders that wait for their reader, found by the same table of tasks that the order page shows.

An order waits for a side while it stands at a stage whose task is that side's and not done yet, or while the other
side's change order is open. Statements are built once for each side.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from portal.core.actor import Actor, Role
from portal.core.deadlines import Deadline
from portal.core.events import Event
from portal.orders import queries
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import ChangeOrder, Order
from portal.orders.progress import TASKS, Task
from portal.orders.words import DUE_FIELDS

SIDES = (Role.CREATOR, Role.FACTORY)
#: As many as are counted.
COUNTED = 100

_running = select(func.min(Deadline.due_at).label("due_at")).where(Deadline.subject_id == Order.id).lateral("running")
_asked = (
    select(ChangeOrder.side, ChangeOrder.number.label("change"), Deadline.due_at)
    .outerjoin(Deadline, Deadline.subject_id == ChangeOrder.id)
    .where(ChangeOrder.order_id == Order.id, ChangeOrder.stage == ChangeStage.PROPOSED)
    .limit(1)
    .lateral("asked")
)


def _happened(task: Task, *names: str, own: bool) -> ColumnElement[bool]:
    found = exists().where(Event.order_id == Order.id, Event.name.in_(names))  # type: ignore[union-attr]
    return found.where(Event.actor_role == task.role) if own else found


def _waits_at(task: Task) -> ColumnElement[bool]:
    """Whether an order at the task's stage waits for it: begun, and where each side does it for itself, not done."""
    parts: list[ColumnElement[bool]] = [Order.stage == task.stage]  # type: ignore[list-item]
    if task.after:
        parts.append(_happened(task, task.after, own=False))
    if task.own:
        parts.append(~_happened(task, *task.events, own=True))
    return and_(*parts)


def _escalated() -> Any:
    """When the clock escalated what an order waits for: its deadline is over then, and no date is left of it."""
    stayed = and_(Event.source == Order.stage, Event.target == Order.stage, Event.actor_role == Role.CLOCK)
    return select(func.max(Event.created_at)).where(Event.order_id == Order.id, stayed).scalar_subquery()


def _due() -> Any:
    """By when the order's turn is to be taken: the running deadline, else the stage's date, else when it passed."""
    dates = case(*((Order.stage == stage, getattr(Order, name)) for stage, name in DUE_FIELDS.items()))
    promised = func.timezone("UTC", Order.ship_by)
    return func.coalesce(_running.c.due_at, dates, _escalated(), promised, Order.created_at)


def _of(role: Role) -> Select[Any]:
    """The orders that wait for a side: a page's columns, `due`, `mine` (the stage's task is theirs), `change`."""
    plain = [task.stage for task in TASKS if task.role == role and task.stage and not (task.own or task.after)]
    special = [_waits_at(task) for task in TASKS if task.role == role and (task.own or task.after)]
    mine = or_(Order.stage.in_(plain), *special)  # type: ignore[attr-defined]
    asked = and_(_asked.c.change.is_not(None), _asked.c.side != role)
    due = func.least(case((mine, _due())), case((asked, _asked.c.due_at)))
    return (
        queries.listing(role)
        .add_columns(due.label("due"), mine.label("mine"), case((asked, _asked.c.change)).label("change"))
        .join(_running, true())
        .outerjoin(_asked, true())
        .where(or_(mine, asked))
    )


def _page(role: Role, later: bool) -> Select[Any]:
    found = _of(role).cte("found")
    place = tuple_(found.c.due, found.c.number)
    statement = select(found).order_by(found.c.due, found.c.number).limit(bindparam("limit"))
    return statement.where(place > tuple_(bindparam("due"), bindparam("number"))) if later else statement


_PAGES = {(role, later): _page(role, later) for role in SIDES for later in (False, True)}
_COUNTS = {
    role: select(func.count()).select_from(_of(role).with_only_columns(literal_column("1")).limit(COUNTED).subquery())
    for role in SIDES
}


class Place(NamedTuple):
    """Where a page of what waits begins: behind the order `number` that is due at `due`."""

    due: datetime
    number: int


class Page(NamedTuple):
    """Rows as `queries.orders` gives them with `due`, `mine` and `change` (the number of the open change order that
    is to be answered), the nearest date first; and where the next page begins (None on the last)."""

    rows: Sequence[Row[Any]]
    after: Place | None


def waiting(conn: Connection, actor: Actor, *, after: Place | None = None, limit: int = queries.PAGE) -> Page:
    """A page of the orders that wait for the actor's side. Raises `NotFound` for who has none."""
    values = queries.viewer(actor) | {"limit": limit + 1} | (after._asdict() if after else {})
    rows = conn.execute(_PAGES[actor.role, after is not None], values).all()  # type: ignore[index]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], Place(last.due, last.number) if last else None)


def count(conn: Connection, actor: Actor) -> int:
    """How many orders wait for the actor's side; no more than `COUNTED` are counted."""
    return conn.execute(_COUNTS[actor.role], queries.viewer(actor)).scalar_one()  # type: ignore[index]
