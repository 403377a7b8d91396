"""What the creators of the stories want to have made: one thing of each category."""

from dataclasses import dataclass
from typing import Any

from sandbox.demo import examples

_ASKED_FIRST = ("product_name", "product_name_zh", "description")


@dataclass(frozen=True)
class Goods:
    """`spec` is what it will be; the creator leaves the fields in `left_open` to the factory.

    `artwork` names files of tests/designs/samples.py; `card` is what the creator pays with.
    """

    category: str
    category_name: str
    title: str
    spec: dict[str, Any]
    left_open: tuple[str, ...]
    quantities: tuple[int, ...]
    artwork: tuple[str, ...]
    country: str
    confidential: bool = False
    dark: bool = False

    @property
    def details(self) -> dict[str, Any]:
        """What is filled in on the page of details."""
        return {name: value for name, value in self.spec.items() if name not in (*_ASKED_FIRST, *self.left_open)}


TOTE = Goods(
    "printed_goods", "Printed logo goods", "Anniversary tote bag", examples.TOTE, ("weight", "intended_user"),
    (200, 500), ("logo.pdf",), "GB",
)  # fmt: skip
MAILER = Goods(
    "scented_packaging", "Scented packaging", "Fig and white tea mailer", examples.MAILER,
    ("flap", "film_thickness_tolerance"), (1000, 2000), ("logo.svg", "art.psd"), "US", dark=True,
)  # fmt: skip
TOFU = Goods(
    "plush", "Plush", "Stinky tofu plush", examples.TOFU, ("eye_size", "pose", "sewn_label_position"),
    (100, 300, 500), ("photo.png", "photo.jpg"), "DE",
)  # fmt: skip
CUP_HOLDER = Goods(
    "moulded_part", "Moulded or assembled part", "One-handed car cup holder", examples.CUP_HOLDER,
    ("draft", "cavities", "tool_life"), (500, 1000), ("photo.png", "part.step"), "US", confidential=True, dark=True,
)  # fmt: skip
ALL = (TOTE, MAILER, TOFU, CUP_HOLDER)
