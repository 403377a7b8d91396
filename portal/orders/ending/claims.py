"""Claims: opened by the creator while the claim window runs, withdrawn, or settled by an operator."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import days
from portal.core.errors import Gone, Invalid
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.orders.acting import must
from portal.orders.ending import fees, subsidy
from portal.orders.models import Order
from portal.orders.parcels.operations import CLAIM_WINDOW

#: How long the creator can still open another claim, at least, after having withdrawn one.
LEAST_WINDOW = days(3)


class Remedy(StrEnum):
    """What the creator wants."""

    REMAKE = "remake"
    PART = "part"
    REFUND = "refund"


def dispute(
    session: Session, order: Order, text: str, remedy: Remedy, photo_ids: Sequence[str], *, actor: Actor
) -> None:
    """The creator says what is wrong with the goods of an order (locked). The claim is kept with its event.

    Raises `NotFound`, `NotAllowed`, `Gone` once the claim window is over, `Invalid` for photos that can't be used.
    """
    must(order, "dispute", actor)
    if order.claims_until and order.claims_until <= clock.now():
        raise Gone(N_("The time for claims is over."))
    taken = photos.taken(session, "order", order.id, photo_ids, actor=actor)
    advance(session, order, "dispute", actor=actor, reason=text, remedy=remedy.value, photos=taken)


def withdraw(session: Session, order: Order, reason: str, *, actor: Actor) -> None:
    """The creator takes the claim on an order (locked) back: the goods are there, and the claim window goes on, three
    days at least. Raises `NotFound`, `NotAllowed`."""
    must(order, "withdraw_claim", actor)
    present = clock.now()
    if order.delivered_at is None:
        order.delivered_at, order.claims_until = present, present + CLAIM_WINDOW
    order.claims_until = max(order.claims_until or present, present + LEAST_WINDOW)
    advance(session, order, "withdraw_claim", actor=actor, reason=reason)


def have_remade(session: Session, order: Order, words: str, ship_by: date, *, actor: Actor) -> None:
    """An operator settles a claim: the factory makes the goods of an order (locked) again, to be shipped by a new day.

    Raises `NotAllowed`, and `Invalid` for a day that is not ahead.
    """
    if ship_by <= clock.now().date():
        raise Invalid(ship_by=N_("Choose a day ahead."))
    order.ship_by, order.late_at = ship_by, None
    order.balance_due_at = order.shipped_at = order.arrival_due_at = None
    order.delivered_at = order.claims_until = None
    advance(session, order, "have_remade", actor=actor, reason=words, ship_by=ship_by.isoformat())


def settle(
    session: Session, order: Order, words: str, refund_minor: int, subsidy_minor: int = 0, *, actor: Actor
) -> None:
    """An operator ends a claim and with it the order (locked): `refund_minor` of what is held goes back to the creator,
    which is 0 when the claim is dismissed, and `subsidy_minor` from the portal itself. Raises `NotAllowed`, `Invalid`
    for more than is held or than the portal may give, and `Gone` for a subsidy while the money stands still."""
    split = fees.split(session.connection(), order, refund_minor)
    order.closed_at = clock.now()
    advance(session, order, "settle_claim", actor=actor, reason=words, currency=order.currency, **split.data)
    subsidy.grant(session, order, subsidy_minor, words, refund_minor, actor=actor)
