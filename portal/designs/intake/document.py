"""PDF, and what is PDF inside: Illustrator's own files, and EPS once Ghostscript has turned it into PDF."""

from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pyvips
from pikepdf import Array, Dictionary, Name, Object, Pdf

from .page import Page, read_page
from .previews import SIDES, shrunk
from .refused import Refused

_MM_PER_POINT = 25.4 / 72
#: Scripts, commands, and jumps into other files: those fetch from a stranger's machine when the page is opened.
_ACTIONS = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/GoToE", "/GoToR",
}  # fmt: skip
_KEYS = ("/JS", "/JavaScript", "/XFA")  # XFA: a form with a program of its own
_DEEPEST = 50  # direct objects inside each other
_NO_PDF = "saved without PDF Content"


def examine(path: Path, _kind: str, _out: Path) -> tuple[dict[str, Any], pyvips.Image]:
    """(facts, a picture of the first page). Raises `Refused`."""
    facts = _structure(path)
    picture, text = _first_page(path)
    if _NO_PDF in text:
        raise Refused("no_pdf_content")
    return facts, picture


def _structure(path: Path) -> dict[str, Any]:
    try:
        with Pdf.open(path) as pdf:
            if not _ends_well(path) and pdf.get_warnings():
                raise Refused("truncated")
            if not pdf.pages:
                raise Refused("unreadable")
            for thing in pdf.objects:
                _harmless(thing, 0)
            return _facts(pdf)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("unreadable" if _ends_well(path) else "truncated") from error
    except RecursionError as error:
        raise Refused("too_complex") from error


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        return b"%%EOF" in file.read()


def _harmless(thing: Object, depth: int) -> None:
    """Raises `Refused` where a script or a command hides in this object or in those written out inside it."""
    if depth > _DEEPEST:
        raise Refused("too_complex")
    if isinstance(thing, Dictionary | pikepdf.Stream):
        if any(key in thing for key in _KEYS) or str(thing.get("/S", "")) in _ACTIONS:
            raise Refused("active_content")
        inner = [value for _key, value in thing.items()]
    elif isinstance(thing, Array):
        inner = list(thing)
    else:
        return
    for value in inner:
        if isinstance(value, Object) and not value.is_indirect:
            _harmless(value, depth + 1)


def _facts(pdf: Pdf) -> dict[str, Any]:
    page = pdf.pages[0]
    seen = read_page(page)
    unit = float(page.obj.get("/UserUnit", 1)) * _MM_PER_POINT
    left, bottom, right, top = (float(edge) for edge in page.trimbox)
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
    if width <= 0 or height <= 0:
        raise Refused("unreadable")
    turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    facts: dict[str, Any] = {
        "kind": "ai" if _is_illustrator(page) else "pdf",
        "page_mm": [round(side, 2) for side in ((height, width) if turned else (width, height))],
        "pages": len(pdf.pages),
        "vector": not seen.pictures,
        "alpha": seen.alpha,
        "live_text": False,
    }
    return facts | _inside(seen, float(page.obj.get("/UserUnit", 1)))


def _inside(seen: Page, user_unit: float) -> dict[str, Any]:
    facts: dict[str, Any] = {"colours": sorted(seen.colours), "spots": sorted(seen.spots)[:30]}
    if seen.pictures:
        facts["pictures"] = seen.pictures
    if seen.coarsest:
        facts["image_ppi"] = round(seen.coarsest / user_unit, 1)
    if embedded := sorted(name for name, kept in seen.fonts.items() if kept):
        facts["fonts"] = embedded[:20]
    if missing := sorted(name for name, kept in seen.fonts.items() if not kept):
        facts["fonts_missing"] = missing[:20]
    return facts


def _is_illustrator(page: pikepdf.Page) -> bool:
    pieces = page.obj.get("/PieceInfo")
    return isinstance(pieces, Dictionary) and Name("/Illustrator") in pieces


def _first_page(path: Path) -> tuple[pyvips.Image, str]:
    """(the first page on white, the beginning of its text)."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            page = document[0]
            width, height = page.get_size()
            scale = SIDES[-1] / max(width, height)
            bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255))
            bands = bitmap.n_channels
            raw = pyvips.Image.new_from_memory(
                bytes(bitmap.buffer), bitmap.stride // bands, bitmap.height, bands, "uchar"
            )  # fmt: skip
            opaque = raw.crop(0, 0, bitmap.width, bitmap.height).extract_band(0, n=min(bands, 3))
            text = page.get_textpage().get_text_range(0, min(400, page.get_textpage().count_chars()))
            return shrunk(opaque.copy(interpretation="srgb" if bands > 1 else "b-w")), text
    except (pypdfium2.PdfiumError, ZeroDivisionError) as error:
        raise Refused("unreadable") from error
