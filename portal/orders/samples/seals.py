"""The seal of a golden sample: what was approved, by whom, against which spec, and the hash over all of it."""

from typing import Any

from sqlalchemy import Connection

from portal.core.actor import Actor
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.designs import photos
from portal.orders import terms
from portal.orders.models import Order, Sample
from portal.orders.samples import spec

#: SHA-256 over the canonical JSON of a seal, in hex.
digest = terms.digest


def sealed(conn: Connection, order: Order, sample: Sample, actor: Actor) -> dict[str, Any]:
    """The seal of a sample that `actor` approves: {"order", "round", "photos": [{"id", "sha256"}], "measured",
    "carrier", "tracking_number", "spec": {"revision", "content_hash"} or None, "by": {"id", "name"}, "at"}.

    Raises `Invalid` while a photo is still being made ready, or where none can be used.
    """
    found = photos.shown(conn, sample.photos).values()
    if any(not photo.ready and not photo.refused for photo in found):
        raise Invalid(N_("The photos of this sample are still being made ready. Try again in a minute."))
    pictures = [{"id": photo.id, "sha256": photo.sha256} for photo in found if photo.ready]
    if not pictures:
        raise Invalid(N_("None of this sample’s photos can be used. Ask for changes, so that it is sent again."))
    frozen = spec.in_force(conn, order.id)
    return {
        "order": order.number,
        "round": sample.round,
        "photos": pictures,
        "measured": sample.measured,
        "carrier": sample.carrier,
        "tracking_number": sample.tracking_number,
        "spec": {"revision": frozen.revision, "content_hash": frozen.content_hash} if frozen else None,
        **_signed(sample, actor),
    }


def _signed(sample: Sample, actor: Actor) -> dict[str, Any]:
    at = sample.judged_at.isoformat() if sample.judged_at else None
    return {"by": {"id": str(actor.person_id), "name": actor.name}, "at": at}


def kept(before: Any, order: Order, earlier: int, actor: Actor) -> dict[str, Any]:
    """The seal of a golden sample taken over from order number `earlier`: that seal, and where it is from."""
    source = {"order": earlier, "round": before.round, "seal_hash": before.seal_hash}
    by = {"id": str(actor.person_id), "name": actor.name}
    return {**before.seal, "order": order.number, "from": source, "kept_by": by}
