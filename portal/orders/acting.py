"""What an operation on an order asks before anything else: is it theirs, and does the table let them now?"""

from portal.core.actor import Actor, Role
from portal.core.errors import NotAllowed, NotFound
from portal.core.i18n import N_
from portal.orders import progress
from portal.orders.models import Order


def must(order: Order, step: str, actor: Actor) -> None:
    """Raises `NotFound` for somebody of another order, `NotAllowed` when the order (locked) has moved on."""
    owner = {Role.CREATOR: order.creator_id == actor.person_id, Role.FACTORY: order.factory_id == actor.factory_id}
    if not owner.get(actor.role, False):  # type: ignore[arg-type]
        raise NotFound()
    if not progress.may(step, order, actor.role):
        raise NotAllowed(N_("That is no longer possible: this has moved on since the page was made."))
