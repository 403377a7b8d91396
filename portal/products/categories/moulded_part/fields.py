"""The spec fields of a moulded or assembled part: function, files, the part itself."""

from portal.core.i18n import N_
from portal.products.base import Dimension, Stage, options
from portal.products.declaration import Section
from portal.products.fields import Boolean, Choice, LongText, Number, Text, percent
from portal.products.groups import Table, colour, dimensions, span


def _mm(name: str, label: object, help: object, high: float, low: float = 0.01, **more: object) -> Number:
    return Number(name, label, help, unit="mm", low=low, high=high, decimals=2, **more)


FUNCTION = Section(
    "function",
    N_("Function"),
    (
        LongText(
            "use_case",
            N_("Use case"),
            N_(
                "Who does what with it, where, for example a driver puts a cup into the car fridge's lid with one hand."
            ),
            needed=Stage.BRIEF,
        ),
        Boolean(
            "one_handed",
            N_("One-handed"),
            N_("Whether it must work with one hand, for example while the other one steers."),
        ),
        Number(
            "cups", N_("Number of cups"), N_("How many it holds at once, for example 4."), unit="cups", low=1, high=50
        ),
        span(
            "cup_diameter",
            N_("Cup diameter, smallest to largest"),
            N_("Which cups must fit, from a can to a large tumbler, for example 53 to 90 mm."),
            unit="mm",
            low=10,
            high=400,
            decimals=1,
        ),
        Number(
            "load",
            N_("Load to carry"),
            N_("What it must carry without bending, for example 2.5 kg."),
            unit="kg",
            low=0.01,
            high=1000,
            decimals=2,
            needed=Stage.QUOTE,
            usual="1",
        ),
        Text(
            "host_model",
            N_("Model it fits"),
            N_("The vehicle or fridge it is fixed to, with year, for example a 50-litre car fridge of 2025."),
        ),
        Table(
            "mating_dimensions",
            N_("Mating dimensions"),
            N_("Measures of the place it is fixed to, for example rim of the lid, 12.4 mm thick."),
            row_label=N_("Mating dimension"),
            rows=30,
            parts=(
                Text("feature", N_("Feature"), N_("For example thickness of the rim."), longest=80, needed=Stage.BRIEF),
                _mm("measure", N_("Measure"), N_("For example 12.4 mm."), 5000, needed=Stage.QUOTE),
                _mm("tolerance", N_("Tolerance ±"), N_("For example 0.2 mm."), 50),
            ),
        ),
        span(
            "service_temperature",
            N_("Service temperature"),
            N_("The coldest and the hottest it will meet; a parked car gets hot, for example −20 to 85 °C."),
            unit="C",
            low=-100,
            high=400,
            needed=Stage.QUOTE,
            usual={"min": "-10", "max": "60"},
        ),
    ),
)

FILES = Section(
    "files",
    N_("Drawings and bill of materials"),
    (
        Text(
            "step_file",
            N_("3D file (STEP)"),
            N_("Its name if you have one; without, the factory draws it, for example cup-holder.step."),
            longest=120,
        ),
        Text(
            "drawing_file",
            N_("2D drawing"),
            N_("The drawing with all measures, for example cup-holder.pdf."),
            longest=120,
        ),
        Table(
            "critical_dimensions",
            N_("Critical-to-quality dimensions"),
            N_(
                "The few measures that must be right or it does not work, each with its datum, for example "
                "ring, inside."
            ),
            row_label=N_("Critical dimension"),
            rows=40,
            parts=(
                Text("feature", N_("Feature"), N_("For example inside of the ring."), longest=80, needed=Stage.BRIEF),
                _mm("measure", N_("Measure"), N_("For example 92 mm."), 5000, needed=Stage.QUOTE),
                _mm("tolerance", N_("Tolerance ±"), N_("For example 0.2 mm."), 50),
                Text("datum", N_("Datum"), N_("What it is measured from, for example face A."), longest=40),
            ),
        ),
        Text(
            "exploded_view",
            N_("Exploded view"),
            N_("The picture that shows all parts apart, for example explosion.png."),
            longest=120,
        ),
        Table(
            "bom",
            N_("Bill of materials (BOM)"),
            N_("Every part of the finished thing, for example arm, 2 pcs, PA66-GF30; screw M4, 4 pcs, bought."),
            row_label=N_("Part"),
            rows=100,
            parts=(
                Text("part", N_("Part"), N_("For example clamp arm."), longest=80, needed=Stage.BRIEF),
                Text("grade", N_("Material grade"), N_("For example PA66-GF30 black."), longest=80),
                Number(
                    "pieces",
                    N_("Pieces each"),
                    N_("How many go into one product, for example 2."),
                    unit="pcs",
                    low=1,
                    high=10_000,
                    needed=Stage.QUOTE,
                ),
                Text("finish", N_("Surface finish"), N_("For example matt, or zinc plated."), longest=80),
                Text(
                    "supplier",
                    N_("Supplier"),
                    N_("If it must be a certain one, for example a screw maker."),
                    longest=80,
                ),
            ),
        ),
    ),
)

RESINS = options(
    ("abs", "ABS"),
    ("pc", "PC"),
    ("pc_abs", "PC/ABS"),
    ("pp", "PP"),
    ("pe", "PE"),
    ("ps", "PS"),
    ("pmma", "PMMA"),
    ("asa", "ASA"),
    ("pa6", "PA6"),
    ("pa66_gf30", "PA66-GF30"),
    ("pom", "POM"),
    ("tpe", "TPE"),
    ("tpu", "TPU"),
    ("silicone", N_("Silicone")),
    ("any", N_("Let the factory propose")),
)

PART = Section(
    "part",
    N_("Part"),
    (
        dimensions(
            "size",
            N_("Size, W × H × D"),
            N_("Outside size of the finished thing, for example 260 × 110 × 120 mm."),
            "width height depth",
            high=5000,
            needed=Stage.QUOTE,
        ),
        Choice(
            "resin",
            N_("Resin"),
            N_("The plastic; ABS is stiff, PP is tough, PA66-GF30 bears heat and load, for example PC/ABS."),
            options=RESINS,
            filters=Dimension.MATERIAL,
            needed=Stage.QUOTE,
            usual="abs",
        ),
        Text(
            "resin_grade",
            N_("Resin grade"),
            N_("Maker and type if it must be a certain one, for example Chimei PA-757."),
            longest=80,
        ),
        colour(
            "part_colour",
            N_("Colour"),
            N_("By RAL or Pantone, for example RAL 9005."),
            systems="ral pantone_c pantone_u supplier words",
            needed=Stage.QUOTE,
            usual={"system": "ral", "code": "9005"},
        ),
        percent(
            "masterbatch", N_("Masterbatch"), N_("How much colour concentrate is mixed in, for example 2 %."), high=50
        ),
        _mm("wall", N_("Wall thickness"), N_("2 to 3 mm is usual for a hand-held part, for example 2.5 mm."), 50, 0.2),
        Number(
            "draft",
            N_("Draft angle"),
            N_("The slant that lets the part slide out of the tool, for example 1.5°."),
            unit="deg",
            low=0,
            high=45,
            decimals=2,
            needed=Stage.FREEZE,
            usual="1",
        ),
        Text("texture", N_("Texture"), N_("How the surface feels, for example fine matt, VDI 27."), longest=120),
        Table(
            "cosmetic_zones",
            N_("Cosmetic zones"),
            N_("A is always seen, B now and then, C never, for example A: top of the ring."),
            row_label=N_("Cosmetic zone"),
            rows=12,
            parts=(
                Choice(
                    "zone",
                    N_("Zone"),
                    N_("For example A."),
                    options=options(("A", "A"), ("B", "B"), ("C", "C")),
                    needed=Stage.BRIEF,
                ),
                Text(
                    "where",
                    N_("Where"),
                    N_("For example all faces seen from the driver's seat."),
                    longest=200,
                    needed=Stage.QUOTE,
                ),
            ),
        ),
        Text(
            "gate_limits",
            N_("Gate limits"),
            N_("Where the plastic may not flow in because it leaves a mark, for example not in zone A."),
        ),
        _mm(
            "part_tolerance",
            N_("General tolerance ±"),
            N_("For all measures that are not critical, for example 0.3 mm."),
            10,
            needed=Stage.FREEZE,
            or_else=("tolerance_class",),
            usual="0.3",
        ),
        Text(
            "tolerance_class",
            N_("Tolerance class to ISO 20457"),
            N_("Instead of a figure, if you work to it, for example TG5."),
            longest=40,
        ),
        percent(
            "shrink",
            N_("Shrink"),
            N_("How much the plastic shrinks as it cools; the toolmaker knows, for example 0.5 %."),
            high=10,
        ),
        Number(
            "part_weight",
            N_("Part weight"),
            N_("Of the moulded part alone, for example 180 g."),
            unit="g",
            low=0.01,
            high=100_000,
            decimals=2,
        ),
        Number(
            "insert_hardness",
            N_("Insert hardness"),
            N_("Of soft inlays that grip: 30 is like a rubber band, 60 like a tyre, for example 50 Shore A."),
            unit="Shore A",
            low=5,
            high=100,
        ),
    ),
)
