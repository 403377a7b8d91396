"""Why nothing of an order may be shipped now. Payments lie above orders, so they register the answer here."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from portal.core.errors import Gone

_answers: list[Callable[[Connection, UUID], Any]] = []


def register(answer: Callable[[Connection, UUID], Any]) -> None:
    """Let `answer(connection, order_id)` say in words why the goods must stay; None when they may go."""
    _answers[:] = [answer]


def why(connection: Connection, order_id: UUID) -> Any:
    """Why the goods of an order must stay, in words; None when they may go."""
    return next((said for answer in _answers if (said := answer(connection, order_id))), None)


def must_move(connection: Connection, order_id: UUID) -> None:
    """Raises `Gone` while the goods of an order (locked) must stay."""
    if said := why(connection, order_id):
        raise Gone(said)
