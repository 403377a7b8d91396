"""The true-scale drawing: each print on its face, in millimetres, for the page's SVG.

A face that fits the page is drawn 1:1; a larger one is drawn smaller and the print itself once more at 1:1, where
it fits. Every drawing carries a bar that measures 50 mm on paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.products.placement import Placement
from portal.products.silhouettes import Silhouette

PAGE = (174.0, 165.0)  # mm of paper that a drawing may take, dimension lines included
_ROOM = 16.0  # mm around a face for its dimension lines
_SCALES = (1, 2, 2.5, 4, 5, 6, 8, 10, 20, 50)
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
        width, height = _extent(self.face, self.silhouette)
        return width / self.scale + 2 * _ROOM, height / self.scale + 2 * _ROOM

    @property
    def silhouette(self) -> Silhouette | None:
        return None if self.alone else self.placement.silhouette

    @property
    def outline(self) -> str:
        """SVG path data in mm of the product from the face's top left corner; empty without an outline."""
        return self.silhouette.path(*self.face) if self.silhouette else ""

    @property
    def left(self) -> float:
        """Where the face begins, mm of paper from the left."""
        return _ROOM + (self.mm(self.silhouette.sides * self.face[0]) if self.silhouette else 0)

    @property
    def top(self) -> float:
        """Where the face begins, mm of paper from the top."""
        return _ROOM + (self.mm(self.silhouette.top * self.face[0]) if self.silhouette else 0)

    def mm(self, length: float) -> float:
        """A length of the product in mm of paper."""
        return round(length / self.scale, 3)


def drawings(placements: Sequence[Placement], artwork: dict[str, str]) -> list[Drawing]:
    """What to draw, in order. `artwork` maps a placement's path to the name of its picture."""
    made = []
    for placement in placements:
        picture = artwork.get(placement.path)
        if placement.face and placement.x is not None and placement.y is not None:
            scale = _scale(_extent(placement.face, placement.silhouette))
            made.append(Drawing(placement, scale, placement.face, placement.x, placement.y, picture))
            if scale == 1:
                continue
        size = (placement.width, placement.height)
        made.append(Drawing(placement, _scale(size), size, 0, 0, picture, alone=True))
    return made


def _extent(face: tuple[float, float], silhouette: Silhouette | None) -> tuple[float, float]:
    """The (width, height) in mm of the product that a face takes with what stands out of it."""
    if silhouette is None:
        return face
    return face[0] * (1 + 2 * silhouette.sides), face[1] + face[0] * silhouette.top


def _scale(size: tuple[float, float]) -> float:
    for scale in _SCALES:
        if size[0] / scale + 2 * _ROOM <= PAGE[0] and size[1] / scale + 2 * _ROOM <= PAGE[1]:
            return scale
    return max(size[0] / (PAGE[0] - 2 * _ROOM), size[1] / (PAGE[1] - 2 * _ROOM))


def number(value: float) -> str:
    """A length as it is written on a drawing: 250, 12.5."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
