"""The spec fields of a plush toy's form and views."""

from portal.core.i18n import N_
from portal.products.base import Stage, options
from portal.products.declaration import Section
from portal.products.fields import Choice, LongText, Number, Text
from portal.products.groups import Table, dimensions


def _mm(name: str, label: object, help: object, high: float, low: float = 0.1, **more: object) -> Number:
    return Number(name, label, help, unit="mm", low=low, high=high, decimals=1, **more)


def _height(name: str, label: object, help: object, **more: object) -> Number:
    return Number(name, label, help, unit="cm", low=2, high=300, decimals=1, **more)


FORM = Section(
    "form",
    N_("Shape and size"),
    (
        _height(
            "height_sitting",
            N_("Height sitting"),
            N_("From the seat to the top of the head, for example 18 cm."),
            needed=Stage.BRIEF,
            or_else=("height_standing",),
        ),
        _height(
            "height_standing",
            N_("Height standing"),
            N_("From the feet to the top of the head, or of anything that does not sit, for example 12 cm."),
        ),
        dimensions(
            "width_depth",
            N_("Width × depth"),
            N_("How broad and how deep it is at its widest, for example 14 × 12 cm."),
            "width depth",
            unit="cm",
            high=300,
            needed=Stage.QUOTE,
        ),
        Number(
            "weight",
            N_("Weight"),
            N_("What a finished piece weighs, for example 120 g."),
            unit="g",
            low=1,
            high=20_000,
            decimals=1,
        ),
        Number(
            "weight_tolerance",
            N_("Weight tolerance ±"),
            N_("How far the weight may be off, for example 5 g."),
            unit="g",
            low=0.1,
            high=2000,
            decimals=1,
        ),
        _mm(
            "size_tolerance",
            N_("Size tolerance ±"),
            N_("How far each measure may be off; soft things vary, for example 10 mm."),
            100,
            needed=Stage.FREEZE,
            usual="10",
        ),
        Choice(
            "pose",
            N_("Pose"),
            N_("How it holds itself, for example Sitting."),
            options=options(
                ("sitting", N_("Sitting")),
                ("standing", N_("Standing up")),
                ("lying", N_("Lying down")),
                ("cushion", N_("Cushion, no limbs")),
                ("hanging", N_("Hanging charm")),
            ),
            needed=Stage.QUOTE,
            usual="sitting",
        ),
    ),
)

VIEW_NAMES = options(
    ("front", N_("Front")),
    ("side", N_("Side")),
    ("back", N_("Back side")),
    ("top", N_("Top")),
    ("face", N_("Face close-up")),
)

VIEWS = Section(
    "views",
    N_("Views"),
    (
        Table(
            "views",
            N_("Views"),
            N_("Which drawing shows which side, for example front: stinky-tofu-front.png; a sketch by hand is fine."),
            row_label=N_("View shown"),
            rows=10,
            parts=(
                Choice("view", N_("View shown"), N_("For example Front."), options=VIEW_NAMES, needed=Stage.BRIEF),
                Text("file", N_("File name"), N_("As uploaded, for example front.png."), longest=120),
            ),
        ),
        Table(
            "callouts",
            N_("Callouts"),
            N_("Measures of single features, for example ear, 35 mm high."),
            row_label=N_("Callout"),
            rows=40,
            parts=(
                Choice(
                    "view", N_("View shown"), N_("The drawing it is shown on, for example Front."), options=VIEW_NAMES
                ),
                Text(
                    "feature", N_("Feature"), N_("For example height of the left ear."), longest=80, needed=Stage.BRIEF
                ),
                _mm("measure", N_("Measure"), N_("For example 35 mm."), 3000, needed=Stage.QUOTE),
            ),
        ),
        LongText(
            "seam_lines",
            N_("Seam lines"),
            N_("Where seams may and may not show, for example none across the face, one down the back."),
            longest=800,
        ),
    ),
)
