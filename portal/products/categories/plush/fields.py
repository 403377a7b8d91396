"""The spec fields of a plush toy's body: fabrics, face, sewing, fill."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options, when
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, Number, Text, percent
from portal.products.groups import Table, colour


def _mm(name: str, label: object, help: object, high: float, low: float = 0.1, **more: object) -> Number:
    return Number(name, label, help, unit="mm", low=low, high=high, decimals=1, **more)


def _height(name: str, label: object, help: object, **more: object) -> Number:
    return Number(name, label, help, unit="cm", low=2, high=300, decimals=1, **more)


FIBRES = options(
    ("polyester", N_("Polyester")),
    ("recycled_polyester", N_("Recycled polyester (rPET)")),
    ("cotton", N_("Cotton")),
    ("organic_cotton", N_("Organic cotton")),
    ("acrylic_fibre", N_("Acrylic fibre")),
    ("wool", N_("Wool")),
    ("elastane", N_("Elastane")),
)

FABRIC = Section(
    "fabric",
    N_("Fabrics"),
    (
        Table(
            "fabrics",
            N_("Fabric map"),
            N_("Which cloth goes where, for example body: minky, black; belly: velboa, cream."),
            row_label=N_("Fabric zone"),
            rows=20,
            needed=Stage.QUOTE,
            parts=(
                Text(
                    "zone",
                    N_("Zone"),
                    N_("The part of the body, for example head and ears."),
                    longest=60,
                    needed=Stage.BRIEF,
                ),
                Choice(
                    "fabric",
                    N_("Fabric"),
                    N_("The kind of cloth; minky is short and silky, for example Minky."),
                    options=options(
                        ("minky", N_("Minky (short plush)")),
                        ("velboa", N_("Velboa")),
                        ("crystal_velvet", N_("Crystal super soft")),
                        ("faux_fur", N_("Faux fur")),
                        ("sherpa", N_("Sherpa")),
                        ("felt", N_("Felt")),
                        ("fleece", N_("Fleece")),
                        ("plain_cotton", N_("Woven cotton")),
                        ("pu_leather", N_("PU leather")),
                    ),
                    filters=Dimension.MATERIAL,
                    needed=Stage.QUOTE,
                ),
                colour(
                    "colour",
                    N_("Colour"),
                    N_("By Pantone TCX, for example 19-4007 TCX."),
                    systems="pantone_tcx supplier words",
                ),
                Choice("fibre", N_("Fibre"), N_("What the cloth is spun of, for example Polyester."), options=FIBRES),
                percent("fibre_share", N_("Fibre share"), N_("Its part of the cloth, for example 100 %.")),
                _mm(
                    "pile",
                    N_("Pile height"),
                    N_("How long the hairs are: minky 1.5 to 3, faux fur 10 and more, for example 2 mm."),
                    150,
                ),
                Number(
                    "weight",
                    N_("Fabric weight"),
                    N_("How dense the cloth is, for example 240 g/m²."),
                    unit="g/m2",
                    low=40,
                    high=2000,
                ),
                Choice(
                    "nap",
                    N_("Nap direction"),
                    N_("Which way the hairs lie, for example downwards."),
                    options=options(
                        ("down", N_("Downwards")),
                        ("up", N_("Upwards")),
                        ("out", N_("Outwards from the centre")),
                        ("any", N_("Any way")),
                    ),
                ),
            ),
        ),
    ),
)

FACE_METHODS = options(
    ("embroidery", N_("Embroidery")),
    ("print", N_("Digital print on fabric")),
    ("heat_transfer", N_("Heat transfer")),
    ("applique", N_("Appliqué")),
    ("safety_eyes", N_("Safety-lock parts")),
)

FACE = Section(
    "face",
    N_("Face"),
    (
        Choice(
            "eyes",
            N_("Eyes"),
            N_(
                "Embroidered eyes are safe for babies; safety-lock ones shine but are hard parts, for "
                "example Embroidered."
            ),
            options=options(
                ("embroidery", N_("Embroidered")),
                ("safety_eyes", N_("Safety-lock")),
                ("print", N_("Printed on fabric")),
                ("applique", N_("Appliqué")),
                ("none", N_("No eyes")),
            ),
            filters=Dimension.PROCESS,
            needed=Stage.QUOTE,
        ),
        _mm(
            "eye_size",
            N_("Eye size"),
            N_("How broad one eye is, for example 9 mm."),
            200,
            show_if=when("eyes", "embroidery", "safety_eyes", "print", "applique"),
            needed=Stage.FREEZE,
            usual="9",
        ),
        Table(
            "face",
            N_("Face features"),
            N_(
                "Each part of the face with its place, measured from the middle of the front, for example "
                "a mouth 30 mm wide."
            ),
            row_label=N_("Face feature"),
            rows=20,
            parts=(
                Choice(
                    "feature",
                    N_("Feature"),
                    N_("For example Mouth."),
                    options=options(
                        ("eyes", N_("Eyes")),
                        ("brows", N_("Eyebrows")),
                        ("nose", N_("Nose")),
                        ("mouth", N_("Mouth")),
                        ("cheeks", N_("Cheeks")),
                        ("tears", N_("Tears")),
                        ("other", N_("Something else")),
                    ),
                    needed=Stage.BRIEF,
                ),
                Choice(
                    "method",
                    N_("Method"),
                    N_("How it is made, for example Embroidery."),
                    options=FACE_METHODS,
                    filters=Dimension.PROCESS,
                    needed=Stage.QUOTE,
                ),
                _mm(
                    "offset_x", N_("Offset X"), N_("Right of the middle of the front, for example −22 mm."), 1500, -1500
                ),
                _mm(
                    "offset_y",
                    N_("Offset Y"),
                    N_("Below the middle of the front, for example −15 mm is above it."),
                    1500,
                    -1500,
                ),
                _mm("width", N_("Feature width"), N_("For example 30 mm."), 1500),
                _mm("height", N_("Feature height"), N_("For example 12 mm."), 1500),
                Text(
                    "thread",
                    N_("Thread code"),
                    N_("Maker and number of the thread, for example Madeira 1000."),
                    longest=60,
                ),
                Number(
                    "density",
                    N_("Stitch density"),
                    N_("How close the stitches lie; ask the factory if unsure, for example 60 per cm²."),
                    unit="stitches/cm2",
                    low=5,
                    high=400,
                ),
            ),
        ),
    ),
)

SEWING = Section(
    "sewing",
    N_("Sewing"),
    (
        _mm(
            "seam_allowance",
            N_("Seam allowance"),
            N_("How far the seam lies from the cut edge: 3 to 5 mm, for example 5 for stronger seams."),
            5,
            3,
            needed=Stage.FREEZE,
            usual="5",
        ),
        Number(
            "stitches_per_inch",
            N_("Stitches per inch"),
            N_("Finer stitches hold better, for example 9."),
            unit="stitches/inch",
            low=4,
            high=20,
            decimals=1,
            needed=Stage.FREEZE,
            usual="9",
        ),
        Text(
            "reinforced_zones",
            N_("Reinforced zones"),
            N_("Where it is sewn twice because it is pulled, for example arms, tail and hanging loop."),
        ),
    ),
)

FILL = Section(
    "fill",
    N_("Fill"),
    (
        Table(
            "fills",
            N_("Fill by zone"),
            N_("What it is stuffed with, for example body: polyester fibre, 90 g, firmness 3."),
            row_label=N_("Fill zone"),
            rows=12,
            needed=Stage.QUOTE,
            usual=[{"type": "pp_cotton"}],
            parts=(
                Text(
                    "zone", N_("Zone"), N_("The part of the body, for example belly; blank for all of it."), longest=60
                ),
                Choice(
                    "type",
                    N_("Type of fill"),
                    N_("The usual one is polyester fibre, for example Polyester fibre (PP cotton)."),
                    options=options(
                        ("pp_cotton", N_("Polyester fibre (PP cotton)")),
                        ("recycled_fibre", N_("Recycled polyester fibre")),
                        ("down_like", N_("Down-like fibre")),
                        ("foam", N_("Foam beads")),
                        ("memory_foam", N_("Memory foam")),
                        ("cotton_fill", N_("Cotton")),
                    ),
                    filters=Dimension.MATERIAL,
                    needed=Stage.QUOTE,
                ),
                Number("grams", N_("Fill weight"), N_("For example 90 g."), unit="g", low=0.5, high=20_000, decimals=1),
                Choice(
                    "firmness",
                    N_("Firmness"),
                    N_("1 is very soft, 5 is hard, for example 3."),
                    options=options(*((str(n), str(n)) for n in range(1, 6))),
                    unit="1-5",
                ),
                Boolean(
                    "recycled",
                    N_("Recycled fill"),
                    N_("Whether this fill is made of recycled fibre, for example of bottles."),
                ),
            ),
        ),
        Number(
            "pellets",
            N_("Pellets in an inner bag"),
            N_("Weight that keeps it sitting, sewn into a bag of its own, for example 40 g in the seat."),
            unit="g",
            low=0,
            high=5000,
            decimals=1,
        ),
    ),
)
