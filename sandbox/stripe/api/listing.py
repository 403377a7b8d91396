"""Lists: newest first, filtered, a page at a time. https://docs.stripe.com/api/pagination"""

import json
import sqlite3
from typing import Any

from sandbox.stripe.books.store import INDEXED, index_name
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError

LARGEST_PAGE = 100
_BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}

Condition = tuple[str, list[Any]]
"""A piece of SQL on the table `objects`, and its values."""


def page(work: Work, kind: str, params: dict[str, Any], url: str, *more: Condition, index: str = "") -> Body:
    """One page of the objects of a kind that the account has, as Stripe's list object.

    Parameters other than those of pagination filter by the field of the same name.
    """
    params = {name: value for name, value in params.items() if name != "expand"}
    limit = params.pop("limit", 10)
    after, before = params.pop("starting_after", None), params.pop("ending_before", None)
    _check(limit, after, before)
    owned: list[Condition] = [(f"kind = '{kind}'", []), ("account = ?", [work.account])]
    conditions = [*owned, *more, *_created(params.pop("created", {})), *_fields(params)]
    index = index or _index(kind, params)
    if before:
        later = ("seq > ?", [_seq(work, kind, before, "ending_before")])
        rows = _select(work, index, [*conditions, later], "ASC", limit)
        found = rows[:limit][::-1]
    else:
        cursor = [("seq < ?", [_seq(work, kind, after, "starting_after")])] if after else []
        rows = _select(work, index, [*conditions, *cursor], "DESC", limit)
        found = rows[:limit]
    data = [json.loads(row["body"]) for row in found]
    return {"object": "list", "data": data, "has_more": len(rows) > limit, "url": url}


def _check(limit: int, after: str | None, before: str | None) -> None:
    code = "parameter_invalid_integer"
    if limit < 1:
        raise StripeError("This value must be greater than or equal to 1.", code=code, param="limit")
    if limit > LARGEST_PAGE:
        raise StripeError(f"This value must be less than or equal to {LARGEST_PAGE}.", code=code, param="limit")
    if after and before:
        raise StripeError("You cannot parameterize both `starting_after` and `ending_before`.", param="starting_after")


def _created(wanted: int | dict[str, int]) -> list[Condition]:
    if isinstance(wanted, int):
        return [("created = ?", [wanted])]
    return [(f"created {_BOUNDS[bound]} ?", [value]) for bound, value in wanted.items()]


def _fields(wanted: dict[str, Any], path: str = "$") -> list[Condition]:
    """Equal fields. The names went through the SDK's declaration, so they can stand in SQL, where indexes need them."""
    conditions: list[Condition] = []
    for name, value in wanted.items():
        if isinstance(value, dict):
            conditions += _fields(value, f"{path}.{name}")
        else:
            conditions.append((f"json_extract(body, '{path}.{name}') = ?", [value]))
    return conditions


def _seq(work: Work, kind: str, object_id: str, param: str) -> int:
    work.get(kind, object_id, param)
    return work.db.execute("SELECT seq FROM objects WHERE id = ?", (object_id,)).fetchone()["seq"]


def _index(kind: str, params: dict[str, Any]) -> str:
    """The index that finds these objects. SQLite does not know how few of them a field's value leaves."""
    return next((index_name(kind, name) for name in INDEXED.get(kind, ()) if name in params), "objects_by_owner")


def _select(work: Work, index: str, conditions: list[Condition], order: str, limit: int) -> list[sqlite3.Row]:
    where = " AND ".join(sql for sql, _ in conditions)
    values = [value for _, values in conditions for value in values]
    return work.db.execute(
        f"SELECT body FROM objects INDEXED BY {index} WHERE {where}"  # noqa: S608 - values are bound
        f" ORDER BY seq {order} LIMIT ?",
        (*values, limit + 1),
    ).fetchall()
