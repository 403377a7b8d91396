"""Who there is in a history, and what the portal has of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from portal.core import sealing
from portal.core.actor import Actor, Role
from portal.core.db import transaction
from portal.core.web import settings
from portal.payments.recipients import operations as recipients
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Schedule
from tests import make
from tests.payments.recipients.office import DETAILS

FACTORIES, CREATORS = 16, 4
#: The portal's own money at Stripe, in each currency: what it gives of its own comes out of it.
OWN = 10**12
CURRENCIES = ("USD", "EUR", "CNY", "HKD", "JPY")


@dataclass
class Factory:
    """A factory with somebody of it; `stripe_id` where Stripe can pay it."""

    actor: Actor
    row: Any
    stripe_id: str | None

    @property
    def key(self) -> str:
        return str(self.row.id)


@dataclass
class People:
    """Creators, two operators, and factories, some of which Stripe can pay, the others our bank."""

    factories: list[Factory] = field(default_factory=list)
    creators: list[Actor] = field(default_factory=list)
    operators: list[Actor] = field(default_factory=list)


def gather(standin: Any, by_stripe: Callable[[int], bool]) -> People:
    """`by_stripe` says of a factory's number whether Stripe can pay it."""
    for currency in CURRENCIES:
        standin.control("/drift", amount=OWN, currency=currency.lower())
    with transaction() as session:
        creators = [make.actor(make.person(session)) for _ in range(CREATORS)]
        operators = [make.actor(make.person(session, Role.OPERATOR)) for _ in range(2)]
        rows = [make.factory(session) for _ in range(FACTORIES)]
        members = [make.actor(make.member(session, row), row) for row in rows]
    found = People(creators=creators, operators=operators)
    for number, (row, member) in enumerate(zip(rows, members, strict=True)):
        stripe_id = _account(standin) if by_stripe(number) else None
        with transaction() as session:
            _paid_daily(session, member, stripe_id)
        found.factories.append(Factory(member, row, stripe_id))
    return found


def _account(standin: Any) -> str:
    wish = {"type": "express", "country": "US", "capabilities": {"transfers": {"requested": True}}}
    account = standin.v1.accounts.create(wish)
    standin.control(f"/accounts/{account.id}/complete")
    return str(account.id)


def _paid_daily(session: Session, member: Actor, stripe_id: str | None) -> None:
    """Through the account at Stripe, or to a bank."""
    recipient = recipients.own(session, member)
    recipient.schedule = Schedule.DAILY
    if stripe_id:
        recipient.stripe_id, recipient.stage = stripe_id, RecipientStage.ACTIVE
        session.add(recipient)
    else:
        recipients.give_bank(session, recipient, DETAILS, sealing.bank_details(settings()), actor=member)
