"""How often somebody may try. Counted in PostgreSQL, so that it holds across web workers without a further service.

    @bp.post("/something")
    @rule(ANYONE)
    @limited(Limit(20, minutes=10, by=address), Limit(5, minutes=10, by=posted("email")))
    def something(): ...

Only unsafe requests count, unless `reads=True`. Whoever tries too often gets a page (429) that says when to come back.
`RATE_LIMITS=0` switches all of them off.
"""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, Response, request
from sqlalchemy import text
from werkzeug.exceptions import TooManyRequests

from portal.core import clock
from portal.core.db import db
from portal.core.web import current_actor, page, settings

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Limit:
    """At most `times` in `minutes`, counted apart for each value of `by()`; not counted where that is empty."""

    times: int
    minutes: int
    by: Callable[[], str]


def address() -> str:
    """The network address that the request came from."""
    return f"ip:{request.remote_addr}"


def posted(field: str) -> Callable[[], str]:
    """What was typed into a field: an email address, whoever types it."""
    return lambda: f"{field}:{typed}" if (typed := request.form.get(field, "").strip().casefold()) else ""


def posted_here(field: str) -> Callable[[], str]:
    """What was typed into a field, by somebody at one network address: others can't lock its owner out."""
    return lambda: f"{typed} {address()}" if (typed := posted(field)()) else ""


def person() -> str:
    """The signed-in person."""
    return f"person:{current_actor().person_id}"


_COUNT = text(
    """
    insert into rate_limit as r (key, hits, ends_at)
    select * from unnest(cast(:keys as text[]), cast(:ones as int[]), cast(:ends as timestamptz[]))
    on conflict (key) do update set
      hits = case when r.ends_at <= :now then 1 else r.hits + 1 end,
      ends_at = case when r.ends_at <= :now then excluded.ends_at else r.ends_at end
    returning key, hits, ends_at
    """
)


def count(name: str, limits: tuple[Limit, ...]) -> datetime | None:
    """Count one try of `name` against every limit; the moment until which it is refused, or None when it is allowed."""
    present = clock.now()
    rows = {}
    for limit in limits:
        if who := limit.by():
            key = hashlib.blake2b(f"{name} {limit.minutes} {who}".encode(), digest_size=20).hexdigest()
            rows[key] = (limit.times, present + timedelta(minutes=limit.minutes))
    if not rows:
        return None
    keys = sorted(rows)  # always in one order, so that two requests never wait for each other
    values = {"keys": keys, "ones": [1] * len(keys), "ends": [rows[key][1] for key in keys], "now": present}
    with db.engine.begin() as connection:  # of its own: a refused request's count stays
        counted = connection.execute(_COUNT, values).all()
    return max((row.ends_at for row in counted if row.hits > rows[row.key][0]), default=None)


class TooOften(TooManyRequests):
    """Tried more often than a `Limit` allows; `until` says for how long."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


def limited(*limits: Limit, name: str = "", reads: bool = False) -> Callable[[V], V]:
    """Let the view run only so often. Views with the same `name` are counted together."""

    def decorate(view: V) -> V:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            counts = reads or request.method not in ("GET", "HEAD", "OPTIONS")
            if counts and settings().RATE_LIMITS:
                until = count(name or view.__qualname__, limits)
                if until:
                    raise TooOften(until)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def _refuse(error: TooOften) -> Response:
    wait = max(1, int((error.until - clock.now()).total_seconds()) + 1)
    response = page("accounts/too_often.html", status=429, until=error.until)
    response.headers["Retry-After"] = str(wait)
    return response


def init_app(app: Flask) -> None:
    app.register_error_handler(TooOften, _refuse)
