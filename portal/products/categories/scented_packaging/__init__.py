"""Scented packaging: mailers, pouches and boxes that smell of something when they are opened."""

from portal.core.i18n import N_
from portal.products.base import Values, options
from portal.products.categories.scented_packaging.fields import BOARD, BOX_TYPES, FILM, PRINT, STRUCTURE
from portal.products.categories.scented_packaging.labels import LABELS, TESTS
from portal.products.categories.scented_packaging.rules import RULES
from portal.products.categories.scented_packaging.scent import PAPERS, SCENT
from portal.products.common import DEFAULTS, around
from portal.products.declaration import Category, SmallBatch
from portal.products.placement import Placement, placed
from portal.products.prints import LOCATION_MEASURES, USUAL_LOCATION_TOLERANCES


def placements(values: Values) -> tuple[Placement, ...]:
    """Each print on its face: a bag lies flat, its opening on top; a box shows its lid "
    "(length × width) as the front."""
    size = values.get("inner_size") or {}
    length, width, gusset = size.get("length"), size.get("width"), size.get("gusset")
    if length is None or width is None:
        return placed(values, "locations", {})
    if values.get("structure_type") in BOX_TYPES:
        sides = {"width": length, "height": width, "depth": gusset}
    else:
        sides = {"width": width, "height": length, "depth": gusset}
    return placed(values, "locations", {side: mm for side, mm in sides.items() if mm is not None})


CATEGORY = Category(
    code="scented_packaging",
    name=N_("Scented packaging"),
    summary=N_("Mailers, pouches and boxes with a scent of your choice and your print."),
    sections=around(
        STRUCTURE,
        SCENT,
        FILM,
        BOARD,
        PRINT,
        PAPERS,
        LABELS,
        TESTS,
        certificates=options(
            ("grs", N_("GRS recycled content")),
            ("fsc", N_("FSC paper and wood")),
            ("compostable", N_("Compostability certificate")),
            ("iso_22000", N_("ISO 22000 food safety")),
            ("brcgs", N_("BRCGS packaging")),
        ),
    ),
    essentials=(
        "product_name",
        "product_name_zh",
        "description",
        "markets",
        "structure_type",
        "inner_size",
        "scent_name",
        "scent_route",
        "scent_intensity",
        "film",
        "board",
        "print_method",
        "print_colours",
    ),
    fee_permille=60,
    small_batch=SmallBatch(fewest=200, usual=1000, days=(15, 30)),
    rules=RULES,
    placements=placements,
    measures={
        "inner_size": "size_tolerance",
        "flap": "",
        "lip": "",
        "seal_width": "",
        "film_thickness": "film_thickness_tolerance",
        "board_weight": "",
    }
    | LOCATION_MEASURES,
    usual_tolerances={
        "inner_size": ("2", "%"),
        "flap": ("3", "mm"),
        "lip": ("2", "mm"),
        "seal_width": ("2", "mm"),
        "film_thickness": ("10", "%"),
        "board_weight": ("5", "%"),
    }
    | USUAL_LOCATION_TOLERANCES,
    milestones=options(
        ("printing", N_("Printing")),
        ("scenting", N_("Scenting")),
        ("cutting", N_("Slitting and die-cutting")),
        ("sealing", N_("Sealing")),
        ("packing", N_("Packing")),
    ),
    defaults={**DEFAULTS, "unit_packing": "none", "carton_weight_limit": "15"},
)
