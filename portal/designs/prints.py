"""Where artwork is printed and how large, read from the brief's spec."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.filters import number
from portal.core.i18n import _
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

    def placeless(self, placed: Sequence[str]) -> bool:
        """Whether there are prints and files of which nobody has said what belongs where, and more than one way to mean
        it. `placed`: the path that each file is assigned to, or ''."""
        return bool(self.placements and placed and not any(placed)) and len(self.placements) + len(placed) > 2


def of_spec(category_code: str, values: dict[str, Any]) -> Prints:
    """The prints of a spec whose values have the shape of portal.products; none for an unknown category."""
    category = categories().get(category_code)
    if category is None:
        return Prints()
    return Prints(tuple(category.placements(values)), category.least_dpi(values))


def choices(prints: Prints) -> dict[str, str]:
    """path -> what to call the print in a list to choose from, in the reader's language."""
    return {
        p.path: _(
            "%(place)d. %(title)s, %(width)s × %(height)s mm",
            place=place, title=p.title, width=number(p.width), height=number(p.height),
        )
        for place, p in enumerate(prints.placements, 1)
    }  # fmt: skip
