"""Rows for tests, made the short way: each returns an entity that is already flushed."""

import uuid
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from portal import products
from portal.accounts import sign_ins
from portal.accounts.models import Membership, Person, TeamRole
from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.db import transaction
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Factory, PriceTier
from portal.orders.models import Order
from portal.orders.operations import of_quote
from portal.products.fields import Dimension
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation, Quote, QuoteLine


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def person(session: Session, role: Role = Role.CREATOR, **fields: Any) -> Person:
    code = uuid.uuid4().hex
    fields = {
        "email": f"{code[:10]}@example.com",
        "name": "Ada",
        "fs_uniquifier": code,
        "confirmed_at": now(),
        "locale": "zh_Hans" if role == Role.FACTORY else "en",
    } | fields
    return _add(session, Person(role=role, **fields))


def sign_in_key(who: Person) -> str:
    """What the cookie of a browser says that `who`, who is committed, has just signed in with."""
    with transaction() as session:
        return sign_ins.begin(session, who, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


def factory(session: Session, category: str = "plush", *, capability: dict | None = None, **fields: Any) -> Factory:
    """A verified factory with one capability and one price tier per 100, 300 and 1,000 pieces."""
    code = uuid.uuid4().hex[:8]
    fields = {
        "slug": f"factory-{code}",
        "name": f"Factory {code}",
        "name_zh": "测试工厂",
        "stage": FactoryStage.VERIFIED,
        "city": "Yangzhou",
        "latitude": 32.39,
        "longitude": 119.42,
    } | fields
    made = _add(session, Factory(**fields))
    goods = list(products.category(category).vocabulary(Dimension.GOODS))
    abilities = {"moq": 50, "available": True, "score": 0.5, "goods": goods} | (capability or {})
    _add(session, Capability(factory_id=made.id, category=category, **abilities))
    for quantity, price in ((100, 2500), (300, 2100), (1000, 1800)):
        for currency in ("CNY", "USD"):
            tier = PriceTier(
                factory_id=made.id, category=category, currency=currency, min_quantity=quantity,
                unit_price_minor=price if currency == "CNY" else price // 7, lead_days=20,
            )  # fmt: skip
            _add(session, tier)
    return made


def member(session: Session, factory: Factory, team_role: TeamRole = TeamRole.OWNER, **fields: Any) -> Person:
    who = person(session, Role.FACTORY, **fields)
    _add(session, Membership(person_id=who.id, factory_id=factory.id, role=team_role))
    return who


def actor(who: Person, factory: Factory | None = None) -> Actor:
    return Actor(
        who.role, who.id, factory.id if factory else None, who.name, who.email, factory.name if factory else "",
        owner=bool(factory), locale=who.locale, timezone=who.timezone,
    )  # fmt: skip


def brief(session: Session, creator: Person, category: str = "plush", **fields: Any) -> Brief:
    fields = {
        "title": "Stinky tofu plush",
        "stage": BriefStage.OPEN,
        "quantities": [100, 300],
        "currency": "USD",
        "ship_country": "US",
        "submitted_at": now(),
        "quotes_due_at": now() + timedelta(days=5),
        "closes_at": now() + timedelta(days=30),
    } | fields
    return _add(session, Brief(creator_id=creator.id, category=category, **fields))


def invitation(session: Session, brief: Brief, factory: Factory, **fields: Any) -> Invitation:
    fields = {"quote_due_at": now() + timedelta(days=5)} | fields
    return _add(session, Invitation(brief_id=brief.id, factory_id=factory.id, **fields))


def quote(session: Session, invitation: Invitation, sender: Person, lines: dict[int, int], **fields: Any) -> Quote:
    """A sent quote; `lines` maps a quantity to its unit price in minor units."""
    valid_until = now() + timedelta(days=14)
    fields = {"revision": 1, "currency": "USD", "incoterm": "DAP", "valid_until": valid_until} | fields
    made = _add(session, Quote(invitation_id=invitation.id, sent_by=sender.id, **fields))
    for quantity, price in lines.items():
        _add(session, QuoteLine(quote_id=made.id, quantity=quantity, unit_price_minor=price, lead_days=25))
    invitation.stage, invitation.current_quote_id = InvitationStage.QUOTED, made.id
    invitation.quote_valid_until = made.valid_until
    return _add(session, invitation) and made


def order(session: Session, invitation: Invitation, quote: Quote, brief: Brief, **fields: Any) -> Order:
    """An order of `quote` as the award makes it, of 100 pieces at 5.00 if nothing else is said; `fields` are set on it
    whether they fit to each other or not."""
    line = QuoteLine(
        quote_id=quote.id, quantity=fields.get("quantity", 100), unit_price_minor=fields.get("unit_price_minor", 500),
        lead_days=fields.get("lead_days", 25),
    )  # fmt: skip
    creator, factory = session.get_one(Person, brief.creator_id), session.get_one(Factory, invitation.factory_id)
    made = of_quote(brief, invitation, quote, line, creator=creator, factory=factory)
    for name, value in fields.items():
        setattr(made, name, value)
    brief.stage, invitation.stage = BriefStage.AWARDED, InvitationStage.WON
    return _add(session, made)
