"""Reads of samples. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import Session

from portal.core.events import Event
from portal.orders.models import Order, Sample, SamplePin

_ROUNDS = select(Sample.__table__).where(Sample.order_id == bindparam("order_id")).order_by(Sample.round.desc())
_GOLDEN = _ROUNDS.where(Sample.seal_hash != "").limit(1)
_PINS = (
    select(SamplePin.sample_id, SamplePin.photo_id, SamplePin.number, SamplePin.x, SamplePin.y, SamplePin.text)
    .join(Sample, Sample.id == SamplePin.sample_id)
    .where(Sample.order_id == bindparam("order_id"))
    .order_by(SamplePin.sample_id, SamplePin.number)
)
_TOOLING = (
    select(Event.data, Event.created_at)
    .where(Event.order_id == bindparam("order_id"), Event.name == "tooling_made")
    .order_by(Event.id)
    .limit(1)
)
_NUMBER = select(Order.number).where(Order.id == bindparam("order_id"))


def rounds(conn: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """Every sample of an order, the newest first: all columns."""
    return conn.execute(_ROUNDS, {"order_id": order_id}).all()


def pins(conn: Connection, order_id: UUID) -> dict[UUID, list[Row[Any]]]:
    """sample id -> the comments pinned on its photos, in their order (photo_id, number, x, y, text)."""
    found: dict[UUID, list[Row[Any]]] = {}
    for pin in conn.execute(_PINS, {"order_id": order_id}):
        found.setdefault(pin.sample_id, []).append(pin)
    return found


def golden(conn: Connection | Session, order_id: UUID) -> Row[Any] | None:
    """The golden sample: the sealed round with all its columns (round, photos, measured, seal, seal_hash, judged_at);
    None until one is sealed."""
    return conn.execute(_GOLDEN, {"order_id": order_id}).first()


def tooling(conn: Connection | Session, order_id: UUID) -> Row[Any] | None:
    """What was said when the tooling was made: `data` with photos and note, `created_at`; None before."""
    return conn.execute(_TOOLING, {"order_id": order_id}).first()


def number_of(conn: Connection | Session, order_id: UUID) -> int:
    """An order's number."""
    return conn.execute(_NUMBER, {"order_id": order_id}).scalar_one()
