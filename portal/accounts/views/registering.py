"""Signing up, and proving that the address is one's own."""

from typing import Any

from flask import Response, current_app, flash, redirect, request, session, url_for
from flask_security.confirmable import confirm_email_token_status, confirm_user

from portal.accounts import operations, timezones, visitors
from portal.accounts.forms import ConfirmForm, CreatorForm, FactoryForm
from portal.accounts.limits import limited
from portal.accounts.models import Person
from portal.accounts.security.entering import let_in
from portal.accounts.views import bp
from portal.accounts.views.limits import MAIL
from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.i18n import _, current
from portal.core.web import ANYONE, current_actor, done, local_path, page, rule

#: in the session of whoever signs up: the key of the account, the address that was written to, where they were going
_MADE, _ADDRESS, _GOING = "signed_up", "signed_up_address", "signed_up_next"
_KINDS = {"creator": (Role.CREATOR, CreatorForm), "factory": (Role.FACTORY, FactoryForm)}


@bp.get("/register")
@rule(ANYONE)
def register() -> Response:
    """Who are you? Creators and factories sign up differently."""
    if current_actor().signed_in:
        return done("accounts.landing")
    return page("accounts/register.html", next_path=local_path(request.args.get("next"), "") or None)


@bp.route("/register/<any(creator, factory):kind>", methods=["GET", "POST"])
@rule(ANYONE)
@limited(*MAIL, name="mail")
def sign_up(kind: str) -> Response:
    if current_actor().signed_in:
        return done("accounts.landing")
    role, form_class = _KINDS[kind]
    form = form_class(next=local_path(request.args.get("next"), ""))
    if not form.validate_on_submit():
        return page("accounts/sign_up.html", status=422 if form.errors else 200, form=form, kind=kind)
    with transaction() as session_:
        made = operations.register(session_, role=role, draft_key=visitors.draft_key(), **_answers(form))
        session[_MADE] = made.fs_uniquifier if made else None
    session[_ADDRESS] = form.email.data
    session[_GOING] = local_path(form.next.data, "") or None
    return done("accounts.check_mail")


def _answers(form: Any) -> dict[str, str]:
    given = {name: value for name, value in form.data.items() if name != "next"}
    return {**given, "locale": current(), "timezone": timezones.guess(form.timezone.data or "", current())}


@bp.get("/register/sent")
@rule(ANYONE)
def check_mail() -> Response:
    """The same page whether the address had an account or not."""
    if _ADDRESS not in session:
        return done("accounts.register")
    return page("accounts/check_mail.html", address=session[_ADDRESS])


@rule(ANYONE)
def confirm_email(token: str) -> Response:
    """Stands in for Flask-Security's view, which confirms on GET: mail scanners open links.

    In the browser that signed up one press is enough. Elsewhere the password is asked too, so that nobody
    confirms for a stranger who signed up with their address.
    """
    expired, invalid, person = confirm_email_token_status(token)
    if expired or invalid or person is None or not person.active:
        flash(_("This link is not valid any more. Have a new one sent."), "error")
        return redirect(url_for("security.send_confirmation"), 303)  # type: ignore[return-value]
    if person.confirmed_at:
        return done("security.login", _("This address has been confirmed already. Sign in."), category="info")
    form, at_home = ConfirmForm(), session.get(_MADE) == person.fs_uniquifier
    if request.method == "POST" and (at_home or _knows_password(person, form)):
        confirm_user(person)
        flash(_("Thank you, your address is confirmed."), "success")
        session.pop(_MADE, None)
        return let_in(person, "confirm", session.pop(_GOING, None))
    status = 422 if form.errors else 200
    return page("accounts/confirm.html", status=status, form=form, at_home=at_home, email=person.email, token=token)


def _knows_password(person: Person, form: ConfirmForm) -> bool:
    if not form.validate():
        return False
    normalize = current_app.extensions["security"].password_util.normalize
    if person.verify_and_update_password(normalize(form.password.data)):
        return True
    form.password.errors = [_("This password is not right.")]
    return False
