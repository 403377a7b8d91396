"""An order from the award to the paid deposit, or to its early end."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.clock import days
from portal.core.db import lock, new_id
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.filters import zone
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs.queries import files_for_spec
from portal.factories.models import Factory
from portal.orders import terms
from portal.orders.models import Order
from portal.sourcing import brief_operations
from portal.sourcing.inbox_queries import answered
from portal.sourcing.invitation_operations import open_invitations
from portal.sourcing.landed import costs
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation, Quote, QuoteLine

#: How long an order waits for its deposit.
DEPOSIT_WINDOW = days(7)


def award(session: Session, brief_id: UUID, quote_id: UUID, quantity: int, *, actor: Actor) -> Order:
    """Choose the quote `quote_id` at `quantity`: the order is made with its terms frozen, the other factories are told.

    However many ask at once, one wins. Raises `NotFound` when the brief is not the actor's, `Gone` when it is already
    awarded or closed, or the quote was revised, withdrawn or has expired since, `Invalid` for a quantity not quoted.
    """
    brief = lock(session, Brief, brief_id)
    if brief.creator_id != actor.person_id:
        raise NotFound()
    if brief.stage != BriefStage.OPEN:
        raise Gone(N_("You have chosen a quote for this brief already, or it has ended."))
    candidates = open_invitations(session, brief.id)
    quote, invitation = _current(session, candidates, quote_id)
    line = session.exec(select(QuoteLine).where(QuoteLine.quote_id == quote.id, QuoteLine.quantity == quantity)).first()
    if line is None:
        raise Invalid(N_("The factory has not quoted this quantity."))
    advance(session, brief, "award", actor=actor, quote_id=str(quote.id), quantity=quantity)
    advance(session, invitation, "win", actor=actor, quote_id=str(quote.id), quantity=quantity)
    for other in candidates:
        if other.id != invitation.id:
            advance(session, other, "lose", actor=actor)
    order = _make(session, brief, invitation, quote, line)
    advance(session, order, "place", actor=actor)
    return order


def _current(session: Session, candidates: list[Invitation], quote_id: UUID) -> tuple[Quote, Invitation]:
    """The quote and its invitation while it is its factory's newest word and still stands."""
    quote = session.get(Quote, quote_id)
    invitation = next((i for i in candidates if quote is not None and i.id == quote.invitation_id), None)
    if quote is None or invitation is None:
        raise Gone(N_("This quote can no longer be chosen. Look at the others."))
    if invitation.stage != InvitationStage.QUOTED:
        raise Gone(N_("The factory has withdrawn this quote, or it has expired."))
    if invitation.current_quote_id != quote.id:
        raise Gone(N_("The factory has revised its quote since you opened this page. Look at the new one first."))
    if quote.valid_until <= clock.now():
        raise Gone(N_("The factory has withdrawn this quote, or it has expired."))
    return quote, invitation


def _make(session: Session, brief: Brief, invitation: Invitation, quote: Quote, line: QuoteLine) -> Order:
    creator, factory = session.get_one(Person, brief.creator_id), session.get_one(Factory, invitation.factory_id)
    files = files_for_spec(session.connection(), brief.id)
    answers = answered(session.connection(), brief.id, invitation.id)
    order = of_quote(brief, invitation, quote, line, creator=creator, factory=factory, files=files, answers=answers)
    order.repeats_id = _repeated(session, brief, invitation)
    session.add(order)
    session.flush()
    return order


def of_quote(
    brief: Brief,
    invitation: Invitation,
    quote: Quote,
    line: QuoteLine,
    *,
    creator: Person,
    factory: Factory,
    files: Sequence[Mapping[str, Any]] = (),
    answers: Sequence[Any] = (),
) -> Order:
    """The order of a quote at one of its lines, its terms frozen; not yet in any session."""
    agreed = terms.frozen(
        brief=brief, quote=quote, line=line, costs=costs(quote, line), creator=creator, factory=factory, files=files,
        answers=answers,
    )  # fmt: skip
    sums = agreed["amounts"]
    return Order(
        id=new_id(),
        brief_id=brief.id,
        invitation_id=invitation.id,
        quote_id=quote.id,
        creator_id=brief.creator_id,
        factory_id=invitation.factory_id,
        category=brief.category,
        title=brief.title,
        quantity=line.quantity,
        currency=quote.currency,
        unit_price_minor=line.unit_price_minor,
        total_minor=sums["total_minor"],
        deposit_minor=sums["deposit_minor"],
        balance_minor=sums["balance_minor"],
        lead_days=line.lead_days,
        deposit_due_at=clock.now() + DEPOSIT_WINDOW,
        terms=agreed,
        terms_hash=terms.digest(agreed),
    )


def _repeated(session: Session, brief: Brief, invitation: Invitation) -> UUID | None:
    """The order that a new one repeats: the one that its brief asks for again, when the same factory makes it."""
    before = session.get(Order, brief.repeats_id) if brief.repeats_id else None
    return before.id if before and before.factory_id == invitation.factory_id else None


def deposit_paid(session: Session, order: Order, *, actor: Actor, paid_at: datetime) -> None:
    """The deposit of an order (locked by the caller) has arrived: the lead time begins, the spec is frozen next.

    Raises `NotAllowed` when the order no longer waits for it.
    """
    order.deposit_paid_at, order.ship_by = paid_at, _ship_by(order, paid_at)
    advance(session, order, "deposit_paid", actor=actor, amount_minor=order.deposit_minor, currency=order.currency)


def balance_paid(session: Session, order: Order, *, actor: Actor, paid_at: datetime, amount_minor: int) -> None:
    """The balance of an order (locked) has arrived, or none was due: the goods may go. The promised day moves on by as
    many days as the balance came late.

    Raises `NotAllowed` when the order does not wait for it.
    """
    if order.ship_by and order.balance_due_at and paid_at > order.balance_due_at:
        order.ship_by += timedelta(days=ceil((paid_at - order.balance_due_at) / days(1)))
    advance(session, order, "balance_paid", actor=actor, amount_minor=amount_minor, currency=order.currency)


def _ship_by(order: Order, paid_at: datetime) -> date:
    """The promised day, counted from the factory's own day of the payment."""
    there = zone(order.terms.get("factory", {}).get("timezone", "UTC"))
    return paid_at.astimezone(there).date() + timedelta(days=order.lead_days)


def begin_sampling(order: Order) -> None:
    """Set the day by which the next sample is due: as many days from now as the quote says."""
    order.sample_due_at = clock.now() + days(order.terms["quote"]["sample_days"])


def close(session: Session, order: Order, *, actor: Actor) -> None:
    """End an order (locked) with which all is well: its claim window is over, or the creator says so before."""
    if actor.role == Role.CREATOR and actor.person_id != order.creator_id:
        raise NotFound()
    order.closed_at = clock.now()
    advance(session, order, "close", actor=actor)


def cancel(session: Session, order: Order, reason: str = "", *, actor: Actor) -> None:
    """End an order (locked) whose deposit is not paid, and its brief. Either side may."""
    advance(session, order, "cancel", actor=actor, reason=reason)
    brief_operations.order_cancelled(session, order.brief_id, actor=actor)


def expire(session: Session, order: Order, *, actor: Actor) -> None:
    """End an order (locked) whose deposit did not come in time, and its brief."""
    advance(session, order, "expire", actor=actor)
    brief_operations.order_unpaid(session, order.brief_id, actor=actor)
