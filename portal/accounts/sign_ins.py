"""Where somebody is signed in: a row for each browser, until they sign out of it, there or from elsewhere.

The key in a browser's cookie is the person's, which changes with the password, a dot, and a token of the sign-in: who
has copied the cookie is signed out together with its owner.
"""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session

from portal.accounts.models import Person, SignIn
from portal.accounts.operations import new_token, token_hash
from portal.core import clock
from portal.core.errors import NotFound

KEPT = clock.days(30)


def begin(session: Session, person: Person, user_agent: str) -> str:
    """The key of a new sign-in, for the cookie of the browser that calls itself `user_agent`."""
    token, hashed = new_token()
    agent = user_agent[: SignIn.AGENT]
    session.add(SignIn(person_id=person.id, token_hash=hashed, user_agent=agent, ends_at=clock.now() + KEPT))
    return f"{person.fs_uniquifier}.{token}"


def parts(key: str) -> tuple[str, str]:
    """The person's part of a key, and the hash of its token."""
    person, _dot, token = key.partition(".")
    return person, token_hash(token)


def end(session: Session, key: str) -> None:
    """Sign the browser with this key out."""
    session.execute(delete(SignIn).where(SignIn.token_hash == parts(key)[1]))


def end_one(session: Session, person_id: UUID, sign_in_id: UUID) -> None:
    """Sign one of somebody's browsers out. Raises `NotFound`."""
    gone = session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id))
    if not gone.rowcount:
        raise NotFound


def end_others(session: Session, person_id: UUID, key: str) -> None:
    """Sign all of somebody's browsers out but the one with this key."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.token_hash != parts(key)[1]))
