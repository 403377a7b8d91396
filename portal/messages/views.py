"""Threads on pages: the list of them, one of them, what people do there."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from sqlalchemy import Row

from portal.accounts.limits import Limit, TooOften, limited, person
from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import reader, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.forms import refuse
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, is_htmx, not_modified, page, rule
from portal.designs import photos
from portal.messages import operations, queries
from portal.messages.forms import LookForm, SendForm, TranslationForm

bp = Blueprint("messages", __name__)
SIDES = (Role.CREATOR, Role.FACTORY)
_TOO_MANY = N_("That is many messages at once. Go on in a few minutes.")


@bp.get("/messages")
@rule(*SIDES)
def threads() -> Response:
    """The reader's threads, the last written to first."""
    shown = queries.threads(reader(), current_actor(), request.args.get("before", type=datetime.fromisoformat))
    if unchanged := not_modified([(row.invitation_id, row.version) for row in shown.rows], shown.before):
        return unchanged
    return page("messages/threads.html", threads=shown)


@bp.get("/messages/<uuid:invitation_id>")
@rule(*SIDES, Role.OPERATOR)
def thread(invitation_id: UUID) -> Response:
    """One thread; for an operator who has not said why, the question."""
    head = queries.head(reader(), current_actor(), invitation_id)
    if not queries.may_read(reader(), current_actor(), head):
        return page("messages/look.html", thread=head, form=LookForm(None))
    return _page(head, SendForm(None))


@bp.get("/messages/<uuid:invitation_id>/new")
@rule(*SIDES, Role.OPERATOR)
def news(invitation_id: UUID) -> Response:
    """What is said, when it is no longer as it was at version `seen`; else nothing (204). Asked every few seconds."""
    head = _readable(invitation_id)
    if request.args.get("seen", type=whole) == head.version:
        return Response(status=204)
    return page("messages/_said.html", thread=head, talk=queries.talk(reader(), current_actor(), head))


@bp.post("/messages/<uuid:invitation_id>")
@rule(*SIDES)
def send(invitation_id: UUID) -> Response:
    """Write to the other side."""
    head, form = queries.head(reader(), current_actor(), invitation_id), SendForm()
    if not form.validate():
        return _page(head, form, 422)
    try:
        _within_pace()
        with transaction() as session:
            said = {"text": form.text.data, "photo_ids": form.photos.data, "token": form.token.data or ""}
            operations.send(session, invitation_id, actor=current_actor(), **said)
    except (Invalid, TooOften) as problem:
        refuse(form, problem if isinstance(problem, Invalid) else Invalid(_TOO_MANY))
        return _page(head, form, 422 if isinstance(problem, Invalid) else 429)
    if is_htmx():
        return _page(queries.head(reader(), current_actor(), invitation_id), SendForm(None))
    return done("messages.thread", invitation_id=invitation_id, _anchor="end")


@limited(Limit(30, minutes=5, by=person), name="messages.send")
def _within_pace() -> None:
    """Raises `TooOften`."""


@bp.post("/messages/<uuid:invitation_id>/read")
@rule(*SIDES)
def read(invitation_id: UUID) -> Response:
    """The browser says that somebody has had the messages up to `upto` on their screen."""
    upto = request.form.get("upto", type=UUID)
    if upto is None:
        raise NotFound()
    with transaction() as session:
        operations.mark_read(session, invitation_id, upto, actor=current_actor())
    return Response(status=204) if is_htmx() else done("messages.thread", invitation_id=invitation_id)


@bp.route("/messages/<uuid:invitation_id>/<uuid:message_id>/translation", methods=["GET", "POST"])
@rule(*SIDES, Role.OPERATOR)
def translate(invitation_id: UUID, message_id: UUID) -> Response:
    """Put what the other side wrote into one's own language."""
    head = _readable(invitation_id)
    message = queries.to_translate(reader(), current_actor(), head, message_id)
    form = TranslationForm(text=message.translation or "")
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return page("messages/translation.html", status=status, thread=head, message=message, form=form)
    with transaction() as session:
        operations.translate(session, invitation_id, message_id, actor=current_actor(), text=form.text.data)
    return done("messages.thread", _("The translation stands beside the message."), invitation_id=invitation_id)


@bp.post("/messages/<uuid:invitation_id>/look")
@rule(Role.OPERATOR)
def look(invitation_id: UUID) -> Response:
    """An operator says why they need to read the thread."""
    head, form = queries.head(reader(), current_actor(), invitation_id), LookForm()
    if not form.validate():
        return page("messages/look.html", status=422, thread=head, form=form)
    with transaction() as session:
        operations.look(session, invitation_id, form.reason.data, actor=current_actor())
    return done("messages.thread", invitation_id=invitation_id)


def _readable(invitation_id: UUID) -> Row[Any]:
    head = queries.head(reader(), current_actor(), invitation_id)
    if not queries.may_read(reader(), current_actor(), head):
        raise NotFound()
    return head


def _page(head: Row[Any], form: SendForm, status: int = 200) -> Response:
    """The thread; for htmx only what is said and the place to write."""
    conn, actor = reader(), current_actor()
    before = request.args.get("before", type=UUID)
    return page(
        "messages/_talk.html" if is_htmx() else "messages/thread.html",
        status=status,
        thread=head,
        form=form,
        token=form.token.data or secrets.token_hex(6),
        before=before,
        talk=queries.talk(conn, actor, head, before),
        chosen=photos.chosen(conn, actor, "invitation", head.id, form.photos.data or ()),
        looks=queries.looks(conn, head),
        may_write=actor.role in SIDES and operations.may_write(head.stage, head.brief_stage),
    )
