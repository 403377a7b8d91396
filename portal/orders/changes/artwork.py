"""Other artwork by change order: which files the spec has now, and what is offered in place of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlmodel import Session

from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.designs import offers
from portal.designs.queries import Offer, artwork_by_hash, offered
from portal.orders.changes import queries
from portal.orders.models import Order
from portal.orders.terms import FILE

_FILES = select(Order.terms["files"]).where(Order.id == bindparam("order_id"))  # type: ignore[index]


class Swap(TypedDict):
    """A file that takes the place of another: at which place of the spec's list, which was there, which comes; both as
    the terms have files."""

    place: int
    was: dict[str, Any]
    now: dict[str, Any]


class Place(NamedTuple):
    """A file of the spec as it is agreed now, the artwork that it is a revision of (None where that is not known), and
    what is offered in place of it, the newest first."""

    number: int
    file: dict[str, Any]
    artwork_id: UUID | None
    offers: list[Offer]


def swapped(files: Sequence[Mapping[str, Any]], swaps: Iterable[Swap]) -> list[dict[str, Any]]:
    """`files` after these swaps."""
    found = [dict(file) for file in files]
    for swap in swaps:
        found[swap["place"]] = dict(swap["now"])
    return found


def places(conn: Connection, order: Any) -> list[Place]:
    """The files of an order's spec (of an entity or its page's row)."""
    files = conn.execute(_FILES, {"order_id": order.id}).scalar_one()
    for change in queries.agreed(conn, order.id):
        files = swapped(files, change.files.values())
    waiting, known = offered(conn, order.brief_id), artwork_by_hash(conn, order.brief_id)
    found = []
    for number, file in enumerate(files):
        mine = next((ident for ident, hashes in known if file["sha256"] in hashes), None)
        known = [one for one in known if one[0] != mine]
        found.append(Place(number, file, mine, [offer for offer in waiting if offer.instead == mine]))
    return found


def swaps(conn: Connection, order: Any, file_ids: Collection[str]) -> dict[str, Swap]:
    """The swaps that these offered files would make. Raises `Invalid` for files that are not offered or not ready, and
    for two in one place."""
    found: dict[str, Swap] = {}
    for place in places(conn, order) if file_ids else ():
        chosen = [offer for offer in place.offers if str(offer.file.id) in file_ids]
        if len(chosen) > 1:
            raise Invalid(N_("Choose one file in place of %(name)s.", name=place.file["name"]))
        for offer in chosen:
            if offer.for_spec:
                now = {name: offer.for_spec[name] for name in FILE}
                found[str(offer.file.id)] = Swap(place=place.number, was=place.file, now=now)
    if set(found) != set(file_ids):
        raise Invalid(N_("A file that you chose is not ready, or not offered any more."))
    return found


def adopted(session: Session, swaps: Mapping[str, Swap]) -> dict[str, Any]:
    """The swaps of a change order that is accepted, each file now the next revision of its artwork. Raises `Gone`."""
    return {
        ident: {**swap, "now": {**swap["now"], "revision": offers.adopt(session, UUID(ident))}}
        for ident, swap in swaps.items()
    }
