"""PSD and PSB: the header and the merged picture that Photoshop keeps beside the layers, which are never opened."""

import struct
from pathlib import Path
from typing import Any, BinaryIO

import pyvips
from psd_tools.constants import ColorMode, Resource
from psd_tools.psd.color_mode_data import ColorModeData
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_data import ImageData
from psd_tools.psd.image_resources import ImageResources

from .previews import shrunk
from .raster import check_pixels
from .refused import Refused

#: mode -> (colour space in the facts, bands, what libvips calls it)
_MODES = {
    ColorMode.BITMAP: ("Gray", 1, "b-w"),
    ColorMode.GRAYSCALE: ("Gray", 1, "b-w"),
    ColorMode.DUOTONE: ("Gray", 1, "b-w"),
    ColorMode.INDEXED: ("RGB", 1, "b-w"),
    ColorMode.RGB: ("RGB", 3, "srgb"),
    ColorMode.CMYK: ("CMYK", 4, "cmyk"),
    ColorMode.LAB: ("Lab", 3, "lab"),
}


def examine(path: Path, _kind: str, _out: Path) -> tuple[dict[str, Any], pyvips.Image | None]:
    """(facts, a picture of it or None for modes that we do not show). Raises `Refused`."""
    with path.open("rb") as file:
        header = FileHeader.read(file)
        check_pixels(header.width, header.height)
        colours = ColorModeData.read(file)
        resources = ImageResources.read(file)
        see_through = _skip_layers(file, header.version)
        facts = _facts(header, resources) | {"alpha": see_through}
        picture = _merged(file, header, colours, see_through) if header.depth in (8, 16) else None
    return facts, picture


def _facts(header: FileHeader, resources: ImageResources) -> dict[str, Any]:
    version = resources.get_data(Resource.VERSION_INFO)
    if version is not None and not version.has_composite:
        raise Refused("no_preview")
    space = _MODES.get(header.color_mode)
    facts = {"pixels": [header.width, header.height], "colours": [space[0]] if space else [], "bits": header.depth}
    resolution = resources.get_data(Resource.RESOLUTION_INFO)
    if resolution is not None:
        facts["dpi"] = round(resolution.horizontal / 65536)
    return facts


def _skip_layers(file: BinaryIO, version: int) -> bool:
    """Go past the layers; whether the merged picture is see-through (then the count of layers is negative)."""
    form, width = (">Q", 8) if version == 2 else (">I", 4)
    length = struct.unpack(form, file.read(width))[0]
    end = file.tell() + length
    head = file.read(width + 2) if length >= width + 2 else b""
    file.seek(end)
    return bool(head) and struct.unpack(">h", head[width:])[0] < 0


def _merged(
    file: BinaryIO, header: FileHeader, colours: ColorModeData, see_through: bool
) -> pyvips.Image | None:  # fmt: skip
    if header.color_mode not in _MODES:
        return None
    _space, bands, name = _MODES[header.color_mode]
    wanted = bands + (1 if see_through and header.channels > bands else 0)
    form = "uchar" if header.depth == 8 else "ushort"
    try:
        planes = ImageData.read(file).get_data(header)
    except (ValueError, OSError, struct.error) as error:
        raise Refused("truncated") from error
    size = header.width * header.height * (header.depth // 8)
    if len(planes) < wanted or any(len(plane) < size for plane in planes[:wanted]):
        raise Refused("truncated")
    joined = [pyvips.Image.new_from_memory(p, header.width, header.height, 1, form) for p in planes[:wanted]]
    image = joined[0].bandjoin(joined[1:]) if wanted > 1 else joined[0]
    if header.depth == 16:  # big-endian, and eight bits are enough for a picture on a page
        image = (image.byteswap() / 257).cast("uchar")
    return shrunk(_shown(image, header, colours, name, bands))


def _shown(
    image: pyvips.Image, header: FileHeader, colours: ColorModeData, name: str, bands: int
) -> pyvips.Image:  # fmt: skip
    if header.color_mode == ColorMode.INDEXED:
        table = b"".join(bytes(colours.value[i::256][:3]) for i in range(256))
        return image.maplut(pyvips.Image.new_from_memory(table, 256, 1, 3, "uchar")).copy(interpretation="srgb")
    if header.color_mode == ColorMode.LAB:  # L 0..100 and a, b -128..127 are stored as 0..255
        scaled = image.extract_band(0, n=3).linear([100 / 255, 1, 1], [0, -128, -128]).copy(interpretation="lab")
        return scaled.colourspace("srgb")
    if header.color_mode == ColorMode.CMYK:  # Photoshop keeps ink upside down
        ink = image.extract_band(0, n=4).invert().copy(interpretation="cmyk").colourspace("srgb")
        return ink.bandjoin(image.extract_band(4)) if image.bands > bands else ink
    return image.copy(interpretation=name)
