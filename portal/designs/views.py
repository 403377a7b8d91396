"""Artwork on pages: the list that fills itself in, and what people do with it.

Visitors may have artwork in a draft of theirs, so every route is open to anyone and asks `access` about the brief.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import Row

from portal.core.db import reader, transaction
from portal.core.errors import NotFound
from portal.core.web import ANYONE, current_actor, is_htmx, local_path, page, rule
from portal.designs import access, forms, keys, operations, queries, storage, uploads
from portal.designs.lifecycle import FileStage

bp = Blueprint("designs", __name__)


def panel(brief_id: UUID) -> dict[str, Any]:
    """What "designs/_artworks.html" shows to whoever asks. Raises `NotFound` when they may not see the brief."""
    return queries.panel(reader(), current_actor(), brief_id)


@bp.get("/briefs/<uuid:brief_id>/artworks")
@rule(ANYONE)
def artworks(brief_id: UUID) -> Response:
    """The artwork of a brief: for htmx the list alone, for people a page."""
    return page(_template(), art=panel(brief_id))


@bp.post("/artworks/<uuid:artwork_id>")
@rule(ANYONE)
def describe(artwork_id: UUID) -> Response:
    """Keep the label and the place of a piece of artwork."""
    artwork = _editable(artwork_id)
    art = panel(artwork.brief_id)
    form = forms.describe(list(art["prints"]))
    if not form.validate():
        return page(_template(), status=422, art=art | {"refused": {artwork_id: form}})
    with transaction() as session:
        said = {"label": form.label.data or "", "placement": form.placement.data, "document": form.document.data}
        operations.describe(session, artwork_id, **said)
    return _back(artwork.brief_id)


@bp.post("/artworks/<uuid:artwork_id>/remove")
@rule(ANYONE)
def remove(artwork_id: UUID) -> Response:
    """Take a piece of artwork away with all its revisions: from drafts only."""
    artwork = _editable(artwork_id)
    if not access.can_remove(reader(), current_actor(), artwork.brief_id):
        raise NotFound()
    with transaction() as session:
        operations.remove(session, artwork_id)
    return _back(artwork.brief_id)


@bp.post("/artworks/files/<uuid:file_id>/cancel")
@rule(ANYONE)
def cancel(file_id: UUID) -> Response:
    """Give up an upload that was left unfinished."""
    file = queries.file(reader(), file_id)
    if file is None:
        raise NotFound()
    access.must_edit(reader(), current_actor(), file.brief_id)
    uploads.cancel(current_actor(), file)
    return _back(file.brief_id)


@bp.get("/artworks/files/<uuid:file_id>")
@rule(ANYONE)
def download(file_id: UUID) -> Response:
    """The checked file itself, as a download from the object store."""
    file = queries.file(reader(), file_id)
    if file is None or file.stage != FileStage.READY:
        raise NotFound()
    access.must_see(reader(), current_actor(), file.brief_id)
    response = redirect(storage.link(keys.file_key(file.stored_id, file.sha256), file.name), 303)
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


def _template() -> str:
    return "designs/_list.html" if is_htmx() else "designs/artworks.html"


def _editable(artwork_id: UUID) -> Row[Any]:
    found = queries.artwork(reader(), artwork_id)
    if found is None:
        raise NotFound()
    access.must_edit(reader(), current_actor(), found.brief_id)
    return found


def _back(brief_id: UUID) -> Response:
    """To the page that was left; for htmx the list as it is now."""
    if is_htmx():
        return page("designs/_list.html", art=panel(brief_id))
    return redirect(local_path(request.referrer, url_for(".artworks", brief_id=brief_id)), 303)  # type: ignore[return-value]
