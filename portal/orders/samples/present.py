"""Rounds of samples as pages show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from portal.core.i18n import N_, _, _n
from portal.designs import photos
from portal.designs.photos import Shown
from portal.orders import opened
from portal.orders.models import Verdict
from portal.orders.parcels import carriers
from portal.orders.samples import measuring, queries
from portal.orders.samples.fees import fee_of

VERDICTS = {
    Verdict.APPROVED: (N_("Approved"), "good"),
    Verdict.CHANGES: (N_("Changes asked for"), "warn"),
    None: (N_("To be judged"), "info"),
}


@dataclass(frozen=True)
class Pinned:
    """A photo with the comments pinned on it (number, x, y, text)."""

    photo: Shown
    pins: list[Any]


@dataclass(frozen=True)
class Round:
    """A round: its row, its photos each with its pins, its measures as `measuring.shown` gives them, how many of those
    are out of tolerance, and who carries the piece."""

    row: Row[Any]
    pictures: list[Pinned]
    measured: list[dict[str, Any]]
    bad: int
    carrier: str
    tracking_url: str
    words: tuple[Any, str]

    @property
    def photos(self) -> list[Shown]:
        return [picture.photo for picture in self.pictures]

    @property
    def pinned(self) -> list[Pinned]:
        """The photos that have comments."""
        return [picture for picture in self.pictures if picture.pins]

    @property
    def result(self) -> str:
        """What the measuring came to, in one line; '' where nothing was measured."""
        if not self.measured:
            return ""
        if self.bad:
            return _("%(bad)d of %(all)d measures out of tolerance", bad=self.bad, all=len(self.measured))
        return _n(
            "%(num)d measure, not out of tolerance", "%(num)d measures, none out of tolerance", len(self.measured)
        )


def rounds(conn: Connection, order: Any, rows: Sequence[Row[Any]] | None = None) -> list[Round]:
    """Every round of an order, the newest first."""
    rows = queries.rounds(conn, order.id) if rows is None else rows
    found = opened.pictures(conn, order, [ident for row in rows for ident in row.photos])
    pins = queries.pins(conn, order.id) if any(row.verdict == Verdict.CHANGES for row in rows) else {}
    words = measuring.labels(conn, order) if any(row.measured for row in rows) else {}
    return [_round(row, found, pins.get(row.id, []), words) for row in rows]


def _round(row: Row[Any], found: dict[str, Shown], pins: Iterable[Any], words: dict[str, str]) -> Round:
    pins = list(pins)
    pictures = [
        Pinned(photo, [pin for pin in pins if str(pin.photo_id) == photo.id]) for photo in photos.row(row.photos, found)
    ]
    return Round(
        row=row,
        pictures=pictures,
        measured=measuring.shown(row.measured, words),
        bad=measuring.out_of_tolerance(row.measured),
        carrier=carriers.name_of(row.carrier) if row.carrier else "",
        tracking_url=carriers.tracking_url(row.carrier, row.tracking_number),
        words=VERDICTS[row.verdict],
    )


@dataclass(frozen=True)
class Next:
    """The round after the ones sent: its number, how many the sample fee includes, and its price in minor units."""

    number: int
    included: int
    fee_minor: int


def after(order: Any, sent: int) -> Next:
    """What comes after `sent` rounds of an order (or its page's row)."""
    quote = order.terms["quote"] if hasattr(order, "terms") else order.quote
    return Next(sent + 1, quote["sample_rounds"], fee_of(quote, sent + 1))
