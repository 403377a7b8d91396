"""Inviting factories to a brief, and what a factory does before it quotes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.core import clock
from portal.core.actor import Actor
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Factory
from portal.products.reading import clean_text
from portal.sourcing.lifecycle import OPEN_STAGES, BriefStage
from portal.sourcing.models import Brief, Invitation, Question

#: However late a factory is invited, it has this long to quote.
SHORTEST_NOTICE = timedelta(days=2)
LONGEST_TEXT = 2000  # characters of a question, an answer, a note
#: Questions of one factory that may wait at once: each is an email to the creator.
MOST_UNANSWERED = 10


class DeclineReason(StrEnum):
    CAPACITY = "capacity"
    QUANTITY = "quantity"
    PROCESS = "process"
    PRICE = "price"
    TIME = "time"
    OTHER = "other"


DECLINE_REASONS = {
    DeclineReason.CAPACITY: N_("No free capacity"),
    DeclineReason.QUANTITY: N_("The quantity is too small or too large for us"),
    DeclineReason.PROCESS: N_("We can't make this"),
    DeclineReason.PRICE: N_("The target cost is too low"),
    DeclineReason.TIME: N_("The date is too soon"),
    DeclineReason.OTHER: N_("Another reason"),
}


@dataclass(frozen=True)
class Pick:
    """A factory to invite; `reasons` say why it was suggested: `[{"code": ..., figures...}]`."""

    factory_id: UUID
    score: float = 0.0
    reasons: list[dict[str, Any]] = field(default_factory=list)


def invite(session: Session, brief: Brief, picks: Sequence[Pick], *, actor: Actor) -> list[Invitation]:
    """Invite each factory to quote on an open brief (locked by the caller); one invited before stays as it is.

    Raises `Invalid` when a factory is not verified.
    """
    wanted = {pick.factory_id: pick for pick in picks}
    before = set(session.exec(select(Invitation.factory_id).where(Invitation.brief_id == brief.id)))
    fresh = [pick for ident, pick in wanted.items() if ident not in before]
    verified = select(Factory.id).where(Factory.id.in_([p.factory_id for p in fresh]))
    if len(session.exec(verified.where(Factory.stage == FactoryStage.VERIFIED)).all()) < len(fresh):
        raise Invalid(N_("One of these factories can't be invited at the moment. Choose again."))
    due = max(brief.quotes_due_at or clock.now(), clock.now() + SHORTEST_NOTICE)
    made = [
        Invitation(brief_id=brief.id, factory_id=p.factory_id, score=p.score, reasons=p.reasons, quote_due_at=due)
        for p in fresh
    ]
    session.add_all(made)
    session.flush()
    for invitation in made:
        advance(session, invitation, "invite", actor=actor)
    return made


def close_open(session: Session, brief: Brief, *, actor: Actor) -> None:
    """End the invitations of a brief (locked by the caller) that ends without an award."""
    for invitation in open_invitations(session, brief.id):
        advance(session, invitation, "close", actor=actor)


def expire_brief(session: Session, brief: Brief, *, actor: Actor) -> None:
    """End a brief for which nobody was chosen in time, and its invitations."""
    advance(session, brief, "expire", actor=actor)
    close_open(session, brief, actor=actor)


def open_invitations(session: Session, brief_id: UUID) -> list[Invitation]:
    """The invitations of a brief that may still come to a quote, locked, always in the same order."""
    query = select(Invitation).where(Invitation.brief_id == brief_id, Invitation.stage.in_(OPEN_STAGES))
    query = query.order_by(Invitation.id).with_for_update(key_share=True)
    return list(session.exec(query.execution_options(populate_existing=True)))


def own(session: Session, invitation_id: UUID, actor: Actor) -> Invitation:
    """The invitation, locked, when it was made to the actor's factory. Raises `NotFound`."""
    invitation = lock(session, Invitation, invitation_id)
    if actor.factory_id is None or invitation.factory_id != actor.factory_id:
        raise NotFound()
    return invitation


def mark_opened(session: Session, invitation: Invitation) -> None:
    """Remember when the factory first looked at the brief."""
    invitation.opened_at = invitation.opened_at or clock.now()


def accept_nda(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """Keep who of the factory accepted the NDA, and when; from then on it sees everything."""
    if invitation.nda_accepted_at is not None:
        return
    invitation.nda_accepted_at, invitation.nda_accepted_by = clock.now(), actor.person_id
    advance(session, invitation, "accept_nda", actor=actor)


def sealed(brief: Brief, invitation: Invitation) -> bool:
    """Whether the factory may not read yet what the brief is about: it is confidential, the NDA not accepted."""
    return brief.confidential and invitation.nda_accepted_at is None


def require_nda(brief: Brief, invitation: Invitation) -> None:
    """Raises `Invalid` while a confidential brief's NDA has not been accepted."""
    if sealed(brief, invitation):
        raise Invalid(N_("This brief is confidential: accept the NDA first."))


def decline(session: Session, invitation: Invitation, reason: str, note: str = "", *, actor: Actor) -> None:
    """Turn the brief down. Raises `Invalid` without a reason of `DECLINE_REASONS`."""
    if reason not in DECLINE_REASONS:
        raise Invalid(reason=N_("Choose a reason: it helps the creator to ask better."))
    invitation.decline_reason, invitation.decline_note = reason, clean_text(note, lines=True)[:LONGEST_TEXT]
    advance(session, invitation, "decline", actor=actor, reason=reason)


def lapse(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """No quote came by the time it was due."""
    advance(session, invitation, "lapse", actor=actor)


def ask(session: Session, invitation: Invitation, text: str, *, actor: Actor) -> Question:
    """Put a question to the creator. Raises `Invalid` when it is empty or too long, the NDA is missing, or many of the
    factory's questions wait already."""
    words = _written(text, "text", N_("Write your question."))
    brief = session.get_one(Brief, invitation.brief_id)
    require_nda(brief, invitation)
    waiting = select(Question.id).where(Question.invitation_id == invitation.id, col(Question.answered_at).is_(None))
    if len(session.exec(waiting.limit(MOST_UNANSWERED)).all()) == MOST_UNANSWERED:
        raise Invalid(text=N_("Wait for the answers to your earlier questions."))
    question = Question(brief_id=brief.id, invitation_id=invitation.id, asked_by=actor.person_id, text=words)
    session.add(question)
    session.flush()
    advance(session, invitation, "ask", actor=actor, question_id=str(question.id))
    return question


def answer(session: Session, brief: Brief, question_id: UUID, text: str, *, to_all: bool, actor: Actor) -> Question:
    """Answer a question on the creator's brief (locked): for every factory still in, or for the one that asked. Who has
    not accepted the NDA of a confidential brief reads it once it has.

    Raises `NotFound`, `Gone` when it is answered already, `Invalid` when the answer is empty or too long.
    """
    question = lock(session, Question, question_id)
    if question.brief_id != brief.id or brief.creator_id != actor.person_id:
        raise NotFound()
    if question.answered_at is not None:
        raise Gone(N_("This question has been answered already."))
    question.answer = _written(text, "answer", N_("Write your answer."))
    question.answered_at, question.to_all = clock.now(), to_all
    session.add(question)
    told = {"question_id": str(question.id), "to_all": to_all}
    advance(session, brief, "answer", actor=actor, **told)
    for invitation in open_invitations(session, brief.id):
        if invitation.id == question.invitation_id or (to_all and not sealed(brief, invitation)):
            advance(session, invitation, "hear", actor=actor, **told)
    return question


def still_open(session: Session, invitation: Invitation) -> Brief:
    """The invitation's brief. Raises `Gone` when it no longer takes quotes."""
    brief = session.get_one(Brief, invitation.brief_id)
    if brief.stage != BriefStage.OPEN:
        raise Gone(N_("This brief no longer takes quotes."))
    return brief


def _written(text: str, name: str, missing: object) -> str:
    words = clean_text(text, lines=True)
    if not words:
        raise Invalid(**{name: missing})
    if len(words) > LONGEST_TEXT:
        raise Invalid(**{name: N_("Keep this to 2,000 characters.")})
    return words
