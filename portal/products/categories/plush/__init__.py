"""Plush: soft toys and charms."""

from dataclasses import replace

from portal.core.i18n import N_
from portal.products.base import Values, options
from portal.products.categories.plush.fields import FABRIC, FACE, FILL, SEWING
from portal.products.categories.plush.form import FORM, VIEWS
from portal.products.categories.plush.labels import LABELS, SAFETY, SCENT
from portal.products.categories.plush.rules import RULES
from portal.products.common import DEFAULTS, around
from portal.products.declaration import ON_CLOTH, Category, SmallBatch
from portal.products.placement import Placement, place
from portal.products.silhouettes import PLUSH


def placements(values: Values) -> tuple[Placement, ...]:
    """Each face feature on the front, whose middle is the datum; centimetres become millimetres here."""
    width = (values.get("width_depth") or {}).get("width")
    height = values.get("height_sitting", values.get("height_standing"))
    face = (round(width * 10, 1), round(height * 10, 1)) if width and height else None
    titles = dict(_features())
    return tuple(
        replace(
            place(f"face-{number}", titles.get(row.get("feature"), ""), {**row, "datum": "centre"}, face, {}),
            silhouette=PLUSH if face else None,
        )
        for number, row in enumerate(values.get("face") or ())
        if "width" in row and "height" in row
    )


def _features() -> tuple[tuple[str, object], ...]:
    return next(part for part in CATEGORY.field("face").parts if part.name == "feature").options


CATEGORY = Category(
    code="plush",
    name=N_("Plush"),
    summary=N_("Soft toys, cushions and charms sewn from your drawing."),
    sections=around(
        FORM,
        FABRIC,
        FACE,
        FILL,
        SAFETY,
        SCENT,
        VIEWS,
        SEWING,
        LABELS,
        certificates=options(
            ("icti", N_("ICTI Ethical Toy Program")),
            ("oeko_tex_100", N_("OEKO-TEX Standard 100")),
            ("grs", N_("GRS recycled content")),
        ),
    ),
    essentials=(
        "product_name",
        "product_name_zh",
        "description",
        "markets",
        "age_grade",
        "height_sitting",
        "width_depth",
        "eyes",
        "fabrics",
        "fabrics.zone",
        "fabrics.fabric",
        "fabrics.colour",
        "scented",
    ),
    fee_permille=70,
    small_batch=SmallBatch(fewest=100, usual=500, days=(25, 45)),
    rules=RULES,
    placements=placements,
    measures=dict.fromkeys(
        (
            "height_sitting",
            "height_standing",
            "width_depth",
            "callouts.measure",
            "face.offset_x",
            "face.offset_y",
            "face.width",
            "face.height",
        ),
        "size_tolerance",
    )
    | {"weight": "weight_tolerance"},
    usual_tolerances={"weight": ("10", "%")},
    milestones=options(
        ("cutting", N_("Cutting")),
        ("embroidery", N_("Embroidery")),
        ("sewing", N_("Sewing")),
        ("stuffing", N_("Stuffing")),
        ("closing", N_("Closing the seams")),
        ("needles", N_("Needle detection")),
        ("packing", N_("Packing")),
    ),
    least_dpi=lambda _values: ON_CLOTH,
    defaults={**DEFAULTS, "unit_packing": "polybag", "carton_weight_limit": "15", "scented": "no"},
)
