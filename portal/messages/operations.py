"""Writing, reading, translating, and an operator's look. Each locks its thread, so that messages have one order."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import CLOCK, Actor, Role
from portal.core.db import lock
from portal.core.errors import Gone, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.messages.models import Message, MessageTranslation, Thread, ThreadSide
from portal.orders.models import Order
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation

MOST_PHOTOS = 9
#: How long a message waits to be read before a letter tells of it, and letters about one thread lie apart.
UNREAD_FOR, APART = timedelta(minutes=10), timedelta(hours=1)
_OVER = (InvitationStage.DECLINED, InvitationStage.LOST, InvitationStage.CLOSED)
_QUOTED_IN_LETTERS, _QUOTED_LENGTH = 3, 280
_ENDED = N_("This brief is over for this factory, so nothing more can be written here.")


def may_write(invitation_stage: InvitationStage, brief_stage: BriefStage) -> bool:
    """Whether the two sides may still write to each other: while a quote is possible, and ever after an order."""
    if invitation_stage == InvitationStage.WON:
        return True
    return brief_stage == BriefStage.OPEN and invitation_stage not in _OVER


def send(
    session: Session, invitation_id: UUID, *, actor: Actor, text: str, photo_ids: list[str], token: str = ""
) -> Message:
    """Write to the other side. The same words with the same `token`, which each rendered form has its own of, are one
    message however often they are sent. Raises `Invalid` (nothing said, photos not there), `Gone` where the thread is
    over, and `NotFound` for whoever is of neither side."""
    invitation, brief = _parties(session, invitation_id, actor)
    if not may_write(invitation.stage, brief.stage):
        raise Gone(_ENDED)
    if not text and not photo_ids:
        raise Invalid(text=N_("Write something, or add a photo or a file."))
    thread, once = _thread(session, invitation, brief), _once(token, text, photo_ids)
    if once and (sent := _sent(session, thread, actor, once)):
        return sent
    kept = photos.taken(session, "invitation", invitation_id, photo_ids, actor=actor, most=MOST_PHOTOS, files=True)
    message = Message(
        thread_id=thread.id, order_id=thread.order_id, author_id=actor.person_id, role=actor.role,
        locale=actor.locale, text=text, photos=kept, once=once,
    )  # fmt: skip
    session.add(message)
    thread.version += 1
    session.flush()
    for side in _sides(session, thread):
        side.last_at = message.created_at
        if side.role == actor.role:
            _has_read(side, message.id)
        else:
            side.unread += 1
            side.untold_since = side.untold_since or message.created_at
    return message


def _once(token: str, text: str, photo_ids: list[str]) -> str | None:
    """What tells a message that is sent twice: other words out of the same form are another message."""
    return sha256("\0".join([token, text, *photo_ids]).encode()).hexdigest() if token else None


def _sent(session: Session, thread: Thread, actor: Actor, once: str) -> Message | None:
    mine = Message.thread_id == thread.id, Message.author_id == actor.person_id, Message.once == once
    return session.scalars(select(Message).where(*mine)).first()


def mark_read(session: Session, invitation_id: UUID, upto: UUID, *, actor: Actor) -> None:
    """The actor's side has had every message up to this one on a screen. Raises `NotFound`."""
    _parties(session, invitation_id, actor)
    thread, _message = _message_of(session, invitation_id, upto)
    side = next(side for side in _sides(session, thread) if side.role == actor.role)
    if side.read_to is not None and side.read_to >= upto:
        return
    told_at = side.told_at
    thread.version += 1
    _has_read(side, upto)
    left = select(func.count(), func.min(Message.created_at)).where(
        Message.thread_id == thread.id, Message.role != actor.role, Message.id > upto
    )
    side.unread, since = session.execute(left).one()
    if side.unread:
        side.untold_since, side.told_at = since, told_at


def translate(session: Session, invitation_id: UUID, message_id: UUID, *, actor: Actor, text: str) -> None:
    """Put a message of the other side into the actor's language; one that is there already is replaced. Raises
    `NotFound`. For an operator the caller has asked `queries.looks`."""
    if actor.role != Role.OPERATOR:
        _parties(session, invitation_id, actor)
    thread, message = _message_of(session, invitation_id, message_id)
    if not may_translate(message, actor):
        raise NotFound()
    mine = MessageTranslation.message_id == message_id, MessageTranslation.locale == actor.locale
    found = session.scalars(select(MessageTranslation).where(*mine)).first()
    said = {"text": text, "by": actor.person_id, "role": actor.role}
    if found is None:
        session.add(MessageTranslation(message_id=message_id, locale=actor.locale, **said))
    else:
        found.sqlmodel_update(said)
    thread.version += 1


def may_translate(message: Any, actor: Actor) -> bool:
    """Whether the actor may add a translation: into their own language, of what the other side wrote in another."""
    return bool(message.text) and message.role != actor.role and message.locale != actor.locale


def look(session: Session, invitation_id: UUID, reason: str, *, actor: Actor) -> None:
    """An operator says why they need to read a thread; both sides see it. Raises `NotFound`."""
    invitation = lock(session, Invitation, invitation_id)
    thread = _thread(session, invitation, session.get_one(Brief, invitation.brief_id))
    thread.version += 1
    advance(session, thread, "look", actor=actor, reason=reason)


def untold(session: Session, *, most: int = 500) -> list[UUID]:
    """Ids of the sides that are due to be told of what they have not read."""
    query = select(ThreadSide.id).where(_due(clock.now())).order_by(ThreadSide.untold_since).limit(most)
    return list(session.scalars(query))


def tell(session: Session, side_id: UUID) -> None:
    """Send one side one letter about everything that waits there. Does nothing where that is no longer due."""
    side = session.get_one(ThreadSide, side_id)
    thread = lock(session, Thread, side.thread_id)
    session.refresh(side, with_for_update=True)
    if side.untold_since is None or not _is_due(side, clock.now()):
        return
    news = (
        select(Message)
        .where(Message.thread_id == thread.id, Message.role != side.role, Message.created_at >= side.untold_since)
        .order_by(Message.id.desc())
        .limit(_QUOTED_IN_LETTERS)
    )
    quoted = [_quoted(message.text) for message in session.scalars(news)]
    advance(session, thread, f"tell_{side.role.value}", actor=CLOCK, count=side.unread, quoted=quoted[::-1])
    side.untold_since, side.told_at = None, clock.now()
    session.add(side)


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED_LENGTH else text[: _QUOTED_LENGTH - 1].rstrip() + "…"


def _due(present: datetime) -> Any:
    apart = ThreadSide.told_at.is_(None) | (ThreadSide.told_at <= present - APART)
    return (ThreadSide.untold_since <= present - UNREAD_FOR) & apart


def _is_due(side: ThreadSide, present: datetime) -> bool:
    apart = side.told_at is None or side.told_at <= present - APART
    return side.untold_since is not None and side.untold_since <= present - UNREAD_FOR and apart


def _has_read(side: ThreadSide, upto: UUID) -> None:
    side.unread, side.read_to, side.read_at = 0, upto, clock.now()
    side.untold_since = side.told_at = None


def _parties(session: Session, invitation_id: UUID, actor: Actor) -> tuple[Invitation, Brief]:
    """The invitation, locked, and its brief, for somebody of one of its two sides. Raises `NotFound`."""
    invitation = lock(session, Invitation, invitation_id)
    brief = session.get_one(Brief, invitation.brief_id)
    if actor.role == Role.CREATOR and brief.creator_id == actor.person_id:
        return invitation, brief
    sealed = brief.confidential and invitation.nda_accepted_at is None
    if actor.role == Role.FACTORY and invitation.factory_id == actor.factory_id and not sealed:
        return invitation, brief
    raise NotFound()


def _locked(session: Session, invitation_id: UUID) -> Thread | None:
    query = select(Thread).where(Thread.invitation_id == invitation_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).first()


def _message_of(session: Session, invitation_id: UUID, message_id: UUID) -> tuple[Thread, Message]:
    """The locked thread of an invitation, and a message in it. Raises `NotFound`."""
    thread = _locked(session, invitation_id)
    message = session.get(Message, message_id)
    if thread is None or message is None or message.thread_id != thread.id:
        raise NotFound()
    return thread, message


def _thread(session: Session, invitation: Invitation, brief: Brief) -> Thread:
    """The thread of a locked invitation, locked too; the first time it is made."""
    thread = _locked(session, invitation.id)
    if thread is None:
        thread = Thread(invitation_id=invitation.id, brief_id=brief.id, factory_id=invitation.factory_id)
        session.add(thread)
        session.flush()
        for role, owner in ((Role.CREATOR, brief.creator_id), (Role.FACTORY, invitation.factory_id)):
            session.add(ThreadSide(thread_id=thread.id, role=role, owner_id=owner))
    if thread.order_id is None:
        thread.order_id = session.scalar(select(Order.id).where(Order.invitation_id == invitation.id))
    session.flush()
    return thread


def _sides(session: Session, thread: Thread) -> list[ThreadSide]:
    query = select(ThreadSide).where(ThreadSide.thread_id == thread.id).order_by(ThreadSide.role).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))
