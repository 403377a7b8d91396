"""Many orders at once, as awards leave them: no money moves until somebody pays."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import Actor
from portal.core.clock import now
from portal.factories.models import Factory
from portal.orders import operations
from portal.orders.models import Order
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation, Quote, QuoteLine

QUANTITY = 100


@dataclass
class Wish:
    """A quote of 100 pieces that a creator takes; `terms` are those of the quote."""

    creator: Actor
    factory: Actor
    currency: str
    price: int
    terms: dict[str, int] = field(default_factory=dict)


def award(session: Session, wishes: list[Wish]) -> list[Order]:
    """An order for each wish."""
    briefs = [_brief(wish) for wish in wishes]
    _add(session, briefs)
    invitations = [_invitation(brief, wish) for brief, wish in zip(briefs, wishes, strict=True)]
    _add(session, invitations)
    quotes = [_quote(invitation, wish) for invitation, wish in zip(invitations, wishes, strict=True)]
    _add(session, quotes)
    lines = [
        QuoteLine(quote_id=quote.id, quantity=QUANTITY, unit_price_minor=wish.price, lead_days=25)
        for quote, wish in zip(quotes, wishes, strict=True)
    ]
    _add(session, lines)
    made = [_order(session, *of_one) for of_one in zip(briefs, invitations, quotes, lines, strict=True)]
    _add(session, made)
    return made


def _add(session: Session, rows: list[Any]) -> None:
    session.add_all(rows)
    session.flush()


def _brief(wish: Wish) -> Brief:
    return Brief(
        creator_id=wish.creator.person_id,
        category="plush",
        title="Stinky tofu plush",
        stage=BriefStage.AWARDED,
        quantities=[QUANTITY],
        currency=wish.currency,
        ship_country="US",
        submitted_at=now(),
        quotes_due_at=now(),
        closes_at=now() + timedelta(days=30),
    )


def _invitation(brief: Brief, wish: Wish) -> Invitation:
    fields = {"quote_due_at": now(), "stage": InvitationStage.WON}
    return Invitation(brief_id=brief.id, factory_id=wish.factory.factory_id, **fields)


def _quote(invitation: Invitation, wish: Wish) -> Quote:
    fields = {"revision": 1, "incoterm": "DAP", "valid_until": now() + timedelta(days=14), **wish.terms}
    return Quote(invitation_id=invitation.id, sent_by=wish.factory.person_id, currency=wish.currency, **fields)


def _order(session: Session, brief: Brief, invitation: Invitation, quote: Quote, line: QuoteLine) -> Order:
    creator, factory = session.get_one(Person, brief.creator_id), session.get_one(Factory, invitation.factory_id)
    return operations.of_quote(brief, invitation, quote, line, creator=creator, factory=factory)
