"""Print locations and inks: the same questions wherever something is printed, engraved or stitched on a product."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Field, Option, Stage, options
from portal.products.fields import Boolean, Choice, Number, Text
from portal.products.groups import Table, colour
from portal.products.placement import DATUMS, POSITIONS


def _positions(codes: str) -> tuple[Option, ...]:
    return tuple(option for option in POSITIONS if option.code in codes.split())


def print_locations(methods: tuple[Option, ...], positions: str, *, needed: Stage | None = None) -> Table:
    """The table "locations": one row for each print, with method, place and size. Filters factories by method.

    `positions` are codes of `POSITIONS` in one string. Offsets run from the datum to the same point of the print.
    """
    return Table(
        "locations",
        N_("Print locations"),
        N_("One entry for each place that is printed, engraved or embroidered, for example the front."),
        row_label=N_("Print location"),
        needed=needed,
        parts=(
            Choice(
                "method",
                N_("Method"),
                N_("How the picture gets on the product, for example screen print for few flat colours."),
                options=methods,
                filters=Dimension.PROCESS,
                needed=Stage.QUOTE,
            ),
            Choice(
                "position", N_("Position"), N_("Which face it is on, for example Front."), options=_positions(positions)
            ),
            _length("width", N_("Print width"), N_("Width of the printed picture, for example 250 mm."), Stage.QUOTE),
            _length(
                "height", N_("Print height"), N_("Height of the printed picture, for example 180 mm."), Stage.QUOTE
            ),
            Number(
                "colours",
                N_("Number of colours"),
                N_("How many ink or thread colours, for example 1 for a black logo."),
                unit="colours",
                low=1,
                high=15,
            ),
            *_PLACING,
        ),
    )


def _length(name: str, label: object, help: object, needed: Stage) -> Number:
    return Number(name, label, help, unit="mm", low=1, high=3000, decimals=1, needed=needed)


_PLACING: tuple[Field, ...] = (
    Choice(
        "datum",
        N_("Datum"),
        N_("The point that the offset is measured from, for example the middle of the top edge."),
        options=DATUMS,
    ),
    Number(
        "offset_x",
        N_("Offset X"),
        N_("How far right of the datum the same point of the print lies, for example 0 for centred, −20 for left."),
        unit="mm",
        low=-3000,
        high=3000,
        decimals=1,
    ),
    Number(
        "offset_y",
        N_("Offset Y"),
        N_("How far below the datum the same point of the print lies, for example 70 mm below the top edge."),
        unit="mm",
        low=-3000,
        high=3000,
        decimals=1,
    ),
    Number(
        "rotation",
        N_("Rotation"),
        N_("How far the print is turned clockwise, for example 90°."),
        unit="deg",
        low=-180,
        high=180,
        decimals=1,
    ),
    Number(
        "tolerance",
        N_("Position tolerance ±"),
        N_("How far the print may be out of place, for example 3 mm on textiles."),
        unit="mm",
        low=0.05,
        high=50,
        decimals=2,
    ),
)

#: What of a print can be measured: an edge further out than the tolerance is out of place.
LOCATION_MEASURES = dict.fromkeys(
    ("locations.width", "locations.height", "locations.offset_x", "locations.offset_y"), "locations.tolerance"
)
#: What printers keep to without being asked, on cloth as on paper.
USUAL_LOCATION_TOLERANCES = dict.fromkeys(LOCATION_MEASURES, ("3", "mm"))

INK_FINISHES = options(
    ("opaque", N_("Opaque")),
    ("transparent", N_("Transparent")),
    ("metallic", N_("Metallic")),
    ("fluorescent", N_("Fluorescent")),
    ("white", N_("White")),
)

INKS = Table(
    "inks",
    N_("Ink colours"),
    N_("Each colour by its Pantone number, so that the factory mixes the right one, for example 485 C."),
    row_label=N_("Ink colour"),
    rows=30,
    parts=(
        Number(
            "location", N_("Print location no."), N_("Which location it belongs to, for example 1."), low=1, high=12
        ),
        colour(
            "colour",
            N_("Colour"),
            N_("The colour by its number, for example 485 C."),
            systems="pantone_c pantone_u pantone_tcx supplier words",
            needed=Stage.BRIEF,
        ),
        Choice("finish", N_("Ink finish"), N_("For example opaque on dark cloth."), options=INK_FINISHES),
    ),
)

UNDERBASE = Boolean(
    "underbase",
    N_("White underbase"),
    N_("A layer of white below the picture, for example under a red logo on a black shirt."),
)
PROCESS_COLOUR = Boolean(
    "process_colour",
    N_("Four-colour process (CMYK)"),
    N_("For photos and gradients that are mixed from four inks, for example a printed photograph."),
)
MAX_DELTA_E = Number(
    "max_delta_e",
    N_("Largest colour difference ΔE"),
    N_("How far a colour may be off the reference: about 2 is hardly seen, for example 3."),
    unit="dE",
    low=0.5,
    high=20,
    decimals=1,
)

ARTWORK_FORMATS = options(
    ("ai", "AI"),
    ("pdf", "PDF"),
    ("svg", "SVG"),
    ("eps", "EPS"),
    ("psd", "PSD"),
    ("tiff", "TIFF"),
    ("png", "PNG"),
    ("jpeg", "JPEG"),
    ("dst", "DST"),
    ("none", N_("To be drawn by the factory")),
)

ARTWORK: tuple[Field, ...] = (
    Choice(
        "art_format",
        N_("Artwork format"),
        N_("The kind of file you have, for example AI or PDF; PNG works when it is large enough."),
        options=ARTWORK_FORMATS,
    ),
    Boolean(
        "vector",
        N_("Vector artwork"),
        N_("Drawn with paths that stay sharp at any size, for example a logo saved from Illustrator."),
    ),
    Boolean(
        "fonts_outlined",
        N_("Fonts outlined"),
        N_("All letters turned into shapes, so that the factory needs no font, for example with Create Outlines."),
    ),
    Number(
        "resolution",
        N_("Effective resolution at print size"),
        N_("Pixels per inch at the printed size: 300 or more, 150 or more on textiles, for example 300 dpi."),
        unit="dpi",
        low=10,
        high=4800,
    ),
    Number(
        "smallest_line",
        N_("Smallest line"),
        N_("The thinnest line of the picture at print size, for example 0.3 mm."),
        unit="mm",
        low=0.01,
        high=20,
        decimals=2,
    ),
    Number(
        "smallest_text",
        N_("Smallest text"),
        N_("The smallest letters at print size, for example 6 pt."),
        unit="pt",
        low=1,
        high=500,
        decimals=1,
    ),
    Number(
        "bleed",
        N_("Bleed"),
        N_("How far the picture runs over the cut edge, for example 3 mm."),
        unit="mm",
        low=0,
        high=50,
        decimals=1,
        usual="3",
    ),
    Number(
        "safe_margin",
        N_("Safe margin"),
        N_("The distance that text keeps from the edge, for example 5 mm."),
        unit="mm",
        low=0,
        high=100,
        decimals=1,
    ),
    Text(
        "die_line_layer",
        N_("Die-line layer"),
        N_("The name of the layer that shows where it is cut, for example Dieline."),
        longest=80,
    ),
)
