"""Addresses that were given before."""

from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from portal.core.actor import Actor
from portal.orders.models import Order

_LAST = (
    select(Order.address)
    .where(Order.creator_id == bindparam("creator_id"), Order.address["country"].astext == bindparam("country"))
    .order_by(col(Order.number).desc())
    .limit(1)
)


def last_given(conn: Connection, actor: Actor, country: str) -> dict[str, Any] | None:
    """Where the creator had an order of theirs sent in that country the last time."""
    return conn.execute(_LAST, {"creator_id": actor.person_id, "country": country}).scalar()
