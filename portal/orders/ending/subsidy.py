"""What the portal may give a creator of its own when a claim is settled. Payments lie above orders, so they register
how here."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

_grants: list[Callable[..., None]] = []
_lefts: list[Callable[[Connection, str], int]] = []


def register(grant: Callable[..., None], left: Callable[[Connection, str], int]) -> None:
    """`grant(session, order, minor, reason, spoken_for, actor=)` gives `minor` beside what goes back of the held money;
    `left(connection, currency)` says what of the month's budget there is."""
    _grants[:], _lefts[:] = [grant], [left]


def left(connection: Connection, currency: str) -> int:
    """What may be given this month in a currency."""
    return _lefts[0](connection, currency)


def grant(session: Session, order: Any, minor: int, reason: str, spoken_for: int, *, actor: Any) -> None:
    """Give it. Raises `Invalid` for more than there is."""
    if minor:
        _grants[0](session, order, minor, reason, spoken_for, actor=actor)
