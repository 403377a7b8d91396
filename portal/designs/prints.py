"""Where artwork is printed and how large, read from the brief's spec."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.products.placement import Placement
from portal.products.registry import categories

#: Pixels per inch at print size below which a picture looks soft: on cloth, whose threads are coarse, and elsewhere.
TEXTILE_DPI, USUAL_DPI = 150, 300
_CLOTH_ITEMS = {"tote_bag", "t_shirt", "hoodie", "cap", "apron", "socks", "towel", "pouch", "patch", "umbrella"}


@dataclass(frozen=True)
class Prints:
    """The prints of a spec, in its order, and whether they go on cloth."""

    placements: tuple[Placement, ...] = ()
    textile: bool = False

    def of(self, path: str) -> Placement | None:
        """The print that an artwork assigned to `path` must be good enough for: that one, or without an assignment the
        largest. None where the spec names no size."""
        assigned = [placement for placement in self.placements if placement.path == path]
        return max(assigned or self.placements, key=lambda p: p.width * p.height, default=None)


def of_spec(category_code: str, values: dict[str, Any]) -> Prints:
    """The prints of a spec whose values have the shape of portal.products; none for an unknown category."""
    category = categories().get(category_code)
    if category is None:
        return Prints()
    textile = category_code == "plush" or values.get("item") in _CLOTH_ITEMS
    return Prints(tuple(category.placements(values)), textile)


def choices(prints: Prints) -> Sequence[tuple[str, Any, float, float]]:
    """(path, title, width mm, height mm) for a list to choose from."""
    return [(p.path, p.title, p.width, p.height) for p in prints.placements]
