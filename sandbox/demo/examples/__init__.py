"""Complete, realistic specs: two of each category, as `portal.products.values.parse` returns them.

The demo's briefs ask for them, and tests measure by them. The first of each category is one of the stories.
"""

from typing import Any

from sandbox.demo.examples.moulded_part import CUP_HOLDER, LAMP_FOOT
from sandbox.demo.examples.plush import FOX, TOFU
from sandbox.demo.examples.printed_goods import MUG, TOTE
from sandbox.demo.examples.scented_packaging import MAILER, TEA_BOX

__all__ = ["CUP_HOLDER", "EXAMPLES", "FOX", "LAMP_FOOT", "MAILER", "MUG", "TEA_BOX", "TOFU", "TOTE"]

#: category code -> complete specs
EXAMPLES: dict[str, tuple[dict[str, Any], ...]] = {
    "printed_goods": (TOTE, MUG),
    "scented_packaging": (MAILER, TEA_BOX),
    "plush": (TOFU, FOX),
    "moulded_part": (CUP_HOLDER, LAMP_FOOT),
}
