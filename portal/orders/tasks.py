"""What the clock does for orders: ends, escalates and reminds."""

from functools import partial
from uuid import UUID

from sqlmodel import Session

from portal.core import clock, deadlines, lifecycle
from portal.core.actor import CLOCK, Role
from portal.core.db import lock
from portal.orders import operations
from portal.orders.changes import tasks as change_tasks
from portal.orders.models import Order
from portal.orders.parcels import tasks as parcel_tasks

__all__ = ["change_tasks", "parcel_tasks"]

#: Steps of the clock that change nothing but tell everybody who can end the wait.
ESCALATIONS = (
    "escalate_spec", "sample_late", "escalate_sample", "escalate_concession", "balance_late", "ask_arrival",
    "press_claim",
)  # fmt: skip


def _locked(session: Session, order_id: UUID) -> Order:
    return lock(session, Order, order_id, wait=False)


@deadlines.on_due("order", "expire")
def expire_order(session: Session, order_id: UUID) -> None:
    operations.expire(session, _locked(session, order_id), actor=CLOCK)


@deadlines.on_due("order", "close")
def close_order(session: Session, order_id: UUID) -> None:
    operations.close(session, _locked(session, order_id), actor=CLOCK)


@deadlines.on_due("order", "fall_late")
def note_lateness(session: Session, order_id: UUID) -> None:
    """The promised day has passed: said once, at whatever stage of making the goods it happens."""
    order = _locked(session, order_id)
    if order.late_at is None:
        order.late_at = clock.now()
        lifecycle.advance(session, order, "fall_late", actor=CLOCK)


def _escalate(step: str, session: Session, order_id: UUID) -> None:
    lifecycle.advance(session, _locked(session, order_id), step, actor=CLOCK)


for _step in ESCALATIONS:
    deadlines.on_due("order", _step)(partial(_escalate, _step))


@deadlines.reminds("order")
def remind_of_order(session: Session, order_id: UUID, event: str, roles: list[str]) -> None:
    announced = lifecycle.record(session, session.get_one(Order, order_id), event, actor=CLOCK)
    lifecycle.follow(session, announced, [Role(role) for role in roles])
