"""Moulded or assembled part: something new that is made in a tool, such as a cup holder."""

from portal.core.i18n import N_
from portal.products.base import Values, options
from portal.products.categories.moulded_part.fields import FILES, FUNCTION, PART
from portal.products.categories.moulded_part.making import ASSEMBLY, TESTS, TOOLING
from portal.products.categories.moulded_part.rules import RULES
from portal.products.common import DEFAULTS, around
from portal.products.declaration import Category, SmallBatch
from portal.products.placement import Placement, placed
from portal.products.prints import LOCATION_MEASURES, USUAL_LOCATION_TOLERANCES


def placements(values: Values) -> tuple[Placement, ...]:
    """Each decoration on the flat view of its face."""
    return placed(values, "locations", values.get("size") or {})


CATEGORY = Category(
    code="moulded_part",
    name=N_("Moulded or assembled part"),
    summary=N_("A thing of your own idea in plastic, silicone or several parts, such as a cup holder."),
    sections=around(
        FUNCTION,
        PART,
        TOOLING,
        FILES,
        ASSEMBLY,
        TESTS,
        certificates=options(
            ("iatf_16949", N_("IATF 16949 automotive quality")),
            ("iso_13485", N_("ISO 13485 medical quality")),
            ("ul_yellow", N_("UL-listed resins")),
        ),
    ),
    essentials=(
        "product_name",
        "product_name_zh",
        "description",
        "markets",
        "use_case",
        "one_handed",
        "load",
        "service_temperature",
        "size",
        "resin",
        "part_colour",
        "process",
    ),
    fee_permille=80,
    small_batch=SmallBatch(fewest=50, usual=1000, days=(30, 60)),
    rules=RULES,
    placements=placements,
    measures={
        "size": "part_tolerance",
        "wall": "part_tolerance",
        "part_weight": "",
        "critical_dimensions.measure": "critical_dimensions.tolerance part_tolerance",
    }
    | LOCATION_MEASURES,
    usual_tolerances={"part_weight": ("5", "%")} | USUAL_LOCATION_TOLERANCES,
    milestones=options(
        ("trial", N_("Tooling trial")),
        ("moulding", N_("Moulding")),
        ("finishing", N_("Finishing")),
        ("assembly", N_("Assembly")),
        ("packing", N_("Packing")),
    ),
    defaults={**DEFAULTS, "unit_packing": "polybag", "carton_weight_limit": "15"},
)
