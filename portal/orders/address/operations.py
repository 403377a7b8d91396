"""The address that an order's parcels go to."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from portal.core.actor import Actor
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order

_S = OrderStage
#: Stages at which nothing can be sent to another address any more.
TOO_LATE = frozenset({_S.SHIPPED, _S.DELIVERED, _S.DISPUTED, _S.CLOSED, _S.EXPIRED, _S.CANCELLED})
FIELDS = ("recipient", "phone", "street", "postcode", "city", "region")


def must_take(order: Any) -> None:
    """Raises `Gone` where nothing of the order (entity or row) can be sent elsewhere any more."""
    if order.stage in TOO_LATE:
        raise Gone(N_("The goods are on their way, or the order has ended: write to the factory."))


def give(session: Session, order: Order, given: Mapping[str, str], *, actor: Actor) -> None:
    """Say where an order (locked) is to be delivered: `FIELDS`, in the country that was quoted for.

    Raises `NotFound` for others than its creator, `Gone` once everything is on its way or the order has ended.
    """
    if order.creator_id != actor.person_id:
        raise NotFound()
    must_take(order)
    country = order.terms["brief"]["ship_country"]
    order.address = {**{name: given[name] for name in FIELDS}, "country": country}
    session.add(order)
