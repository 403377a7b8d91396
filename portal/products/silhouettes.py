"""Neutral outlines of products, around the rectangle that the spec's own measures give.

Only the rectangle is to measure: what stands out of it, a sleeve or a handle, is a guide in the usual proportions.
"""

from collections.abc import Callable
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Silhouette:
    """`path(width, height)` is SVG path data in mm from the rectangle's top left corner. `sides` and `top` say how far
    it stands out there, `spots` where a print sits by custom on which the spec has no measures: position -> ((x, y) of
    its middle, degrees clockwise). All but the degrees are shares of the width."""

    path: Callable[[float, float], str]
    sides: float = 0
    top: float = 0
    spots: dict[str, tuple[Point, float]] | None = None


def _shirt(width: float, height: float) -> str:
    """Laid flat, seen from the front: `width` across the chest, `height` from the shoulder down."""

    def at(x: float, y: float) -> str:
        return f"{x * width:.2f} {y * width:.2f}"

    hem = f"{height:.2f}"
    return (
        f"M{at(0.34, 0)} C{at(0.40, 0.10)} {at(0.60, 0.10)} {at(0.66, 0)} L{at(0.94, 0.05)} L{at(1.30, 0.34)} "
        f"L{at(1.16, 0.46)} L{at(1, 0.32)} L{width:.2f} {hem} L0 {hem} L{at(0, 0.32)} L{at(-0.16, 0.46)} "
        f"L{at(-0.30, 0.34)} L{at(0.06, 0.05)} Z"
    )


def _bag(width: float, height: float) -> str:
    """A bag with its two handles one behind the other."""

    def loop(inset: float, rise: float) -> str:
        left, right, up = inset * width, (1 - inset) * width, -rise * width
        return f"M{left:.2f} 0 C{left:.2f} {up:.2f} {right:.2f} {up:.2f} {right:.2f} 0"

    return f"M0 0 H{width:.2f} V{height:.2f} H0 Z {loop(0.22, 0.62)} {loop(0.29, 0.50)}"


def _plush(width: float, height: float) -> str:
    """A soft body that touches all four sides, with a seam where it sits."""
    x, y = (0.22 * width, 0.22 * height)
    return (
        f"M{width / 2:.2f} 0 C{width - x:.2f} 0 {width:.2f} {y:.2f} {width:.2f} {height / 2:.2f} "
        f"C{width:.2f} {height - y / 2:.2f} {width - x / 2:.2f} {height:.2f} {width / 2:.2f} {height:.2f} "
        f"C{x / 2:.2f} {height:.2f} 0 {height - y / 2:.2f} 0 {height / 2:.2f} "
        f"C0 {y:.2f} {x:.2f} 0 {width / 2:.2f} 0 Z"
    )


#: The left of a garment is its wearer's, so it is on the right of the drawing.
SHIRT = Silhouette(
    _shirt,
    sides=0.30,
    spots={
        "left_chest": ((0.71, 0.30), 0),
        "left_sleeve": ((1.12, 0.28), -41),
        "right_sleeve": ((-0.12, 0.28), 41),
    },
)
BAG = Silhouette(_bag, top=0.48, spots={"handle": ((0.5, -0.42), 0)})
PLUSH = Silhouette(_plush)
