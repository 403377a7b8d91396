"""Asking for money back of a finished order, and giving it."""

from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.core.money import show
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.models import Order
from portal.payments import holds
from portal.payments.givebacks.lifecycle import GiveBackStage
from portal.payments.givebacks.models import GiveBack
from portal.payments.payouts import taking_back


class Cost(NamedTuple):
    """What giving back `gross` costs each, in minor units: the factory, and the portal of its fee."""

    gross: int
    factory: int
    portal: int


def most(session: Session, order: Order) -> int:
    """What can be given back of an order (locked) that has ended."""
    return taking_back.released_left(session, order.id) if order.stage in ENDED_STAGES else 0


def cost(session: Session, order: Order, minor: int) -> Cost:
    """What giving so much back would cost each side. Raises `Invalid` for more than there is."""
    _check(session, order, minor)
    fee = sum(fee for _left, _gross, fee in taking_back.shares(taking_back.parts_left(session, order.id), minor))
    return Cost(minor, minor - fee, fee)


def _check(session: Session, order: Order, minor: int) -> None:
    left = most(session, order)
    if not left:
        raise Gone(N_("There is nothing of this order that could be given back."))
    if not 1 <= minor <= left:
        raise Invalid(amount=N_("Write an amount up to %(most)s.", most=show(left, order.currency)))


def _must_be_theirs(order: Order, actor: Actor) -> None:
    owner = {
        Role.CREATOR: order.creator_id == actor.person_id,
        Role.FACTORY: order.factory_id == actor.factory_id,
        Role.OPERATOR: True,
    }
    if not owner.get(actor.role, False):  # type: ignore[arg-type]
        raise NotFound()


def waiting(session: Session, order_id: UUID) -> GiveBack | None:
    """The request of an order (locked) that is not answered, locked too."""
    query = select(GiveBack.id).where(GiveBack.order_id == order_id, GiveBack.stage == GiveBackStage.ASKED)
    ident = session.exec(query).first()
    return lock(session, GiveBack, ident) if ident else None


def _must_wait(session: Session, order: Order) -> GiveBack:
    if found := waiting(session, order.id):
        return found
    raise Gone(N_("This request has been answered or taken back in the meantime."))


def ask(session: Session, order: Order, minor: int, reason: str, *, actor: Actor) -> GiveBack:
    """The creator asks the factory of a finished order (locked) for `minor` back. Raises `NotFound`, `Gone` while
    another request waits, `Invalid` for more than the factory has had."""
    _must_be_theirs(order, actor)
    if waiting(session, order.id):
        raise Gone(N_("You have asked already. The factory answers first."))
    _check(session, order, minor)
    made = _new(order, asked_minor=minor, reason=reason)
    session.add(made)
    session.flush()
    advance(session, made, "ask", actor=actor, reason=reason, amount_minor=minor, currency=order.currency)
    return made


def _new(order: Order, **fields: object) -> GiveBack:
    where = {"order_id": order.id, "brief_id": order.brief_id, "factory_id": order.factory_id}
    return GiveBack(**where, currency=order.currency, **fields)


def withdraw(session: Session, order: Order, *, actor: Actor) -> None:
    """The creator takes the request on an order (locked) back. Raises `NotFound`, `Gone`."""
    _must_be_theirs(order, actor)
    request = _must_wait(session, order)
    advance(session, request, "withdraw", actor=actor, currency=order.currency, amount_minor=request.asked_minor)


def decline(session: Session, order: Order, reply: str, *, actor: Actor) -> None:
    """The factory, or an operator for it, gives nothing back of an order (locked). Raises `NotFound`, `Gone`."""
    _must_be_theirs(order, actor)
    request = _must_wait(session, order)
    _decided(request, reply, actor)
    advance(session, request, "decline", actor=actor, reason=reply, **_amounts(request))


def give(session: Session, order: Order, minor: int, reply: str, *, agreed_minor: int, actor: Actor) -> None:
    """The factory of an order (locked), or an operator for it, gives `minor` back: as the answer to a request that
    waits, or of its own accord. `agreed_minor` is what it has agreed that this costs the factory.

    Raises `NotFound`, `Invalid` for more than is left, `Gone` when it would cost something else by now or the order's
    money stands still.
    """
    _must_be_theirs(order, actor)
    holds.must_be_free(session, order.id)
    if cost(session, order, minor).factory != agreed_minor:
        raise Gone(N_("This costs something else by now. Look at it again."))
    request = waiting(session, order.id)
    given = request or _new(order, stage=GiveBackStage.GRANTED)
    given.granted_minor = minor
    _decided(given, reply, actor)
    event = advance(session, given, "grant" if request else "give", actor=actor, reason=reply, **_amounts(given))
    taking_back.give_back_released(session, order, event, minor)


def _decided(given: GiveBack, reply: str, actor: Actor) -> None:
    given.reply, given.decided_by, given.decided_at = reply, actor.person_id, now()


def _amounts(given: GiveBack) -> dict[str, object]:
    return {
        "currency": given.currency,
        "amount_minor": given.granted_minor,
        "asked_minor": given.asked_minor or 0,
    }
