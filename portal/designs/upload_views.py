"""The JSON that `static/js/upload.js` speaks while it sends files straight to the object store.

A refusal is {"error": words} with the status that a page would have. Open to visitors, who have drafts too: every route
asks `access` about the brief.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask_wtf.csrf import CSRFError
from sqlalchemy import Row
from werkzeug.exceptions import HTTPException, TooManyRequests

from portal.accounts.limits import Limit, address, limited
from portal.core.db import reader
from portal.core.errors import NotFound, PortalError
from portal.core.i18n import _
from portal.core.web import ANYONE, current_actor, rule
from portal.designs import access, forms, queries, uploads

bp = Blueprint("uploads", __name__)


@bp.post("/briefs/<uuid:brief_id>/uploads")
@rule(ANYONE)
@limited(Limit(200, minutes=60, by=address))
def begin(brief_id: UUID) -> tuple[Response, int]:
    """{"name", "size", "type"?, "artwork"?} -> what `uploads.begin` says. With ?offer=artwork in place of that one."""
    allowed = access.must_offer if forms.offers() else access.must_edit
    allowed(reader(), current_actor(), brief_id)
    return jsonify(uploads.begin(current_actor(), brief_id, forms.announced())), 201


@bp.get("/uploads/<uuid:file_id>")
@rule(ANYONE)
def progress(file_id: UUID) -> Response:
    """What `begin` said, and the parts that are missing: for an upload that goes on after a reload."""
    return jsonify(uploads.progress(_file(file_id)))


@bp.post("/uploads/<uuid:file_id>/sign")
@rule(ANYONE)
def sign(file_id: UUID) -> Response:
    """{"parts": numbers} -> {"urls": {number: address to PUT the part to}}."""
    return jsonify(urls=uploads.sign(_file(file_id), forms.part_numbers()))


@bp.post("/uploads/<uuid:file_id>/complete")
@rule(ANYONE)
def complete(file_id: UUID) -> Response:
    """-> {"missing": numbers of the parts to send (again)}: none when the file is whole."""
    return jsonify(missing=uploads.complete(current_actor(), _file(file_id)))


@bp.post("/uploads/<uuid:file_id>/cancel")
@rule(ANYONE)
def cancel(file_id: UUID) -> Response:
    uploads.cancel(current_actor(), _file(file_id))
    return jsonify(cancelled=True)


def _file(file_id: UUID) -> Row[Any]:
    found = queries.file(reader(), file_id)
    if found is None:
        raise NotFound()
    allowed = access.must_offer if found.offered_for else access.must_edit
    allowed(reader(), current_actor(), found.brief_id)
    return found


def _refused(error: PortalError) -> tuple[Response, int]:
    return jsonify(error=str(error.message)), error.status


def _too_many(_error: TooManyRequests) -> tuple[Response, int]:
    return jsonify(error=_("That is many files at once. Go on in an hour.")), 429


def _stale(_error: CSRFError) -> tuple[Response, int]:
    return jsonify(error=str(forms.UNREADABLE)), 400


def _failed(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=str(error.description)), error.code or 500


def answer_in_json(blueprint: Blueprint) -> None:
    """Let the blueprint's refusals be {"error": words}."""
    blueprint.register_error_handler(PortalError, _refused)
    blueprint.register_error_handler(TooManyRequests, _too_many)
    blueprint.register_error_handler(CSRFError, _stale)
    blueprint.register_error_handler(HTTPException, _failed)


answer_in_json(bp)
