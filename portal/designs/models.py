"""Artwork of a brief and its files, each file one revision; photos of what is made."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.designs.lifecycle import ARTWORK_FILE, PHOTO, FileStage, PhotoStage

_UNFINISHED = "stage not in ('ready', 'rejected', 'abandoned')"


class Artwork(Record, table=True):
    """One thing to be printed, moulded or stitched. Its newest ready file is what counts.

    `label` is the creator's own word for it. `placement` is the path of the print in the spec that it belongs to
    ("locations-0"), empty when nobody has said. `document` is set when it is no artwork but a paper about the product,
    such as a certificate: a code of `portal.products.papers.DOCUMENT_KINDS`. `offered_for` is the artwork that this one
    is offered in place of, after the spec is frozen (portal.designs.offers); such a one is none of the brief's own.
    """

    __tablename__ = "artwork"
    __table_args__ = (Index("ix_artwork_brief", "brief_id", "position"),)

    brief_id: UUID = Field(sa_column=Column(ForeignKey("brief.id", ondelete="CASCADE"), nullable=False))
    position: int
    label: str = Field(default="", max_length=80)
    placement: str = Field(default="", max_length=60)
    document: str = Field(default="", max_length=20)
    offered_for: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("artwork.id", ondelete="CASCADE"), nullable=True)
    )


class ArtworkFile(Record, table=True):
    """A file of an artwork. Its keys in the object store follow from `stored_id` and `sha256` (portal.designs.keys).

    `stored_as` is the id of the file that it is a copy of, whose objects it shares; None for one that was uploaded.
    `revision` is given when the file is ready: 1 is the first. `kind` is a code of `formats.FORMATS`, by content.
    `facts` is what `portal.designs.intake` found out, `previews` its pictures: [{"longest", "width", "height"}] in
    pixels. `refusal` is {"code", figures...} when rejected. Words are made of these when they are shown.
    """

    __tablename__ = "artwork_file"
    __table_args__ = (
        UniqueConstraint("artwork_id", "revision"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(stage = 'ready') = (revision is not null)", name="ready_has_revision"),
        CheckConstraint("stage <> 'ready' or (sha256 <> '' and kind <> '')", name="ready_is_known"),
        Index("ix_artwork_file_brief", "brief_id", "artwork_id"),
        Index("ix_artwork_file_unfinished", "created_at", postgresql_where=text(_UNFINISHED)),
        Index("ix_artwork_file_stored", text("coalesce(stored_as, id)")),
    )
    lifecycle: ClassVar[Lifecycle] = ARTWORK_FILE

    brief_id: UUID = Field(sa_column=Column(ForeignKey("brief.id", ondelete="CASCADE"), nullable=False))
    artwork_id: UUID = Field(sa_column=Column(ForeignKey("artwork.id", ondelete="CASCADE"), nullable=False))
    stored_as: UUID | None = None
    stage: FileStage = enum_field(FileStage, FileStage.UPLOADING)
    revision: int | None = None
    name: str = Field(max_length=255)  # as the creator's machine calls it
    size: int = Field(sa_type=BigInteger)  # bytes
    declared_type: str = Field(default="", max_length=100)  # what the browser says it is
    multipart_id: str | None = None  # the object store's name of the upload; None: one single piece
    etag: str = Field(default="", max_length=80)  # of the uploaded object
    sha256: str = Field(default="", max_length=64)
    kind: str = Field(default="", max_length=8)
    facts: dict[str, Any] = json_field()
    previews: list[dict[str, int]] = json_field(list)
    refusal: dict[str, Any] = json_field()
    uploaded_at: datetime | None = moment()
    checked_at: datetime | None = moment()

    @property
    def stored_id(self) -> UUID:
        """The id in the keys of its objects."""
        return self.stored_as or self.id

    def scope(self) -> dict[str, UUID | None]:
        return {"brief_id": self.brief_id}


class ArtworkRemnant(Record, table=True):
    """Objects in the store of which a file is gone, however that came; `id` was its `stored_id`. A trigger on
    artwork_file writes these (migrations/sql/41_designs.sql), `tasks.sweep` deletes the objects, unless a copy of the
    file still uses them, and then the row."""

    __tablename__ = "artwork_remnant"

    sha256: str = Field(default="", max_length=64)
    multipart_id: str | None = None


class Photo(Record, table=True):
    """A photo that one side of an order or of an invitation shows the other. Only a picture that the portal has made
    anew of it is kept (`portal.designs.keys.photo_key`): `sha256`, `width` and `height` [pixels] are that one's.

    With a `kind`, a code of `formats.FILES`, it is a file that goes with a message instead. It is kept as it is, under
    the key that follows from `file_sha256` (`portal.designs.keys.file_key`); of some kinds there is a picture too.

    `subject` is a name in `portal.designs.photo_access`. `factory_id` is the uploader's, whose colleagues may use it
    too. `taken_at` is when it became part of something; one that never does is swept away.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(
            "stage <> 'ready' or (sha256 <> '' and width > 0 and height > 0) or (kind <> '' and file_sha256 <> '')",
            name="ready_is_known",
        ),
        Index("ix_photo_subject", "subject_id"),
        Index("ix_photo_loose", "created_at", postgresql_where=text("taken_at is null")),
    )
    lifecycle: ClassVar[Lifecycle] = PHOTO

    subject: str = Field(max_length=20)
    subject_id: UUID
    uploaded_by: UUID = Field(foreign_key="person.id")
    factory_id: UUID | None = Field(default=None, foreign_key="factory.id")
    stage: PhotoStage = enum_field(PhotoStage, PhotoStage.UPLOADING)
    name: str = Field(max_length=255)  # as the uploader's machine calls it
    size: int = Field(sa_type=BigInteger)  # bytes that the browser sends
    etag: str = Field(default="", max_length=80)  # of the uploaded object
    sha256: str = Field(default="", max_length=64)
    width: int = 0
    height: int = 0
    kind: str = Field(default="", max_length=8)
    file_sha256: str = Field(default="", max_length=64)
    refusal: dict[str, Any] = json_field()
    taken_at: datetime | None = moment()

    def scope(self) -> dict[str, UUID | None]:
        """Of no timeline: what the photo shows is told there."""
        return {}
