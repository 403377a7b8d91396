"""Printed logo goods: a ready-made blank with somebody's logo on it."""

from portal.core.i18n import N_
from portal.products.base import Values, options
from portal.products.categories.printed_goods.fields import SECTIONS
from portal.products.categories.printed_goods.rules import RULES, least_dpi
from portal.products.common import DEFAULTS, around
from portal.products.declaration import Category, SmallBatch
from portal.products.placement import Placement, placed
from portal.products.prints import LOCATION_MEASURES, USUAL_LOCATION_TOLERANCES
from portal.products.silhouettes import BAG, SHIRT

_SILHOUETTES = {"t_shirt": SHIRT, "hoodie": SHIRT, "tote_bag": BAG}


def placements(values: Values) -> tuple[Placement, ...]:
    """Each print location on its face of the blank."""
    outline = _SILHOUETTES.get(values.get("item", ""))
    return placed(values, "locations", values.get("size") or {}, outline)


CATEGORY = Category(
    code="printed_goods",
    name=N_("Printed logo goods"),
    summary=N_("Bags, shirts, mugs and other ready-made things with your logo or picture on them."),
    sections=around(
        *SECTIONS,
        certificates=options(
            ("oeko_tex_100", N_("OEKO-TEX Standard 100")),
            ("gots", N_("GOTS organic textiles")),
            ("grs", N_("GRS recycled content")),
            ("fsc", N_("FSC paper and wood")),
        ),
    ),
    essentials=(
        "product_name",
        "product_name_zh",
        "description",
        "markets",
        "item",
        "composition",
        "composition.material",
        "size",
        "blank_colour",
        "locations",
        "locations.method",
        "locations.position",
        "locations.width",
        "locations.height",
        "locations.colours",
    ),
    fee_permille=60,
    small_batch=SmallBatch(fewest=50, usual=200, days=(10, 25)),
    rules=RULES,
    placements=placements,
    measures={"size": "size_tolerance", "weight": "", "volume": "", "thickness": ""} | LOCATION_MEASURES,
    usual_tolerances={"size": ("3", "%"), "weight": ("5", "%"), "volume": ("5", "%"), "thickness": ("10", "%")}
    | USUAL_LOCATION_TOLERANCES,
    milestones=options(
        ("blanks", N_("Blanks in")),
        ("printing", N_("Printing")),
        ("curing", N_("Curing")),
        ("packing", N_("Packing")),
    ),
    least_dpi=least_dpi,
    defaults={**DEFAULTS, "unit_packing": "polybag", "carton_weight_limit": "15"},
)
