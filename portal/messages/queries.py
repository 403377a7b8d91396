"""Reads of threads, each scoped to who is looking: the two sides, and operators who have said why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, select, text, true
from sqlmodel import col

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import among, at_most
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.designs import photos
from portal.designs.photos import Shown
from portal.factories.models import Factory
from portal.messages import operations
from portal.messages.models import Message, MessageTranslation, Thread, ThreadSide
from portal.orders.models import Order
from portal.sourcing.models import Brief, Invitation

PAGE = 50
#: How long an operator's reason opens a thread.
LOOK = timedelta(hours=24)

_HEAD = (
    select(
        Invitation.id,
        Invitation.stage,
        Invitation.brief_id,
        Invitation.factory_id,
        Brief.creator_id,
        Brief.title,
        Brief.number.label("brief_number"),
        Brief.stage.label("brief_stage"),
        and_(col(Brief.confidential), col(Invitation.nda_accepted_at).is_(None)).label("sealed"),
        Person.name.label("creator_name"),
        Factory.name,
        Factory.name_zh,
        Order.id.label("order_id"),
        Order.number.label("order_number"),
        Thread.id.label("thread_id"),
        func.coalesce(Thread.version, 0).label("version"),
    )
    .join(Brief, Brief.id == Invitation.brief_id)
    .join(Person, Person.id == Brief.creator_id)
    .join(Factory, Factory.id == Invitation.factory_id)
    .outerjoin(Order, and_(Order.brief_id == Brief.id, Order.invitation_id == Invitation.id))
    .outerjoin(Thread, Thread.invitation_id == Invitation.id)
    .where(Invitation.id == bindparam("id"))
)


def head(conn: Connection, actor: Actor, invitation_id: UUID) -> Row[Any]:
    """What a thread is about and between whom; `thread_id` is None until something was written. Raises `NotFound` for
    strangers, and for a factory that has not accepted the NDA. An operator sees this much without a reason."""
    row = conn.execute(_HEAD, {"id": invitation_id}).first()
    if row is None or not _concerns(row, actor):
        raise NotFound()
    return row


def is_party(conn: Connection, actor: Actor, invitation_id: UUID) -> bool:
    """Whether the actor is of one of the two sides that the thread is between, and may read it."""
    row = conn.execute(_HEAD, {"id": invitation_id}).first()
    return row is not None and actor.role != Role.OPERATOR and _concerns(row, actor)


def _concerns(row: Row[Any], actor: Actor) -> bool:
    if actor.role == Role.CREATOR:
        return row.creator_id == actor.person_id
    if actor.role == Role.FACTORY:
        return row.factory_id == actor.factory_id and not row.sealed
    return actor.role == Role.OPERATOR


_LOOKED = select(Event.id).where(
    Event.subject == "thread",
    Event.subject_id == bindparam("thread_id"),
    Event.name == "thread_inspected",
    Event.actor_id == bindparam("person_id"),
    Event.created_at > bindparam("since"),
)


def may_read(conn: Connection, actor: Actor, thread: Row[Any]) -> bool:
    """Whether somebody who has the `head` may read what is said: an operator for a day after stating a reason."""
    if actor.role != Role.OPERATOR:
        return True
    values = {"thread_id": thread.thread_id, "person_id": actor.person_id, "since": clock.now() - LOOK}
    return conn.execute(_LOOKED, values).first() is not None


@dataclass(frozen=True)
class Said:
    """A message as a page shows it. `translations`: (locale, text). `read`: the other side has had it on a screen."""

    id: UUID
    role: Role
    author: str
    at: datetime
    locale: str
    text: str
    of_order: bool
    own: bool
    read: bool
    may_translate: bool
    photos: list[Shown] = field(default_factory=list)
    translations: list[tuple[str, str]] = field(default_factory=list)


class Talk(NamedTuple):
    """A page of a thread, the oldest first; `earlier` is the message before which there are more; `unread` messages
    wait for the reader's side; `last` is the newest shown."""

    said: list[Said]
    earlier: UUID | None
    unread: int
    last: UUID | None


_other = ThreadSide.__table__.alias("other")  # type: ignore[attr-defined]
_MESSAGES = (
    select(*Message.__table__.c, Person.name.label("author"))  # type: ignore[attr-defined]
    .join(Person, Person.id == Message.author_id)
    .where(Message.thread_id == bindparam("thread_id"))
    .order_by(Message.id.desc())
    .limit(bindparam("most"))
)
_BEFORE = _MESSAGES.where(Message.id < bindparam("before"))
_TRANSLATIONS = (
    select(MessageTranslation.message_id, MessageTranslation.locale, MessageTranslation.text)
    .where(among(MessageTranslation.message_id, "ids"))
    .order_by(MessageTranslation.locale)
)
_MARKS = select(ThreadSide.role, ThreadSide.unread, ThreadSide.read_to).where(
    ThreadSide.thread_id == bindparam("thread_id")
)


def talk(conn: Connection, actor: Actor, thread: Row[Any], before: UUID | None = None, most: int = PAGE) -> Talk:
    """The newest `most` messages, or those before one. For who may read."""
    if thread.thread_id is None:
        return Talk([], None, 0, None)
    values = {"thread_id": thread.thread_id, "most": most + 1} | ({"before": before} if before else {})
    rows = conn.execute(_BEFORE if before else _MESSAGES, values).all()
    shown = rows[most - 1 :: -1] if len(rows) > most else rows[::-1]
    marks = {mark.role: mark for mark in conn.execute(_MARKS, {"thread_id": thread.thread_id})}
    pictures = photos.shown(conn, [ident for row in shown for ident in row.photos])
    translated = _translations(conn, shown)
    reached = {role: next((m.read_to for r, m in marks.items() if r != role), None) for role in marks}
    said = [
        _said(row, actor, reached[row.role], translated.get(row.id, []), photos.row(row.photos, pictures))
        for row in shown
    ]
    mine = marks.get(actor.role)
    earlier = shown[0].id if len(rows) > most else None
    return Talk(said, earlier, mine.unread if mine else 0, shown[-1].id if shown else None)


def _translations(conn: Connection, rows: Sequence[Row[Any]]) -> dict[UUID, list[tuple[str, str]]]:
    found: dict[UUID, list[tuple[str, str]]] = {}
    for one in conn.execute(_TRANSLATIONS, {"ids": [row.id for row in rows]}) if rows else ():
        found.setdefault(one.message_id, []).append((one.locale, one.text))
    return found


def _said(
    row: Row[Any], actor: Actor, reached: UUID | None, translations: list[tuple[str, str]], pictures: list[Shown]
) -> Said:  # fmt: skip
    """`reached` is the last message that the other side than the author's has read."""
    return Said(
        row.id, row.role, row.author, row.created_at, row.locale, row.text, row.order_id is not None,
        row.role == actor.role, reached is not None and reached >= row.id, operations.may_translate(row, actor),
        pictures, translations,
    )  # fmt: skip


_NEWEST = (
    select(*Message.__table__.c, Person.name.label("author"), ThreadSide.unread, _other.c.read_to)  # type: ignore[attr-defined]
    .join(Thread, Thread.id == Message.thread_id)
    .join(ThreadSide, and_(ThreadSide.thread_id == Thread.id, ThreadSide.role == bindparam("role")))
    .join(_other, and_(_other.c.thread_id == Thread.id, _other.c.role != bindparam("role")))
    .join(Person, Person.id == Message.author_id)
    .where(Thread.invitation_id == bindparam("invitation_id"))
    .order_by(Message.id.desc())
    .limit(bindparam("most"))
)


def newest(conn: Connection, actor: Actor, invitation_id: UUID, most: int) -> Talk:
    """The end of a thread, for somebody of one of its sides, in one read (and one of its photos)."""
    values = {"invitation_id": invitation_id, "role": actor.role, "most": most}
    rows = conn.execute(_NEWEST, values).all()[::-1]
    pictures = photos.shown(conn, [ident for row in rows for ident in row.photos])
    said = [_said(row, actor, row.read_to, [], photos.row(row.photos, pictures)) for row in rows]
    return Talk(said, None, rows[-1].unread if rows else 0, rows[-1].id if rows else None)


_ONE: Any = (
    select(*Message.__table__.c, MessageTranslation.text.label("translation"))  # type: ignore[attr-defined]
    .outerjoin(
        MessageTranslation,
        and_(MessageTranslation.message_id == Message.id, MessageTranslation.locale == bindparam("locale")),
    )
    .where(Message.id == bindparam("id"), Message.thread_id == bindparam("thread_id"))
)


def to_translate(conn: Connection, actor: Actor, thread: Row[Any], message_id: UUID) -> Row[Any]:
    """A message that the actor may translate, with the `translation` that there is. Raises `NotFound`."""
    values = {"id": message_id, "thread_id": thread.thread_id, "locale": actor.locale}
    row = conn.execute(_ONE, values).first()
    if row is None or not operations.may_translate(row, actor):
        raise NotFound()
    return row


_LOOKS = (
    select(Event.created_at, Event.data["reason"].astext.label("reason"))
    .where(Event.subject == "thread", Event.subject_id == bindparam("thread_id"), Event.name == "thread_inspected")
    .order_by(Event.id.desc())
)


def looks(conn: Connection, thread: Row[Any]) -> Sequence[Row[Any]]:
    """When operators have looked into the thread, and why; the newest first."""
    return conn.execute(_LOOKS, {"thread_id": thread.thread_id}).all() if thread.thread_id else ()


_last = (
    select(Message.text, Message.role, func.jsonb_array_length(Message.photos).label("photos"))
    .where(Message.thread_id == Thread.id)
    .order_by(Message.id.desc())
    .limit(1)
    .lateral("last")
)
_LISTED = (
    select(
        Thread.invitation_id,
        Thread.version,
        ThreadSide.unread,
        ThreadSide.last_at,
        Brief.title,
        Person.name.label("creator_name"),
        Factory.name,
        Factory.name_zh,
        Order.number.label("order_number"),
        _last.c.text,
        _last.c.role,
        _last.c.photos,
    )
    .select_from(ThreadSide)
    .join(Thread, Thread.id == ThreadSide.thread_id)
    .join(Brief, Brief.id == Thread.brief_id)
    .join(Person, Person.id == Brief.creator_id)
    .join(Factory, Factory.id == Thread.factory_id)
    .outerjoin(Order, and_(Order.brief_id == Brief.id, Order.invitation_id == Thread.invitation_id))
    .join(_last, true())
    .where(ThreadSide.owner_id == bindparam("owner_id"))
    .order_by(ThreadSide.last_at.desc())  # type: ignore[union-attr]
    .limit(at_most(PAGE + 1))
)
_LISTED_BEFORE = _LISTED.where(ThreadSide.last_at < bindparam("before"))  # type: ignore[operator]


class Listed(NamedTuple):
    """A page of threads; `before` begins the next, None on the last."""

    rows: Sequence[Row[Any]]
    before: datetime | None


def _owner(actor: Actor) -> UUID | None:
    return actor.factory_id if actor.role == Role.FACTORY else actor.person_id


def threads(conn: Connection, actor: Actor, before: datetime | None = None) -> Listed:
    """The threads of the actor's side, the last written to first, each with its newest message."""
    values = {"owner_id": _owner(actor)} | ({"before": before} if before else {})
    rows = conn.execute(_LISTED_BEFORE if before else _LISTED, values).all()
    return Listed(rows[:PAGE], rows[PAGE - 1].last_at if len(rows) > PAGE else None)


def unread_of(owner: ColumnElement[Any]) -> ColumnElement[int]:
    """How many messages wait for the side whose creator or factory is `owner`, in all threads: one look at an index."""
    waits = text("thread_side.unread > 0")  # as the index has it
    found = select(func.coalesce(func.sum(ThreadSide.unread), 0)).where(ThreadSide.owner_id == owner, waits)
    return found.scalar_subquery()
