"""How pieces are packed, marked and boxed, on every spec."""

from portal.core.i18n import N_
from portal.products.base import (
    Stage,
    options,
)
from portal.products.declaration import Section
from portal.products.fields import Choice, LongText, Number, Text
from portal.products.groups import dimensions

UNIT_PACKINGS = options(
    ("none", N_("Loose")),
    ("polybag", N_("Polybag")),
    ("paper_bag", N_("Paper bag")),
    ("paper_band", N_("Paper band")),
    ("header_card", N_("Header card")),
    ("box", N_("Printed box")),
    ("plain_box", N_("Plain box")),
    ("bundle", N_("Bundles")),
)
BARCODES = options(
    ("none", N_("No barcode")),
    ("ean13", "EAN-13"),
    ("ean8", "EAN-8"),
    ("upca", "UPC-A"),
    ("fnsku", "FNSKU"),
)
ORIGIN_MARKS = options(
    ("sewn_label", N_("On a sewn label")),
    ("printed", N_("Printed on the product")),
    ("moulded", N_("Moulded in")),
    ("sticker", N_("On a sticker")),
    ("packing", N_("On the unit packing")),
    ("carton", N_("On the carton only")),
    ("none", N_("No mark")),
)

PACKING = Section(
    "packing",
    N_("Packing"),
    (
        Choice(
            "unit_packing",
            N_("Unit packing"),
            N_("What each piece is wrapped in, for example Polybag."),
            options=UNIT_PACKINGS,
            needed=Stage.FREEZE,
            usual="polybag",
        ),
        Text(
            "unit_packing_note",
            N_("Unit packing, details"),
            N_("Size, print, how it is folded, for example folded in half, logo up, bag 300 × 400 mm."),
        ),
        Number(
            "pieces_per_inner",
            N_("Pieces per inner pack"),
            N_("How many pieces lie together in a bundle or small box inside the carton, for example 10."),
            unit="pcs",
            low=1,
            high=10_000,
        ),
        Number(
            "pieces_per_carton",
            N_("Pieces per carton"),
            N_("How many pieces fill a shipping carton, for example 100."),
            unit="pcs",
            low=1,
            high=100_000,
        ),
        dimensions(
            "carton",
            N_("Carton, L × W × H"),
            N_("Outside size of the shipping carton, for example 500 × 400 × 350 mm."),
            "length width height",
            low=50,
            high=2500,
        ),
        Number(
            "carton_weight",
            N_("Carton gross weight"),
            N_("Weight of a full carton, for example 12.5 kg."),
            unit="kg",
            low=0.05,
            high=1000,
            decimals=2,
        ),
        Number(
            "carton_weight_limit",
            N_("Carton weight, upper limit"),
            N_("The most one carton may weigh so that one person can lift it, for example 15 kg."),
            unit="kg",
            low=1,
            high=1000,
            decimals=2,
        ),
        LongText(
            "shipping_marks",
            N_("Shipping marks"),
            N_("What is printed on the cartons, line by line, for example your name, order number, carton 1 of 4."),
            longest=500,
        ),
        Choice(
            "barcode_kind",
            N_("Barcode"),
            N_("Which code the shop scans, for example FNSKU for goods that go to an Amazon warehouse."),
            options=BARCODES,
        ),
        Text(
            "barcode",
            N_("Barcode number"),
            N_("The digits or letters under the bars, for example 4006381333931."),
            longest=40,
        ),
        Choice(
            "origin_mark",
            N_("Country-of-origin mark"),
            N_("Where it says Made in China; many markets ask for it, for example on a sewn label."),
            options=ORIGIN_MARKS,
            needed=Stage.FREEZE,
            usual="packing",
        ),
        Text(
            "hs_code",
            N_("Customs tariff number (HS code)"),
            N_("What customs call this kind of goods, for the invoice; your forwarder knows it, for example 9503.00."),
            longest=20,
        ),
    ),
)
