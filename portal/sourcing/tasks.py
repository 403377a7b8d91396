"""What the worker does for sourcing: ends what has passed its date, reminds before, forgets what nobody claimed."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from portal.core import deadlines, jobs, lifecycle
from portal.core.actor import CLOCK, Role
from portal.core.db import lock, transaction
from portal.sourcing import brief_operations, invitation_operations, quote_operations
from portal.sourcing.models import Brief, Invitation

UNCLAIMED = timedelta(days=60)  # how long a visitor's draft is kept for them


@jobs.every("20 4 * * *", "sourcing.forget_drafts")
def forget_drafts() -> None:
    with transaction() as session:
        brief_operations.forget_drafts(session, UNCLAIMED)


@deadlines.on_due("brief", "expire")
def expire_brief(session: Session, brief_id: UUID) -> None:
    invitation_operations.expire_brief(session, lock(session, Brief, brief_id, wait=False), actor=CLOCK)


@deadlines.on_due("invitation", "lapse")
def lapse_invitation(session: Session, invitation_id: UUID) -> None:
    invitation_operations.lapse(session, lock(session, Invitation, invitation_id, wait=False), actor=CLOCK)


@deadlines.on_due("invitation", "expire_quote")
def expire_quote(session: Session, invitation_id: UUID) -> None:
    quote_operations.expire(session, lock(session, Invitation, invitation_id, wait=False), actor=CLOCK)


@deadlines.reminds("brief")
def remind_of_brief(session: Session, brief_id: UUID, event: str, roles: list[str]) -> None:
    _remind(session, session.get_one(Brief, brief_id), event, roles)


@deadlines.reminds("invitation")
def remind_of_invitation(session: Session, invitation_id: UUID, event: str, roles: list[str]) -> None:
    _remind(session, session.get_one(Invitation, invitation_id), event, roles)


def _remind(session: Session, thing: Brief | Invitation, event: str, roles: list[str]) -> None:
    announced = lifecycle.record(session, thing, event, actor=CLOCK)
    lifecycle.follow(session, announced, [Role(role) for role in roles])
