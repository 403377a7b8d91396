"""Photos as other features use them: `taken` when a form with photos is kept, `shown` when they are looked at.

A thing keeps the ids of its photos, as text, in the order in which they are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, bindparam, or_, select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor
from portal.core.db import among
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.designs import formats, keys, storage, words
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo

_SHOWN = select(
    Photo.id, Photo.stage, Photo.sha256, Photo.width, Photo.height, Photo.kind, Photo.file_sha256, Photo.name,
    Photo.size, Photo.refusal,
)  # fmt: skip

_BY_ID = _SHOWN.where(among(Photo.id, "ids"))
_OF_SUBJECT = _SHOWN.where(Photo.subject_id == bindparam("subject_id"), Photo.subject == bindparam("subject"))


@dataclass(frozen=True)
class Shown:
    """A photo on a page. `thumb` (320 px) and `url` (1600 px) are addresses, None unless it is `ready`; `width` and
    `height` are those of the large picture; `sha256` is its hash. `refused`: it could not be used, and never will;
    `why`, in words. What has a `kind` is a file instead: at `file` it can be downloaded once it is ready, and there may
    be no pictures of it. `name` and `size` (bytes) are what was sent."""

    id: str
    thumb: str | None
    url: str | None
    width: int
    height: int
    ready: bool
    sha256: str
    refused: bool = False
    why: str = ""
    kind: formats.Format | None = None
    file: str | None = None
    name: str = ""
    size: int = 0


def _uuids(ids: Iterable[str]) -> list[UUID]:
    """Those of the ids that are any. What a browser sends may be anything."""
    found = []
    for ident in ids:
        try:
            found.append(UUID(ident))
        except (ValueError, AttributeError, TypeError):
            continue
    return found


def _of_side(actor: Actor) -> ColumnElement[bool]:
    """Photos that the actor has uploaded, or somebody of their factory."""
    mine: Any = Photo.uploaded_by == actor.person_id
    return or_(mine, Photo.factory_id == actor.factory_id) if actor.factory_id else mine


def taken(
    session: Session, subject: str, subject_id: UUID, ids: Sequence[str], *, actor: Actor, most: int = 12,
    files: bool = False, field: str = "photos",
) -> list[str]:  # fmt: skip
    """Make these photos (and files, with `files`) part of what the caller is about to keep: their ids, each once, in
    this order.

    Raises `Invalid`, of the form's `field` (of the whole form where that is empty), where there are more than `most`,
    where one can't be used, and where one is not of this subject, not uploaded by the actor's side, or has not arrived.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > most:
        raise _refused(words.too_many(most, files=files), field)
    query = (
        select(Photo)
        .where(Photo.id.in_(_uuids(wanted)), Photo.subject == subject, Photo.subject_id == subject_id, _of_side(actor))
        .order_by(Photo.id)
        .with_for_update()
    )
    found = {str(photo.id): photo for photo in session.scalars(query)} if wanted else {}
    for ident in wanted:
        photo = found.get(ident)
        if photo is None or photo.stage == PhotoStage.UPLOADING or (photo.kind and not files):
            raise _refused(N_("One of those you chose has not arrived yet. Wait until it has, or remove it."), field)
        if photo.stage == PhotoStage.REJECTED:
            raise _refused(N_("One of those you chose cannot be used. Remove it and choose another one."), field)
        photo.taken_at = photo.taken_at or clock.now()
    return wanted


def _refused(message: Any, field: str) -> Invalid:
    return Invalid(**{field: message}) if field else Invalid(message)


def shown(conn: Connection, ids: Iterable[str]) -> dict[str, Shown]:
    """id -> photo, for those that exist, in the order asked for. The caller has made sure that whoever looks may see
    what has these photos; for ids out of a form see `chosen`."""
    wanted = list(dict.fromkeys(ids))
    return _in_order(conn, wanted)


def chosen(conn: Connection, actor: Actor, subject: str, subject_id: UUID, ids: Iterable[str]) -> list[Shown]:
    """What somebody has chosen in a form that is shown to them again: only what their side has uploaded to this
    subject."""
    own = (Photo.subject == subject, Photo.subject_id == subject_id, _of_side(actor))
    return list(_in_order(conn, list(dict.fromkeys(ids)), *own).values())


def row(chosen_ids: Iterable[str], found: Mapping[str, Shown]) -> list[Shown]:
    """The photos with these ids, of those that `shown` has found."""
    return [found[ident] for ident in chosen_ids if ident in found]


def one(conn: Connection, photo_id: UUID) -> Row[Any]:
    """A photo's subject, subject_id, uploaded_by, size and etag ('' until it has arrived). Raises `NotFound`."""
    columns = (Photo.subject, Photo.subject_id, Photo.uploaded_by, Photo.size, Photo.etag)
    found = conn.execute(select(*columns).where(Photo.id == photo_id)).first()
    if found is None:
        raise NotFound()
    return found


class Album:
    """The photos of one thing, read at once for a page that shows many of them in several places."""

    def __init__(self, conn: Connection, subject: str, subject_id: UUID) -> None:
        rows = conn.execute(_OF_SUBJECT, {"subject": subject, "subject_id": subject_id})
        self._rows = {str(photo.id): photo for photo in rows}

    def shown(self, conn: Connection, ids: Iterable[str]) -> dict[str, Shown]:
        """As the module's `shown`; photos of other things are looked up."""
        wanted = list(dict.fromkeys(ids))
        others = _in_order(conn, [ident for ident in wanted if ident not in self._rows])
        found = others | {ident: _shown(self._rows[ident]) for ident in wanted if ident in self._rows}
        return {ident: found[ident] for ident in wanted if ident in found}


def _in_order(conn: Connection, ids: list[str], *only: Any) -> dict[str, Shown]:
    idents = _uuids(ids)
    statement = _BY_ID.where(*only) if only else _BY_ID
    rows = conn.execute(statement, {"ids": idents}).all() if idents else []
    found = {str(photo.id): _shown(photo) for photo in rows}
    return {ident: found[ident] for ident in ids if ident in found}


def _shown(photo: Row[Any]) -> Shown:
    ready, refused = photo.stage == PhotoStage.READY, photo.stage == PhotoStage.REJECTED
    thumb, url = (_address(photo, side) if ready and photo.sha256 else None for side in keys.PHOTO_SIDES)
    kind = formats.FILES.get(photo.kind)
    file = storage.link(keys.file_key(photo.id, photo.file_sha256), photo.name) if ready and kind else None
    why = words.refusal(photo.refusal, formats.FILES_LABELS if kind else "JPEG")
    return Shown(
        str(photo.id), thumb, url, photo.width, photo.height, ready, photo.sha256, refused, why, kind, file, photo.name,
        photo.size,
    )  # fmt: skip


def _address(photo: Row[Any], side: int) -> str:
    key = keys.photo_key(photo.id, photo.sha256, side)
    return storage.link(key, f"{photo.id}.webp", media_type="image/webp", inline=True)
