"""What the worker does with artwork: look into it, keep it, make pictures, clean up."""

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import delete, select

from portal.core import clock, jobs
from portal.core.actor import WORKER
from portal.core.db import transaction
from portal.core.errors import PortalError
from portal.core.events import Event
from portal.designs import formats, keys, operations, photo_tasks, storage
from portal.designs.examine import Examined, examine
from portal.designs.lifecycle import PENDING, FileStage
from portal.designs.models import ArtworkFile, ArtworkRemnant

log = structlog.get_logger()
_UNFINISHED = timedelta(hours=24)  # an upload without an end is given up
_FORGOTTEN = timedelta(hours=48)  # what lies in the inbox and belongs to nobody
_STUCK = timedelta(minutes=30)  # a check that nobody is doing


@jobs.task("designs.inspect", queue="files")
def inspect(event_id: str) -> None:
    """Check the file that this event is about: read it again, say what it is, keep it under a key that never changes,
    make pictures. May run twice, and half before that."""
    with transaction() as session:
        event = session.get(Event, UUID(event_id))
        file = operations.start_check(session, event.subject_id) if event else None
    if file is None:
        return
    with tempfile.TemporaryDirectory(prefix="artwork-") as temporary:
        path, folder = Path(temporary, "file"), Path(temporary, "out")
        folder.mkdir()
        try:
            sha256 = _fetch(file, path)
        except storage.Missing:
            _reject(file.id, {"code": "changed"})
        else:
            _decide(file, path, sha256, folder, examine(path, folder))
    storage.forget_arrived(keys.upload_key(file.id))


def _fetch(file: ArtworkFile, path: Path) -> str:
    """Bring the file here; its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for chunk in storage.fetch_arrived(keys.upload_key(file.id), file.etag, target):
            digest.update(chunk)
    return digest.hexdigest()


def _decide(file: ArtworkFile, path: Path, sha256: str, folder: Path, found: Examined) -> None:
    if found.refused:
        _reject(file.id, found.refused)
        return
    kind = found.facts["kind"]
    storage.put_file(keys.file_key(file.id, sha256), path, formats.FORMATS[kind].media_type)
    for preview in found.previews:
        picture = (folder / f"{preview['longest']}.webp").read_bytes()
        storage.put(keys.preview_key(file.id, preview["longest"]), picture, "image/webp")
    with transaction() as session:
        operations.accept(
            session, file.id, sha256=sha256, kind=kind, facts=found.facts, previews=found.previews
        )  # fmt: skip


def _reject(file_id: UUID, refused: dict[str, object]) -> None:
    with transaction() as session:
        operations.reject(session, file_id, **refused)  # type: ignore[arg-type]


@jobs.every("*/15 * * * *", "designs.sweep", queue="files")
def sweep() -> None:
    """Give up uploads that were left, check again what got stuck, take away from the store what belongs to nobody."""
    _give_up()
    _check_again()
    _clear_away()
    photo_tasks.sweep()
    present = clock.now()
    for key, multipart_id in storage.unfinished_multiparts(present - _UNFINISHED - timedelta(hours=1)):
        storage.abort_multipart(key, multipart_id)
    lying = set(storage.lying_in_inbox(present - _FORGOTTEN))
    storage.forget_arrived(*(lying - _wanted_keys() - photo_tasks.wanted_keys()))


def _give_up() -> None:
    with transaction() as session:
        query = select(ArtworkFile.id).where(
            ArtworkFile.stage == FileStage.UPLOADING, ArtworkFile.created_at < clock.now() - _UNFINISHED
        )
        left = list(session.scalars(query))
    for ident in left:
        try:
            with transaction() as session:
                operations.abandon(session, ident, actor=WORKER)
        except PortalError as error:  # it was finished at this very moment
            log.info("upload not given up", file=str(ident), error=str(error))


def _check_again() -> None:
    with transaction() as session:
        query = (
            select(Event.id)
            .join(ArtworkFile, ArtworkFile.id == Event.subject_id)
            .where(Event.subject == "artwork_file", Event.name == "artwork_uploaded")
            .where(ArtworkFile.stage.in_(PENDING), ArtworkFile.uploaded_at < clock.now() - _STUCK)
        )
        for event_id in session.scalars(query):
            jobs.defer(session, "designs.inspect", event_id=event_id)


def _clear_away() -> None:
    """Delete the objects of files whose rows are gone, copies included."""
    with transaction() as session:
        left = list(session.scalars(select(ArtworkRemnant.id)))
    for ident in left:
        with transaction() as session:
            remnant = operations.unused(session, ident)
        if remnant is None:
            continue
        if remnant.multipart_id:
            storage.abort_multipart(keys.upload_key(remnant.id), remnant.multipart_id)
        storage.forget_arrived(keys.upload_key(remnant.id))
        if remnant.sha256:
            previews = (keys.preview_key(remnant.id, side) for side in keys.PREVIEW_SIDES)
            storage.forget(keys.file_key(remnant.id, remnant.sha256), *previews)
        with transaction() as session:
            session.execute(delete(ArtworkRemnant).where(ArtworkRemnant.id == ident))


def _wanted_keys() -> set[str]:
    with transaction() as session:
        query = select(ArtworkFile.id).where(ArtworkFile.stage.in_([FileStage.UPLOADING, *PENDING]))
        return {keys.upload_key(ident) for ident in session.scalars(query)}
