"""The address that an order's parcels go to."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from portal.core.actor import Actor, Role
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.orders import progress
from portal.orders.models import Order

FIELDS = ("recipient", "phone", "street", "postcode", "city", "region")


def may_give(order: Any, role: Role | None) -> bool:
    """Whether `role` may say where an order (entity or row) goes, or say it anew."""
    return any(progress.may(step, order, role) for step in ("note_address", "give_address"))


def must_take(order: Any) -> None:
    """Raises `Gone` where nothing of the order (entity or row) can be sent elsewhere any more."""
    if not may_give(order, Role.CREATOR):
        raise Gone(N_("The goods are on their way, or the order has ended: write to the factory."))


def give(session: Session, order: Order, given: Mapping[str, str], *, actor: Actor) -> None:
    """Say where an order (locked) is to be delivered: `FIELDS`, in the country that was quoted for. Once the deposit is
    paid the factory is told, unless it is what was said before.

    Raises `NotFound` for others than its creator, `Gone` once everything is on its way or the order has ended.
    """
    if order.creator_id != actor.person_id:
        raise NotFound()
    must_take(order)
    before, country = order.address, order.terms["brief"]["ship_country"]
    order.address = {**{name: given[name] for name in FIELDS}, "country": country}
    if order.address == before:
        return
    session.add(order)
    # Where somebody lives is no part of the events, which are for ever.
    early = progress.may("note_address", order, actor.role)
    step = "note_address" if early else "change_address" if before else "give_address"
    advance(session, order, step, actor=actor)
