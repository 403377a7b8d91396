"""Reads for the operators' outbox."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from portal.core.errors import NotFound
from portal.mail.models import Email, EmailStage

PAGE = 50
_COLUMNS = (Email.id, Email.created_at, Email.template, Email.recipient, Email.subject, Email.stage, Email.attempts,
            Email.sent_at, Email.error)  # fmt: skip


def emails(conn: Connection, stage: str, before: str | None = None) -> list[Row[Any]]:
    """The newest `PAGE` emails of a stage, older than the id `before`."""
    query = select(*_COLUMNS).order_by(Email.id.desc()).limit(PAGE)
    if stage in list(EmailStage):
        query = query.where(Email.stage == stage)
    if before:
        query = query.where(Email.id < _uuid(before))
    return list(conn.execute(query))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


def email(conn: Connection, ident: UUID) -> Row[Any]:
    """One email as it was or will be sent. Raises `NotFound`."""
    found = conn.execute(select(*_COLUMNS, Email.body_text).where(Email.id == ident)).first()
    if found is None:
        raise NotFound()
    return found


def counts(conn: Connection) -> dict[str, int]:
    """How many emails wait, are under way, or failed."""
    query = select(Email.stage, func.count()).where(Email.stage != EmailStage.SENT).group_by(Email.stage)
    return {str(stage.value): number for stage, number in conn.execute(query)}
