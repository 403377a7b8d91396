"""Reads of orders, always scoped to the viewer."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, false, select

from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from portal.orders.models import Order


def visible(query: Select[Any], actor: Actor) -> Select[Any]:
    """`query` over orders, reduced to what `actor` may see: a creator theirs, a factory's people the factory's."""
    if actor.role == Role.OPERATOR:
        return query
    if actor.role == Role.CREATOR:
        return query.where(Order.creator_id == actor.person_id)
    if actor.role == Role.FACTORY and actor.factory_id:
        return query.where(Order.factory_id == actor.factory_id)
    return query.where(false())


def visible_order(conn: Connection, actor: Actor, order_id: UUID) -> Row[Any]:
    """The order's own columns. Raises `NotFound` when there is none, or none for this viewer."""
    found = conn.execute(visible(select(*Order.__table__.c), actor).where(Order.id == order_id)).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotFound()
    return found
