"""What the portal holds for an order. Payments lie above orders, so they register the answer here."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Connection

_answers: list[Callable[[Connection, UUID], int]] = []


def register(answer: Callable[[Connection, UUID], int]) -> None:
    """Let `answer(connection, order_id)` say how many minor units are held for an order, in its currency."""
    _answers[:] = [answer]


def held(connection: Connection, order_id: UUID) -> int:
    """What was paid for the order and neither given back nor promised to be."""
    return _answers[0](connection, order_id)
