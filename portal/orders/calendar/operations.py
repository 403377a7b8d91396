"""The secret address of somebody's calendar: made, replaced, switched off.

The address is worked out from the feed's id and the portal's key, so that its owner can look it up again; the
database keeps only a hash of it, which opens nothing.
"""

import hmac
from base64 import urlsafe_b64encode
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from portal.accounts.operations import token_hash
from portal.core.db import new_id
from portal.orders.models import CalendarFeed


def token_of(feed_id: UUID, key: str) -> str:
    """The unguessable part of a feed's address. `key`: the portal's secret key."""
    code = hmac.digest(key.encode(), b"calendar" + feed_id.bytes, "sha256")
    return urlsafe_b64encode(code).decode().rstrip("=")


def renew(session: Session, person_id: UUID, key: str) -> str:
    """Give somebody's calendar a new address, and answer its token; the one before stops working at once."""
    switch_off(session, person_id)
    ident = new_id()
    token = token_of(ident, key)
    session.add(CalendarFeed(id=ident, person_id=person_id, token_hash=token_hash(token)))
    session.flush()
    return token


def switch_off(session: Session, person_id: UUID) -> bool:
    """Let the address of somebody's calendar lead nowhere; whether there was one."""
    gone = session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id).returning(CalendarFeed.id))
    return gone.first() is not None
