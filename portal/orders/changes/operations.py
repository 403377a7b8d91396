"""Proposing, answering and ending change orders. The order is locked by the caller, before its change order.

A change of quantity alters the pieces ordered, so the goods cost `quantity` times the unit price of the award; what the
other pieces are worth otherwise is the price difference's to say. It may no longer change once the pieces are made,
nor the price once the balance is paid.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from portal.core import clock, deadlines
from portal.core.actor import CLOCK, WORKER, Actor, Role
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs.queries import documents
from portal.orders import bill
from portal.orders.changes import artwork, queries
from portal.orders.changes.proposal import CHANGEABLE, UNPAID, Proposal, Spec, amounts_with, examine, former
from portal.orders.lifecycle import MAKING, ORDER, ChangeStage
from portal.orders.models import ChangeOrder, Order
from portal.orders.production.operations import today_of
from portal.products import category as category_of
from portal.products.values import raw_values

#: The promised day of the order's table, whichever step it begins with.
_GOODS_DUE = next(s.deadline for s in ORDER.steps if s.deadline and s.deadline.step == "fall_late")
#: Why a change order that is not open any more can't be answered.
ENDED = {
    ChangeStage.ACCEPTED: N_("This change order has been accepted already. It is in force."),
    ChangeStage.DECLINED: N_("This change order has been declined."),
    ChangeStage.WITHDRAWN: N_("This change order has been withdrawn."),
    ChangeStage.LAPSED: N_(
        "This change order has lapsed: it was not answered before its time was over, or before the order was."
    ),
}
_OVER = N_("The goods are on their way, or the order has ended: nothing about it can be changed any more.")

#: Why there can be no second one.
IS_OPEN = N_("A change order is open already. It must be answered or withdrawn before the next.")


def propose(session: Session, order: Order, said: Proposal, *, actor: Actor) -> ChangeOrder:
    """One side proposes a change; the other is told and has seven days to answer.

    Raises `NotFound` for somebody of another order, `Gone` when the order is past changing, another change order is
    open, or one was made since the page was; `Invalid` where it says nothing new or can't be made.
    """
    side = _side(order, actor)
    if order.stage not in CHANGEABLE:
        raise Gone(_OVER)
    _only_one(session, order, said.seen)
    spec = queries.spec_now(session, order.id)
    if said.files and side != Role.CREATOR:
        raise NotAllowed(N_("Only the creator replaces artwork."))
    said = replace(said, files=artwork.swaps(session.connection(), order, said.files))
    said = checked(order, spec, said, documents(session.connection(), order.brief_id))
    change = ChangeOrder(
        order_id=order.id,
        brief_id=order.brief_id,
        factory_id=order.factory_id,
        number=said.seen + 1,
        side=side,
        proposed_by=actor.person_id,
        reason=said.reason,
        values=said.values,
        files=dict(said.files),
        quantity=said.quantity,
        price_minor=said.price_minor,
        ship_by=said.ship_by,
        former=former(order, spec, said.values),
        amounts=amounts_with(order, said.quantity, said.price_minor),
    )
    session.add(change)
    session.flush()
    advance(session, change, "propose", actor=actor, **told(order, change, change.reason))
    return change


def _side(order: Order, actor: Actor) -> Role:
    own = {Role.CREATOR: order.creator_id == actor.person_id, Role.FACTORY: order.factory_id == actor.factory_id}
    if actor.role is None or not own.get(actor.role, False):
        raise NotFound()
    return actor.role


def _only_one(session: Session, order: Order, seen: int) -> None:
    query = select(ChangeOrder.id).where(ChangeOrder.order_id == order.id, ChangeOrder.stage == ChangeStage.PROPOSED)
    if session.exec(query).first():
        raise Gone(IS_OPEN)
    if queries.newest(session, order.id) != seen:
        raise Gone(N_("A change order was made since this page was. Look at the order before you propose another."))


def checked(order: Any, spec: Spec, said: Proposal, documents: frozenset[str]) -> Proposal:
    """The proposal on an order (or its page's row) without what is so already. `documents`: kinds that are uploaded.

    Raises `Invalid` when nothing would change, and for what can't be made or promised.
    """
    quantity = None if said.quantity == order.quantity else said.quantity
    ship_by = None if said.ship_by == order.ship_by else said.ship_by
    said = replace(said, quantity=quantity, ship_by=ship_by)
    if not (said.values or said.files or said.quantity or said.price_minor or said.ship_by):
        raise Invalid(N_("Nothing would change. Say what is to be different."))
    if problem := not_possible(order, said.quantity, said.price_minor):
        raise Invalid(problem)
    if said.ship_by and said.ship_by <= today_of(order):
        raise Invalid(ship_by=N_("Choose a day that is still to come."))
    _fits(order, spec, said, documents)
    return said


def _fits(order: Any, spec: Spec, said: Proposal, documents: frozenset[str]) -> None:
    category = category_of(order.category)
    raw = raw_values(category, {name: value for name, value in said.values.items() if value is not None})
    blank = {name: "" for name, value in said.values.items() if value is None}
    found = examine(category, spec, {**raw, **blank}, documents)
    if not found.ok or found.differences != said.values:
        words = [*found.problems.values(), *(finding.message for finding in found.findings)]
        raise Invalid(words[0] if words else N_("The spec can't be changed like this."))


def not_possible(order: Any, quantity: int | None, price_minor: int) -> Any | None:
    """Why an order (or its page's row) can't come to other pieces or money now; None when it can."""
    if (quantity or price_minor) and order.stage not in UNPAID:
        return N_("The balance is paid: price and quantity can't change any more.")
    if quantity and order.made_quantity is not None:
        return N_("The pieces are made: the quantity can't change any more.")
    if amounts_with(order, quantity, price_minor)["total_minor"] < 1:
        return N_("That would leave nothing to pay.")
    return None


def accept(session: Session, order: Order, number: int, reply: str = "", *, actor: Actor) -> ChangeOrder:
    """The other side accepts: price, quantity and day are the order's from now on, the promised day runs anew, and the
    spec gets a new revision, which counts as accepted by both. Of several answers the first counts.

    Raises `NotFound` for somebody of another order, `NotAllowed` for the side that proposed it, `Gone` when it has
    ended or the order can't be changed like this any more.
    """
    change = _answerable(session, order, number, actor)
    if order.stage not in CHANGEABLE:
        raise Gone(_OVER)
    if problem := not_possible(order, change.quantity, change.price_minor):
        raise Gone(problem)
    if change.ship_by and change.ship_by <= today_of(order):
        raise Gone(N_("The day proposed has passed. Decline this, and propose another day."))
    change.files = artwork.adopted(session, change.files)
    change.former = former(order, queries.spec_now(session, order.id), change.values)
    order.extras_minor += change.price_minor
    order.quantity = change.quantity or order.quantity
    bill.reckon(order)
    change.amounts = bill.amounts(order)
    if change.ship_by:
        _promise(session, order, change)
    session.add(order)
    return _decide(session, order, change, "accept", reply, actor)


def _promise(session: Session, order: Order, change: ChangeOrder) -> None:
    """The new day is the promised one: an order is not late before it."""
    order.ship_by = change.ship_by
    order.late_at = None
    due = order.ship_by_end
    if order.stage in MAKING and due and _GOODS_DUE:
        deadlines.start(session, order, _GOODS_DUE, due)


def decline(session: Session, order: Order, number: int, reply: str = "", *, actor: Actor) -> ChangeOrder:
    """The other side declines: all stays as it was. Raises as `accept`."""
    return _decide(session, order, _answerable(session, order, number, actor), "decline", reply, actor)


def withdraw(session: Session, order: Order, number: int, *, actor: Actor) -> ChangeOrder:
    """The side that proposed it takes it back. Raises `NotAllowed` for the other side, else as `accept`."""
    change = _open(session, order, number, actor)
    if actor.role != change.side:
        raise NotAllowed(N_("Only the side that proposed a change order may withdraw it. You can decline it."))
    return _decide(session, order, change, "withdraw", "", actor)


def _answerable(session: Session, order: Order, number: int, actor: Actor) -> ChangeOrder:
    change = _open(session, order, number, actor)
    if actor.role == change.side:
        raise NotAllowed(N_("Your side proposed this change order. It is the other side's to answer."))
    return change


def _open(session: Session, order: Order, number: int, actor: Actor) -> ChangeOrder:
    _side(order, actor)
    query = select(ChangeOrder.id).where(ChangeOrder.order_id == order.id, ChangeOrder.number == number)
    ident = session.exec(query).first()
    if ident is None:
        raise NotFound()
    change = lock(session, ChangeOrder, ident)
    if change.stage in ENDED:
        raise Gone(ENDED[change.stage])
    return change


def _decide(session: Session, order: Order, change: ChangeOrder, step: str, reply: str, actor: Actor) -> ChangeOrder:
    change.decided_by, change.decided_at, change.reply = actor.person_id, clock.now(), reply
    session.add(change)
    advance(session, change, step, actor=actor, **told(order, change, reply))
    return change


def lapse(session: Session, change_id: UUID) -> None:
    """End a change order that was not answered in time."""
    order = lock(session, Order, session.get_one(ChangeOrder, change_id).order_id, wait=False)
    change = lock(session, ChangeOrder, change_id, wait=False)
    change.decided_at = clock.now()
    advance(session, change, "lapse", actor=CLOCK, **told(order, change, ""))


def fall(session: Session, order: Order) -> None:
    """End the open change order, if there is one, of an order (locked) about which nothing can be changed any more."""
    query = select(ChangeOrder.id).where(ChangeOrder.order_id == order.id, ChangeOrder.stage == ChangeStage.PROPOSED)
    for ident in session.exec(query).all():
        change = lock(session, ChangeOrder, ident)
        change.decided_at = clock.now()
        advance(session, change, "fall", actor=WORKER, **told(order, change, ""))


#: How long a change order waits for its answer.
WINDOW = next(s.deadline.after for s in ChangeOrder.lifecycle.steps if s.deadline) or timedelta()


def told(order: Order, change: ChangeOrder, reason: str) -> dict[str, Any]:
    """What timelines and letters say of it. `reason` is the actor's own word, `why` that of who proposed it."""
    return {
        "number": change.number,
        "side": change.side.value,
        "reason": reason,
        "why": change.reason,
        "rows": len(change.values) + len(change.files),
        "quantity": change.quantity,
        "price_minor": change.price_minor,
        "ship_by": change.ship_by.isoformat() if change.ship_by else None,
        "total_minor": change.amounts["total_minor"],
        "currency": order.currency,
    }
