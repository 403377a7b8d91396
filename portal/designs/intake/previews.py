"""The pictures that pages show of a file: newly encoded, sRGB, without any of its metadata."""

from pathlib import Path

import pyvips

pyvips.cache_set_max(0)

#: Longest sides in pixels; the same as `portal.designs.keys.PREVIEW_SIDES`.
SIDES = (320, 900, 1600)
_QUALITY = 82


def shrunk(image: pyvips.Image) -> pyvips.Image:
    """The image in memory: upright, 8-bit sRGB with or without alpha, no side longer than the largest of `SIDES`."""
    if image.interpretation == "multiband":
        image = image.extract_band(0).copy(interpretation="b-w")
    small = image.thumbnail_image(SIDES[-1], height=SIDES[-1], size="down", output_profile="srgb", fail_on="truncated")
    small = small.colourspace("srgb")
    bands = min(small.bands, 4 if small.hasalpha() else 3)
    return small.extract_band(0, n=bands).cast("uchar").copy_memory()


def write(image: pyvips.Image, out: Path) -> list[dict[str, int]]:
    """Write <side>.webp for each of `SIDES` that shows more than the one before; returns what was written."""
    written = []
    for side in SIDES:
        small = image.thumbnail_image(side, height=side, size="down")
        small.webpsave(str(out / f"{side}.webp"), Q=_QUALITY, keep="none")
        written.append({"longest": side, "width": small.width, "height": small.height})
        if max(image.width, image.height) <= side:
            break
    return written


def see_through(image: pyvips.Image) -> bool:
    """Whether any part of the (small) image is not opaque."""
    return bool(image.hasalpha()) and image.extract_band(image.bands - 1).min() < 255
