"""One's own settings: name, language, time zone, emails; and the way to everything about signing in."""

from uuid import UUID

from flask import Response, request

from portal.accounts import hooks, operations, queries, sign_ins
from portal.accounts.forms import EmailsForm, ProfileForm
from portal.accounts.security.loader import session_key
from portal.accounts.views import bp
from portal.accounts.views.signing_in import remember_language
from portal.core import sections
from portal.core.actor import Actor
from portal.core.db import reader, transaction
from portal.core.i18n import _
from portal.core.lifecycle import told_to
from portal.core.web import SIGNED_IN, current_actor, done, page, rule


@bp.route("/settings", methods=["GET", "POST"])
@rule(SIGNED_IN)
def settings() -> Response:
    actor = current_actor()
    account = queries.own_account(reader(), actor)
    form = ProfileForm(obj=account)
    if form.validate_on_submit():
        with transaction() as session:
            operations.change_profile(session, actor.person_id, **form.data)  # type: ignore[arg-type]
        response = done("accounts.settings", _("Saved."))
        remember_language(response, form.locale.data)
        return response
    emails = _emails_form(actor, account.notify)
    browsers = queries.sign_ins(reader(), actor.person_id, session_key())  # type: ignore[arg-type]
    brought = sections.load_all("settings", reader(), actor)
    status = 422 if form.errors else 200
    return page(
        "accounts/settings.html",
        status=status,
        form=form,
        emails=emails,
        account=account,
        browsers=browsers,
        sections=brought,
    )


def _emails_form(actor: Actor, notify: dict[str, bool]) -> EmailsForm:
    heard = told_to(actor.role)
    optional = {event: name for event, name in hooks.optional_emails().items() if event in heard}
    form = EmailsForm(None, wanted=[event for event in optional if notify.get(event, True)])
    form.wanted.choices = list(optional.items())
    return form


@bp.post("/settings/emails")
@rule(SIGNED_IN)
def choose_emails() -> Response:
    """Keep which of the optional emails somebody wants."""
    actor, wanted = current_actor(), set(request.form.getlist("wanted"))
    with transaction() as session:
        operations.choose_emails(session, actor.person_id, told_to(actor.role), wanted)  # type: ignore[arg-type]
    return done("accounts.settings", _("Saved."))


@bp.post("/settings/browsers/<uuid:sign_in_id>/sign-out")
@rule(SIGNED_IN)
def sign_out_browser(sign_in_id: UUID) -> Response:
    """Sign one of one's own browsers out."""
    with transaction() as session:
        sign_ins.end_one(session, current_actor().person_id, sign_in_id)  # type: ignore[arg-type]
    return done("accounts.settings", _("That browser is signed out."))


@bp.post("/settings/browsers/sign-out")
@rule(SIGNED_IN)
def sign_out_others() -> Response:
    """Sign all of one's browsers out but this one."""
    with transaction() as session:
        sign_ins.end_others(session, current_actor().person_id, session_key())  # type: ignore[arg-type]
    return done("accounts.settings", _("You are signed in here only."))
