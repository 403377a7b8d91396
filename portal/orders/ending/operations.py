"""Ending an order after its deposit, each way with the money that goes back; `payments.settle_end` returns it. A change
order that waits for its answer ends with it."""

from sqlmodel import Session

from portal.core.actor import Actor
from portal.core.errors import Gone
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.orders.acting import must
from portal.orders.changes import operations as changes
from portal.orders.ending import fees
from portal.orders.models import Order


def call_off(session: Session, order: Order, reason: str, *, fee_minor: int | None, actor: Actor) -> None:
    """The creator ends an order (locked) at the fee of its stage; `fee_minor` is the one that they have agreed to.

    Raises `NotFound`, `NotAllowed`, and `Gone` when the fee is another one by now.
    """
    must(order, "call_off", actor)
    split = fees.calling_off(session.connection(), order)
    if split.fee_minor != fee_minor:
        raise Gone(N_("The order has moved on, and calling it off now costs something else. Look at it again."))
    advance(session, order, "call_off", actor=actor, reason=reason, currency=order.currency, **split.data)
    changes.fall(session, order)


def give_up(session: Session, order: Order, reason: str, *, actor: Actor) -> None:
    """The factory ends an order (locked): everything that was paid goes back. Raises `NotFound`, `NotAllowed`."""
    must(order, "give_up", actor)
    split = fees.giving_up(session.connection(), order)
    advance(session, order, "give_up", actor=actor, reason=reason, currency=order.currency, **split.data)
    changes.fall(session, order)


def end(session: Session, order: Order, reason: str, refund_minor: int, *, actor: Actor) -> None:
    """An operator ends an order (locked) of two sides that can't agree; `refund_minor` goes back to the creator.

    Raises `NotAllowed`, and `Invalid` for more than is held.
    """
    split = fees.split(session.connection(), order, refund_minor)
    advance(session, order, "end", actor=actor, reason=reason, currency=order.currency, **split.data)
    changes.fall(session, order)
