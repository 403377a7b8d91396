"""Flask-Security's emails: our letters, in the transaction of the change."""

from typing import Any

from flask import Response, after_this_request
from flask_security import MailUtil

from portal.accounts import letters
from portal.accounts.models import Person
from portal.core.db import db


class OutboxMail(MailUtil):
    """Writes every email into the outbox. Links are on the configured origin, whatever Host was asked for."""

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
