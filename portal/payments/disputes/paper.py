"""The paper that a bank reads: the order's record as a PDF of few pages, in English."""

import hashlib
from typing import Any
from uuid import UUID

from portal.core.clock import now
from portal.core.db import reader, transaction
from portal.core.i18n import in_locale
from portal.core.web import render
from portal.designs import keys, photos, storage
from portal.payments.disputes import evidence, record
from portal.payments.disputes.models import Dispute
from portal.payments.disputes.words import FIELDS, REASONS
from portal.specs.inspection_report import for_paper
from portal.specs.typeset import Job, typeset

LARGEST = 4_500_000  # bytes that Stripe and banks take of all evidence together


def make(dispute_id: UUID) -> None:
    """Make the paper of a dispute for the words that it has now, and keep it. A second call makes it once more."""
    with transaction() as session:
        dispute = session.get_one(Dispute, dispute_id)
        said = record.of(session, dispute)
    asked = dispute.pack_asked_at.isoformat() if dispute.pack_asked_at else ""
    pdf, pages = _typeset(dispute, said, _pictures(said))
    if len(pdf) > LARGEST:
        pdf, pages = _typeset(dispute, said, {})
    digest = hashlib.sha256(pdf).hexdigest()
    folder = f"disputes/{dispute.id}"
    key = f"{folder}/{digest}.pdf"
    storage.put(key, pdf, "application/pdf")
    names = []
    for number, picture in enumerate(pages, 1):
        names.append(f"{folder}/{digest}-{number:02}.webp")
        storage.put(names[-1], picture, "image/webp")
    with transaction() as session:
        evidence.keep_paper(session, dispute.id, asked, key=key, sha256=digest, pages=names)


def html(dispute: Dispute, said: dict[str, Any], pictures: set[str]) -> str:
    """The paper as HTML for the typesetter; `pictures` are the ids of the photos that it has as assets."""
    with in_locale(record.ENGLISH):
        return render(
            "pdf/evidence.html",
            said=said,
            statement=dispute.statement,
            fields=[(str(FIELDS[name]), text) for name, text in dispute.fields.items()],
            reason=str(REASONS.get(dispute.reason, dispute.reason)),
            has=pictures,
        )


def _typeset(dispute: Dispute, said: dict[str, Any], pictures: dict[str, bytes]) -> tuple[bytes, tuple[bytes, ...]]:
    made = typeset(Job(html(dispute, said, set(pictures)), now(), f"evidence-{dispute.id}", assets=pictures))
    return made.pdf, made.pages


def _pictures(said: dict[str, Any]) -> dict[str, bytes]:
    found = photos.shown(reader(), record.photo_ids(said)).values()
    large = keys.PHOTO_SIDES[-1]
    return {
        one.id: for_paper(storage.get(keys.photo_key(UUID(one.id), one.sha256, large))) for one in found if one.ready
    }
