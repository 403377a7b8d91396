"""Idempotency keys as Stripe keeps them. https://docs.stripe.com/api/idempotent_requests"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sandbox.stripe.books.work import Work
from sandbox.stripe.errors import Unprocessed

KEPT_FOR = 86_400
LONGEST_KEY = 255


@dataclass(frozen=True)
class Answer:
    """A status, a body, and the request that brought them about."""

    status: int
    body: dict[str, Any]
    request_id: str
    replayed: bool = False


class KeysInUse:
    """The keys whose first request has not been answered yet; a killed process has none."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def only_one(self, key: str | None) -> Iterator[None]:
        """Raises Unprocessed (409) while another request with the same key is being carried out."""
        if key is None:
            yield
            return
        with self._guard:
            if key in self._keys:
                raise _in_use(key)
            self._keys.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._keys.discard(key)


def saved_answer(work: Work, key: str, path: str, sent: dict[str, Any]) -> Answer | None:
    """What the first request with this key was answered.

    Raises Unprocessed where the key was used for something else.
    """
    row = work.db.execute("SELECT * FROM answers WHERE key = ? AND saved_at > ?", (key, work.now - KEPT_FOR)).fetchone()
    if row is None:
        return None
    if row["path"] != path:
        raise _misused(f"for the same endpoint they were first used for ('{path}' vs '{row['path']}')", key)
    if row["params"] != _canonical(sent):
        raise _misused("with the same parameters they were first used with", key)
    return Answer(row["status"], json.loads(row["body"]), row["request_id"], replayed=True)


def save_answer(work: Work, key: str, path: str, sent: dict[str, Any], answer: Answer) -> None:
    """Keep an answer together with what it reports, in one transaction."""
    work.db.execute(
        "INSERT OR REPLACE INTO answers (key, path, params, status, body, request_id, saved_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (key, path, _canonical(sent), answer.status, json.dumps(answer.body), answer.request_id, work.now),
    )


def check_key(key: str) -> None:
    """Raises Unprocessed for a key that is longer than Stripe takes."""
    if len(key) > LONGEST_KEY:
        raise Unprocessed(f"Idempotency keys can be at most {LONGEST_KEY} characters long.")


def _canonical(sent: dict[str, Any]) -> str:
    return json.dumps(sent, sort_keys=True)


def _misused(how: str, key: str) -> Unprocessed:
    return Unprocessed(
        f"Keys for idempotent requests can only be used {how}. Try using a key other than '{key}' if you meant"
        " to execute a different request.",
        kind="idempotency_error",
    )


def _in_use(key: str) -> Unprocessed:
    return Unprocessed(
        f"There is currently another in-progress request using this Idempotent Key: {key}. Please try again later.",
        status=409,
        kind="idempotency_error",
        code="idempotency_key_in_use",
    )
