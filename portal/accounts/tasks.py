"""What the worker does for accounts: it forgets what is over."""

from sqlalchemy import delete

from portal.accounts.models import RateLimit, SignIn, SignInLink, TeamInvitation
from portal.core import clock, jobs
from portal.core.db import transaction


@jobs.every("23 * * * *", "accounts.forget")
def forget() -> None:
    """Delete counted tries and sign-ins that are over, and links and invitations that ended a month ago."""
    present = clock.now()
    month_ago = present - clock.days(30)
    with transaction() as session:
        session.execute(delete(RateLimit).where(RateLimit.ends_at <= present))
        session.execute(delete(SignIn).where(SignIn.ends_at <= present))
        session.execute(delete(SignInLink).where(SignInLink.expires_at <= month_ago))
        session.execute(delete(TeamInvitation).where(TeamInvitation.expires_at <= month_ago))
