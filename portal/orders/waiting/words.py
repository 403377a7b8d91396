"""What waits for a side, in its own words."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.filters import as_date
from portal.core.i18n import _
from portal.orders.lifecycle import MAKING, OrderStage
from portal.orders.progress import TASKS, Task
from portal.orders.words import party_of

#: (stage, side) -> what that side is to do there
_TO_DO: dict[tuple[OrderStage, Role], Task] = {
    (task.stage, task.role): task for task in TASKS if task.stage and task.role
}


class Waits(NamedTuple):
    """An order that waits for its reader. `path` leads to the part of its page where the thing is done."""

    what: str
    path: str
    number: int
    title: str
    party: str
    due: date | datetime
    due_on: str
    late: bool


def listed(rows: Iterable[Any], actor: Actor, paths: Callable[[UUID], str]) -> list[Waits]:
    """Rows of `queries.waiting` for a page."""
    return [_listed(row, actor, paths(row.id)) for row in rows]


def _listed(row: Any, actor: Actor, path: str) -> Waits:
    what, panel = _to_do(row, actor)
    due = row.ship_by if row.mine and row.stage in MAKING and row.ship_by else row.due
    late = row.due < clock.now()
    return Waits(what, f"{path}#{panel}", row.number, row.title, party_of(row, actor), due, as_date(due), late)


def _to_do(row: Any, actor: Actor) -> tuple[str, str]:
    """What is to be done, and the part of the order page where: what the stage asks for or the change order, whichever
    is due first."""
    if row.mine:
        task = _TO_DO[row.stage, actor.role]  # type: ignore[index]
        return str(task.text), task.panel
    return _("Answer change order %(number)d", number=row.change), "changes"
