"""Flask-Security's emails: our letters, in the transaction of the change."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import Response, after_this_request
from flask_security import MailUtil
from flask_security.mail_util import EmailValidateException
from flask_security.utils import get_message

from portal.accounts import letters
from portal.accounts.models import Person
from portal.core.db import db
from portal.core.web import settings


class OutboxMail(MailUtil):
    """Writes every email into the outbox. Links are on the configured origin, whatever Host was asked for."""

    def validate(self, email: str) -> str:
        """The address as mail servers everywhere take it. Raises `EmailValidateException` when it can't be one."""
        try:
            found = validate_email(
                email, check_deliverability=False, allow_smtputf8=False, test_environment=settings().SANDBOX
            )
        except EmailNotValidError:
            raise EmailValidateException(get_message("INVALID_EMAIL_ADDRESS")[0]) from None
        return found.ascii_email or found.normalized

    def normalize(self, email: str) -> str:
        return self.validate(email)

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        person: Person = context["user"]
        match template.rsplit("/", 1)[-1]:
            case "confirmation_instructions":
                letters.confirm(db.session, person)
            case "reset_instructions":
                letters.reset(db.session, person, context["reset_token"])
            case "change_notice" | "reset_notice":
                letters.changed(db.session, person, "password")
            case other:
                raise ValueError(f"no letter of ours for Flask-Security's {other}")
        after_this_request(commit)


def commit(response: Response) -> Response:
    """Keep what the request did; Flask-Security's views that only send mail don't by themselves."""
    db.session.commit()
    return response
