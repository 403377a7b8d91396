"""Who hears of an event, and what the letter can say of it: plain reads over the features below."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlmodel import Session

from portal.accounts.models import Membership, Person, TeamRole
from portal.core.actor import Role
from portal.core.deadlines import Deadline
from portal.core.events import Event
from portal.core.lifecycle import LIFECYCLES
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.sourcing.invitation_operations import sealed
from portal.sourcing.models import Brief, Invitation, Question, Quote, QuoteLine

_PERSON = (Person.id, Person.email, Person.name, Person.locale, Person.timezone, Person.notify)


def recipients(session: Session, event: Event, role: Role, *, owners: bool = False) -> list[Row[Any]]:
    """The people in `role` whom the event concerns, confirmed and active. A factory's are all its members, or with
    `owners` those alone."""
    query = select(*_PERSON).where(Person.active, Person.confirmed_at.is_not(None))
    if role == Role.CREATOR:
        query = query.join(Brief, Brief.creator_id == Person.id).where(Brief.id == event.brief_id)
    elif role == Role.FACTORY:
        query = query.join(Membership, Membership.person_id == Person.id)
        query = query.where(Membership.factory_id == event.factory_id)
        if owners:
            query = query.where(Membership.role == TeamRole.OWNER)
    else:
        query = query.where(Person.role == Role.OPERATOR)
    return list(session.execute(query.order_by(Person.id)))


def subject_matter(session: Session, event: Event) -> dict[str, Any]:
    """brief, factory, invitation, question, quote, order of the event: entities, or None where it has none; `repeats`,
    the order that is to be made again, for those two who had it made; the quote's `quote_lines`; `due`, when what it
    asks for is due; `sealed`, that the factory may not read what the brief is about yet, so that no letter to it names
    the thing."""

    def get(model: Any, ident: UUID | None) -> Any:
        return session.get(model, ident) if ident else None

    invitation = get(Invitation, event.invitation_id)
    order = get(Order, event.order_id)
    if order is None and event.name == "quote_won":  # the order is made in the same transaction
        order = session.scalars(select(Order).where(Order.brief_id == event.brief_id)).first()
    factory = get(Factory, event.factory_id)
    quote = get(Quote, invitation.current_quote_id) if invitation else None
    brief = get(Brief, event.brief_id)
    hidden = bool(brief and invitation and sealed(brief, invitation))
    repeats = get(Order, brief.repeats_id) if brief and not hidden else None
    if repeats and invitation and invitation.factory_id != repeats.factory_id:
        repeats = None  # another factory has made it
    return {
        "event": event,
        "data": event.data,
        "brief": brief,
        "repeats": repeats,
        "sealed": hidden,
        "factory": factory,
        "invitation": invitation,
        "question": get(Question, UUID(event.data["question_id"]) if "question_id" in event.data else None),
        "quote": quote,
        "quote_lines": _lines(session, quote) if quote else [],
        "order": order,
        "due": _due(session, event),
    }


def _lines(session: Session, quote: Quote) -> list[QuoteLine]:
    query = select(QuoteLine).where(QuoteLine.quote_id == quote.id).order_by(QuoteLine.quantity)
    return list(session.scalars(query))


def _due(session: Session, event: Event) -> datetime | None:
    """When the wait ends that the event begins or reminds of; None where it does neither."""
    lifecycle = LIFECYCLES.get(event.subject)
    for step in lifecycle.steps if lifecycle else ():
        rule = step.deadline
        if rule and rule.after and step.event == event.name:
            return event.created_at + rule.after
        if rule and event.name == rule.event:
            query = select(Deadline.due_at).where(Deadline.subject_id == event.subject_id, Deadline.step == rule.step)
            return session.scalar(query)
    return None


def factory_name(factory: Factory | None, locale: str) -> str:
    """The factory's name in the reader's script, where it has one."""
    if factory is None:
        return ""
    return (factory.name_zh if locale.startswith("zh") else factory.name) or factory.name or factory.name_zh
