"""What the worker does for orders: ends those whose deposit did not come, reminds before."""

from uuid import UUID

from sqlmodel import Session

from portal.core import deadlines, lifecycle
from portal.core.actor import CLOCK, Role
from portal.core.db import lock
from portal.orders import operations
from portal.orders.models import Order


@deadlines.on_due("order", "expire")
def expire_order(session: Session, order_id: UUID) -> None:
    operations.expire(session, lock(session, Order, order_id, wait=False), actor=CLOCK)


@deadlines.reminds("order")
def remind_of_order(session: Session, order_id: UUID, event: str, roles: list[str]) -> None:
    announced = lifecycle.record(session, session.get_one(Order, order_id), event, actor=CLOCK)
    lifecycle.follow(session, announced, [Role(role) for role in roles])
