"""Saying where a factory is paid, and what Stripe's answers change in that."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core import jobs, lifecycle
from portal.core.actor import PAYMENTS, Actor, Role
from portal.core.db import lock, new_id
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.events import Event
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.core.sealing import Sealer
from portal.payments.intents import intend
from portal.payments.models import Operation, OperationKind, OperationState
from portal.payments.payouts import bank_failures
from portal.payments.recipients import countries
from portal.payments.recipients.bank import BankDetails, unseal
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient, Schedule
from portal.payments.reports import AccountReport

#: The role of an account that only receives: Stripe asks its owner for what it has to know, we answer for losses.
_CONTROLLER = {
    "fees": {"payer": "application"},
    "losses": {"payments": "application"},
    "requirement_collection": "stripe",
    "stripe_dashboard": {"type": "express"},
}
SHORTEST_REASON = 10  # characters


def own(session: Session, actor: Actor) -> Recipient:
    """How the actor's factory is paid, locked; made when it was not there. Raises `NotFound` for all but its owners."""
    if actor.factory_id is None or not actor.owner or actor.role != Role.FACTORY:
        raise NotFound()
    return _of(session, actor.factory_id)


def _of(session: Session, factory_id: UUID) -> Recipient:
    query = select(Recipient.id).where(Recipient.factory_id == factory_id)
    ident = session.scalars(query).first()
    if ident is None:
        made = Recipient(id=new_id(), factory_id=factory_id)
        values = {column: getattr(made, column) for column in Recipient.__table__.columns.keys()}  # type: ignore[attr-defined]
        session.execute(insert(Recipient).values(values).on_conflict_do_nothing(index_elements=["factory_id"]))
        ident = session.scalars(query).one()
    return lock(session, Recipient, ident)


# --- through Stripe ---


def begin(session: Session, recipient: Recipient, country: str, *, actor: Actor) -> Operation | None:
    """Have a factory (its recipient locked) paid through an account at Stripe: the operation that opens it, or None
    when there is one already, in this country, to go on with. Nothing is paid until Stripe has what it asks for.

    Raises `Invalid` for a country that Stripe can't pay, `Gone` while an account elsewhere is being opened.
    """
    if not countries.by_stripe(country):
        raise Invalid(country=N_("Stripe does not pay into this country. Give your bank details instead."))
    opening = opening_of(session, recipient.id)
    if opening and opening.params["country"] != country:
        raise Gone(N_("Your account is being opened at this moment. Try again in a minute."))
    if recipient.stripe_id and recipient.country != country:
        _leave(recipient)
    if recipient.rail != Rail.STRIPE or recipient.country != country or recipient.stage == RecipientStage.DISCONNECTED:
        recipient.rail, recipient.country = Rail.STRIPE, country
        recipient.requirements, recipient.checked_at = {}, None
        advance(session, recipient, "begin", actor=actor, country=country)
    if recipient.stripe_id:
        return None
    return opening or _intend(session, recipient, actor)


def _leave(recipient: Recipient) -> None:
    """Another account takes this one's place. Its money stays where it is; what Stripe still says of it is known."""
    recipient.former_ids = [*recipient.former_ids, str(recipient.stripe_id)]
    recipient.stripe_id, recipient.requirements, recipient.checked_at = None, {}, None


def opening_of(session: Session, recipient_id: UUID) -> Operation | None:
    """The operation that is about to open an account, if there is one."""
    query = select(Operation).where(
        Operation.subject_id == recipient_id,
        Operation.kind == OperationKind.OPEN_ACCOUNT,
        Operation.state == OperationState.INTENDED,
    )
    return session.scalars(query).first()


def _intend(session: Session, recipient: Recipient, actor: Actor) -> Operation:
    ident = new_id()
    params: dict[str, Any] = {
        "country": recipient.country,
        "email": actor.email,
        "controller": _CONTROLLER,
        "capabilities": {"transfers": {"requested": True}},
        "tos_acceptance": {"service_agreement": countries.agreement(recipient.country)},
        "business_profile": {"name": actor.factory_name},
        "metadata": {"operation": str(ident), "factory": str(recipient.factory_id)},
    }
    return intend(
        session, OperationKind.OPEN_ACCOUNT, order_id=None, subject_id=recipient.id, params=params, ident=ident
    )


def record_opened(session: Session, operation: Operation, report: AccountReport) -> None:
    """Stripe has opened an account. One that the factory no longer waits for is left alone: it holds nothing."""
    recipient = lock(session, Recipient, operation.subject_id)
    if recipient.stripe_id or recipient.country != operation.params["country"]:
        recipient.former_ids = [*recipient.former_ids, report.stripe_id]
    else:
        recipient.stripe_id = report.stripe_id
        _follow(session, recipient, report)
    session.add(recipient)


def record_not_opened(session: Session, operation: Operation, why: str) -> None:
    """Stripe refuses to open an account: the page says so, and the next try makes another one."""
    recipient = lock(session, Recipient, operation.subject_id)
    if recipient.stripe_id is None:
        recipient.requirements = {"reason": "not_opened", "why": why[:300]}
        session.add(recipient)


def take_report(
    session: Session, recipient_id: UUID, stripe_id: str, report: AccountReport | None, asked_at: datetime
) -> str:
    """Bring a recipient up to what Stripe said when it was asked at `asked_at`: `None`, that we may not act for this
    account any more. What was learnt later stands. Returns what that came to."""
    recipient = lock(session, Recipient, recipient_id)
    if recipient.stripe_id != stripe_id:
        return "former"
    if recipient.checked_at and recipient.checked_at > asked_at:
        return "known"
    recipient.checked_at = asked_at
    session.add(recipient)
    if report is None:
        return _lose(session, recipient)
    return _follow(session, recipient, report)


def _lose(session: Session, recipient: Recipient) -> str:
    _leave(recipient)
    if recipient.rail == Rail.STRIPE and recipient.lifecycle.allows("disconnect", recipient.stage, Role.PAYMENTS):
        advance(session, recipient, "disconnect", actor=PAYMENTS)
    return "disconnected"


def _follow(session: Session, recipient: Recipient, report: AccountReport) -> str:
    recipient.requirements = {
        "due": list(report.due),
        "late": list(report.late),
        "until": report.until.isoformat() if report.until else None,
        "reason": report.reason,
        "submitted": report.submitted,
    }
    step = "activate" if report.payable else "restrict"
    if recipient.rail != Rail.STRIPE or not recipient.lifecycle.allows(step, recipient.stage, Role.PAYMENTS):
        return "known"
    advance(session, recipient, step, actor=PAYMENTS, due=len(report.due))
    if report.payable:
        jobs.defer(session, "payments.pay_out", factory_id=recipient.factory_id)
    return str(recipient.stage)


# --- through our bank ---


def give_bank(session: Session, recipient: Recipient, details: BankDetails, sealer: Sealer, *, actor: Actor) -> Event:
    """Have a factory (its recipient locked) paid to a bank account. Its owners are told, whoever it was. Raises
    `Invalid` for a country that Stripe can pay."""
    if countries.by_stripe(details.country):
        raise Invalid(country=N_("Factories there are paid through Stripe."))
    recipient.rail = Rail.BANK
    recipient.sealed_bank, recipient.bank_masked = details.seal(sealer), details.masked()
    bank_failures.details_changed(session, recipient.factory_id)
    masked = {name: recipient.bank_masked[name] for name in ("number", "bank")}
    return advance(session, recipient, "give_bank", actor=actor, **masked)


def reveal(session: Session, recipient: Recipient, why: str, sealer: Sealer, *, actor: Actor) -> BankDetails:
    """A factory's whole bank details, for an operator who says why they are needed: the factory sees who looked, when
    and why. Raises `Invalid` without a reason, `NotFound` when there are none."""
    if actor.role != Role.OPERATOR or not recipient.sealed_bank:
        raise NotFound()
    if len(why.strip()) < SHORTEST_REASON:
        raise Invalid(why=N_("Say in a few words what you need them for. The factory reads it."))
    seen(session, recipient, why.strip(), actor=actor)
    return unseal(sealer, recipient.sealed_bank)


def seen(session: Session, recipient: Recipient, why: str, *, actor: Actor, **facts: Any) -> Event:
    """Record that somebody has been shown, or given, a factory's whole bank details (`facts`: with which `batch`)."""
    return lifecycle.record(session, recipient, "bank_details_seen", actor=actor, why=why, name=actor.name, **facts)


# --- when ---


def choose_schedule(session: Session, recipient: Recipient, schedule: Schedule, *, actor: Actor) -> None:
    """How often a factory (its recipient locked) is paid. What is due by it goes at once."""
    if recipient.schedule == schedule:
        return
    recipient.schedule = schedule
    session.add(recipient)
    lifecycle.record(session, recipient, "schedule_chosen", actor=actor, schedule=schedule.value)
    jobs.defer(session, "payments.pay_out", factory_id=recipient.factory_id)
