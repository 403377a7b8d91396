"""What changes artwork and its files. None of these talks to the object store: that is `uploads` and `tasks`."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import WORKER, Actor
from portal.core.db import lock
from portal.core.errors import Invalid, NotAllowed, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import formats, names, offers
from portal.designs.lifecycle import PENDING, FileStage
from portal.designs.models import Artwork, ArtworkFile, ArtworkRemnant

#: What a copy of a file says as the file does.
_COPIED = ("name", "size", "declared_type", "sha256", "kind", "facts", "previews", "uploaded_at", "checked_at")
#: Files that one brief may begin within an hour, and have in all, cancelled ones included.
_AN_HOUR, _IN_ALL = 60, 400


def hand_of(actor: Actor) -> Actor:
    """Who is written down as the doer: a visitor has no role, so the portal's own hand does it for them."""
    return actor if actor.role else WORKER


def begin_file(
    session: Session, brief_id: UUID, *, actor: Actor, name: str, size: int, declared_type: str,
    artwork_id: UUID | None = None, offered_for: UUID | None = None,
) -> ArtworkFile:  # fmt: skip
    """Announce a file: for a new piece of artwork, as the next revision of `artwork_id`, or to be offered in place of
    `offered_for`. The caller has asked `access`. Raises `Invalid` (what is announced can't be taken, or there is no
    room), `NotAllowed`, `NotFound`."""
    formats.check_announced(name, size)
    # Two uploads that begin together must not both take the last place.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(brief_id), 0))))
    _check_pace(session, brief_id)
    if offered_for is not None:
        artwork = offers.begin(session, brief_id, offered_for)
    elif artwork_id is None:
        artwork = _new_artwork(session, brief_id)
    else:
        artwork = lock(session, Artwork, artwork_id)
        if artwork.brief_id != brief_id:
            raise NotFound()
        _make_way(session, artwork, actor)
    file = ArtworkFile(
        brief_id=brief_id, artwork_id=artwork.id, name=names.kept(name), size=size, declared_type=declared_type[:100]
    )
    session.add(file)
    session.flush()
    return file


def _check_pace(session: Session, brief_id: UUID) -> None:
    recent = func.count().filter(ArtworkFile.created_at > clock.now() - timedelta(hours=1))
    total, lately = session.execute(
        select(func.count(), recent).select_from(ArtworkFile).where(ArtworkFile.brief_id == brief_id)
    ).one()
    if lately >= _AN_HOUR:
        raise Invalid(N_("That is many files at once. Go on in an hour."))
    if total >= _IN_ALL:
        raise Invalid(N_("This brief has had more files than we keep for one."))


def _new_artwork(session: Session, brief_id: UUID) -> Artwork:
    own = Artwork.brief_id == brief_id, Artwork.offered_for.is_(None)
    query = select(func.count(), func.coalesce(func.max(Artwork.position), 0)).where(*own)
    count, last = session.execute(query).one()
    if count >= formats.MOST_ARTWORKS:
        words = N_("A brief takes %(most)d files. Put further ones into a ZIP.", most=formats.MOST_ARTWORKS)
        raise Invalid(words)
    artwork = Artwork(brief_id=brief_id, position=last + 1)
    session.add(artwork)
    session.flush()
    return artwork


def _make_way(session: Session, artwork: Artwork, actor: Actor) -> None:
    """A replacement takes the place of one that was begun and not finished."""
    query = select(ArtworkFile).where(ArtworkFile.artwork_id == artwork.id).with_for_update()
    for other in session.scalars(query):
        if other.stage in PENDING:
            raise NotAllowed(N_("The last file is still being checked. Wait a moment, then replace it."))
        if other.stage == FileStage.UPLOADING:
            advance(session, other, "abandon", actor=hand_of(actor))


def note_multipart(session: Session, file_id: UUID, multipart_id: str) -> None:
    """Remember what the object store calls the upload. Raises `NotFound`."""
    lock(session, ArtworkFile, file_id).multipart_id = multipart_id


def receive(session: Session, file_id: UUID, *, actor: Actor, etag: str) -> None:
    """The whole file lies in the object store. Does nothing the second time. Raises `NotAllowed`, `NotFound`."""
    file = lock(session, ArtworkFile, file_id)
    if file.stage not in (FileStage.UPLOADING, FileStage.ABANDONED):
        return
    file.etag, file.uploaded_at = etag, clock.now()
    advance(session, file, "receive", actor=hand_of(actor), name=file.name, size=file.size)


def abandon(session: Session, file_id: UUID, *, actor: Actor) -> None:
    """Give an unfinished upload up; artwork that never had a file goes with it. Does nothing the second time."""
    file = lock(session, ArtworkFile, file_id)
    if file.stage == FileStage.ABANDONED:
        return
    advance(session, file, "abandon", actor=hand_of(actor))
    session.flush()
    others = select(ArtworkFile.id).where(
        ArtworkFile.artwork_id == file.artwork_id, ArtworkFile.stage != FileStage.ABANDONED
    )
    if session.scalars(others.limit(1)).first() is None:
        session.delete(lock(session, Artwork, file.artwork_id))


def start_check(session: Session, file_id: UUID) -> ArtworkFile | None:
    """The file, now being checked; None where that is done, or the file is gone."""
    file = session.get(ArtworkFile, file_id, with_for_update=True, populate_existing=True)
    if file is None or file.stage not in PENDING:
        return None
    if file.stage == FileStage.UPLOADED:
        advance(session, file, "check", actor=WORKER)
    return file


def accept(
    session: Session, file_id: UUID, *, sha256: str, kind: str, facts: dict[str, Any], previews: list[dict[str, int]]
) -> None:
    """Record what the check found; the file becomes its artwork's next revision. Does nothing the second time."""
    file = _being_checked(session, file_id)
    if file is None:
        return
    lock(session, Artwork, file.artwork_id)
    newest = select(func.coalesce(func.max(ArtworkFile.revision), 0)).where(ArtworkFile.artwork_id == file.artwork_id)
    file.revision = session.scalar(newest) + 1
    file.sha256, file.kind, file.facts, file.previews = sha256, kind, facts, previews
    file.checked_at = clock.now()
    advance(session, file, "accept", actor=WORKER, name=file.name, revision=file.revision, sha256=sha256)


def reject(session: Session, file_id: UUID, *, code: str, **figures: Any) -> None:
    """Record why the file is no good; earlier revisions stand. Does nothing the second time."""
    file = _being_checked(session, file_id)
    if file is None:
        return
    file.refusal = {"code": code, **figures}
    file.checked_at = clock.now()
    advance(session, file, "reject", actor=WORKER, name=file.name, code=code)


def _being_checked(session: Session, file_id: UUID) -> ArtworkFile | None:
    file = session.get(ArtworkFile, file_id, with_for_update=True, populate_existing=True)
    return file if file is not None and file.stage == FileStage.CHECKING else None


def describe(session: Session, artwork_id: UUID, *, label: str, placement: str, document: str = "") -> None:
    """Say what the artwork is and where it is printed (a path of the spec, empty for nowhere in particular), or that it
    is a `document`, which is printed nowhere."""
    artwork = lock(session, Artwork, artwork_id)
    artwork.label, artwork.placement, artwork.document = label[:80], "" if document else placement[:60], document


def copy_all(session: Session, from_brief: UUID, to_brief: UUID, *, actor: Actor) -> int:
    """Give one brief the artwork of another, each with the file that counts now as its first revision; how many. The
    copies share the objects in the store, which stay for as long as anybody uses them."""
    newest = (
        select(ArtworkFile.id)
        .distinct(ArtworkFile.artwork_id)
        .where(ArtworkFile.brief_id == from_brief, ArtworkFile.stage == FileStage.READY)
        .order_by(ArtworkFile.artwork_id, ArtworkFile.revision.desc())
    )
    # Held until the copies stand, so that nobody can remove the last user of an object in between.
    query = select(ArtworkFile).where(ArtworkFile.id.in_(newest)).with_for_update(key_share=True)
    files = {file.artwork_id: file for file in session.scalars(query)}
    own = Artwork.id.in_(files), Artwork.offered_for.is_(None)
    artworks = select(Artwork).where(*own).order_by(Artwork.position, Artwork.id)
    found = session.scalars(artworks).all()
    for artwork in found:
        made = Artwork(
            brief_id=to_brief,
            position=artwork.position,
            label=artwork.label,
            placement=artwork.placement,
            document=artwork.document,
        )
        session.add(made)
        session.flush()
        _copy(session, files[artwork.id], made, actor)
    return len(found)


def _copy(session: Session, file: ArtworkFile, artwork: Artwork, actor: Actor) -> None:
    kept = {name: getattr(file, name) for name in _COPIED}
    made = ArtworkFile(brief_id=artwork.brief_id, artwork_id=artwork.id, stored_as=file.stored_id, revision=1, **kept)
    advance(session, made, "copy", actor=hand_of(actor), name=made.name, sha256=made.sha256)


def remove(session: Session, artwork_id: UUID) -> None:
    """Take artwork and all its files away for good. Its objects in the store go at the next `tasks.sweep`."""
    session.delete(lock(session, Artwork, artwork_id))


def unused(session: Session, remnant_id: UUID) -> ArtworkRemnant | None:
    """The note about objects that no file uses any more; where one does, the note is torn up: that file's end writes
    another."""
    # Locked before the question, so that the answer is no older than the note.
    remnant = session.get(ArtworkRemnant, remnant_id, with_for_update=True)
    users = select(ArtworkFile.id).where(func.coalesce(ArtworkFile.stored_as, ArtworkFile.id) == remnant_id)
    if remnant is None or session.scalars(users.limit(1)).first() is None:
        return remnant
    session.delete(remnant)
    return None
