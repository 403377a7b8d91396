"""A factory's inbox and the brief behind each invitation."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request

from portal import products
from portal.core import sections
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import Gone, Invalid
from portal.core.i18n import _
from portal.core.web import current_actor, done, not_modified, page, rule
from portal.designs.queries import thumbs
from portal.products import present
from portal.products.base import Values
from portal.products.declaration import Category
from portal.products.present import Part
from portal.sourcing import earlier, inbox_queries, invitation_operations, quote_history
from portal.sourcing.inbox_forms import AskForm, DeclineForm
from portal.sourcing.inbox_queries import Tab
from portal.sourcing.invitation_words import FOR_FACTORY
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Invitation
from portal.sourcing.quote_operations import may_quote
from portal.sourcing.views import bp


@bp.get("/inbox")
@rule(Role.FACTORY)
def inbox():
    """The invitations of the reader's factory, nearest deadline first."""
    tab = request.args.get("tab", Tab.OPEN, type=Tab)
    actor, conn = current_actor(), reader()
    shown = inbox_queries.inbox(conn, actor, tab, request.args.get("after", type=UUID))
    counts = inbox_queries.counts(conn, actor)
    pictures = thumbs(conn, [row.brief_id for row in shown.rows if not row.sealed])
    brought = sections.load_all("desk", conn, actor) if tab == Tab.OPEN else []
    seen = [(row.id, row.version, row.brief_stage) for row in shown.rows]
    if unchanged := not_modified(tab, seen, shown.after, counts, pictures, sections.versions(brought)):
        return unchanged
    context = {"shown": shown, "tab": tab, "counts": counts, "thumbs": pictures, "categories": products.categories()}
    return page("sourcing/inbox.html", **context, words=FOR_FACTORY, Tab=Tab, sections=brought)


@bp.get("/inbox/<uuid:invitation_id>")
@rule(Role.FACTORY)
def invitation(invitation_id: UUID):
    """One brief as the invited factory reads it."""
    return _invitation_page(invitation_id, AskForm(formdata=None))


def _invitation_page(invitation_id: UUID, ask: AskForm, status: int = 200) -> Response:
    conn, actor = reader(), current_actor()
    row = inbox_queries.invitation(conn, actor, invitation_id)
    category = products.category(row.category)
    open_now = row.brief_stage == BriefStage.OPEN
    return page(
        "sourcing/invitation.html",
        status=status,
        invitation=row,
        earlier=None if row.sealed else earlier.order(conn, row.repeats_id),
        category=category,
        parts=[] if row.sealed else _parts(category, row.values),
        sees_artwork=inbox_queries.sees_artwork(conn, actor, row.brief_id),
        questions=inbox_queries.questions(conn, row),
        revisions=quote_history.in_words(inbox_queries.revisions(conn, row.id), row.category),
        words=FOR_FACTORY,
        ask=ask,
        may={step.name for step in Invitation.lifecycle.open_to(actor.role, row.stage)} if open_now else set(),
        may_quote=open_now and may_quote(row.stage, actor.role),
    )


def _parts(category: Category, values: Values) -> list[Part]:
    """The spec as the factory reads it: what is given, and what it is to state an assumption for."""
    asked = {field.name for field in category.blank(values)}
    return [
        replace(part, rows=tuple(row for row in part.rows if not row.blank or row.path in asked))
        for part in present.rows(category, values)
    ]


@bp.post("/inbox/<uuid:invitation_id>/opened")
@rule(Role.FACTORY)
def opened(invitation_id: UUID):
    """The browser says that somebody has opened the brief: the creator sees it."""
    with transaction() as session:
        invitation_operations.mark_opened(session, _own(session, invitation_id))
    return Response(status=204)


@bp.post("/inbox/<uuid:invitation_id>/nda")
@rule(Role.FACTORY)
def accept_nda(invitation_id: UUID):
    with transaction() as session:
        invitation_operations.accept_nda(session, _own(session, invitation_id), actor=current_actor())
    return done("sourcing.invitation", _("You have accepted the NDA. Here is the brief."), invitation_id=invitation_id)


@bp.post("/inbox/<uuid:invitation_id>/questions")
@rule(Role.FACTORY)
def ask(invitation_id: UUID):
    form = AskForm()
    if not form.validate():
        return _invitation_page(invitation_id, form, 422)
    try:
        with transaction() as session:
            invitation_operations.ask(session, _own(session, invitation_id), form.text.data, actor=current_actor())
    except Invalid as problem:
        form.text.errors = [str(problem.fields.get("text") or problem.message)]
        return _invitation_page(invitation_id, form, 422)
    return done("sourcing.invitation", _("Your question is with the creator."), invitation_id=invitation_id)


@bp.route("/inbox/<uuid:invitation_id>/decline", methods=["GET", "POST"])
@rule(Role.FACTORY)
def decline(invitation_id: UUID):
    form = DeclineForm()
    actor = current_actor()
    row = inbox_queries.invitation(reader(), actor, invitation_id)
    if not Invitation.lifecycle.allows("decline", row.stage, actor.role):
        raise Gone(_("There is nothing to decline any more."))
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return page("sourcing/invitation_decline.html", status=status, invitation=row, form=form)
    with transaction() as session:
        declined = _own(session, invitation_id)
        invitation_operations.decline(session, declined, form.reason.data, form.note.data, actor=actor)
    return done("sourcing.inbox", _("You have declined. Thank you for saying so."))


def _own(session: Any, invitation_id: UUID) -> Invitation:
    return invitation_operations.own(session, invitation_id, current_actor())
