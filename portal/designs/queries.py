"""Reads of artwork. Callers have asked `access` who is looking; nothing here decides that."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from portal.core.actor import Actor
from portal.designs import access, formats, keys, prints, storage, words
from portal.designs.findings import findings
from portal.designs.lifecycle import PENDING, FileStage
from portal.designs.models import Artwork, ArtworkFile
from portal.products.findings import Finding

_FILE = (
    ArtworkFile.id, ArtworkFile.stage, ArtworkFile.revision, ArtworkFile.name, ArtworkFile.size, ArtworkFile.sha256,
    ArtworkFile.kind, ArtworkFile.facts, ArtworkFile.previews, ArtworkFile.refusal, ArtworkFile.uploaded_at,
)  # fmt: skip


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
    def thumbs(conn: Connection, brief_ids: list[UUID]) -> dict[UUID, str]:
    """brief id -> address of a small picture of its first artwork that has one, for lists. One query for all."""
    query = (
        select(ArtworkFile.brief_id, ArtworkFile.id, ArtworkFile.previews)
        .distinct(ArtworkFile.brief_id)
        .join(Artwork, Artwork.id == ArtworkFile.artwork_id)
        .where(ArtworkFile.brief_id.in_(brief_ids), func.jsonb_array_length(ArtworkFile.previews) > 0)
        .order_by(ArtworkFile.brief_id, Artwork.position, ArtworkFile.revision.desc())
    )
    found = conn.execute(query) if brief_ids else ()
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
        "prints": prints.choices(wanted) if can_edit else [],
        "pending": any(artwork.pending for artwork in shown),
    }


def file(conn: Connection, file_id: UUID) -> Row[Any] | None:
    """One file's row: brief_id, artwork_id, multipart_id, etag, declared_type and what `FileView` has."""
    more = (ArtworkFile.brief_id, ArtworkFile.artwork_id, ArtworkFile.multipart_id, ArtworkFile.etag)
    query = select(*_FILE, *more, ArtworkFile.declared_type).where(ArtworkFile.id == file_id)
    return conn.execute(query).first()


def artwork(conn: Connection, artwork_id: UUID) -> Row[Any] | None:
    """One artwork's row: id, brief_id, label, placement."""
    query = select(Artwork.id, Artwork.brief_id, Artwork.label, Artwork.placement).where(Artwork.id == artwork_id)
    return conn.execute(query).first()


def files_for_spec(conn: Connection, brief_id: UUID) -> list[dict[str, Any]]:
    """The current file of every artwork of a brief, for the production spec: name, label, placement, revision, sha256,
    type, size [bytes], file_key and preview_key (900 px, None without preview), both in the files bucket."""
    query = (
        select(Artwork.label, Artwork.placement, *_FILE)
        .distinct(Artwork.position, Artwork.id)
        .join(ArtworkFile, ArtworkFile.artwork_id == Artwork.id)
        .where(Artwork.brief_id == brief_id, ArtworkFile.stage == FileStage.READY)
        .order_by(Artwork.position, Artwork.id, ArtworkFile.revision.desc())
    )
    return [_for_spec(row) for row in conn.execute(query)]


def _for_spec(row: Row[Any]) -> dict[str, Any]:
    side = next((p["longest"] for p in row.previews if p["longest"] >= 900), None)
    side = side or (row.previews[-1]["longest"] if row.previews else None)
    return {
        "name": row.name,
        "label": row.label,
        "placement": row.placement,
        "revision": row.revision,
        "sha256": row.sha256,
        "type": formats.FORMATS[row.kind].label,
        "size": row.size,
        "facts": row.facts,
        "file_key": keys.file_key(row.id, row.sha256),
        "preview_key": keys.preview_key(row.id, side) if side else None,
    }
