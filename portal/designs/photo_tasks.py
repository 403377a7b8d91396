"""What the worker does with photos: makes each anew, whatever the browser did, and clears away what nobody used."""

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from portal.core import clock, jobs
from portal.core.db import transaction
from portal.core.events import Event
from portal.designs import formats, keys, photo_operations, storage
from portal.designs.examine import Examined, examine
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo

log = structlog.get_logger()
_LOOSE = timedelta(hours=48)  # a photo that has not become part of anything by then is not wanted
_STUCK = timedelta(minutes=30)
_AT_ONCE = 500


@jobs.task("designs.remake_photo", queue="files")
def remake(event_id: str) -> None:
    """Make the photo that this event is about anew in a confined process: only the new picture is kept, without any of
    what the camera wrote beside it. A file that is sound is kept as it is. May run twice, and half before that."""
    with transaction() as session:
        photo = photo_operations.waiting(session, event_id)
    if photo is None:
        return
    with tempfile.TemporaryDirectory(prefix="photo-") as temporary:
        path, folder = Path(temporary, "file"), Path(temporary, "out")
        folder.mkdir()
        digest = hashlib.sha256()
        try:
            with path.open("wb") as target:
                for chunk in storage.fetch_arrived(keys.upload_key(photo.id), photo.etag, target):
                    digest.update(chunk)
        except storage.Missing:
            _reject(photo.id, {"code": "changed"})
        else:
            _decide(
                photo,
                path,
                digest.hexdigest(),
                folder,
                examine(path, folder, formats.KNOWN if photo.kind else ("jpeg",)),
            )
    storage.forget_arrived(keys.upload_key(photo.id))


def _decide(photo: Photo, path: Path, file_sha256: str, folder: Path, found: Examined) -> None:
    refused = found.refused or _misnamed(photo, found.facts["kind"])
    if refused:
        _reject(photo.id, refused)
        return
    known: dict[str, Any] = _keep_pictures(photo.id, folder, found.previews) if found.previews else {}
    if photo.kind:
        known["file_sha256"] = file_sha256
        storage.put_file(keys.file_key(photo.id, file_sha256), path, photo_operations.media_type(photo.kind))
    with transaction() as session:
        photo_operations.accept(session, photo.id, **known)


def _misnamed(photo: Photo, kind: str) -> dict[str, object]:
    """Why a file can't be used that is not what its name says: whoever gets it would open it as that."""
    if not photo.kind or formats.fits(photo.kind, kind):
        return {}
    return {"code": "misnamed", "kind": formats.KNOWN[kind].label, "extension": formats.extension(photo.name)}


def _keep_pictures(photo_id: UUID, folder: Path, previews: list[dict[str, int]]) -> dict[str, Any]:
    """Keep the smallest and the largest; what is known of the large one."""
    small, large = previews[0], previews[-1]
    pictures = [(folder / f"{one['longest']}.webp").read_bytes() for one in (small, large)]
    sha256 = hashlib.sha256(pictures[-1]).hexdigest()
    for side, picture in zip(keys.PHOTO_SIDES, pictures, strict=True):
        storage.put(keys.photo_key(photo_id, sha256, side), picture, "image/webp")
    return {"sha256": sha256, "width": large["width"], "height": large["height"]}


def _reject(photo_id: UUID, refused: dict[str, object]) -> None:
    with transaction() as session:
        photo_operations.reject(session, photo_id, **refused)  # type: ignore[arg-type]


def sweep() -> None:
    """Make again what got stuck, and take away what never became part of anything."""
    with transaction() as session:
        stuck = (
            select(Event.id)
            .join(Photo, Photo.id == Event.subject_id)
            .where(Event.subject == "photo", Event.name == "photo_uploaded", Photo.stage == PhotoStage.CHECKING)
            .where(Event.created_at < clock.now() - _STUCK)
        )
        for event_id in session.scalars(stuck):
            jobs.defer(session, "designs.remake_photo", event_id=event_id)
        loose = select(Photo).where(Photo.taken_at.is_(None), Photo.created_at < clock.now() - _LOOSE).limit(_AT_ONCE)
        left = [photo.id for photo in session.scalars(loose)]
    for ident in left:
        _clear_away(ident)


def _clear_away(photo_id: UUID) -> None:
    """The row goes first, so that nothing can begin to use a photo whose pictures are going."""
    with transaction() as session:
        photo = session.get(Photo, photo_id, with_for_update=True, populate_existing=True)
        if photo is None or photo.taken_at is not None:
            return
        session.delete(photo)
    storage.forget_arrived(keys.upload_key(photo_id))
    if photo.sha256:
        storage.forget(*(keys.photo_key(photo_id, photo.sha256, side) for side in keys.PHOTO_SIDES))
    if photo.file_sha256:
        storage.forget(keys.file_key(photo_id, photo.file_sha256))


def wanted_keys() -> set[str]:
    """The keys in the inbox of photos that are on their way or wait for the worker."""
    with transaction() as session:
        query = select(Photo.id).where(Photo.stage.in_([PhotoStage.UPLOADING, PhotoStage.CHECKING]))
        return {keys.upload_key(ident) for ident in session.scalars(query)}
