"""What factories have asked about a creator's brief."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import col

from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.factories.models import Factory
from portal.sourcing.models import Brief, Invitation, Question

_BRIEF = select(Brief.id, Brief.number, Brief.title, Brief.stage, Brief.version).where(
    Brief.id == bindparam("brief_id"), Brief.creator_id == bindparam("creator_id")
)
_ASKED = (
    select(
        Question.id,
        Question.text,
        Question.answer,
        Question.answered_at,
        Question.to_all,
        Question.created_at,
        Factory.name,
        Factory.name_zh,
    )
    .join(Invitation, Invitation.id == Question.invitation_id)
    .join(Factory, Factory.id == Invitation.factory_id)
    .where(Question.brief_id == bindparam("brief_id"))
    .order_by(col(Question.answered_at).is_not(None), Question.id.desc())
)


class Asked(NamedTuple):
    """A brief with its questions, unanswered ones first."""

    brief: Row[Any]
    questions: Sequence[Row[Any]]


def asked(conn: Connection, actor: Actor, brief_id: UUID) -> Asked:
    """The questions on the actor's own brief. Raises `NotFound`."""
    brief = conn.execute(_BRIEF, {"brief_id": brief_id, "creator_id": actor.person_id}).first()
    if brief is None:
        raise NotFound()
    return Asked(brief, of(conn, brief_id))


def of(conn: Connection, brief_id: UUID) -> Sequence[Row[Any]]:
    """The questions on a brief that the reader may see, unanswered ones first."""
    return conn.execute(_ASKED, {"brief_id": brief_id}).all()
