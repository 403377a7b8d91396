"""Orders for tests, placed by the operation itself."""

from sqlmodel import Session

from portal.core.actor import PAYMENTS
from portal.core.clock import now
from portal.orders import operations
from portal.orders.models import Order
from tests.deals import Deal


def placed(session: Session, made: Deal, which: int = 0, quantity: int = 100) -> Order:
    """The order that choosing a quoted factory makes."""
    quote_id = made.invitations[which].current_quote_id
    assert quote_id
    return operations.award(session, made.brief.id, quote_id, quantity, actor=made.creator)


def paid(session: Session, made: Deal, which: int = 0) -> Order:
    """The same with its deposit paid now."""
    order = placed(session, made, which)
    operations.deposit_paid(session, order, actor=PAYMENTS, paid_at=now())
    return order
