"""The spec fields of scented packaging: what it is built of and printed with."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Choice, Number, Text, percent, size_tolerance
from portal.products.groups import colour, dimensions, sum_of_money
from portal.products.prints import ARTWORK, INKS, MAX_DELTA_E, print_locations

FILM_TYPES = ("poly_mailer", "flat_pouch", "stand_up_pouch", "zip_bag", "carrier_bag")
BOX_TYPES = ("mailer_box", "folding_box", "rigid_box")
_IF_FILM = when("structure_type", *FILM_TYPES)

TYPES = options(
    ("poly_mailer", N_("Poly mailer")),
    ("flat_pouch", N_("Flat pouch")),
    ("stand_up_pouch", N_("Stand-up pouch")),
    ("zip_bag", N_("Zip bag")),
    ("carrier_bag", N_("Carrier bag")),
    ("mailer_box", N_("Mailer box")),
    ("folding_box", N_("Folding carton")),
    ("rigid_box", N_("Rigid box")),
)


def _mm(name: str, label: object, help: object, high: float, **more: object) -> Number:
    return Number(name, label, help, unit="mm", low=1, high=high, decimals=1, **more)


STRUCTURE = Section(
    "structure",
    N_("Structure"),
    (
        Choice(
            "structure_type",
            N_("Type of packaging"),
            N_("What you put your goods in, for example Poly mailer for clothes sent by post."),
            options=TYPES,
            filters=Dimension.PROCESS,
            needed=Stage.BRIEF,
        ),
        dimensions(
            "inner_size",
            N_("Inner size, L × W × gusset"),
            N_(
                "The usable space inside; the gusset is the fold that lets it open wide, for example 350 × "
                "250 mm without."
            ),
            "length width (gusset)",
            high=2000,
            needed=Stage.QUOTE,
        ),
        size_tolerance(),
        _mm(
            "flap",
            N_("Flap"),
            N_("The part that folds over the opening, for example 40 mm."),
            300,
            show_if=_IF_FILM,
            needed=Stage.FREEZE,
            usual="40",
        ),
        _mm(
            "lip",
            N_("Lip"),
            N_("How far one side stands out at the opening to open it easily, for example 10 mm."),
            100,
            show_if=_IF_FILM,
        ),
        Choice(
            "hang_hole",
            N_("Hang hole"),
            N_("For hanging it in a shop, for example a euro slot."),
            options=options(
                ("none", N_("None")),
                ("round", N_("Round hole")),
                ("euro", N_("Euro slot")),
                ("die_cut", N_("Die-cut handle")),
            ),
        ),
        Choice(
            "seal_type",
            N_("Seal type"),
            N_("How the edges are welded, for example side seal for mailers."),
            options=options(
                ("side", N_("Side seal")),
                ("bottom", N_("Bottom seal")),
                ("three_side", N_("Three-side seal")),
                ("centre", N_("Centre seal")),
                ("glued", N_("Glued")),
            ),
        ),
        _mm("seal_width", N_("Seal width"), N_("How broad the welded edge is, for example 8 mm."), 50),
        Choice(
            "closure",
            N_("Closure"),
            N_("How your customer closes and opens it, for example a self-adhesive strip."),
            options=options(
                ("adhesive", N_("Self-adhesive strip")),
                ("double_adhesive", N_("Two strips, one for returns")),
                ("zip", N_("Press-to-close zip")),
                ("slider", N_("Slider zip")),
                ("heat_seal", N_("Heat-sealed by you")),
                ("tuck", N_("Tuck-in flap")),
                ("tear_strip", N_("Tear strip")),
                ("none", N_("Left open")),
            ),
            needed=Stage.FREEZE,
            usual="adhesive",
        ),
    ),
)

FILM = Section(
    "film",
    N_("Film"),
    (
        Choice(
            "film",
            N_("Film"),
            N_("The plastic it is made of; PLA and PBAT can be composted, for example LDPE with recycled share."),
            options=options(
                ("ldpe", N_("LDPE")),
                ("lldpe", N_("LLDPE")),
                ("cpe", N_("CPE (frosted)")),
                ("pla", N_("PLA")),
                ("pbat", N_("PBAT")),
                ("pla_pbat", N_("PLA/PBAT blend")),
                ("pe_pet", N_("PET/PE laminate")),
                ("kraft_pe", N_("Kraft paper/PE laminate")),
            ),
            filters=Dimension.MATERIAL,
            needed=Stage.QUOTE,
            usual="ldpe",
        ),
        Number(
            "film_layers",
            N_("Film layers"),
            N_("How many layers are blown or laminated together, for example 3, white outside and grey inside."),
            unit="layers",
            low=1,
            high=11,
        ),
        Number(
            "film_thickness",
            N_("Film thickness"),
            N_("Of one wall: 50 is light, 80 stout, for example 60 µm."),
            unit="um",
            low=8,
            high=400,
            needed=Stage.QUOTE,
            usual="60",
        ),
        percent(
            "film_thickness_tolerance",
            N_("Thickness tolerance ±"),
            N_("How far the thickness may be off, for example 8 %."),
            high=30,
            needed=Stage.FREEZE,
            usual="10",
        ),
        colour(
            "film_colour",
            N_("Film colour"),
            N_("The colour of the film itself, for example milky white, or Pantone 705 C."),
        ),
        percent("film_opacity", N_("Opacity"), N_("100 hides the goods, 0 is clear, for example 95.")),
        percent("recycled_share", N_("Recycled share"), N_("How much of it is recycled material, for example 50 %.")),
        Text(
            "recycled_evidence",
            N_("Evidence of recycled share"),
            N_("The certificate that proves it, for example a GRS transaction certificate and its number."),
        ),
    ),
    show_if=_IF_FILM,
)

BOARD = Section(
    "board",
    N_("Board"),
    (
        Choice(
            "board",
            N_("Kind of board"),
            N_("The card it is made of, for example corrugated with white outside."),
            options=options(
                ("white_corrugated", N_("White corrugated board")),
                ("kraft_corrugated", N_("Kraft corrugated board")),
                ("white_card", N_("White card (SBS)")),
                ("kraft_card", N_("Kraft card")),
                ("grey_board", N_("Grey board, lined")),
            ),
            filters=Dimension.MATERIAL,
            needed=Stage.QUOTE,
        ),
        Number(
            "board_weight",
            N_("Board weight"),
            N_("How heavy the card is, for example 350 g/m² for a folding carton."),
            unit="g/m2",
            low=150,
            high=3000,
            needed=Stage.QUOTE,
        ),
        Choice(
            "flute",
            N_("Flute"),
            N_("The wave inside corrugated board; E is fine and smooth, for example E for mailer boxes."),
            options=options(
                ("none", N_("Not corrugated")),
                ("F", "F"),
                ("E", "E"),
                ("B", "B"),
                ("C", "C"),
                ("EB", "EB"),
                ("BC", "BC"),
            ),
        ),
    ),
    show_if=when("structure_type", *BOX_TYPES),
)

PRINT_METHODS = options(
    ("gravure", N_("Gravure print")),
    ("flexo", N_("Flexographic print")),
    ("digital", N_("Digital print")),
    ("offset", N_("Offset print")),
    ("screen", N_("Screen print")),
)

PRINT = Section(
    "print",
    N_("Printing"),
    (
        Choice(
            "print_method",
            N_("Print method"),
            N_(
                "Digital needs no plates and suits small runs; flexo and gravure pay from a few thousand, "
                "for example Digital."
            ),
            options=(*PRINT_METHODS, *options(("unprinted", N_("Unprinted")))),
            filters=Dimension.PROCESS,
            needed=Stage.QUOTE,
            usual="digital",
        ),
        Number(
            "print_colours",
            N_("Number of print colours"),
            N_("Each colour needs its own plate, for example 2."),
            unit="colours",
            low=0,
            high=12,
            needed=Stage.QUOTE,
            usual="1",
        ),
        print_locations(PRINT_METHODS, "front back left_side right_side top bottom inside"),
        INKS,
        percent(
            "print_coverage",
            N_("Ink coverage"),
            N_("How much of the surface is inked, for example 30 %; full ground colours cost more."),
        ),
        sum_of_money(
            "plate_fee",
            N_("Plate fee expected"),
            N_(
                "What you reckon with for plates or cylinders, paid once, for example 300.00; leave it to "
                "the quote if unsure."
            ),
        ),
        MAX_DELTA_E,
        *ARTWORK,
    ),
)
