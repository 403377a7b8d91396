"""Reads for a creator about their briefs. Each is scoped to its reader: somebody else's brief is not found."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select, true
from sqlmodel import col

from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.factories.models import Factory
from portal.sourcing.brief_operations import is_mine
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation, Question, Quote, QuoteLine

PAGE = 20
_BRIEF: Any = select(*Brief.__table__.c).where(Brief.id == bindparam("brief_id"))  # type: ignore[attr-defined]


def own(conn: Connection, actor: Actor, brief_id: UUID) -> Row[Any]:
    """The actor's brief, every column; a visitor's draft by their browser's key. Raises `NotFound`."""
    row = conn.execute(_BRIEF, {"brief_id": brief_id}).first()
    if row is None or not is_mine(row, actor):
        raise NotFound()
    return row


def can_edit(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    """Whether the actor may change the brief's contents: their own, until an order is made of it."""
    return _allows(conn, actor, brief_id, {BriefStage.DRAFT, BriefStage.OPEN})


def can_remove(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    """Whether the actor may remove contents for good: nobody else has seen a draft."""
    return _allows(conn, actor, brief_id, {BriefStage.DRAFT})


def is_own(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    return _allows(conn, actor, brief_id, set(BriefStage))


def _allows(conn: Connection, actor: Actor, brief_id: UUID, stages: set[BriefStage]) -> bool:
    columns = select(Brief.creator_id, Brief.draft_key, Brief.stage).where(Brief.id == bindparam("brief_id"))
    row = conn.execute(columns, {"brief_id": brief_id}).first()
    return row is not None and row.stage in stages and is_mine(row, actor)


def spec(conn: Connection, brief_id: UUID) -> tuple[str, dict[str, Any]]:
    """(category code, spec values) of a brief; ("", {}) where there is none."""
    row = conn.execute(select(Brief.category, Brief.values).where(Brief.id == brief_id)).first()
    return (row.category, row.values) if row else ("", {})


_invited = (
    select(
        func.count().label("invited"),
        func.count().filter(Invitation.current_quote_id.is_not(None)).label("quoted"),
    )
    .where(Invitation.brief_id == Brief.id)
    .lateral("invited")
)
_asked = (
    select(func.count().label("asked"))
    .where(Question.brief_id == Brief.id, col(Question.answered_at).is_(None))
    .lateral("asked")
)
_LISTED = (
    select(
        Brief.id, Brief.number, Brief.title, Brief.category, Brief.stage, Brief.quantities, Brief.created_at,
        Brief.updated_at, Brief.submitted_at, Brief.quotes_due_at, Brief.closes_at, Brief.version,
        _invited.c.invited, _invited.c.quoted, _asked.c.asked,
    )
    .select_from(Brief)
    .join(_invited, true())
    .join(_asked, true())
    .order_by(col(Brief.id).desc())
)  # fmt: skip
_MINE = _LISTED.where(Brief.creator_id == bindparam("person_id"))


class Listed(NamedTuple):
    """A page of briefs; `following` begins the next one, None when this is the last."""

    rows: Sequence[Row[Any]]
    following: UUID | None


def listed(conn: Connection, actor: Actor, before: UUID | None = None) -> Listed:
    """A page of the creator's briefs, the newest first: with how many factories were invited, quoted and ask."""
    statement, values = _MINE.limit(PAGE + 1), {"person_id": actor.person_id}
    if before is not None:
        statement = statement.where(Brief.id < bindparam("before"))
        values["before"] = before
    rows = conn.execute(statement, values).all()
    return Listed(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def drafts(conn: Connection, actor: Actor) -> Sequence[Row[Any]]:
    """What the actor has begun and not sent, the newest first: id, title, category, updated_at."""
    if actor.role not in (None, Role.CREATOR) or not (actor.signed_in or actor.draft_key):
        return []
    mine = Brief.creator_id == actor.person_id if actor.signed_in else Brief.draft_key == actor.draft_key
    columns = (Brief.id, Brief.title, Brief.category, Brief.updated_at)
    of = select(*columns).where(mine, Brief.stage == BriefStage.DRAFT).order_by(col(Brief.id).desc()).limit(10)
    return conn.execute(of).all()


_INVITED = (
    select(
        Invitation.id, Invitation.factory_id, Invitation.stage, Invitation.reasons, Invitation.score,
        Invitation.opened_at, Invitation.quote_due_at, Invitation.quote_valid_until, Invitation.current_quote_id,
        Invitation.version, Invitation.decline_reason, Invitation.decline_note,
        Factory.slug, Factory.name, Factory.name_zh, Factory.city, Factory.province, Factory.place_zh,
        Quote.revision, Quote.created_at.label("quoted_at"),
    )
    .join(Factory, Factory.id == Invitation.factory_id)
    .outerjoin(Quote, Quote.id == Invitation.current_quote_id)
    .where(Invitation.brief_id == bindparam("brief_id"))
    .order_by(
        col(Invitation.stage).in_((InvitationStage.WON, InvitationStage.QUOTED)).desc(),
        Invitation.score.desc(),
        Invitation.id,
    )
)  # fmt: skip
_LINES = (
    select(QuoteLine.quote_id, QuoteLine.quantity, QuoteLine.unit_price_minor, QuoteLine.lead_days)
    .join(Invitation, Invitation.current_quote_id == QuoteLine.quote_id)
    .where(Invitation.brief_id == bindparam("brief_id"), Invitation.stage == InvitationStage.QUOTED)
    .order_by(QuoteLine.quantity)
)


def invitations(conn: Connection, brief_id: UUID) -> Sequence[Row[Any]]:
    """The factories invited to a brief, those that have quoted first. For its creator."""
    return conn.execute(_INVITED, {"brief_id": brief_id}).all()


def quoted_lines(conn: Connection, brief_id: UUID) -> dict[UUID, list[Row[Any]]]:
    """quote id -> its lines, of every quote that stands."""
    found: dict[UUID, list[Row[Any]]] = {}
    for line in conn.execute(_LINES, {"brief_id": brief_id}):
        found.setdefault(line.quote_id, []).append(line)
    return found


_EVENTS = (
    select(
        Event.id, Event.subject, Event.name, Event.created_at, Event.actor_role, Event.invitation_id, Event.order_id,
        Event.data["reason"].astext.label("reason"),
    )
    .where(Event.brief_id == bindparam("brief_id"))
    .order_by(Event.created_at.desc(), Event.id.desc())
    .limit(100)
)  # fmt: skip


def events(conn: Connection, brief_id: UUID) -> Sequence[Row[Any]]:
    """What has happened to a brief and all that came of it, the newest first. For its creator."""
    return conn.execute(_EVENTS, {"brief_id": brief_id}).all()
