"""The one act of a reorder."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import at_most
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.i18n import N_
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.orders.samples import spec
from portal.sourcing import brief_operations, quote_prefill
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief, Invitation, Quote, QuoteLine

#: Stages at which the creator knows the goods.
REPEATABLE = frozenset({OrderStage.DELIVERED, OrderStage.CLOSED})


def may_repeat(order: Any, actor: Actor) -> bool:
    """Whether this is the creator of an order whose goods have come."""
    return actor.role == Role.CREATOR and order.creator_id == actor.person_id and order.stage in REPEATABLE


def repeat(
    session: Session, order: Order, quantities: Sequence[int], needed_by: date | None = None, *, actor: Actor
) -> Invitation:
    """Ask the factory of an order (locked) for the same again: same spec as it was in the end, same artwork. Its last
    quote is its draft of the new one, without the tooling, which there is already.

    Raises `NotFound` for others than the creator, `Gone` before delivery and while an earlier reorder waits for its
    quote, `Invalid` for a day that is not ahead, and when the factory is not there any more.
    """
    if actor.role != Role.CREATOR or order.creator_id != actor.person_id:
        raise NotFound()
    if not may_repeat(order, actor):
        raise Gone(N_("An order can be repeated once its goods have been delivered."))
    if waiting(session, order.id):
        raise Gone(N_("You have asked for this again already; the factory is quoting."))
    if needed_by and needed_by <= clock.now().date():
        raise Invalid(needed_by=N_("Choose a day ahead."))
    frozen = spec.in_force(session.connection(), order.id)
    values = dict(frozen.values) if frozen else order.terms["brief"]["values"]
    changes = {"values": values, "quantities": sorted(set(quantities)), "needed_by": needed_by}
    before = session.get_one(Brief, order.brief_id)
    invitation = brief_operations.repeat(session, before, order.id, order.factory_id, changes, actor=actor)
    invitation.quote_draft = _draft(session, order)
    return invitation


def _draft(session: Session, order: Order) -> dict[str, str]:
    lines = session.scalars(select(QuoteLine).where(QuoteLine.quote_id == order.quote_id)).all()
    return quote_prefill.from_quote(session.get_one(Quote, order.quote_id), lines) | {"tooling_minor": "0"}


_WAITING = (
    select(Brief.id).where(Brief.repeats_id == bindparam("order_id"), Brief.stage == BriefStage.OPEN).limit(at_most(1))
)


def waiting(conn: Connection | Session, order_id: UUID) -> Row[Any] | None:
    """The brief (id) that asks for the order's goods again and has not led to an order yet."""
    return conn.execute(_WAITING, {"order_id": order_id}).first()
