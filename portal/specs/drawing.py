"""The true-scale drawing: each print on its face, in millimetres, for the page's SVG.

A face that fits the page is drawn 1:1; a larger one is drawn smaller and the print itself once more at 1:1, where
it fits. Every drawing carries a bar that measures 50 mm on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.products.placement import Placement

PAGE = (174.0, 150.0)  # mm of paper that a drawing may take, dimension lines included
_ROOM = 16.0  # mm around a face for its dimension lines
_SCALES = (1, 2, 2.5, 4, 5, 10, 20, 50)
BAR = 50  # mm


@dataclass(frozen=True)
class Drawing:
    """One face (or one print alone, `face` None) to be drawn at 1:`scale`. Lengths are mm of the product.

    `artwork` is the asset's name, None where no picture of it exists.
    """

    placement: Placement
    scale: float
    face: tuple[float, float]
    x: float
    y: float
    artwork: str | None
    alone: bool = False

    @property
    def paper(self) -> tuple[float, float]:
        """(width, height) in mm of paper, room for dimensions included."""
        return self.face[0] / self.scale + 2 * _ROOM, self.face[1] / self.scale + 2 * _ROOM

    @property
    def room(self) -> float:
        return _ROOM

    def mm(self, length: float) -> float:
        """A length of the product in mm of paper."""
        return round(length / self.scale, 3)


def drawings(placements: Sequence[Placement], artwork: dict[str, str]) -> list[Drawing]:
    """What to draw, in order. `artwork` maps a placement's path to the name of its picture."""
    made = []
    for placement in placements:
        picture = artwork.get(placement.path)
        if placement.face and placement.x is not None and placement.y is not None:
            scale = _scale(placement.face)
            made.append(Drawing(placement, scale, placement.face, placement.x, placement.y, picture))
            if scale == 1:
                continue
        size = (placement.width, placement.height)
        made.append(Drawing(placement, _scale(size), size, 0, 0, picture, alone=True))
    return made


def _scale(size: tuple[float, float]) -> float:
    for scale in _SCALES:
        if size[0] / scale + 2 * _ROOM <= PAGE[0] and size[1] / scale + 2 * _ROOM <= PAGE[1]:
            return scale
    return max(size[0] / (PAGE[0] - 2 * _ROOM), size[1] / (PAGE[1] - 2 * _ROOM))


def number(value: float) -> str:
    """A length as it is written on a drawing: 250, 12.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
