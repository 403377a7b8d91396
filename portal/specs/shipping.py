"""The customs papers of a parcel: its packing list and its commercial invoice, in Chinese and in English.

Customs officers read English wherever the goods go, so these two are not in the creator's language.
"""

import re
from decimal import Decimal
from typing import Any, NamedTuple

from portal.core import money
from portal.core.i18n import N_
from portal.core.web import absolute, render
from portal.orders.models import Order, Parcel
from portal.orders.parcels.carriers import CARRIERS
from portal.products.base import Dimension
from portal.products.present import bilingual_rows
from portal.products.reading import written
from portal.products.registry import category
from portal.sourcing.destinations import country_name
from portal.specs.bilingual import Both, speaker
from portal.specs.models import PaperKind
from portal.specs.papers import paper_frame

LOCALE = "en"
ORIGIN = "CN"
_CELL = re.compile(r"-\d+-")  # "parts-0-material" is a cell of the column "parts.material"
_NUMBERS = {PaperKind.PACKING_LIST: "PL", PaperKind.COMMERCIAL_INVOICE: "CI"}  # CI: before invoices had a series
_TEMPLATES = {
    PaperKind.PACKING_LIST: "pdf/packing_list.html",
    PaperKind.COMMERCIAL_INVOICE: "pdf/commercial_invoice.html",
}


class Goods(NamedTuple):
    """A line of either paper: what it is, how many pieces, and their value in minor units."""

    text: str
    pieces: int
    value_minor: int


def parcel_number(kind: PaperKind, order_number: int, parcel: int) -> str:
    """How a parcel's paper is called that has no number of a series: PL-2007-1."""
    return f"{_NUMBERS[kind]}-{order_number}-{parcel}"


def content(order: Order, parcel: Parcel, values: dict[str, Any]) -> dict[str, Any]:
    """All that both papers of a parcel say, JSON only. `values` are the spec's, as they are now. `goods`: (text,
    pieces, value in minor units); weights are grams."""
    terms = order.terms
    return {
        "order": order.number,
        "order_id": str(order.id),
        "parcel": parcel.number,
        "date": parcel.shipped_on.isoformat(),
        "category": order.category,
        "product": values.get("product_name") or order.title,
        "product_zh": values.get("product_name_zh", ""),
        "values": values,
        "currency": order.currency,
        "unit_price_minor": order.unit_price_minor,
        "incoterm": f"{terms['quote']['incoterm']} {terms['quote']['incoterm_place']}".strip(),
        "goods": [
            Goods(line["text"], line["pieces"], line["pieces"] * order.unit_price_minor) for line in parcel.lines
        ],
        "pieces": parcel.pieces,
        "value_minor": parcel.pieces * order.unit_price_minor,
        "cartons": parcel.cartons,
        "net_grams": parcel.net_grams,
        "gross_grams": parcel.gross_grams,
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
        "seller": terms["factory"],
        "buyer": terms["creator"],
        "ship_to": {key: terms["brief"][f"ship_{key}"] for key in ("city", "region", "postcode", "country")}
        | order.address,
    }


def html(kind: PaperKind, said: dict[str, Any], *, number: str = "", where: str = "") -> str:
    """One of the two papers as HTML for the typesetter. `said` has the shape that `content` gives. An invoice brings
    the `number` of its series, and `where` its QR code leads; a packing list's leads to the order."""
    bi = speaker(LOCALE)
    return render(
        _TEMPLATES[kind],
        **paper_frame(bi, LOCALE, where or absolute("orders.order", order_id=said["order_id"])),
        said=said,
        number=number or parcel_number(kind, said["order"], said["parcel"]),
        scan=bi(N_("Scan: is this paper genuine?") if where else N_("Scan: the order")),
        parties=_parties(said, bi),
        facts_of_parcel=_facts(said, bi),
        material=_material(said, bi),
        kilograms=lambda grams: written(Decimal(grams) / 1000),
        amount=lambda minor: f"{money.major(minor, said['currency']):,f}",
        origin=bi(lambda: country_name(ORIGIN)),
    )


def _parties(said: dict[str, Any], bi: Any) -> list[tuple[Both, list[str]]]:
    """Seller, buyer and where the goods go, each with the lines of its address."""
    seller, buyer, to = said["seller"], said["buyer"], said["ship_to"]
    names = dict.fromkeys(filter(None, (seller.get("name_zh"), seller.get("name"))))
    place = ", ".join(filter(None, (seller.get("city"), seller.get("province"))))
    license_number = seller.get("license_number")
    towards = " ".join(filter(None, (to["postcode"], to["city"])))
    return [
        (
            bi(N_("Seller (exporter)")),
            [*names, *filter(None, (seller.get("place_zh"), place, license_number and f"USCC {license_number}"))],
        ),
        (bi(N_("Buyer (importer)")), [buyer["name"], buyer["email"]]),
        (
            bi(N_("Ship to")),
            [
                to.get("recipient") or buyer["name"],
                *to.get("street", "").splitlines(),
                *filter(None, (towards, to["region"])),
                str(bi(lambda: country_name(to["country"]))),
                *filter(None, (to.get("phone"),)),
            ],
        ),
    ]


def _facts(said: dict[str, Any], bi: Any) -> list[tuple[Both, Any]]:
    carrier = CARRIERS[said["carrier"]].name
    tracking = said["tracking_number"]
    return [
        (bi(N_("Purchase order")), f"PO-{said['order']}"),
        (bi(N_("Date")), said["date"]),
        (bi(N_("Parcel")), said["parcel"]),
        (bi(N_("Delivery term")), f"{said['incoterm']} (Incoterms 2020)"),
        (bi(N_("Carrier")), carrier if isinstance(carrier, str) else bi(carrier)),
        *([(bi(N_("Tracking number")), tracking)] if tracking else []),
        (bi(N_("Country of origin")), bi(lambda: country_name(ORIGIN))),
    ]


def _material(said: dict[str, Any], bi: Any) -> list[tuple[Both, Both]]:
    """What customs ask of the goods, where the spec says it: tariff number and materials, label and text."""
    made, values = category(said["category"]), said["values"]
    wanted = {
        path for path, field in made.paths.items() if field.filters is Dimension.MATERIAL or field.name == "hs_code"
    }
    rows = [row for part in bilingual_rows(made, values, LOCALE) for row in part.rows if not row.blank]
    return [
        (Both(row.label_zh, row.label), Both(row.text_zh, "" if row.text == row.text_zh else row.text))
        for row in rows
        if _CELL.sub(".", row.path) in wanted
    ]
