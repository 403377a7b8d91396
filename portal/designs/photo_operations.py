"""How a photo comes in: announced, arrived, made anew or refused. None of these talks to the object store."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core.actor import WORKER, Actor
from portal.core.db import lock
from portal.core.errors import Invalid
from portal.core.events import Event
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import formats, names
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo

LARGEST = 15 * 1024**2  # bytes; what a browser makes of 2000 pixels has a tenth of that
_MOST = 2000  # photos of one thing, all told


def media_type(kind: str) -> str:
    """What a browser must send: it shrinks every photo to a JPEG, whatever it was."""
    return formats.FILES[kind].media_type if kind else "image/jpeg"


def begin(
    session: Session, subject: str, subject_id: UUID, *, actor: Actor, name: str, size: int, file: bool = False
) -> Photo:  # fmt: skip
    """Announce a photo, or a `file` that stays as it is, of `size` bytes. The caller has asked `photo_access`. Raises
    `Invalid`."""
    name, largest = names.kept(name), formats.FILES_LARGEST if file else LARGEST
    kind = formats.claimed(name) if file else ""
    if size < 1:
        raise Invalid(N_("The file is empty."))
    if size > largest:
        raise Invalid(N_("The file is larger than %(megabytes)d MB.", megabytes=largest // 1024**2))
    if (session.scalar(select(func.count()).where(Photo.subject_id == subject_id)) or 0) >= _MOST:
        raise Invalid(N_("There are more photos here than we keep for one order."))
    photo = Photo(
        subject=subject, subject_id=subject_id, uploaded_by=actor.person_id, factory_id=actor.factory_id,
        name=name, size=size, kind=kind,
    )  # fmt: skip
    session.add(photo)
    session.flush()
    return photo


def receive(session: Session, photo_id: UUID, *, actor: Actor, etag: str) -> None:
    """The photo lies in the object store. Does nothing the second time. Raises `NotFound`."""
    photo = lock(session, Photo, photo_id)
    if photo.stage == PhotoStage.UPLOADING:
        photo.etag = etag
        advance(session, photo, "receive", actor=actor)


def waiting(session: Session, event_id: str) -> Photo | None:
    """The photo that this event is about; None where it is made, or gone."""
    event = session.get(Event, UUID(event_id))
    photo = session.get(Photo, event.subject_id) if event else None
    return photo if photo is not None and photo.stage == PhotoStage.CHECKING else None


def accept(
    session: Session, photo_id: UUID, *, sha256: str = "", width: int = 0, height: int = 0, file_sha256: str = ""
) -> None:  # fmt: skip
    """The new picture is kept, if there is one, and what is a file. Does nothing the second time."""
    photo = _being_made(session, photo_id)
    if photo is not None:
        photo.sha256, photo.width, photo.height, photo.file_sha256 = sha256, width, height, file_sha256
        advance(session, photo, "accept", actor=WORKER, sha256=file_sha256 or sha256)


def reject(session: Session, photo_id: UUID, *, code: str, **figures: object) -> None:
    """It can't be used: `code` is one of `words.REFUSALS`. Does nothing the second time."""
    photo = _being_made(session, photo_id)
    if photo is not None:
        photo.refusal = {"code": code, **figures}
        advance(session, photo, "reject", actor=WORKER, code=code)


def _being_made(session: Session, photo_id: UUID) -> Photo | None:
    photo = session.get(Photo, photo_id, with_for_update=True, populate_existing=True)
    return photo if photo is not None and photo.stage == PhotoStage.CHECKING else None
