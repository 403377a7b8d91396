"""Granting a subsidy: never more than the budget of the month, never more than the cards have not got back yet."""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from portal.core import lifecycle
from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.db import new_id
from portal.core.errors import Invalid
from portal.core.events import Event
from portal.core.i18n import N_
from portal.core.money import show
from portal.orders.models import Order
from portal.payments import held, holds, refunds
from portal.payments.held import Held
from portal.payments.subsidies.models import Subsidy, SubsidyBudget


def month_of() -> date:
    """The first day of this calendar month (UTC)."""
    return now().date().replace(day=1)


def used(connection: Connection, currency: str) -> int:
    """What has been granted this month in a currency, in minor units."""
    query = select(func.coalesce(func.sum(Subsidy.amount_minor), 0))
    query = query.where(Subsidy.currency == currency, Subsidy.month == month_of())
    return int(connection.execute(query).scalar_one())


def left(connection: Connection, currency: str) -> int:
    """What of this month's budget in a currency is left; 0 where there is none."""
    budget = connection.execute(select(SubsidyBudget.monthly_minor).where(SubsidyBudget.currency == currency)).scalar()
    return max((budget or 0) - used(connection, currency), 0)


def set_budget(session: Session, currency: str, monthly_minor: int, *, actor: Actor) -> None:
    """An operator sets what may be given in a month in a currency. What was granted stays granted."""
    values = {"monthly_minor": monthly_minor, "set_by": actor.person_id}
    row = {"id": new_id(), "created_at": now(), "currency": currency, **values}
    session.execute(insert(SubsidyBudget).values(row).on_conflict_do_update(index_elements=["currency"], set_=values))


def grant(session: Session, order: Order, minor: int, reason: str, spoken_for: int = 0, *, actor: Actor) -> None:
    """Have `minor` returned to the cards that paid for an order (locked), at the portal's cost. `spoken_for` is what
    goes back to them of the held money because of the same judgement.

    Raises `Invalid` for more than has not been returned, or than is left of the month's budget; `Gone` while the
    order's money stands still.
    """
    if minor < 1:
        return
    holds.must_be_free(session, order.id)
    payments = held.returnable(session, order.id)
    most = sum(payment.left for payment in payments) - spoken_for
    if minor > most:
        raise Invalid(
            subsidy=N_(
                "At most %(most)s of what was paid has not been returned.", most=show(max(most, 0), order.currency)
            )
        )
    _reserve(session, order.currency, minor)
    said = {"reason": reason, "amount_minor": minor, "currency": order.currency}
    event = lifecycle.record(session, order, "subsidy_granted", actor=actor, **said)
    lifecycle.follow(session, event, [Role.CREATOR])
    _keep(session, order, event.id, minor, reason, actor)
    _share_out(session, order, event, payments, minor)


def _reserve(session: Session, currency: str, minor: int) -> None:
    """The budget's row is locked, so that two grants see each other's."""
    session.execute(select(SubsidyBudget.id).where(SubsidyBudget.currency == currency).with_for_update())
    rest = left(session.connection(), currency)
    if minor > rest:
        raise Invalid(subsidy=N_("%(rest)s is left of this month’s budget for subsidies.", rest=show(rest, currency)))


def _keep(session: Session, order: Order, event_id: UUID, minor: int, reason: str, actor: Actor) -> None:
    session.add(
        Subsidy(
            order_id=order.id,
            event_id=event_id,
            currency=order.currency,
            month=month_of(),
            amount_minor=minor,
            reason=reason,
            granted_by=actor.person_id,
        )
    )
    session.flush()


def _share_out(session: Session, order: Order, event: Event, payments: list[Held], minor: int) -> None:
    """The earliest payment first: what is held goes back from the latest, so that the two don't meet."""
    rest = minor
    for payment in payments:
        part = min(rest, payment.left)
        if part:
            refunds.subsidise(session, order, event, payment, part)
            rest -= part
