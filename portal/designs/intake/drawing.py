"""SVG. Nothing outside of the file is ever fetched: what refers to other files is refused."""

import re
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyvips

from .previews import SIDES, shrunk
from .refused import Refused

_LARGEST = 64 * 1024**2  # bytes of text
_DEEPEST = 256  # elements inside each other
_ENTITIES, _ENTITY_LENGTH = 64, 4096  # Illustrator names its namespaces with entities; nobody needs more
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96, "": 25.4 / 96, "q": 0.25}
_LENGTH = re.compile(r"\s*([0-9.]+(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*")
_URL = re.compile(r"url\(\s*['\"]?\s*([^'\")\s]*)", re.IGNORECASE)
_IMPORT = re.compile(r"@import", re.IGNORECASE)
_BREAKS_OFF = {3, 5}  # expat: no element found, unclosed token
#: Elements that only point somewhere: nothing is drawn from there.
_LINKS = {"a", "metadata", "RDF", "Work", "license", "namedview"}
#: What runs, and what of HTML fetches or runs something: Illustrator itself leaves foreign objects in its files.
_RUNS, _FETCHES = {"script", "handler"}, {"iframe", "object", "embed", "img", "video", "audio", "frame"}
_PROGRAM = re.compile(r"(?:(?:java|vb)script|data):", re.IGNORECASE)
_IGNORED = re.compile(r"[\s\x00-\x1f]+")  # by browsers, anywhere in an address
_CHANGES = re.compile(r"(?:.*:)?(?:href|src)|on\w+")  # an animation of these makes a link or a script


class _Reader:
    """Reads the structure once, refusing what may not be, and remembers the facts."""

    def __init__(self) -> None:
        self.root: dict[str, str] | None = None
        self.pictures = self.entities = 0
        self.text = False
        self._path: list[str] = []

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise Refused("truncated" if error.code in _BREAKS_OFF else "unreadable") from error

    def _entity(
        self, _name: str, _parameter: bool, value: str | None, _base: str, system: str | None, *_rest: object
    ) -> None:  # fmt: skip
        self.entities += 1
        if value is None:
            raise Refused("external", name=(system or "")[:80])
        if "&" in value or len(value) > _ENTITY_LENGTH or self.entities > _ENTITIES:
            raise Refused("too_complex")

    def _instruction(self, target: str, said: str) -> None:
        if target == "xml-stylesheet":
            raise Refused("external", name=said[:80])

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition(":")[2]
        if self.root is None:
            if element != "svg":
                raise Refused("unsupported")
            self.root = attributes
        self._path.append(element)
        if len(self._path) > _DEEPEST:
            raise Refused("too_complex")
        if element in _RUNS or any(key.lower().startswith("on") and key.isalpha() for key in attributes):
            raise Refused("active_content")
        if element in _FETCHES:
            raise Refused("external", name=element)
        self.pictures += element in ("image", "feImage")
        for key, value in attributes.items():
            self._attribute(element, key.rpartition(":")[2], value)

    def _attribute(self, element: str, key: str, value: str) -> None:
        if (key == "href" and _PROGRAM.match(_IGNORED.sub("", value))) and element in _LINKS:
            raise Refused("active_content")
        if key == "attributeName" and _CHANGES.fullmatch(value.strip()):
            raise Refused("active_content")
        if key == "href" and element not in _LINKS:
            _inside(value)
        elif key == "base":
            raise Refused("external", name=value[:80])
        elif "url(" in value.lower() or "\\" in value:
            _style(value)

    def _end(self, _name: str) -> None:
        self._path.pop()

    def _characters(self, text: str) -> None:
        element = self._path[-1]
        if element == "style":
            _style(text)
        elif element in ("text", "tspan", "textPath") and text.strip():
            self.text = True


def _inside(address: str) -> None:
    """Raises `Refused` for an address that leads out of the file."""
    plain = address.strip()
    if plain.startswith("#") or plain.lower().startswith("data:image/") or not plain:
        if plain.lower().startswith("data:image/svg"):
            raise Refused("too_complex")  # a drawing within a drawing could hide anything
        return
    raise Refused("external", name=plain[:80])


def _style(text: str) -> None:
    if _IMPORT.search(text) or "\\" in text:
        raise Refused("external", name="CSS")
    for address in _URL.findall(text):
        _inside(address)


def _page_mm(root: dict[str, str]) -> list[float] | None:
    sides = [_length(root.get(name, "")) for name in ("width", "height")]
    if not all(sides):
        box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
        sides = [_length(part) for part in box[2:4]] if len(box) == 4 else []
    return [round(side, 2) for side in sides] if len(sides) == 2 and all(sides) else None


def _length(text: str) -> float:
    found = _LENGTH.fullmatch(text)
    factor = _MM.get(found[2].lower()) if found else None
    try:
        return float(found[1]) * factor if found and factor else 0.0
    except ValueError:
        return 0.0


def examine(path: Path, _kind: str, _out: Path) -> tuple[dict[str, Any], pyvips.Image]:
    """(facts, a picture of it). Raises `Refused`, `pyvips.Error`."""
    if path.stat().st_size > _LARGEST:
        raise Refused("too_complex")
    data = path.read_bytes()
    reader = _Reader()
    reader.read(data)
    facts: dict[str, Any] = {"colours": ["RGB"], "vector": not reader.pictures, "live_text": reader.text}
    if reader.pictures:
        facts["pictures"] = reader.pictures
    if page := _page_mm(reader.root or {}):
        facts["page_mm"] = page
    return facts, shrunk(_drawn(data))


def _drawn(data: bytes) -> pyvips.Image:
    """Drawn at the size of the largest preview. From memory, so that it has no folder to look for other files in."""
    longest = max(_size(pyvips.Image.svgload_buffer(data)))
    return pyvips.Image.svgload_buffer(data, scale=SIDES[-1] / longest)


def _size(image: pyvips.Image) -> tuple[int, int]:
    if image.width < 1 or image.height < 1:
        raise Refused("unreadable")
    return image.width, image.height
