"""The production spec that a sample is measured against. Specs lie above orders, so they register how it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection


@dataclass(frozen=True)
class Frozen:
    """The newest finished revision of an order's spec: its letter, the SHA-256 of its content, its values by field,
    what the factory assumes for those left blank, and the tolerances that hold where neither says any."""

    revision: str
    content_hash: str
    values: Mapping[str, Any]
    assumptions: Mapping[str, str]
    usual: Mapping[str, Sequence[str]]


_read: list[Callable[[Connection, UUID], Frozen | None]] = []


def register(read: Callable[[Connection, UUID], Frozen | None]) -> None:
    """Let `in_force` answer with `read`."""
    _read[:] = [read]


def in_force(conn: Connection, order_id: UUID) -> Frozen | None:
    """The spec that holds for an order now; None before it is frozen."""
    return _read[0](conn, order_id) if _read else None
