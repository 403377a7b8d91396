"""PNG, JPEG, WebP and TIFF."""

import os
import struct
from pathlib import Path
from typing import Any

import pyvips

from .previews import shrunk
from .refused import Refused

MOST_PIXELS = 250_000_000
_SPACES = {
    "srgb": "RGB", "rgb": "RGB", "rgb16": "RGB", "scrgb": "RGB", "b-w": "Gray", "grey16": "Gray", "cmyk": "CMYK",
    "lab": "Lab", "labs": "Lab", "labq": "Lab",
}  # fmt: skip
#: How whole the data must be: a JPEG with a scratch is still a picture, while these decoders take what does not add up,
#: or ends before its end, for black.
_FAILS = {"png": "error", "tiff": "error"}


def check_pixels(width: int, height: int) -> None:
    """Raises `Refused` for pictures larger than `MOST_PIXELS`; call it before anything is decoded."""
    if width < 1 or height < 1:
        raise Refused("unreadable")
    if width * height > MOST_PIXELS:
        raise Refused("too_many_pixels", megapixels=width * height // 1_000_000, limit=MOST_PIXELS // 1_000_000)


def examine(path: Path, kind: str, _out: Path) -> tuple[dict[str, Any], pyvips.Image]:
    """(facts, a picture of it). Raises `Refused`, `pyvips.Error`."""
    if kind == "png":
        _png_ends_well(path)
    elif kind == "webp":
        _webp_ends_well(path)
    source = pyvips.Source.new_from_file(str(path))
    image = getattr(pyvips.Image, f"{kind}load_source")(
        source, access="sequential", fail_on=_FAILS.get(kind, "truncated")
    )
    check_pixels(image.width, image.height)
    return _facts(image), shrunk(image)


def _facts(image: pyvips.Image) -> dict[str, Any]:
    fields = image.get_fields()
    turned = "orientation" in fields and image.get("orientation") in (5, 6, 7, 8)
    pixels = [image.height, image.width] if turned else [image.width, image.height]
    space = _SPACES.get(image.interpretation)
    facts: dict[str, Any] = {
        "pixels": pixels,
        "colours": [space] if space else [],
        "bits": 16 if image.format in ("ushort", "short") else 32 if image.format == "float" else 8,
    }
    if image.xres > 1.001:  # one pixel per mm means that the file does not say
        facts["dpi"] = round(image.xres * 25.4)
    if "n-pages" in fields and image.get("n-pages") > 1:
        facts["pages"] = image.get("n-pages")
    return facts


def _png_ends_well(path: Path) -> None:
    """Raises `Refused` where the last chunk is missing or something else follows it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(8)
        while True:
            header = file.read(8)
            if len(header) < 8:
                raise Refused("truncated")
            length, name = struct.unpack(">I4s", header)
            end = file.seek(length + 4, os.SEEK_CUR)
            if end > size:
                raise Refused("truncated")
            if name == b"IEND":
                _nothing_follows(file.read(4096), size - end)
                return


def _webp_ends_well(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        end = struct.unpack("<I", file.read(8)[4:])[0] + 8
        if end > size:
            raise Refused("truncated")
        file.seek(end)
        _nothing_follows(file.read(4096), size - end)


def _nothing_follows(rest: bytes, length: int) -> None:
    """Padding is forgiven."""
    if length > len(rest) or rest.strip(b"\x00\r\n\t "):
        raise Refused("foreign_data")
