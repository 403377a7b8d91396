"""Which event is to be sent when. Each is a row, so a restart loses none."""

import random
import sqlite3
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.books.work import Work
from sandbox.stripe.control import Control

GIVE_UP_AFTER = 3 * 86_400
SHUFFLED_WITHIN = 1.5
AT_MOST = 100
"""How many are looked up at a time."""


@dataclass(frozen=True)
class Delivery:
    """One event to send to one address. `attempts` counts those made before.

    A number comes again once everything has been forgotten, so a delivery is known by its event too.
    """

    id: int
    event: str
    url: str
    payload: str
    attempts: int


def enqueue(work: Work) -> None:
    """Plan the delivery of what the work has emitted, mistreated as the settings say."""
    if not work.control.webhook_url:
        return
    for event in work.events:
        state = "held" if work.control.take("drop_webhooks") else "pending"
        for _ in range(max(work.control.duplicate, 1)):
            due = _due(work.control)
            work.db.execute(
                "INSERT INTO deliveries (event, state, due, first_due) VALUES (?, ?, ?, ?)",
                (event["id"], state, due, due),
            )


def _due(settings: Control) -> float:
    """When to send, on the real clock: the product's patience does not follow a moved one."""
    return time.time() + settings.delay + (random.uniform(0, SHUFFLED_WITHIN) if settings.shuffle else 0)


def due(db: sqlite3.Connection, settings: Control, but: Collection[Delivery]) -> list[Delivery]:
    """Those to send now, oldest first, without those that are already on their way."""
    if not settings.webhook_url:
        return []
    rows = db.execute(
        "SELECT deliveries.id, deliveries.event, deliveries.attempts, objects.body FROM deliveries"
        " JOIN objects ON objects.id = deliveries.event"
        " WHERE deliveries.state = 'pending' AND deliveries.due <= ? ORDER BY deliveries.due, deliveries.id LIMIT ?",
        (time.time(), AT_MOST + len(but)),
    )
    busy = {(delivery.id, delivery.event) for delivery in but}
    return [
        Delivery(row["id"], row["event"], settings.webhook_url, row["body"], row["attempts"])
        for row in rows
        if (row["id"], row["event"]) not in busy
    ]


def stands(db: sqlite3.Connection, delivery: Delivery) -> bool:
    """Nobody has made the stand-in forget it."""
    key = (delivery.id, delivery.event)
    return db.execute("SELECT 1 FROM deliveries WHERE id = ? AND event = ?", key).fetchone() is not None


def succeeded(db: sqlite3.Connection, delivery: Delivery, answer: str) -> None:
    """The product took it."""
    db.execute(
        "UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, last_answer = ?"
        " WHERE id = ? AND event = ?",
        (answer, delivery.id, delivery.event),
    )
    db.execute("UPDATE objects SET body = json_set(body, '$.pending_webhooks', 0) WHERE id = ?", (delivery.event,))


def went_wrong(db: sqlite3.Connection, delivery: Delivery, answer: str) -> None:
    """The product did not take it: again later, with growing pauses, for three days."""
    due_again = time.time() + min(2**delivery.attempts, 60)
    db.execute(
        "UPDATE deliveries SET attempts = attempts + 1, last_answer = ?, due = ?,"
        " state = CASE WHEN ? > first_due + ? THEN 'failed' ELSE 'pending' END"
        " WHERE id = ? AND event = ?",
        (answer, due_again, due_again, GIVE_UP_AFTER, delivery.id, delivery.event),
    )


def flush(db: sqlite3.Connection, settings: Control) -> int:
    """Release everything that is held, delayed or waiting for another attempt: how many."""
    rows = db.execute("SELECT id FROM deliveries WHERE state IN ('held', 'pending')").fetchall()
    for row in rows:
        due_now = time.time() + (random.uniform(0, SHUFFLED_WITHIN) if settings.shuffle else 0)
        db.execute("UPDATE deliveries SET state = 'pending', due = ? WHERE id = ?", (due_now, row["id"]))
    return len(rows)


def tally(db: sqlite3.Connection) -> dict[str, int]:
    """How many deliveries are in each state."""
    counts = dict.fromkeys(("pending", "held", "delivered", "failed"), 0)
    rows = db.execute("SELECT state, count(*) AS number FROM deliveries GROUP BY state")
    return counts | {row["state"]: row["number"] for row in rows}


def recent(db: sqlite3.Connection, most: int = 50) -> list[dict[str, Any]]:
    """The latest deliveries, newest first: event, type, state, attempts and what the product answered last."""
    rows = db.execute(
        "SELECT event, json_extract(body, '$.type') AS type, state, attempts, last_answer FROM deliveries"
        " JOIN objects ON objects.id = deliveries.event ORDER BY deliveries.id DESC LIMIT ?",
        (most,),
    )
    return [dict(row) for row in rows]
