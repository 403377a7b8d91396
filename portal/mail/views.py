"""Pages about email: the operators' outbox, and the way out of optional letters."""

from uuid import UUID

from flask import Blueprint, request

from portal.accounts.models import Person
from portal.core import jobs
from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.i18n import _
from portal.core.web import MACHINE, done, page, rule
from portal.mail import queries
from portal.mail.letters import optional_letters
from portal.mail.models import Email, EmailStage
from portal.mail.unsubscribe import read_token

bp = Blueprint("mail", __name__)


@bp.get("/operator/mail")
@rule(Role.OPERATOR)
def outbox():
    stage = request.args.get("stage", "failed")
    rows = queries.emails(reader(), stage, before=request.args.get("before"))
    return page("mail/outbox.html", emails=rows, stage=stage, counts=queries.counts(reader()))


@bp.get("/operator/mail/<uuid:email_id>")
@rule(Role.OPERATOR)
def message(email_id: UUID):
    return page("mail/message.html", email=queries.email(reader(), email_id))


@bp.post("/operator/mail/<uuid:email_id>/retry")
@rule(Role.OPERATOR)
def retry(email_id: UUID):
    with transaction() as session:
        email = lock(session, Email, email_id)
        if email.stage == EmailStage.FAILED:
            email.stage = EmailStage.QUEUED
            session.add(email)
            jobs.defer(session, "mail.send", email_id=email.id)
    return done("mail.outbox", _("It will be sent again."))


@bp.route("/unsubscribe/<token>", methods=["GET", "POST"])
@rule(MACHINE)
def unsubscribe(token: str):
    """A mail program posts here by itself (RFC 8058), a person sees a page with a button first."""
    person_id, event = read_token(token)
    if request.method == "POST":
        with transaction() as session:
            person = lock(session, Person, person_id)
            person.notify = {**person.notify, event: False}
            session.add(person)
    name = optional_letters().get(event, event)
    return page("mail/unsubscribe.html", name=name, token=token, ended=request.method == "POST")
