"""Deciding to send an email: a row of the outbox and the job that delivers it, in the caller's transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core import jobs
from portal.core.actor import Role
from portal.core.db import new_id
from portal.core.events import Event
from portal.core.web import absolute
from portal.mail import audience
from portal.mail.attachments import attachments_of
from portal.mail.letters import LETTERS, Letter
from portal.mail.models import Email
from portal.mail.render import parts
from portal.mail.unsubscribe import unsubscribe_headers


def enqueue(
    session: Session,
    *,
    template: str,
    to_email: str,
    locale: str,
    context: dict[str, Any],
    to_person: UUID | None = None,
    event_id: UUID | None = None,
    attachments: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> UUID | None:
    """Write the email and put it into the outbox. Returns its id; None when this event was told already."""
    subject, text, html = parts(template, locale, **context)
    row = {
        "id": new_id(),
        "event_id": event_id,
        "person_id": to_person,
        "template": template,
        "recipient": to_email,
        "locale": locale,
        "subject": subject,
        "body_text": text,
        "body_html": html,
        "attachments": attachments or [],
        "headers": headers or {},
    }
    email = Email(**row)
    values = {column: getattr(email, column) for column in Email.__table__.columns.keys()}  # type: ignore[attr-defined]
    query = insert(Email).values(**values).on_conflict_do_nothing().returning(Email.id)
    made = session.execute(query).scalar()
    if made:
        jobs.defer(session, "mail.send", email_id=made)
    return made


def announce(session: Session, event: Event, roles: list[Role]) -> int:
    """Tell everybody in `roles` whom the event concerns, once each. Returns how many emails were made."""
    letter = LETTERS[event.name]
    matter = audience.subject_matter(session, event)
    attachments = attachments_of(session, event) if letter.attach_spec else []
    made = 0
    for role in roles:
        for person in audience.recipients(session, event, role, owners=letter.owners):
            if letter.optional and person.notify.get(event.name) is False:
                continue
            if letter.skip_actor and person.id == event.actor_id:
                continue
            context = {
                **matter,
                "person": person,
                "role": role.value,
                "factory_name": audience.factory_name(matter["factory"], person.locale),
                "url": _url(letter, role, matter),
            }
            made += bool(
                enqueue(
                    session,
                    template=event.name,
                    to_email=person.email,
                    to_person=person.id,
                    locale=person.locale,
                    context=context,
                    event_id=event.id,
                    attachments=attachments,
                    headers=unsubscribe_headers(person.id, event.name) if letter.optional else {},
                )
            )
    return made


def _url(letter: Letter, role: Role, matter: dict[str, Any]) -> str:
    endpoint, column = letter.target(role)
    if column is None:
        return absolute(endpoint)
    ident = getattr(matter["event"], column) or (matter["order"] and matter["order"].id)
    return absolute(endpoint, **{column: ident})
