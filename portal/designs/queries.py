"""Reads of artwork. Callers have asked `access` who is looking; nothing here decides that."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select

from portal.core.actor import Actor
from portal.core.db import among
from portal.designs import access, formats, keys, prints, storage, words
from portal.designs.findings import findings
from portal.designs.lifecycle import PENDING, FileStage
from portal.designs.models import Artwork, ArtworkFile
from portal.products.findings import Finding
from portal.products.papers import DOCUMENT_KINDS

_FILE = (
    ArtworkFile.id, func.coalesce(ArtworkFile.stored_as, ArtworkFile.id).label("stored_id"), ArtworkFile.stage,
    ArtworkFile.revision, ArtworkFile.name, ArtworkFile.size, ArtworkFile.sha256, ArtworkFile.kind, ArtworkFile.facts,
    ArtworkFile.previews, ArtworkFile.refusal, ArtworkFile.uploaded_at,
)  # fmt: skip
_OWN = Artwork.offered_for.is_(None)  # type: ignore[union-attr]


@dataclass(frozen=True)
class FileView:
    """One revision as a page shows it. `thumb` and `picture` are addresses (320 and 1600 px), None without preview;
    `refusal` says in words why a rejected file is no good."""

    id: UUID
    stage: FileStage
    revision: int | None
    name: str
    size: int
    sha256: str
    kind: str
    facts: dict[str, Any]
    uploaded_at: Any
    thumb: str | None
    picture: str | None
    refusal: str

    @property
    def type(self) -> str:
        """What kind of file it is, as people call it; empty until it was checked."""
        return formats.FORMATS[self.kind].label if self.kind else ""

    @property
    def pending(self) -> bool:
        return self.stage in PENDING


@dataclass(frozen=True)
class ArtworkView:
    """A piece of artwork: the file that counts, its earlier revisions (newest first) and what is under way."""

    id: UUID
    position: int
    label: str
    placement: str
    document: str = ""  # code of the kind of document that it is instead of artwork
    current: FileView | None = None
    earlier: list[FileView] = field(default_factory=list)
    under_way: FileView | None = None  # newer than `current`, and not ready: uploading, being checked or rejected
    findings: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What to call it: the creator's word, or the file's name."""
        latest = self.current or self.under_way
        return self.label or (latest.name if latest else "")

    @property
    def thumb(self) -> str | None:
        return self.current.thumb if self.current else None

    @property
    def pending(self) -> bool:
        return self.under_way is not None and self.under_way.pending


def _picture(row: Row[Any], at_least: int) -> str | None:
    sides = sorted(preview["longest"] for preview in row.previews)
    if not sides:
        return None
    side = next((side for side in sides if side >= at_least), sides[-1])
    return storage.link(
        keys.preview_key(row.stored_id, side), f"{row.stored_id}.webp", media_type="image/webp", inline=True
    )


def _view(row: Row[Any]) -> FileView:
    return FileView(
        row.id, row.stage, row.revision, row.name, row.size, row.sha256, row.kind, row.facts, row.uploaded_at,
        _picture(row, 320), _picture(row, 1600), words.refusal(row.refusal),
    )  # fmt: skip


def artworks(conn: Connection, brief_id: UUID, wanted: prints.Prints | None = None) -> list[ArtworkView]:
    """The artwork of a brief in its order, with findings against the print sizes of the spec (`wanted`, for callers who
    know them)."""
    query = (
        select(
            Artwork.id.label("artwork_id"), Artwork.position, Artwork.label, Artwork.placement, Artwork.document, *_FILE
        )
        .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
        .where(Artwork.brief_id == brief_id, _OWN, ArtworkFile.stage != FileStage.ABANDONED)
        .order_by(Artwork.position, Artwork.id, ArtworkFile.id.desc())
    )
    by_artwork: dict[UUID, list[Row[Any]]] = {}
    for row in conn.execute(query):
        by_artwork.setdefault(row.artwork_id, []).append(row)
    if not by_artwork:
        return []
    wanted = wanted or prints.of_spec(*access.spec(conn, brief_id))
    return [_artwork(rows, wanted) for rows in by_artwork.values()]


def _artwork(rows: list[Row[Any]], wanted: prints.Prints) -> ArtworkView:
    ready = sorted((row for row in rows if row.stage == FileStage.READY), key=lambda row: -row.revision)
    newest = rows[0]
    current = _view(ready[0]) if ready else None
    placed = wanted.of(newest.placement)
    said: list[Finding] = []
    if current and not newest.document:
        size = (placed.width, placed.height) if placed else (None, None)
        said = findings(current.facts, *size, least_dpi=wanted.least_dpi, name=current.name)
    return ArtworkView(
        newest.artwork_id, newest.position, newest.label, newest.placement, newest.document, current,
        [_view(row) for row in ready[1:]], _view(newest) if newest.stage != FileStage.READY else None, said,
    )  # fmt: skip


_THUMBS = (
    select(ArtworkFile.brief_id, *_FILE)
    .distinct(ArtworkFile.brief_id)
    .join(Artwork, Artwork.id == ArtworkFile.artwork_id)
    .where(_OWN, among(ArtworkFile.brief_id, "brief_ids"), func.jsonb_array_length(ArtworkFile.previews) > 0)
    .order_by(ArtworkFile.brief_id, Artwork.position, ArtworkFile.revision.desc())
)


def thumbs(conn: Connection, brief_ids: list[UUID]) -> dict[UUID, str]:
    """brief id -> address of a small picture of its first artwork that has one, for lists. One query for all."""
    found = conn.execute(_THUMBS, {"brief_ids": brief_ids}) if brief_ids else ()
    return {row.brief_id: address for row in found if (address := _picture(row, 320))}


def panel(conn: Connection, actor: Actor, brief_id: UUID) -> dict[str, Any]:
    """What "designs/_artworks.html" shows to this actor. Raises `NotFound` when they may not see the brief."""
    access.must_see(conn, actor, brief_id)
    wanted = prints.of_spec(*access.spec(conn, brief_id))
    shown = artworks(conn, brief_id, wanted)
    can_edit = access.can_edit(conn, actor, brief_id)
    return {
        "brief_id": brief_id,
        "artworks": shown,
        "can_edit": can_edit,
        "can_remove": can_edit and access.can_remove(conn, actor, brief_id),
        "prints": prints.choices(wanted) if can_edit else {},
        "documents": DOCUMENT_KINDS,
        "pending": any(artwork.pending for artwork in shown),
    }


_DOCUMENTS = (
    select(Artwork.document)
    .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
    .where(Artwork.brief_id == bindparam("brief_id"), _OWN, Artwork.document != "")
    .where(ArtworkFile.stage == FileStage.READY)
)


def documents(conn: Connection, brief_id: UUID) -> frozenset[str]:
    """The kinds of document (codes) that have been uploaded to a brief and found sound."""
    return frozenset(conn.execute(_DOCUMENTS, {"brief_id": brief_id}).scalars())


def file(conn: Connection, file_id: UUID) -> Row[Any] | None:
    """One file's row: brief_id, artwork_id, multipart_id, etag, declared_type, its artwork's `offered_for` and what
    `FileView` has."""
    more = (ArtworkFile.brief_id, ArtworkFile.artwork_id, ArtworkFile.multipart_id, ArtworkFile.etag)
    query = (
        select(*_FILE, *more, ArtworkFile.declared_type, Artwork.offered_for)
        .join(Artwork, Artwork.id == ArtworkFile.artwork_id)
        .where(ArtworkFile.id == file_id)
    )
    return conn.execute(query).first()


def artwork(conn: Connection, artwork_id: UUID) -> Row[Any] | None:
    """One artwork's row: id, brief_id, label, placement."""
    query = select(Artwork.id, Artwork.brief_id, Artwork.label, Artwork.placement).where(Artwork.id == artwork_id)
    return conn.execute(query).first()


def files_for_spec(conn: Connection, brief_id: UUID) -> list[dict[str, Any]]:
    """The current file of every artwork of a brief, for the production spec: name, label, placement, revision, sha256,
    type, size [bytes], file_key and preview_key (900 px, None without preview), both in the files bucket."""
    query = (
        select(Artwork.label, Artwork.placement, Artwork.document, *_FILE)
        .distinct(Artwork.position, Artwork.id)
        .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
        .where(Artwork.brief_id == brief_id, _OWN, ArtworkFile.stage == FileStage.READY)
        .order_by(Artwork.position, Artwork.id, ArtworkFile.revision.desc())
    )
    return [_for_spec(row) for row in conn.execute(query)]


@dataclass(frozen=True)
class Offer:
    """A file that is offered in place of the artwork `instead`. `for_spec` as `files_for_spec` gives it, once ready."""

    instead: UUID
    file: FileView
    for_spec: dict[str, Any] | None


def offered(conn: Connection, brief_id: UUID) -> list[Offer]:
    """What is offered in place of a brief's artwork, the newest first; also what was rejected, for that to be said."""
    query = (
        select(Artwork.offered_for, Artwork.label, Artwork.placement, Artwork.document, *_FILE)
        .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
        .where(Artwork.brief_id == brief_id, ~_OWN)
        .where(ArtworkFile.stage.not_in((FileStage.ABANDONED, FileStage.UPLOADING)))  # type: ignore[attr-defined]
        .order_by(ArtworkFile.id.desc())
    )
    return [
        Offer(row.offered_for, _view(row), _for_spec(row) if row.stage == FileStage.READY else None)
        for row in conn.execute(query)
    ]


def artwork_by_hash(conn: Connection, brief_id: UUID) -> list[tuple[UUID, set[str]]]:
    """The artwork of a brief in its order, each with the SHA-256 of all its revisions."""
    query = (
        select(Artwork.id, func.array_agg(ArtworkFile.sha256))
        .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
        .where(Artwork.brief_id == brief_id, _OWN, ArtworkFile.stage == FileStage.READY)
        .group_by(Artwork.id, Artwork.position)
        .order_by(Artwork.position, Artwork.id)
    )
    return [(ident, set(hashes)) for ident, hashes in conn.execute(query)]


def _for_spec(row: Row[Any]) -> dict[str, Any]:
    side = next((p["longest"] for p in row.previews if p["longest"] >= 900), None)
    side = side or (row.previews[-1]["longest"] if row.previews else None)
    return {
        "name": row.name,
        "label": row.label,
        "placement": row.placement,
        "document": row.document,
        "revision": row.revision,
        "sha256": row.sha256,
        "type": formats.FORMATS[row.kind].label,
        "size": row.size,
        "facts": row.facts,
        "file_key": keys.file_key(row.stored_id, row.sha256),
        "preview_key": keys.preview_key(row.stored_id, side) if side else None,
    }
