"""Orders that wait for their reader, found by the same table of tasks that the order page shows.

An order waits for a side while it stands at a stage whose task is that side's and not done yet, or while the other
side's change order is open. Statements are built once for each side. Each reads the index of what waits for the side
as far as its page goes, and the few change orders that are open: however many orders a side has, it takes no longer.
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
    tuple_,
    union_all,
)

from portal.core.actor import Actor, Role
from portal.core.db import at_most, one_of
from portal.core.deadlines import Deadline
from portal.core.events import Event
from portal.orders import queries
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import TURN, ChangeOrder, Order
from portal.orders.progress import TASKS, Task

SIDES = (Role.CREATOR, Role.FACTORY)
#: As many as are counted.
COUNTED = 100
#: As many as stand on the pages that show the nearest only.
NEAREST = 5

_COLUMNS = ("id", "number", "due", "mine", "change")


def _happened(task: Task, *names: str, own: bool) -> ColumnElement[bool]:
    """Looked up for each order that is asked about: of an `exists` PostgreSQL would first hash all events there are."""
    found: Select[Any] = select(literal_column("1")).where(Event.order_id == Order.id, one_of(Event.name, *names))  # type: ignore[arg-type]
    found = found.where(one_of(Event.actor_role, task.role)) if own and task.role else found
    return found.correlate(Order.__table__).limit(1).scalar_subquery().is_not(None)  # type: ignore[attr-defined]


def _waits_at(task: Task) -> ColumnElement[bool]:
    """Whether an order at the task's stage waits for it: begun, where each side does it for itself not done, and where
    it fills what the order lacks still lacking."""
    parts: list[ColumnElement[bool]] = [one_of(Order.stage, task.stage)]  # type: ignore[arg-type]
    if task.after:
        parts.append(_happened(task, task.after, own=False))
    if task.own:
        parts.append(~_happened(task, *task.events, own=True))
    if task.lacks:
        parts.append(getattr(Order, task.lacks) == literal_column("'{}'::jsonb"))
    return and_(*parts)


def _is_turn(role: Role) -> ColumnElement[bool]:
    own = [task for task in TASKS if task.role == role and task.stage]
    special = [task for task in own if task.own or task.after or task.lacks]
    plain = [str(task.stage) for task in own if task not in special]
    return or_(one_of(Order.stage, *plain), *map(_waits_at, special))


def _is_asked(role: Role) -> ColumnElement[bool]:
    """Of a change order: it is the role's to answer."""
    other = next(side for side in SIDES if side != role)
    return and_(one_of(ChangeOrder.stage, ChangeStage.PROPOSED), one_of(ChangeOrder.side, other))


def _at_stage(role: Role) -> Select[Any]:
    """The orders whose stage waits for the side, without those of `_asked`."""
    asked = exists().where(ChangeOrder.order_id == Order.id, _is_asked(role))
    more: list[ColumnElement[Any]] = [
        literal_column("true").label("mine"),
        literal_column("null::integer").label("change"),
    ]
    found = select(Order.id, Order.number, Order.due_at.label("due"), *more)  # type: ignore[attr-defined]
    return found.where(queries.SCOPES[role], TURN[role], _is_turn(role), ~asked)


def _asked(role: Role) -> Select[Any]:
    """The orders with a change order that the side is to answer, whatever their stage. What the stage asks for stays
    the side's to do first unless it is due later."""
    first = or_(Deadline.due_at.is_(None), Order.due_at <= Deadline.due_at)  # type: ignore[attr-defined]
    mine = and_(TURN[role], _is_turn(role), first)
    due = func.least(case((mine, Order.due_at)), Deadline.due_at).label("due")  # type: ignore[arg-type]
    return (
        select(Order.id, Order.number, due, mine.label("mine"), ChangeOrder.number.label("change"))
        .join(ChangeOrder, ChangeOrder.order_id == Order.id)
        .outerjoin(Deadline, Deadline.subject_id == ChangeOrder.id)
        .where(queries.SCOPES[role], _is_asked(role))
    )


def _first(found: Any, later: bool, limit: Any) -> Any:
    """The nearest of them; or those from behind a place on."""
    found = found.subquery()
    place, begin = tuple_(found.c.due, found.c.number), tuple_(bindparam("due"), bindparam("number"))
    statement = select(*(found.c[name] for name in _COLUMNS)).order_by(found.c.due, found.c.number).limit(limit)
    return statement.where(place > begin) if later else statement


def _nearest(role: Role, later: bool, limit: Any) -> Any:
    parts = (_first(found, later, limit).subquery() for found in (_at_stage(role), _asked(role)))
    return _first(union_all(*(select(part) for part in parts)), False, limit)


def _page(role: Role, later: bool, rows: int) -> Select[Any]:
    found = _nearest(role, later, at_most(rows + 1)).subquery()
    statement = queries.listing(role).add_columns(found.c.due, found.c.mine, found.c.change)
    return statement.join(found, found.c.id == Order.id).order_by(found.c.due, found.c.number)


_PAGES = {
    (role, later, rows): _page(role, later, rows)
    for role in SIDES
    for later in (False, True)
    for rows in (queries.PAGE, NEAREST)
}
_COUNTS = {role: select(func.count()).select_from(_nearest(role, False, at_most(COUNTED)).subquery()) for role in SIDES}


class Place(NamedTuple):
    """Where a page of what waits begins: behind the order `number` that is due at `due`."""

    due: datetime
    number: int


class Page(NamedTuple):
    """Rows as `queries.orders` gives them with `due`, `mine` (what the stage asks for is to be done first) and `change`
    (the number of the open change order that is to be answered), the nearest date first; and where the next page begins
    (None on the last)."""

    rows: Sequence[Row[Any]]
    after: Place | None


def waiting(conn: Connection, actor: Actor, *, after: Place | None = None, limit: int = queries.PAGE) -> Page:
    """A page of the orders that wait for the actor's side, of `queries.PAGE` or `NEAREST` rows. Raises `NotFound` for
    who has none."""
    values = queries.viewer(actor) | (after._asdict() if after else {})
    rows = conn.execute(_PAGES[actor.role, after is not None, limit], values).all()  # type: ignore[index]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(rows[:limit], Place(last.due, last.number) if last else None)


def count(conn: Connection, actor: Actor) -> int:
    """How many orders wait for the actor's side; no more than `COUNTED` are counted."""
    return conn.execute(_COUNTS[actor.role], queries.viewer(actor)).scalar_one()  # type: ignore[index]
