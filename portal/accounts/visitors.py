"""People who have not signed in yet: what their browser remembers of them."""

import secrets

from flask import session

_KEY = "draft_key"


def draft_key(create: bool = False) -> str | None:
    """The key, in the signed session, by which a visitor's drafts are theirs; with `create`, made if need be."""
    if create and _KEY not in session:
        session[_KEY] = secrets.token_urlsafe(24)
    return session.get(_KEY)


def take_draft_key() -> str | None:
    """The key, forgotten by the browser: its drafts have found their owner."""
    return session.pop(_KEY, None)
