"""Walks the drawing instructions of a PDF page: colours, fonts, transparency, and how large its pictures are placed."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from .refused import Refused

_MOST_INSTRUCTIONS = 3_000_000
_DEEPEST = 28  # forms inside forms
_DEVICE = {"/DeviceRGB": "RGB", "/CalRGB": "RGB", "/RGB": "RGB", "/DeviceCMYK": "CMYK", "/CMYK": "CMYK",
           "/DeviceGray": "Gray", "/CalGray": "Gray", "/G": "Gray", "/Lab": "Lab"}  # fmt: skip
_BY_COMPONENTS = {1: "Gray", 3: "RGB", 4: "CMYK"}
_SETS = {"rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK", "g": "Gray", "G": "Gray"}
_OPAQUE = ("/Normal", "/Compatible")
_NOT_INK = {"All", "None"}
Matrix = tuple[float, float, float, float, float, float]
_AS_IT_IS: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Page:
    """What was seen on a page. `coarsest`: pixels per inch of the coarsest picture, 0 without pictures."""

    colours: set[str] = field(default_factory=set)
    spots: set[str] = field(default_factory=set)
    fonts: dict[str, bool] = field(default_factory=dict)  # name -> whether the file keeps it
    alpha: bool = False
    pictures: int = 0
    coarsest: float = 0.0


def read_page(page: pikepdf.Page) -> Page:
    """What the page draws. Raises `Refused` where forms run in circles or there is no end to them."""
    walk = _Walk()
    walk.contents(page.obj, page.obj.get("/Resources", Dictionary()), _AS_IT_IS)
    return walk.seen


def _times(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _matrix(numbers: Any) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in numbers)
    return (a, b, c, d, e, f)


class _Walk:
    def __init__(self) -> None:
        self.seen = Page()
        self._count = 0
        self._within: list[tuple[int, int]] = []

    def contents(self, thing: Object, resources: Object, base: Matrix) -> None:
        """Follow one stream of instructions, and the forms it draws."""
        if len(self._within) > _DEEPEST:
            raise Refused("too_complex")
        kept: list[Matrix] = []
        now = base
        for instruction in pikepdf.parse_content_stream(thing):
            self._count += 1
            if self._count > _MOST_INSTRUCTIONS:
                raise Refused("too_complex")
            name = str(instruction.operator)
            if name == "q":
                kept.append(now)
            elif name == "Q" and kept:
                now = kept.pop()
            elif name == "cm":
                now = _times(_matrix(instruction.operands), now)
            else:
                self._do(name, instruction, resources, now)

    def _do(self, name: str, instruction: Any, resources: Object, now: Matrix) -> None:
        if name in _SETS:
            self.seen.colours.add(_SETS[name])
        elif name == "INLINE IMAGE":
            image = instruction.iimage
            self._placed(image.width, image.height, now)
        elif name in self._HANDLERS and instruction.operands:
            group, handle = self._HANDLERS[name]
            self._named(group, instruction.operands[0], resources, lambda found: handle(self, found, resources, now))

    def _named(self, group: str, name: Any, resources: Object, handle: Callable[[Any], None]) -> None:
        """Give `handle` what the resources call `name`; names of colour spaces may also mean themselves."""
        found = resources.get(group, Dictionary()).get(str(name)) if isinstance(name, Name) else None
        if found is not None:
            handle(found)
        elif group == "/ColorSpace" and isinstance(name, Name):
            handle(name)

    def _space(self, space: Any, _resources: Object = None, _now: Matrix = _AS_IT_IS) -> None:
        """Remember a colour space."""
        kind = str(space[0]) if isinstance(space, Array) and len(space) else str(space)
        if kind in _DEVICE:
            self.seen.colours.add(_DEVICE[kind])
        elif kind == "/ICCBased":
            self.seen.colours.add(_BY_COMPONENTS.get(int(space[1].get("/N", 3)), "RGB"))
        elif kind == "/Indexed" or (kind == "/Pattern" and isinstance(space, Array) and len(space) > 1):
            self._space(space[1])
        elif kind == "/Separation":
            self._spot(space[1])
        elif kind == "/DeviceN":
            for ink in space[1]:
                self._spot(ink)

    def _spot(self, ink: Any) -> None:
        name = str(ink).removeprefix("/")
        if name in ("Cyan", "Magenta", "Yellow", "Black"):
            self.seen.colours.add("CMYK")
        elif name not in _NOT_INK:
            self.seen.spots.add(name[:60])

    def _state(self, state: Any, _resources: Object, _now: Matrix) -> None:
        faint = min(float(state.get(key, 1)) for key in ("/ca", "/CA")) < 1
        masked = state.get("/SMask", Name.None_) != Name.None_
        blend = state.get("/BM", Name.Normal)
        blends = [str(one) for one in blend] if isinstance(blend, Array) else [str(blend)]
        if faint or masked or blends[0] not in _OPAQUE:
            self.seen.alpha = True

    def _font(self, font: Any, _resources: Object, _now: Matrix) -> None:
        below = font.get("/DescendantFonts")
        descriptor = (below[0] if below else font).get("/FontDescriptor", Dictionary())
        files = ("/FontFile", "/FontFile2", "/FontFile3")
        kept = font.get("/Subtype") == Name.Type3 or any(key in descriptor for key in files)
        name = str(font.get("/BaseFont", "/?")).removeprefix("/")
        self.seen.fonts[name.rpartition("+")[2][:60]] = kept

    def _shading(self, shading: Any, _resources: Object, _now: Matrix) -> None:
        self._space(shading.get("/ColorSpace", ""))

    def _object(self, thing: Any, resources: Object, now: Matrix) -> None:
        """Draw an image, or go into a form."""
        if thing.get("/Subtype") == Name.Image:
            self._image(thing, now)
        elif thing.get("/Subtype") == Name.Form:
            place = thing.objgen
            if place in self._within:
                raise Refused("too_complex")
            self._within.append(place)
            inner = _times(_matrix(thing.get("/Matrix", _AS_IT_IS)), now)
            self.contents(thing, thing.get("/Resources", resources), inner)
            self._within.pop()

    def _image(self, image: Any, now: Matrix) -> None:
        if not image.get("/ImageMask", False):
            self._space(image.get("/ColorSpace", ""))
        self.seen.alpha = self.seen.alpha or "/SMask" in image
        self._placed(int(image.Width), int(image.Height), now)

    def _placed(self, width: int, height: int, now: Matrix) -> None:
        self.seen.pictures += 1
        across, down = math.hypot(now[0], now[1]) / 72, math.hypot(now[2], now[3]) / 72
        if across > 0 and down > 0 and width > 1 and height > 1:  # single pixels are fills
            ppi = min(width / across, height / down)
            self.seen.coarsest = min(self.seen.coarsest or ppi, ppi)

    _HANDLERS: dict[str, tuple[str, Callable[..., None]]] = {
        "cs": ("/ColorSpace", _space),
        "CS": ("/ColorSpace", _space),
        "gs": ("/ExtGState", _state),
        "Tf": ("/Font", _font),
        "sh": ("/Shading", _shading),
        "Do": ("/XObject", _object),
    }
