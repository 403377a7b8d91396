"""Artwork that a creator offers in place of what a frozen spec has. It is none of the brief's own, and nobody works
from it, until a change order with it is accepted: then it becomes the next revision of what it was offered for."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.core.db import lock
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.designs.lifecycle import FileStage
from portal.designs.models import Artwork, ArtworkFile


def begin(session: Session, brief_id: UUID, instead: UUID) -> Artwork:
    """A place for a file that is offered for `instead`, an artwork of the brief. Raises `NotFound`."""
    former = lock(session, Artwork, instead)
    if former.brief_id != brief_id or former.offered_for is not None:
        raise NotFound()
    said = {"label": former.label, "placement": former.placement, "document": former.document}
    artwork = Artwork(brief_id=brief_id, position=former.position, offered_for=former.id, **said)
    session.add(artwork)
    session.flush()
    return artwork


def adopt(session: Session, file_id: UUID) -> int:
    """The file that was offered is the next revision of what it was offered for. Returns its number. Raises `Gone`."""
    file = lock(session, ArtworkFile, file_id)
    offer = lock(session, Artwork, file.artwork_id)
    if offer.offered_for is None or file.stage != FileStage.READY:
        raise Gone(N_("This file is not offered any more."))
    former = lock(session, Artwork, offer.offered_for)
    newest = select(func.max(ArtworkFile.revision)).where(ArtworkFile.artwork_id == former.id)
    file.artwork_id, file.revision = former.id, (session.scalar(newest) or 0) + 1
    session.add(file)
    session.flush()
    session.delete(offer)
    session.flush()
    return file.revision
