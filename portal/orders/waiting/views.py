"""The orders at which it is the reader's turn: their page, and what stands on the pages where a side begins its day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy import Connection

from portal.core.actor import Actor
from portal.core.asking import whole
from portal.core.db import reader
from portal.core.sections import Section
from portal.core.web import current_actor, not_modified, page, rule
from portal.orders.views import bp
from portal.orders.waiting import queries, words
from portal.orders.waiting.queries import SIDES, Place


@bp.get("/orders/waiting")
@rule(*SIDES)
def waiting() -> Any:
    """What waits for the reader's side, the nearest date first; from behind the order `number` due at `due` on."""
    conn, actor = reader(), current_actor()
    shown = queries.waiting(conn, actor, after=_place())
    waits = queries.count(conn, actor)
    if unchanged := not_modified([tuple(row) for row in shown.rows], shown.after, waits):
        return unchanged
    after = (
        url_for("orders.waiting", due=shown.after.due.isoformat(), number=shown.after.number) if shown.after else None
    )
    return page("orders/waiting.html", rows=_in_words(shown.rows), waits=waits, after=after)


def _place() -> Place | None:
    """Where the page begins, as the address says it; a broken one begins at the start."""
    due, number = request.args.get("due", type=datetime.fromisoformat), request.args.get("number", type=whole)
    return Place(due, number) if due and due.tzinfo and number else None


def _in_words(rows: Any) -> list[words.Waits]:
    start = url_for("orders.orders")
    return words.listed(rows, current_actor(), lambda ident: f"{start}/{ident}")


def count_for_tab() -> int | None:
    """How many orders wait for the reader's side; None for operators, who have none."""
    return queries.count(reader(), current_actor()) if current_actor().role in SIDES else None


def _load(conn: Connection, actor: Actor) -> Mapping[str, Any] | None:
    shown = queries.waiting(conn, actor, limit=queries.NEAREST)
    return {"rows": _in_words(shown.rows), "more": shown.after is not None} if shown.rows else None


#: For a creator's briefs and a factory's inbox.
SECTION = Section("orders/waiting/_section.html", _load)
