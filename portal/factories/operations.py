"""What factories and operators do to a factory's profile. Each verb works in the caller's transaction."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import lock, new_id
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.factories import standing
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Certificate, Factory, PriceTier

#: what the operator compared with the licence: a factory can't change it by itself while it is being, or is, verified
IDENTITY = ("name", "name_zh", "license_number")
FIXED = frozenset({FactoryStage.SUBMITTED, FactoryStage.VERIFIED, FactoryStage.SUSPENDED})
MAX_TIERS = 6


def open_draft(session: Session, name: str, locale: str) -> UUID:
    """The id of a new factory's draft, called `name` in whatever script its people wrote it."""
    chinese = any("\u4e00" <= c <= "\u9fff" for c in name)
    ident = new_id()
    names = {"name_zh": name, "name": ""} if chinese else {"name": name}
    session.add(Factory(id=ident, slug=slug(name, ident), **names))
    session.flush()
    return ident


def slug(name: str, ident: UUID) -> str:
    """The name in small Latin letters with six digits of the id behind it, so that no two are alike."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "factory"
    return f"{words}-{ident.hex[-6:]}"


def own(session: Session, actor: Actor) -> Factory:
    """The actor's factory, locked. Raises `NotFound` for anybody else."""
    if actor.role != Role.FACTORY or actor.factory_id is None:
        raise NotFound()
    return lock(session, Factory, actor.factory_id)


def describe(session: Session, factory: Factory, *, actor: Actor, **values: object) -> None:
    """Set the profile's columns to `values`. Raises `NotAllowed` where an identity that was verified would change."""
    changed = {name for name, value in values.items() if getattr(factory, name) != value}
    if factory.stage in FIXED and changed & set(IDENTITY):
        raise NotAllowed(N_("Names and licence number are checked by an operator: write to us to have them changed."))
    for name in changed:
        setattr(factory, name, values[name])
    if changed & {"name", "name_zh"}:
        factory.slug = slug(factory.name or factory.name_zh, factory.id)
    session.add(factory)


def set_open(session: Session, factory: Factory, open_for_work: bool, *, actor: Actor) -> None:
    """Open the factory for new work, or close it: a closed one is neither suggested nor invited."""
    factory.open_for_work = open_for_work
    session.add(factory)
    standing.refresh(session, factory.id)


def set_capability(session: Session, factory: Factory, category: str, *, actor: Actor, **values: object) -> Capability:
    """Say what the factory makes in `category`. Raises `Invalid` when the largest order is below the smallest."""
    largest, moq = values.get("max_quantity"), values.get("moq")
    if isinstance(largest, int) and isinstance(moq, int) and largest < moq:
        raise Invalid("", max_quantity=N_("The largest order can't be smaller than the smallest."))
    capability = _capability(session, factory.id, category)
    capability = capability or Capability(factory_id=factory.id, category=category, moq=1)
    for name, value in values.items():
        setattr(capability, name, value)
    session.add(capability)
    session.flush()
    standing.refresh(session, factory.id)
    return capability


def drop_capability(session: Session, factory: Factory, category: str, *, actor: Actor) -> None:
    """The factory no longer makes `category`: its prices there go too. What it has quoted stays."""
    session.execute(delete(PriceTier).where(PriceTier.factory_id == factory.id, PriceTier.category == category))
    session.execute(delete(Capability).where(Capability.factory_id == factory.id, Capability.category == category))


def set_prices(
    session: Session,
    factory: Factory,
    category: str,
    currency: str,
    tiers: Iterable[tuple[int, int, int]],
    *,
    actor: Actor,
) -> None:
    """Replace the price tiers in one currency by (from pieces, minor units a piece, lead days).

    Raises `NotFound` where the factory does not make the category, `Invalid` for two tiers from the same quantity.
    """
    if _capability(session, factory.id, category) is None:
        raise NotFound()
    tiers = sorted(tiers)
    if len({quantity for quantity, _price, _days in tiers}) < len(tiers):
        raise Invalid(N_("Two prices begin at the same quantity."))
    where = (PriceTier.factory_id == factory.id, PriceTier.category == category, PriceTier.currency == currency)
    session.execute(delete(PriceTier).where(*where))
    session.add_all(
        PriceTier(
            factory_id=factory.id,
            category=category,
            currency=currency,
            min_quantity=quantity,
            unit_price_minor=price,
            lead_days=days,
        )
        for quantity, price, days in tiers[:MAX_TIERS]
    )


def add_certificate(session: Session, factory: Factory, *, actor: Actor, **values: object) -> Certificate:
    """Add a paper: kind, title, number, the day on which it ends."""
    paper = Certificate(factory_id=factory.id, **values)
    session.add(paper)
    return paper


def drop_certificate(session: Session, factory: Factory, ident: UUID, *, actor: Actor) -> None:
    """Take a paper off the profile. Raises `NotFound` when it is not this factory's."""
    own = delete(Certificate).where(Certificate.factory_id == factory.id, Certificate.id == ident)
    if not session.execute(own).rowcount:
        raise NotFound()


def lacking(factory: Any, makes_something: bool) -> list[str]:
    """What a profile (entity or row) lacks before an operator can look at it: keys of `words.TASKS`."""
    there = {
        "profile": (factory.name or factory.name_zh) and (factory.about or factory.about_zh),
        "place": factory.city,
        "licence": factory.license_number,
        "making": makes_something,
    }
    return [what for what, is_there in there.items() if not is_there]


def submit(session: Session, factory: Factory, *, actor: Actor) -> None:
    """Ask to be verified. Raises `Invalid` while something is missing."""
    makes_something = session.scalar(select(exists().where(Capability.factory_id == factory.id)))
    if lacking(factory, bool(makes_something)):
        raise Invalid(N_("Fill in what is still missing first: it is marked in the list."))
    advance(session, factory, "submit", actor=actor)


def verify(session: Session, factory: Factory, *, actor: Actor, note: str = "") -> None:
    """Let the factory be matched, invited and shown."""
    factory.verified_at, factory.review_note = clock.now(), note
    advance(session, factory, "verify", actor=actor, note=note)


def refuse(session: Session, factory: Factory, *, actor: Actor, note: str) -> None:
    """Ask the factory for changes, said in `note`."""
    _needs_words(note)
    factory.review_note = note
    advance(session, factory, "refuse", actor=actor, note=note)


def suspend(session: Session, factory: Factory, *, actor: Actor, note: str) -> None:
    """Take the factory off the portal for the reason in `note`; its running orders go on."""
    _needs_words(note)
    factory.review_note = note
    advance(session, factory, "suspend", actor=actor, note=note)


#: lifecycle step -> the operator's verb
REVIEWS = {"verify": verify, "refuse": refuse, "suspend": suspend}


def _needs_words(note: str) -> None:
    if not note.strip():
        raise Invalid("", note=N_("Say what the factory should change, in words that it can act on."))


def _capability(session: Session, factory_id: UUID, category: str) -> Capability | None:
    where = (Capability.factory_id == factory_id, Capability.category == category)
    return session.scalars(select(Capability).where(*where).with_for_update()).first()
