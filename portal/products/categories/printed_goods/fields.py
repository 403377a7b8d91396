"""The spec fields of printed logo goods."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, Number, Text, percent, size_tolerance
from portal.products.groups import Table, colour, dimensions
from portal.products.prints import ARTWORK, INKS, MAX_DELTA_E, PROCESS_COLOUR, UNDERBASE, print_locations

ITEMS = options(
    ("tote_bag", N_("Tote bag")),
    ("t_shirt", N_("T-shirt")),
    ("hoodie", N_("Hoodie")),
    ("cap", N_("Cap")),
    ("apron", N_("Apron")),
    ("socks", N_("Socks")),
    ("towel", N_("Towel")),
    ("pouch", N_("Pouch")),
    ("patch", N_("Patch")),
    ("mug", N_("Mug")),
    ("bottle", N_("Bottle or tumbler")),
    ("notebook", N_("Notebook")),
    ("sticker", N_("Sticker")),
    ("card", N_("Card or poster")),
    ("pen", N_("Pen")),
    ("keyring", N_("Key ring")),
    ("badge", N_("Badge or pin")),
    ("phone_case", N_("Phone case")),
    ("mouse_mat", N_("Mouse mat")),
    ("umbrella", N_("Umbrella")),
    ("other", N_("Something else")),
)

MATERIALS = options(
    ("cotton", N_("Cotton")),
    ("canvas", N_("Cotton canvas")),
    ("organic_cotton", N_("Organic cotton")),
    ("polyester", N_("Polyester")),
    ("recycled_polyester", N_("Recycled polyester (rPET)")),
    ("linen", N_("Linen")),
    ("jute", N_("Jute")),
    ("wool", N_("Wool")),
    ("acrylic_fibre", N_("Acrylic fibre")),
    ("elastane", N_("Elastane")),
    ("nonwoven", N_("Non-woven polypropylene")),
    ("ceramic", N_("Ceramic")),
    ("glass", N_("Glass")),
    ("stainless_steel", N_("Stainless steel")),
    ("aluminium", N_("Aluminium")),
    ("zinc_alloy", N_("Zinc alloy")),
    ("pp", N_("PP")),
    ("tritan", N_("Tritan")),
    ("acrylic", N_("Acrylic sheet (PMMA)")),
    ("silicone", N_("Silicone")),
    ("paper", N_("Paper")),
    ("pvc_free_vinyl", N_("Vinyl, PVC-free")),
    ("pvc", N_("PVC")),
    ("leather", N_("Leather")),
    ("pu_leather", N_("PU leather")),
    ("wood", N_("Wood")),
    ("bamboo", N_("Bamboo")),
    ("other", N_("Another material")),
)

METHODS = options(
    ("screen", N_("Screen print")),
    ("dtg", N_("Direct to garment (DTG)")),
    ("dtf", N_("DTF transfer")),
    ("pad", N_("Pad print")),
    ("uv", N_("UV print")),
    ("laser", N_("Laser engraving")),
    ("sublimation", N_("Sublimation")),
    ("embroidery", N_("Embroidery")),
    ("foil", N_("Foil stamping")),
)

BLANK = Section(
    "blank",
    N_("Blank product"),
    (
        Choice(
            "item",
            N_("Item"),
            N_("The thing that is printed on, for example Tote bag."),
            options=ITEMS,
            needed=Stage.BRIEF,
            filters=Dimension.GOODS,
        ),
        Text(
            "item_code",
            N_("Item code"),
            N_("The supplier's number if you have chosen a blank already, for example TB-3842."),
            longest=60,
        ),
        Table(
            "composition",
            N_("Material"),
            N_("What it is made of, for example cotton 80 % and polyester 20 %."),
            row_label=N_("Material"),
            rows=6,
            needed=Stage.QUOTE,
            parts=(
                Choice(
                    "material",
                    N_("Material"),
                    N_("The main one first, for example Cotton canvas."),
                    options=MATERIALS,
                    filters=Dimension.MATERIAL,
                    needed=Stage.BRIEF,
                ),
                percent("share", N_("Share of material"), N_("Its part of the whole, for example 100 %.")),
            ),
        ),
        dimensions(
            "size",
            N_("Size, W × H × D"),
            N_("Outside size of the finished piece, lying flat or standing, for example 380 × 420 mm."),
            "width height (depth)",
            needed=Stage.QUOTE,
        ),
        size_tolerance(),
        Number(
            "weight",
            N_("Weight of fabric or paper"),
            N_("How heavy the cloth or paper is: 140 is thin, 340 is stout canvas, for example 280 g/m²."),
            unit="g/m2",
            low=10,
            high=3000,
            needed=Stage.FREEZE,
            or_else=("volume", "thickness"),
        ),
        Number(
            "volume",
            N_("Volume"),
            N_("For mugs and bottles: what it holds, for example 350 ml."),
            unit="ml",
            low=1,
            high=20_000,
        ),
        Number(
            "thickness",
            N_("Thickness"),
            N_("For flat or hard things, for example 1.5 mm for a metal badge."),
            unit="mm",
            low=0.02,
            high=200,
            decimals=2,
        ),
        colour(
            "blank_colour",
            N_("Colour of the blank"),
            N_("The colour before printing, by Pantone or the supplier's number, for example natural white."),
            needed=Stage.FREEZE,
        ),
        Table(
            "size_breakdown",
            N_("Size breakdown"),
            N_("How many pieces of each size, for example S 20, M 60, L 60, XL 20."),
            row_label=N_("Size (S, M, L …)"),
            rows=20,
            parts=(
                Text("size", N_("Size (S, M, L …)"), N_("For example M."), longest=30, needed=Stage.BRIEF),
                Number(
                    "pieces",
                    N_("Pieces of this size"),
                    N_("For example 60."),
                    unit="pcs",
                    low=1,
                    high=1_000_000,
                    needed=Stage.QUOTE,
                ),
            ),
        ),
    ),
)

LOCATIONS = Section(
    "prints",
    N_("Printing"),
    (
        print_locations(
            METHODS,
            "front back left_chest left_sleeve right_sleeve left_side right_side top bottom inside wrap handle",
            needed=Stage.QUOTE,
        ),
    ),
)

INK = Section("ink", N_("Ink"), (INKS, UNDERBASE, PROCESS_COLOUR, MAX_DELTA_E))
ART = Section("artwork", N_("Artwork"), ARTWORK)

EMBROIDERY = Section(
    "embroidery",
    N_("Embroidery"),
    (
        Number(
            "stitch_count",
            N_("Stitch count"),
            N_("About how many stitches, which sets the price, for example 8,000 for a 10 cm logo."),
            unit="stitches",
            low=100,
            high=500_000,
        ),
        Text(
            "thread_codes",
            N_("Thread codes"),
            N_("Maker and number of each thread, for example Madeira 1147, 1000."),
        ),
        Text(
            "dst_file",
            N_("Embroidery file (DST)"),
            N_("The name of the stitch file if you have one, for example logo-100mm.dst."),
            longest=120,
        ),
    ),
    show_if=when("locations.method", "embroidery"),
)

TESTS = Section(
    "tests",
    N_("Tests"),
    (
        Number(
            "wash_cycles",
            N_("Wash test"),
            N_("How many machine washes the print must survive, for example 10."),
            unit="cycles",
            low=1,
            high=500,
        ),
        Number(
            "rub_cycles",
            N_("Rub test"),
            N_("How many strokes of a rubbing cloth it must survive, for example 100."),
            unit="cycles",
            low=1,
            high=10_000,
        ),
        Boolean(
            "tape_adhesion",
            N_("Tape adhesion test"),
            N_("Tape is pressed on the print and torn off, and nothing may come away, for example on mugs and metal."),
        ),
        Number(
            "dishwasher_cycles",
            N_("Dishwasher test"),
            N_("For mugs and bottles: how many runs the print must survive, for example 50."),
            unit="cycles",
            low=1,
            high=2000,
        ),
        Boolean(
            "proof_page",
            N_("Proof page at 100 %"),
            N_(
                "A page at true size with cut line and bleed that you approve before printing, for example "
                "for every new logo."
            ),
            usual="yes",
        ),
    ),
)

SECTIONS = (BLANK, LOCATIONS, INK, ART, EMBROIDERY, TESTS)
