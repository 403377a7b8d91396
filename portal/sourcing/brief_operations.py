"""What a creator does to a brief: start it, write it, send it to factories, invite more, withdraw, copy.

A visitor's draft belongs to the draft key of their browser until they sign in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.i18n import N_, current
from portal.core.lifecycle import advance
from portal.designs import operations as artwork
from portal.designs.queries import documents
from portal.products import category as category_of
from portal.products import values as spec_values
from portal.sourcing import brief_checks, matching
from portal.sourcing.brief_checks import Step
from portal.sourcing.invitation_operations import Pick, close_open, invite
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.matching import Ask
from portal.sourcing.models import Brief, Invitation

QUOTE_DAYS = 5  # from sending the brief to when quotes are due
OPEN_DAYS = 30  # from sending it to when it ends without an award
MOST_INVITED = 20
MOST_DRAFTS = 50  # of one creator, or of one visitor's browser
#: what a copy takes over; the rest belongs to the occasion
_COPIED = (
    "category", "title", "description", "values", "quantities", "target_cost_minor", "currency", "ship_country",
    "ship_region", "ship_city", "ship_postcode", "confidential",
)  # fmt: skip


class Changed(Gone):
    """Somebody (often oneself, in another tab) saved the same page of the draft since this form was made."""


def start(session: Session, category: str, *, asked: Collection[UUID] = (), actor: Actor) -> Brief:
    """A new draft in `category`, the actor's, or of their browser's draft key, with the factories `asked` ticked.
    Raises `NotFound`, `Invalid`."""
    _must_be_creator(actor)
    declared = category_of(category)
    _keep_within(session, actor)
    brief = Brief(
        category=declared.code,
        creator_id=actor.person_id,
        draft_key=None if actor.signed_in else actor.draft_key,
        values=spec_values.initial(declared),
        currency="CNY" if current() == "zh_Hans" else "USD",
        shortlist=[*asked],
        updated_at=clock.now(),
    )
    session.add(brief)
    session.flush()
    return brief


def _must_be_creator(actor: Actor) -> None:
    visitor = actor.role is None and actor.draft_key
    if actor.role != Role.CREATOR and not visitor:
        raise NotFound()


def _keep_within(session: Session, actor: Actor) -> None:
    mine = Brief.creator_id == actor.person_id if actor.signed_in else Brief.draft_key == actor.draft_key
    drafts = select(Brief.id).where(mine, Brief.stage == BriefStage.DRAFT).limit(MOST_DRAFTS)
    if len(session.scalars(drafts).all()) >= MOST_DRAFTS:
        raise Invalid(N_("You have many drafts already. Finish or remove one of them first."))


def is_mine(brief: Any, actor: Actor) -> bool:
    """Whether the brief (entity or row) is the actor's own, signed in or by their browser's draft key."""
    if brief.creator_id is not None:
        return actor.role == Role.CREATOR and brief.creator_id == actor.person_id
    return actor.role is None and actor.draft_key is not None and brief.draft_key == actor.draft_key


def own(session: Session, brief_id: UUID, actor: Actor) -> Brief:
    """The actor's brief, locked. Raises `NotFound` for anybody else's."""
    brief = lock(session, Brief, brief_id)
    if not is_mine(brief, actor):
        raise NotFound()
    return brief


def own_draft(session: Session, brief_id: UUID, actor: Actor) -> Brief:
    """The actor's draft, locked. Raises `NotFound`, and `Gone` once it was sent."""
    brief = own(session, brief_id, actor)
    if brief.stage != BriefStage.DRAFT:
        raise Gone(N_("This brief has been sent to factories: it can't be changed any more, but copied."))
    return brief


@dataclass(frozen=True)
class Edition:
    """Which form a change comes from: a token made with the form, and the draft's version it was made from."""

    token: str
    version: int


def save(session: Session, brief: Brief, step: Step, edition: Edition, columns: Mapping[str, Any]) -> None:
    """Set what one page of the form says. A form may save again and again, by itself and by its button.

    Raises `Changed` when another form has saved the same page since this one was made.
    """
    token, version = brief.edits.get(step, ("", 0))
    if token != edition.token and version > edition.version:
        raise Changed(N_("This page was changed in another tab or on another device since you opened it."))
    changed = {name: value for name, value in columns.items() if getattr(brief, name) != value}
    for name, value in changed.items():
        setattr(brief, name, value)
    if changed:
        brief.edits = {**brief.edits, step: [edition.token, brief.version + 1]}
        brief.updated_at = clock.now()
        session.add(brief)
        session.flush()


def remove_draft(session: Session, brief: Brief) -> None:
    """Throw a draft away for good."""
    session.delete(brief)


def submit(session: Session, brief: Brief, *, actor: Actor) -> list[Invitation]:
    """Send a finished draft to the factories that were ticked, or that the portal chooses.

    Raises `Invalid` with what is still missing, or when none of the ticked factories fits any more.
    """
    today = clock.now().date()
    if problems := brief_checks.problems(brief, today, documents(session.connection(), brief.id)):
        raise Invalid(problems[0].message)
    found = _choose(session, brief, today)
    if not found:
        raise Invalid(N_("None of these factories fits any more. Choose again."))
    return _send(session, brief, [_pick(one) for one in found], actor=actor)


def _send(session: Session, brief: Brief, picks: list[Pick], *, actor: Actor) -> list[Invitation]:
    sent = clock.now()
    brief.submitted_at = sent
    brief.quotes_due_at = sent + timedelta(days=QUOTE_DAYS)
    brief.closes_at = sent + timedelta(days=OPEN_DAYS)
    advance(session, brief, "submit", actor=actor, factories=len(picks))
    return invite(session, brief, picks, actor=actor)


def repeat(
    session: Session, brief: Brief, order_id: UUID, factory_id: UUID, changes: Mapping[str, Any], *, actor: Actor
) -> Invitation:
    """A new brief like `brief` but for `changes` (columns), sent at once to the one factory that has made it before in
    the order `order_id`. What has been made once is not asked for more than it said then.

    Raises `Invalid` when the factory is not there any more.
    """
    made = copy(session, brief, actor=actor)
    for name, value in {**changes, "repeats_id": order_id, "shortlist": [factory_id]}.items():
        setattr(made, name, value)
    [invitation] = _send(session, made, [Pick(factory_id)], actor=actor)
    return invitation


def _choose(session: Session, brief: Brief, today: date) -> list[matching.Suggestion]:
    ask, conn = Ask.of(brief, today), session.connection()
    if brief.portal_chooses:
        return matching.suggest(conn, ask, limit=matching.TICKED)
    return matching.suggest(conn, ask, limit=MOST_INVITED, only=brief.shortlist)


def _pick(found: matching.Suggestion) -> Pick:
    return Pick(found.factory_id, found.score, found.reasons)


def invite_more(session: Session, brief: Brief, factory_ids: Collection[UUID], *, actor: Actor) -> list[Invitation]:
    """Ask more factories to quote on an open brief; those invited before stay as they are.

    Raises `Invalid` when nobody new is chosen, there are too many, or one does not fit.
    """
    before = set(session.scalars(select(Invitation.factory_id).where(Invitation.brief_id == brief.id)))
    fresh = set(factory_ids) - before
    if not fresh:
        raise Invalid(N_("Choose at least one factory."))
    if len(before | fresh) > MOST_INVITED:
        raise Invalid(N_("A brief goes to at most %(most)d factories.", most=MOST_INVITED))
    ask = Ask.of(brief, clock.now().date())
    found = matching.suggest(session.connection(), ask, limit=MOST_INVITED, only=fresh)
    if len(found) < len(fresh):
        raise Invalid(N_("One of these factories does not fit any more. Choose again."))
    advance(session, brief, "invite", actor=actor, factories=len(found))
    return invite(session, brief, [_pick(one) for one in found], actor=actor)


def withdraw(session: Session, brief: Brief, *, actor: Actor) -> None:
    """Take an open brief back; the invited factories are told."""
    advance(session, brief, "withdraw", actor=actor)
    close_open(session, brief, actor=actor)


def order_cancelled(session: Session, brief_id: UUID, *, actor: Actor) -> None:
    """Close the brief of an order that one side cancelled before the deposit."""
    advance(session, lock(session, Brief, brief_id), "order_cancelled", actor=actor)


def order_unpaid(session: Session, brief_id: UUID, *, actor: Actor) -> None:
    """Close the brief of an order whose deposit did not come in time."""
    advance(session, lock(session, Brief, brief_id), "order_unpaid", actor=actor)


def copy(session: Session, brief: Brief, *, actor: Actor) -> Brief:
    """A new draft that says what `brief` said, with its artwork; factories and dates are chosen anew."""
    _must_be_creator(actor)
    _keep_within(session, actor)
    taken = {name: getattr(brief, name) for name in _COPIED}
    made = Brief(creator_id=actor.person_id, draft_key=None, updated_at=clock.now(), **taken)
    session.add(made)
    session.flush()
    artwork.copy_all(session, brief.id, made.id, actor=actor)
    return made


def claim(session: Session, person_id: UUID, draft_key: str) -> int:
    """What a visitor's browser has drafted belongs to the creator who signs in there; how many drafts."""
    if session.scalar(select(Person.role).where(Person.id == person_id)) != Role.CREATOR:
        return 0
    theirs = (Brief.draft_key == draft_key, col(Brief.creator_id).is_(None))
    done = session.execute(
        update(Brief).where(*theirs).values(creator_id=person_id, draft_key=None, version=Brief.version + 1)
    )
    return done.rowcount


def forget_drafts(session: Session, untouched: timedelta) -> int:
    """Remove visitors' drafts that nobody has touched or claimed for so long; how many."""
    unclaimed = (col(Brief.creator_id).is_(None), Brief.updated_at < clock.now() - untouched)
    return session.execute(delete(Brief).where(*unclaimed)).rowcount
