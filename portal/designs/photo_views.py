"""The JSON that `static/js/photos.js` speaks, and the piece of page that shows a photo once it is made.

A refusal is {"error": words} with the status that a page would have. Every route asks `photo_access`.
"""

from uuid import UUID

from flask import Blueprint, Response, jsonify

from portal.accounts.limits import Limit, limited, person
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.core.web import current_actor, page, rule
from portal.designs import keys, photo_access, photo_forms, photo_operations, photos, storage, upload_views

bp = Blueprint("photos", __name__)
SIDES = (Role.CREATOR, Role.FACTORY)
upload_views.answer_in_json(bp)


@bp.post("/photos")
@rule(*SIDES)
@limited(Limit(300, minutes=60, by=person))
def begin() -> tuple[Response, int]:
    """{"subject", "subject_id", "name", "size", "file"?} -> {"id", "url": where to PUT it, "type": as what}."""
    subject, subject_id, said = photo_forms.announced()
    photo_access.must_add(reader(), current_actor(), subject, subject_id, file=said["file"])
    with transaction() as session:
        photo = photo_operations.begin(session, subject, subject_id, actor=current_actor(), **said)
    media_type = photo_operations.media_type(photo.kind)
    url = storage.grant(keys.upload_key(photo.id), photo.size, media_type)
    return jsonify(id=str(photo.id), url=url, type=media_type), 201


@bp.post("/photos/<uuid:photo_id>/arrived")
@rule(*SIDES)
def arrived(photo_id: UUID) -> Response:
    """The browser has sent the whole photo. May be said again."""
    photo = photos.one(reader(), photo_id)
    if photo.uploaded_by != current_actor().person_id:
        raise NotFound()
    if not photo.etag:
        etag = _etag(keys.upload_key(photo_id), photo.size)
        with transaction() as session:
            photo_operations.receive(session, photo_id, actor=current_actor(), etag=etag)
    return jsonify(id=str(photo_id))


def _etag(key: str, size: int) -> str:
    try:
        stored = storage.arrived(key)
    except storage.Missing:
        stored = None
    if stored is None or stored.size != size:
        raise Invalid(N_("It has not arrived. Send it again."))
    return stored.etag


@bp.get("/photos/<uuid:photo_id>")
@rule(*SIDES)
def photo(photo_id: UUID) -> Response:
    """The photo as it stands in a row of them: until it is made anew, the row asks for it."""
    found = photos.one(reader(), photo_id)
    photo_access.must_see(reader(), current_actor(), found.subject, found.subject_id)
    return page("designs/_photo.html", photo=photos.shown(reader(), [str(photo_id)])[str(photo_id)])
