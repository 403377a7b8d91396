"""One atomic piece of work: what an API request, a click on the hosted page or a timer reads and changes."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sandbox.stripe.books.ids import new_id
from sandbox.stripe.control import Control
from sandbox.stripe.errors import no_such

Body = dict[str, Any]
"""A Stripe object as it is answered, related objects as their ids."""


@dataclass(frozen=True)
class Cause:
    """The API request that brings an event about; empty for clicks and timers."""

    request_id: str | None = None
    idempotency_key: str | None = None


NO_REQUEST = Cause()


@dataclass
class Work:
    """Access to the books within one open transaction. `now` is in seconds, `base_url` ends without a slash.

    Everything belongs to an account: "" is the platform, whose key is used; `account` is the one acted for. `upload`
    is the content of the file that came with the request.
    """

    db: sqlite3.Connection
    now: int
    base_url: str
    control: Control
    cause: Cause
    api_version: str
    account: str = ""
    upload: bytes = b""
    events: list[Body] = field(default_factory=list)

    def add(self, prefix: str, body: Body, *, owner: str | None = None, **hidden: Any) -> Body:
        """Store a new object, completed with id and created, and answer it.

        It belongs to the account acted for, or to `owner`. What is `hidden` is kept beside it and never answered.
        """
        body = {"id": new_id(prefix), "created": self.now, **body}
        owner = self.account if owner is None else owner
        self.db.execute(
            "INSERT INTO objects (id, kind, created, body, hidden, account) VALUES (?, ?, ?, ?, ?, ?)",
            (body["id"], body["object"], body["created"], json.dumps(body), json.dumps(hidden), owner),
        )
        return body

    def save(self, body: Body) -> None:
        """Write back an object that has changed."""
        self.db.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))

    def get(self, kind: str, object_id: str, param: str = "id") -> Body:
        """The object, or Stripe's 404 naming the parameter that asked for it."""
        row = self.db.execute(
            "SELECT body FROM objects WHERE id = ? AND kind = ? AND account = ?", (object_id, kind, self.account)
        ).fetchone()
        if row is None:
            raise no_such(kind, object_id, param)
        return json.loads(row["body"])

    def find(self, object_id: str) -> Body | None:
        """The object of whatever kind, or None."""
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row["body"]) if row else None

    def remove(self, object_id: str) -> None:
        """Forget an object."""
        self.db.execute("DELETE FROM objects WHERE id = ?", (object_id,))

    def owner(self, object_id: str) -> str:
        """The account that an object belongs to. Raises StripeError (404) where there is no such object."""
        row = self.db.execute("SELECT account FROM objects WHERE id = ?", (object_id,)).fetchone()
        if row is None:
            raise no_such("object", object_id, "id")
        return row["account"]

    def hidden(self, object_id: str) -> dict[str, Any]:
        """What is kept beside an object and never answered."""
        row = self.db.execute("SELECT hidden FROM objects WHERE id = ?", (object_id,)).fetchone()
        return json.loads(row["hidden"])

    def hide(self, object_id: str, **values: Any) -> None:
        """Add to what is kept beside an object."""
        hidden = {**self.hidden(object_id), **values}
        self.db.execute("UPDATE objects SET hidden = ? WHERE id = ?", (json.dumps(hidden), object_id))

    def emit(self, event_type: str, subject: Body, previous: Body | None = None, *, owner: str | None = None) -> None:
        """Record an event with the object as it is now. It is delivered once the work is committed.

        One of a connected account says so, and is in that account's list.
        """
        owner = self.account if owner is None else owner
        data: Body = {"object": subject}
        if previous is not None:
            data["previous_attributes"] = previous
        cause = {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key}
        event = {
            "object": "event",
            "account": owner or None,
            "context": owner or None,
            "livemode": False,
            "api_version": self.api_version,
            "data": data,
            "pending_webhooks": 1 if self.control.webhook_url else 0,
            "request": cause,
            "type": event_type,
        }
        self.events.append(self.add("evt", event, owner=owner))

    def later(self, seconds: int, action: str, subject: str) -> None:
        """Run a timer action (see resources) on an object after so many seconds, also after a restart."""
        self.at(self.now + seconds, action, subject)

    def at(self, due: int, action: str, subject: str) -> None:
        """Run a timer action on an object at a given second."""
        self.db.execute("INSERT INTO timers (due, action, subject) VALUES (?, ?, ?)", (due, action, subject))

    def due_timers(self) -> Iterator[tuple[str, str]]:
        """Take the (action, subject) pairs whose time has come, oldest first."""
        rows = self.db.execute("SELECT id, action, subject FROM timers WHERE due <= ? ORDER BY due, id", (self.now,))
        for row in rows.fetchall():
            self.db.execute("DELETE FROM timers WHERE id = ?", (row["id"],))
            yield row["action"], row["subject"]

    @contextmanager
    def undo_when_refused(self) -> Iterator[None]:
        """A part of the work that leaves nothing behind when it raises."""
        recorded = len(self.events)
        self.db.execute("SAVEPOINT part")
        try:
            yield
        except Exception:
            self.db.execute("ROLLBACK TO part")
            del self.events[recorded:]
            raise
        finally:
            self.db.execute("RELEASE part")
