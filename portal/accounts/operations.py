"""What people do with their accounts. Passwords are hashed and tokens kept as hashes: neither can be read back."""

import hashlib
import secrets
import uuid
from uuid import UUID

from flask_security import hash_password
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.accounts import hooks, letters
from portal.accounts.models import Membership, Person, SignInLink, TeamRole
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import lock
from portal.core.errors import Gone
from portal.core.i18n import N_

_LINK_LIVES = clock.hours(1)


def new_token() -> tuple[str, str]:
    """An unguessable token for a link, and the hash of it that is kept."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find(session: Session, email: str) -> Person | None:
    """Whoever has this address, however its letters are written."""
    return session.scalars(select(Person).where(func.lower(Person.email) == email.lower())).first()


def add_person(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    locale: str = "en",
    timezone: str = "UTC",
    confirmed: bool = False,
    draft_key: str | None = None,
) -> Person:
    """Somebody new. Raises `IntegrityError` when the address has an account."""
    person = Person(
        email=email,
        name=name,
        role=role,
        password=hash_password(password) if password else None,
        locale=locale,
        timezone=timezone,
        confirmed_at=clock.now() if confirmed else None,
        draft_key=draft_key,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
    )
    session.add(person)
    session.flush()
    return person


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    role: Role,
    locale: str,
    timezone: str,
    factory_name: str = "",
    draft_key: str | None = None,
) -> Person | None:
    """Sign somebody up and ask them by mail to confirm. A factory is opened with them as its owner.

    None when the address has an account already: its owner is told by mail, the caller shows the same page.
    An account that nobody has confirmed yet is overwritten, for it is nobody's.
    """
    person = find(session, email)
    if person is None:
        try:
            with session.begin_nested():
                person = add_person(session, email=email, name=name, role=role)
        except IntegrityError:  # the same address, at the same instant
            person = find(session, email)
    if person is None or person.confirmed_at or not person.active:
        hash_password(password)  # takes as long as for somebody new
        if person and person.active:
            letters.exists(session, person)
        return None
    if person.role != role:
        session.execute(delete(Membership).where(Membership.person_id == person.id))
    person.name, person.role, person.locale, person.timezone = name, role, locale, timezone
    person.password, person.draft_key = hash_password(password), draft_key
    person.fs_uniquifier = uuid.uuid4().hex  # what was mailed to an earlier visitor no longer counts
    session.add(person)
    if role == Role.FACTORY:
        _own_factory(session, person, factory_name)
    letters.confirm(session, person)
    return person


def _own_factory(session: Session, person: Person, name: str) -> None:
    if session.scalars(select(Membership.id).where(Membership.person_id == person.id)).first() is None:
        factory_id = hooks.open_factory(session, name, person.locale)
        session.add(Membership(person_id=person.id, factory_id=factory_id, role=TeamRole.OWNER))
        session.flush()


def send_sign_in_link(session: Session, email: str, next_path: str) -> None:
    """Mail a link that signs in once, within the hour, and leads to `next_path`. Nobody learns who has an account."""
    person = find(session, email)
    if person is None or not person.active:
        hash_password("takes as long as for somebody known")
    elif person.confirmed_at is None:
        letters.confirm(session, person)
    else:
        token, kept = new_token()
        expires_at = clock.now() + _LINK_LIVES
        session.add(SignInLink(person_id=person.id, token_hash=kept, next_path=next_path, expires_at=expires_at))
        letters.sign_in_link(session, person, token)


def use_sign_in_link(session: Session, token: str) -> SignInLink:
    """Spend the link. Raises `Gone` when it was used, has expired or never was."""
    query = select(SignInLink).where(SignInLink.token_hash == token_hash(token)).with_for_update()
    link = session.scalars(query).first()
    if link is None or link.used_at or link.expires_at <= clock.now():
        raise Gone(N_("This link was used already, or it is too old. Ask for a new one."))
    link.used_at = clock.now()
    session.add(link)
    return link


def change_profile(
    session: Session, person_id: UUID, *, name: str, locale: str, timezone: str, currency: str = ""
) -> None:
    person = lock(session, Person, person_id)
    person.name, person.locale, person.timezone, person.currency = name, locale, timezone, currency
    session.add(person)


def set_locale(session: Session, person_id: UUID, locale: str) -> None:
    person = lock(session, Person, person_id)
    person.locale = locale
    session.add(person)


def choose_emails(session: Session, person_id: UUID, offered: set[str], wanted: set[str]) -> None:
    """Of the `offered` events whose emails may be switched off, get only those in `wanted`."""
    person = lock(session, Person, person_id)
    chosen = {event: event in wanted for event in hooks.optional_emails() if event in offered}
    person.notify = {**person.notify, **chosen}
    session.add(person)
