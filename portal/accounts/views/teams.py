"""A factory's team page, and the page where somebody joins it."""

from uuid import UUID

from flask import Response, flash, request, url_for

from portal.accounts import operations, queries, team, timezones
from portal.accounts.forms import InviteForm, JoinForm
from portal.accounts.limits import limited
from portal.accounts.models import Person, TeamRole
from portal.accounts.security.entering import let_in
from portal.accounts.views import bp
from portal.accounts.views.limits import TEAM_MAIL, TOKEN
from portal.core.actor import Role
from portal.core.db import db, lock, reader, transaction
from portal.core.errors import Invalid, NotAllowed
from portal.core.i18n import _, current
from portal.core.web import ANYONE, current_actor, done, page, refused, rule


def _team_page(form: InviteForm) -> Response:
    actor = current_actor()
    members, invitations = queries.team(reader(), actor), queries.open_invitations(reader(), actor)
    status = 422 if form.errors else 200
    return page("accounts/team.html", status=status, form=form, members=members, invitations=invitations)


def _the_team() -> tuple[str, str]:
    return _("Look at the team"), url_for("accounts.team")


@bp.get("/team", endpoint="team")
@rule(Role.FACTORY)
def show_team() -> Response:
    return _team_page(InviteForm())


@bp.post("/team/invitations")
@rule(Role.FACTORY)
@limited(*TEAM_MAIL, name="team mail")
def invite() -> Response:
    form = InviteForm()
    if not form.validate():
        return _team_page(form)
    role = TeamRole(form.role.data)
    try:
        with transaction() as session_:
            team.invite(session_, email=form.email.data, role=role, actor=current_actor())
    except Invalid as refusal:
        form.email.errors = [str(refusal.fields["email"])]
        return _team_page(form)
    return done("accounts.team", _("We have sent an invitation to %(email)s.", email=form.email.data))


@bp.post("/team/invitations/<uuid:invitation_id>/revoke")
@rule(Role.FACTORY)
def revoke_invitation(invitation_id: UUID) -> Response:
    with transaction() as session_:
        team.revoke(session_, invitation_id, actor=current_actor())
    return done("accounts.team", _("The invitation is withdrawn."))


@bp.post("/team/members/<uuid:person_id>/role")
@rule(Role.FACTORY)
def change_member_role(person_id: UUID) -> Response:
    role = TeamRole.OWNER if request.form.get("role") == TeamRole.OWNER else TeamRole.MEMBER
    try:
        with transaction() as session_:
            team.change_role(session_, person_id, role, actor=current_actor())
    except NotAllowed as refusal:
        return refused(refusal, _the_team())
    return done("accounts.team", _("Saved."))


@bp.post("/team/members/<uuid:person_id>/remove")
@rule(Role.FACTORY)
def remove_member(person_id: UUID) -> Response:
    try:
        with transaction() as session_:
            team.remove(session_, person_id, actor=current_actor())
    except NotAllowed as refusal:
        return refused(refusal, _the_team())
    return done("accounts.team", _("Removed. They can't see anything of your factory from now on."))


@bp.route("/join/<token>", methods=["GET", "POST"])
@rule(ANYONE)
@limited(*TOKEN, name="join")
def join(token: str) -> Response:
    """Accept an invitation: one press for whoever is signed in, an account for whoever is new."""
    invitation = queries.invitation(reader(), token)
    if invitation is None:
        return page("accounts/join_ended.html", status=410)
    form, actor = JoinForm(), current_actor()
    if request.method == "POST" and actor.signed_in:
        return _join_signed_in(token)
    if request.method == "POST" and not invitation.has_account and form.validate():
        return _join_new(token, form)
    status = 422 if form.errors else 200
    problem = actor.signed_in and team.obstacle(invitation.email, actor, on_team=actor.factory_id is not None)
    return page(
        "accounts/join.html", status=status, form=form, invitation=invitation, token=token, problem=problem or None
    )


def _join_signed_in(token: str) -> Response:
    try:
        with transaction() as session_:
            person = lock(session_, Person, current_actor().person_id)  # type: ignore[arg-type]
            team.accept(session_, team.open_invitation(session_, token), person)
    except NotAllowed as refusal:
        return refused(refusal, (_("Back to the invitation"), url_for("accounts.join", token=token)))
    return done("accounts.landing", _("Welcome to the team."))


def _join_new(token: str, form: JoinForm) -> Response:
    """The link was mailed to the address: nothing more is needed to confirm it."""
    with transaction() as session_:
        invitation = team.open_invitation(session_, token)
        person = operations.add_person(
            session_,
            email=invitation.email,
            name=form.name.data,
            role=Role.FACTORY,
            password=form.password.data,
            locale=current(),
            timezone=timezones.guess(form.timezone.data or "", current()),
            confirmed=True,
        )
        team.accept(session_, invitation, person)
    flash(_("Welcome to the team."), "success")
    return let_in(db.session.get_one(Person, person.id), "invitation")
