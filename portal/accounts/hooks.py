"""What accounts asks of the features above it. Each of them registers its part when it is wired in.

hooks.opens_factories(operations.open_draft)      factories: a factory signs up
hooks.delivers(send)                              mail: an account email is due
hooks.on_sign_in.append(claim)                    sourcing: somebody who may have drafts signs in
hooks.lists_optional_emails(optional_letters)     mail: what people may switch off in their settings
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import Session

log = structlog.get_logger()

#: (session, template, address, locale, context): write the email into the outbox, in this transaction
Send = Callable[[Session, str, str, str, dict[str, Any]], Any]
#: (session, name, locale): make the factory in stage draft and answer its id
OpenFactory = Callable[[Session, str, str], UUID]
#: (session, person id, draft key): what the key's visitor made is the person's from now on
Claim = Callable[[Session, UUID, str], Any]

on_sign_in: list[Claim] = []
_send: Send | None = None
_open_factory: OpenFactory | None = None
_optional_emails: Callable[[], Mapping[str, Any]] = dict


def delivers(send: Send) -> None:
    """Let account emails go through `send`."""
    global _send
    _send = send


def opens_factories(open_factory: OpenFactory) -> None:
    """Let a factory that signs up be made by `open_factory`."""
    global _open_factory
    _open_factory = open_factory


def lists_optional_emails(optional: Callable[[], Mapping[str, Any]]) -> None:
    """Let settings offer the emails of `optional()`: event -> its name for people."""
    global _optional_emails
    _optional_emails = optional


def send_mail(session: Session, template: str, email: str, locale: str, context: dict[str, Any]) -> None:
    """Send templates/emails/<template>/ with this transaction; the log says so where nothing delivers mail."""
    if _send is None:
        log.warning("no mail feature: account email not sent", template=template)
        return
    _send(session, template, email, locale, context)


def open_factory(session: Session, name: str, locale: str) -> UUID:
    """The id of a new factory in stage draft. Raises `RuntimeError` where no feature makes factories."""
    if _open_factory is None:
        raise RuntimeError("no feature opens factories: see portal.accounts.hooks.opens_factories")
    return _open_factory(session, name, locale)


def optional_emails() -> Mapping[str, Any]:
    """event -> its name for people, of every email that may be switched off."""
    return _optional_emails()


def signed_in(session: Session, person_id: UUID, draft_keys: set[str]) -> None:
    """Hand to the person what the keys' visitors made."""
    for key in sorted(draft_keys):
        for claim in on_sign_in:
            claim(session, person_id, key)
