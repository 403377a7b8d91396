"""After a final inspection that failed: rework, or the creator takes the goods as they are."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.orders import bill
from portal.orders.acting import must
from portal.orders.inspections.accepting import accept_goods
from portal.orders.models import Inspection, InspectionKind, Order
from portal.orders.production.operations import reckoning


def finish_rework(
    session: Session, order: Order, done: str, made: int, pictures: Sequence[str] = (), *, actor: Actor
) -> None:
    """What failed in an order (locked) has been put right: `done` says how, `made` pieces are good now. The final
    inspection is to be made again, and the balance follows the pieces.

    Raises `Invalid` for fewer pieces than the tolerance allows.
    """
    must(order, "finish_rework", actor)
    found = reckoning(order, made)
    taken = photos.taken(session, "order", order.id, pictures, actor=actor)
    order.made_quantity = made
    bill.reckon(order)
    balances = {"balance_before_minor": found.before, "balance_after_minor": found.after, "currency": order.currency}
    advance(session, order, "finish_rework", actor=actor, reason=done, photos=taken, made=made, **balances)


def ask(session: Session, order: Order, reason: str, allowance_minor: int, *, actor: Actor) -> Inspection:
    """Ask the creator of an order (locked) to take the goods as they are, for `allowance_minor` off the balance.

    Raises `Invalid` for more than the balance.
    """
    must(order, "ask_concession", actor)
    if allowance_minor > order.balance_minor:
        raise Invalid(allowance_minor=N_("The allowance can’t be more than the balance."))
    failed = last_final(session, order)
    failed.concession_reason, failed.allowance_minor = reason, allowance_minor
    failed.concession_asked_at, failed.conceded, failed.concession_decided_at = clock.now(), None, None
    session.add(failed)
    told = {"inspection_id": str(failed.id), "reason": reason}
    advance(
        session, order, "ask_concession", actor=actor, **told, allowance_minor=allowance_minor, currency=order.currency
    )
    return failed


def grant(session: Session, order: Order, *, actor: Actor) -> Inspection:
    """The creator of an order (locked) takes the goods as they are: the allowance goes off the balance."""
    must(order, "grant_concession", actor)
    failed = _decide(session, order, conceded=True)
    order.extras_minor -= failed.allowance_minor
    told = {"inspection_id": str(failed.id), "allowance_minor": failed.allowance_minor}
    accept_goods(session, order, "grant_concession", actor=actor, **told)
    return failed


def refuse(session: Session, order: Order, reason: str, *, actor: Actor) -> Inspection:
    """The creator of an order (locked) wants the goods as the spec says: they are reworked."""
    must(order, "refuse_concession", actor)
    failed = _decide(session, order, conceded=False)
    advance(session, order, "refuse_concession", actor=actor, inspection_id=str(failed.id), reason=reason)
    return failed


def _decide(session: Session, order: Order, *, conceded: bool) -> Inspection:
    failed = last_final(session, order)
    failed.conceded, failed.concession_decided_at = conceded, clock.now()
    session.add(failed)
    return failed


def last_final(session: Session, order: Order) -> Inspection:
    """The newest final inspection of an order at REWORK or CONCESSION: the one that failed."""
    query = select(Inspection).where(Inspection.order_id == order.id, Inspection.kind == InspectionKind.FINAL)
    return session.exec(query.order_by(col(Inspection.id).desc()).limit(1)).one()
