"""What the clock does for change orders: reminds whoever is to answer, and ends what was not answered."""

from uuid import UUID

from sqlmodel import Session

from portal.core import deadlines, lifecycle
from portal.core.actor import CLOCK, Role
from portal.orders.changes import operations
from portal.orders.models import ChangeOrder, Order


@deadlines.on_due("change", "lapse")
def lapse_change(session: Session, change_id: UUID) -> None:
    operations.lapse(session, change_id)


@deadlines.reminds("change")
def remind_of_change(session: Session, change_id: UUID, event: str, roles: list[str]) -> None:
    """Only the side that is to answer hears of it."""
    change = session.get_one(ChangeOrder, change_id)
    told = operations.told(session.get_one(Order, change.order_id), change, "")
    announced = lifecycle.record(session, change, event, actor=CLOCK, **told)
    lifecycle.follow(session, announced, [Role(role) for role in roles if role != change.side])
