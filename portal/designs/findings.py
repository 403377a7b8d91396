"""What we have to say about an artwork file, in plain words, from the facts that were found in it.

Made when it is shown and never kept: the print size may change after the file was checked.
"""

from collections.abc import Callable, Iterator
from typing import Any

from portal.core.i18n import N_
from portal.designs import formats
from portal.products.declaration import ELSEWHERE
from portal.products.findings import Finding, Severity

Facts = dict[str, Any]
Size = tuple[float, float] | None  # mm
Said = Iterator[Finding]
_MM_PER_INCH = 25.4
_PROPORTION = 0.03  # relative difference of proportions that nobody sees


def findings(
    facts: Facts, print_width_mm: float | None = None, print_height_mm: float | None = None, *,
    least_dpi: int = ELSEWHERE, name: str = "",
) -> list[Finding]:  # fmt: skip
    """Everything worth saying, the most serious first.

    `facts` has the shape that `portal.designs.intake` documents. The print size (None: not stated) and the pixels per
    inch needed at it are the spec's; `name` is what the file is called.
    """
    size = (print_width_mm, print_height_mm) if print_width_mm and print_height_mm else None
    found = [finding for rule in _RULES for finding in rule(facts, size, least_dpi)]
    found += _called_otherwise(facts, name)
    return sorted(found, key=lambda finding: list(Severity).index(finding.severity))


def _info(code: str, message: object) -> Finding:
    return Finding(code, Severity.INFO, (), message)


def _warn(code: str, message: object) -> Finding:
    return Finding(code, Severity.WARN, (), message)


def figure(value: float) -> str:
    """A length or a count without needless decimals: 80, 12.5."""
    return f"{value:.1f}".removesuffix(".0")


def effective_dpi(facts: Facts, size: Size) -> float | None:
    """Pixels per inch when the artwork fills the print size without being stretched, of the coarsest picture in it.
    None for drawings without pixels and where the size is unknown."""
    if size is None:
        return None
    if pixels := facts.get("pixels"):
        return max(pixels[0] / size[0], pixels[1] / size[1]) * _MM_PER_INCH
    if (ppi := facts.get("image_ppi")) and (page := facts.get("page_mm")):
        return ppi * max(page[0] / size[0], page[1] / size[1])
    return None


def _resolution(facts: Facts, size: Size, least: int) -> Said:
    dpi = effective_dpi(facts, size)
    if dpi is None or size is None:
        yield from _how_large(facts, least)
        return
    words = {"dpi": round(dpi), "least": least, "width": figure(size[0]), "height": figure(size[1])}
    if dpi >= least:
        yield _info("sharp", N_("%(dpi)s dpi at %(width)s × %(height)s mm: sharp when printed.", **words))
    else:
        yield _warn(
            "soft",
            N_(
                "%(dpi)s dpi at %(width)s × %(height)s mm will look blurred: this print needs %(least)s dpi or more. "
                "Send a larger picture or a vector drawing, or print it smaller.",
                **words,
            ),
        )


def _how_large(facts: Facts, least: int) -> Said:
    if pixels := facts.get("pixels"):
        width, height = (side / least * _MM_PER_INCH for side in pixels)
        words = {"width": figure(width), "height": figure(height), "least": least}
        yield _info("sharp_up_to", N_("Sharp up to %(width)s × %(height)s mm (%(least)s dpi).", **words))
    elif facts.get("vector") and not facts.get("image_ppi"):
        yield _info("vector", N_("Vector drawing: sharp at any size."))
    elif facts.get("pictures") and not facts.get("image_ppi"):
        yield _info("pictures_inside", N_("There are pictures inside whose sharpness we can't tell."))


def _proportions(facts: Facts, size: Size, _least: int) -> Said:
    own = facts.get("pixels") or facts.get("page_mm")
    if size is None or not own or not all(own):
        return
    own_ratio, ratio = own[0] / own[1], size[0] / size[1]
    if abs(own_ratio / ratio - 1) > _PROPORTION:
        yield _warn(
            "proportions",
            N_(
                "The proportions differ: the artwork is %(own)s : 1, the print %(wanted)s : 1 (width to height). It "
                "will be fitted inside without stretching. Correct one of the two if you want it otherwise.",
                own=f"{own_ratio:.2f}",
                wanted=f"{ratio:.2f}",
            ),
        )


def _pixel_size(facts: Facts, _size: Size, _least: int) -> Said:
    if pixels := facts.get("pixels"):
        yield _info("pixels", N_("%(width)s × %(height)s pixels.", width=pixels[0], height=pixels[1]))


def _page_size(facts: Facts, _size: Size, _least: int) -> Said:
    if page := facts.get("page_mm"):
        words = {"width": figure(page[0]), "height": figure(page[1])}
        yield _info("page", N_("Page size %(width)s × %(height)s mm.", **words))
    if (pages := facts.get("pages", 1)) > 1:
        yield _warn("pages", N_("%(pages)s pages. Only the first one is shown here.", pages=pages))


_COLOURS = {
    "RGB": N_("Colours are RGB, as on a screen. Printing converts them, and bright ones become duller."),
    "CMYK": N_("Colours are CMYK, ready for printing."),
    "Gray": N_("Shades of grey only."),
    "Lab": N_("Colours are Lab. The printer converts them."),
}


def _colour(facts: Facts, _size: Size, _least: int) -> Said:
    colours = facts.get("colours", [])
    if {"RGB", "CMYK"} <= set(colours):
        yield _warn("colours_mixed", N_("RGB and CMYK colours are mixed; the same colour may print in two shades."))
    else:
        yield from (_info(f"colour_{space.lower()}", _COLOURS[space]) for space in colours if space in _COLOURS)
    if spots := facts.get("spots"):
        yield _info("spots", N_("Spot colours: %(names)s.", names=", ".join(spots[:8])))


def _transparency(facts: Facts, _size: Size, _least: int) -> Said:
    if facts.get("alpha"):
        yield _info("alpha", N_("Parts are transparent: the product's own colour will show through."))


def _text(facts: Facts, _size: Size, _least: int) -> Said:
    if missing := facts.get("fonts_missing"):
        yield _warn(
            "fonts_missing",
            N_("Fonts are missing in the file (%(names)s). Turn all text into outlines.", names=", ".join(missing[:5])),
        )
    elif facts.get("live_text"):
        yield _warn("live_text", N_("Text is not in outlines. A machine without the font shows other letters."))
    elif facts.get("fonts"):
        yield _info("fonts_embedded", N_("Text is kept with its fonts. Outlines are safer."))


def _stitches(facts: Facts, _size: Size, _least: int) -> Said:
    if stitches := facts.get("stitches"):
        words = {"stitches": stitches, "colours": facts.get("threads", 1)}
        yield _info("stitches", N_("%(stitches)s stitches, %(colours)s thread colours.", **words))


def _model(facts: Facts, _size: Size, _least: int) -> Said:
    if triangles := facts.get("triangles"):
        words = N_("3D model of %(triangles)s triangles; the file does not say its unit.", triangles=triangles)
        yield _info("triangles", words)
    if schema := facts.get("schema"):
        yield _info("schema", N_("3D model, %(schema)s.", schema=schema))
    if entries := facts.get("entries"):
        yield _info("entries", N_("Files inside: %(entries)s.", entries=entries))


_RULES: tuple[Callable[[Facts, Size, int], Said], ...] = (
    _resolution, _proportions, _pixel_size, _page_size, _colour, _transparency, _text, _stitches, _model,
)  # fmt: skip


def _called_otherwise(facts: Facts, name: str) -> list[Finding]:
    kind, claimed = facts.get("kind"), formats.of_name(name)
    if not kind or not claimed or formats.fits(claimed, kind):
        return []
    words = {"extension": formats.extension(name), "format": formats.FORMATS[kind].label}
    return [_warn("misnamed", N_("It is called .%(extension)s but is a %(format)s file.", **words))]
