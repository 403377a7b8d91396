"""What the worker does: an event becomes emails, an email goes out, what was left behind is picked up."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import or_, select

from portal.core import jobs
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.core.web import settings
from portal.designs import storage
from portal.mail import delivery, operations
from portal.mail.models import Email, EmailStage

log = structlog.get_logger()
_CLAIM = timedelta(seconds=90)  # longer than a delivery can take; after that its worker is dead


@jobs.task("mail.announce", queue="mail", attempts=10)
def announce(event_id: str, roles: list[str]) -> None:
    """Write the emails that an event asks for. Running twice makes none twice."""
    with transaction() as session:
        event = session.get_one(Event, UUID(event_id))
        operations.announce(session, event, [Role(role) for role in roles])


@jobs.task("mail.send", queue="mail", attempts=10)
def send(email_id: str) -> None:
    """Deliver one email: claim, speak to the server outside any transaction, record what it said."""
    email = _claim(UUID(email_id))
    if email is None:
        return
    try:
        files = [(a["filename"], a["type"], storage.get(a["key"])) for a in email.attachments]
        delivery.send(delivery.build(email, settings(), files), settings())
    except delivery.Refused as error:
        _record(email.id, EmailStage.FAILED, str(error))
        log.error("email refused", email=email_id, error=str(error))
        return
    except Exception as error:
        _record(email.id, EmailStage.QUEUED, str(error))
        raise
    _record(email.id, EmailStage.SENT, "")


def _claim(ident: UUID) -> Email | None:
    with transaction() as session:
        email = lock(session, Email, ident)
        held = email.stage == EmailStage.SENDING and email.claimed_at and email.claimed_at > now() - _CLAIM
        if held or email.stage in (EmailStage.SENT, EmailStage.FAILED):
            return None
        email.stage, email.claimed_at, email.attempts = EmailStage.SENDING, now(), email.attempts + 1
        session.add(email)
        return email


def _record(ident: UUID, stage: EmailStage, error: str) -> None:
    with transaction() as session:
        email = lock(session, Email, ident)
        email.stage, email.error, email.claimed_at = stage, error[:2000], None
        email.sent_at = now() if stage == EmailStage.SENT else None
        session.add(email)


@jobs.every("* * * * *", "mail.sweep", queue="mail")
def sweep() -> None:
    """Send again what waits although no worker holds it: after a long outage, or a job that was lost."""
    old = now() - timedelta(minutes=2)
    waiting = or_(
        (Email.stage == EmailStage.QUEUED) & (Email.created_at < old),
        (Email.stage == EmailStage.SENDING) & (Email.claimed_at < now() - _CLAIM),
    )
    with transaction() as session:
        found = select(Email.id).where(waiting).order_by(Email.created_at).limit(200)
        for ident in session.scalars(found):
            jobs.defer(session, "mail.send", email_id=ident)
