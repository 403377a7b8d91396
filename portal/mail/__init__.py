"""A step of a lifecycle becomes an email: who hears of it, what it says, that it arrives once."""

from typing import Any

from flask import Flask
from sqlmodel import Session

from portal.accounts import hooks
from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.mail import operations, views
from portal.mail.letters import optional_letters


def init_app(app: Flask) -> None:
    """The operators' outbox, the way out of optional letters, and the outbox of accounts' own letters."""
    app.register_blueprint(views.bp)
    add_nav(app, Role.OPERATOR, "mail.outbox", N_("Emails"))
    hooks.delivers(_account_letter)
    hooks.lists_optional_emails(optional_letters)


def _account_letter(session: Session, template: str, email: str, locale: str, context: dict[str, Any]) -> None:
    operations.enqueue(session, template=template, to_email=email, locale=locale, context=context)
