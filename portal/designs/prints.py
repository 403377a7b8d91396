"""Where artwork is printed and how large, read from the brief's spec."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.products import categories
from portal.products.declaration import ELSEWHERE
from portal.products.placement import Placement


@dataclass(frozen=True)
class Prints:
    """The prints of a spec, in its order, and the pixels per inch that a picture needs there."""

    placements: tuple[Placement, ...] = ()
    least_dpi: int = ELSEWHERE

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
    return Prints(tuple(category.placements(values)), category.least_dpi(values))


def choices(prints: Prints) -> Sequence[tuple[str, Any, float, float]]:
    """(path, title, width mm, height mm) for a list to choose from."""
    return [(p.path, p.title, p.width, p.height) for p in prints.placements]
