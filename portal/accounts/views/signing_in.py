"""Signing in by a link in an email, where people land afterwards, and the language of the pages."""

from flask import Response, current_app, flash, redirect, request, url_for

from portal.accounts import operations, queries
from portal.accounts.forms import LinkForm
from portal.accounts.limits import limited
from portal.accounts.models import Person
from portal.accounts.security.entering import let_in
from portal.accounts.views import bp
from portal.accounts.views.limits import MAIL, TOKEN
from portal.core.actor import Role
from portal.core.db import db, reader, transaction
from portal.core.i18n import LANGUAGES, _
from portal.core.web import ANYONE, SIGNED_IN, current_actor, done, local_path, page, rule

_HOME = {Role.CREATOR: "sourcing.briefs", Role.FACTORY: "sourcing.inbox", Role.OPERATOR: "orders.desk"}
_YEAR = 365 * 24 * 3600


@bp.route("/login/link", methods=["GET", "POST"])
@rule(ANYONE)
@limited(*MAIL, name="mail")
def email_link() -> Response:
    """Ask for a link that signs in. The answer is the same whoever the address belongs to."""
    form = LinkForm(next=local_path(request.args.get("next"), ""))
    if not form.validate_on_submit():
        return page("accounts/email_link.html", status=422 if form.errors else 200, form=form)
    with transaction() as session_:
        operations.send_sign_in_link(session_, form.email.data, local_path(form.next.data, ""))
    return page("accounts/link_sent.html", address=form.email.data)


@bp.route("/login/link/<token>", methods=["GET", "POST"])
@rule(ANYONE)
@limited(*TOKEN, name="link")
def use_link(token: str) -> Response:
    """Mail scanners open links: only the press of the button signs in."""
    address = queries.link_owner(reader(), token)
    if address is None:
        flash(_("This link was used already, or it is too old. Ask for a new one."), "error")
        return redirect(url_for("accounts.email_link"), 303)  # type: ignore[return-value]
    if request.method == "GET":
        return page("accounts/use_link.html", address=address, token=token)
    with transaction() as session_:
        link = operations.use_sign_in_link(session_, token)
    person = db.session.get_one(Person, link.person_id)
    return let_in(person, "email", link.next_path or None)


@bp.get("/start")
@rule(SIGNED_IN)
def landing() -> Response:
    """Where somebody's work is: the first page after signing in."""
    actor = current_actor()
    if actor.dismissed:
        return done("accounts.settings", _("You are not on a factory's team any more."), category="info")
    if actor.role == Role.FACTORY and queries.factory_stage(reader(), actor) == "draft":
        return done("factories.profile")
    return done(_HOME[actor.role])  # type: ignore[index]


@bp.post("/language")
@rule(ANYONE)
def set_language() -> Response:
    """Change the language of the pages, for a signed-in person also of their emails."""
    response = redirect(local_path(request.form.get("next")), 303)
    chosen = request.form.get("lang", "")
    if chosen in LANGUAGES:
        actor = current_actor()
        if actor.person_id:
            with transaction() as session_:
                operations.set_locale(session_, actor.person_id, chosen)
        remember_language(response, chosen)  # type: ignore[arg-type]
    return response  # type: ignore[return-value]


def remember_language(response: Response, chosen: str) -> None:
    """Keep the choice in the browser, for when nobody is signed in."""
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie("lang", chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure)
