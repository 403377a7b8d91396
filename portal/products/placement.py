"""Where artwork sits on a product, in mm: what the true-scale drawing draws and what the rules check."""

from dataclasses import dataclass, replace
from math import pi

from portal.core.i18n import N_
from portal.products.base import Value, Values, Words, options
from portal.products.silhouettes import Silhouette

POSITIONS = options(
    ("front", N_("Front")),
    ("back", N_("Back side")),
    ("left_chest", N_("Left chest")),
    ("left_sleeve", N_("Left sleeve")),
    ("right_sleeve", N_("Right sleeve")),
    ("left_side", N_("Left side")),
    ("right_side", N_("Right side")),
    ("top", N_("Top")),
    ("bottom", N_("Bottom")),
    ("inside", N_("Inside")),
    ("wrap", N_("All around")),
    ("handle", N_("Handle")),
)

DATUMS = options(
    ("top_left", N_("Top left corner")),
    ("top_centre", N_("Middle of the top edge")),
    ("centre", N_("Centre of the face")),
    ("bottom_centre", N_("Middle of the bottom edge")),
)

#: Share of (width, height) at which a datum lies, on the face and on the print alike.
_ANCHORS = {"top_left": (0.0, 0.0), "top_centre": (0.5, 0.0), "centre": (0.5, 0.5), "bottom_centre": (0.5, 1.0)}
#: The two sides of the product that span each face that is flat enough to draw.
_FACES = {
    "front": ("width", "height"),
    "back": ("width", "height"),
    "left_side": ("depth", "height"),
    "right_side": ("depth", "height"),
    "top": ("width", "depth"),
    "bottom": ("width", "depth"),
    "inside": ("width", "height"),
}


@dataclass(frozen=True)
class Placement:
    """One print on one face. `path` is the table row ("locations-0"); lengths in mm, angles in degrees clockwise.

    `silhouette` is the product's outline around the face, where there is one. `customary` is set where the spec has no
    face of its own for the position: the print is then drawn where such prints sit, which is no measure.
    `face` is (width, height), None where the product's size is not given. `x`, `y` is the print's top left corner
    before turning, from the face's top left corner, None without a face. `title` is the position's words, `datum` the
    code of `DATUMS` that the offset in the spec counts from.
    """

    path: str
    title: Words
    face: tuple[float, float] | None
    width: float
    height: float
    x: float | None
    y: float | None
    datum: str
    rotation: float = 0
    tolerance: float | None = None
    bleed: float = 0
    margin: float = 0
    silhouette: Silhouette | None = None
    customary: bool = False

    @property
    def number(self) -> int:
        """The row's number as people count, from 1."""
        return int(self.path.rpartition("-")[2]) + 1

    @property
    def fits(self) -> bool:
        """Whether the print, unturned, is no larger than its face. True where the face is unknown."""
        return self.face is None or self.customary or (self.width <= self.face[0] and self.height <= self.face[1])

    @property
    def inside(self) -> bool:
        """Whether no edge of the unturned print lies beyond the face. True where the face is unknown."""
        if self.face is None or self.x is None or self.y is None or self.customary:
            return True
        return (
            self.x >= -0.05
            and self.y >= -0.05
            and self.x + self.width <= self.face[0] + 0.05
            and self.y + self.height <= self.face[1] + 0.05
        )


def face_of(position: str, size: Values) -> tuple[float, float] | None:
    """The (width, height) in mm of the face at `position` of a product of `size` (width, height, depth), if known.

    All around a round product (as wide as deep) is its skin laid flat.
    """
    if position == "wrap" and size.get("width") and size.get("width") == size.get("depth") and "height" in size:
        return round(pi * size["width"], 1), size["height"]
    sides = _FACES.get(position)
    if sides is None or not all(side in size for side in sides):
        return None
    return size[sides[0]], size[sides[1]]


def placed(values: Values, table: str, size: Values, silhouette: Silhouette | None = None) -> tuple[Placement, ...]:
    """The placements of the rows of `table` that say how large the print is, on a product of `size` in mm."""
    titles = dict(POSITIONS)
    found = []
    for number, row in enumerate(values.get(table) or ()):
        if "width" not in row or "height" not in row:
            continue
        position = row.get("position", "front")
        made = place(f"{table}-{number}", titles.get(position, position), row, face_of(position, size), values)
        found.append(_outlined(made, position, row, size, silhouette))
    return tuple(found)


def _outlined(made: Placement, position: str, row: Values, size: Values, silhouette: Silhouette | None) -> Placement:
    """The placement on the product's outline, at its customary spot where it has no face of its own."""
    front = face_of("front", size)
    if silhouette is None or front is None:
        return made
    if position in ("front", "back"):
        return replace(made, silhouette=silhouette)
    if position not in (silhouette.spots or {}):
        return made
    (across, down), turned = (silhouette.spots or {})[position]
    x = across * front[0] - made.width / 2 + row.get("offset_x", 0)
    y = down * front[0] - made.height / 2 + row.get("offset_y", 0)
    corner = {"face": front, "x": round(x, 2), "y": round(y, 2), "rotation": made.rotation + turned}
    return replace(made, silhouette=silhouette, customary=True, **corner)


def place(path: str, title: Words, row: Values, face: tuple[float, float] | None, values: Values) -> Placement:
    """One row (width, height, offset_x, offset_y, datum, rotation, tolerance) on a face; the offset runs between the
    same points of face and print, to the right and down. Without a datum the print is centred."""
    datum = row.get("datum", "centre")
    width, height = row["width"], row["height"]
    return Placement(
        path=path,
        title=title,
        face=face,
        width=width,
        height=height,
        x=None if face is None else _start(0, datum, face[0], width, row.get("offset_x", 0)),
        y=None if face is None else _start(1, datum, face[1], height, row.get("offset_y", 0)),
        datum=datum,
        rotation=row.get("rotation", 0),
        tolerance=row.get("tolerance"),
        bleed=values.get("bleed", 0),
        margin=values.get("safe_margin", 0),
    )


def _start(axis: int, datum: str, face: float, print_: float, offset: Value) -> float:
    share = _ANCHORS[datum][axis]
    return round(share * (face - print_) + offset, 2)
