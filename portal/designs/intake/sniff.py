"""What a file really is, by its bytes. Its name and what a browser says of it do not count."""

import os
import re
import struct
from pathlib import Path
from typing import BinaryIO

from .refused import Refused

_HEAD = 64 * 1024
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 65535  # bytes: the end record with the longest comment

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"8BPS\x00\x01", "psd"),
    (b"8BPS\x00\x02", "psd"),
    (b"%PDF-", "pdf"),
    (b"%!PS-Adobe-", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"PK\x03\x04", "zip"),
    (_ZIP_END, "zip"),
)
_OLE = b"\xd0\xcf\x11\xe0"
#: What people send by mistake, with the name they know it by; the first are written in plain text.
_SOURCES = ((b"#!", "script"), (b"{\\rtf", "RTF"))
_KNOWN: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (_OLE, "DOC/XLS/PPT"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"\x06\x06\xed\xf5", "InDesign"),
    (b"AC10", "DWG"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"\x00\x00\x01\x00", "ICO"),
)
_SVG = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?svg[\s>/]")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|script|iframe)[\s>]", re.IGNORECASE)
#: What no plain text has, whatever encoding of Chinese or English it is in.
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def sniff(path: Path) -> str:
    """The code of the file's format ("png", "svg", ...; an Illustrator file that is a PDF inside is "pdf", an Excel
    file is "zip", and whatever seems to be plain text is "txt"). Raises `Refused` for what is empty, unknown, or two
    things at once."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty")
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(_OLE) and _locked(file, head):
            raise Refused("encrypted")
        kind = _kind(head, size)
        if kind != "zip" and _ends_as_zip(file, size):
            raise Refused("foreign_data")
    if kind not in ("pdf", "eps", "zip") and b"%PDF-" in head[:1024]:  # a ZIP may begin with a PDF as it is
        raise Refused("foreign_data")
    return kind


def _kind(head: bytes, size: int) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    text = head.decode(encoding(head), "replace")  # only what is ASCII counts
    found = _riff(head) or _stitches(head) or _step(head) or _model(head, size) or _drawing(text)
    if found:
        return found
    plain = not NO_TEXT.search(text)
    for magic, name in _SOURCES if plain else _SOURCES + _KNOWN:
        if head.startswith(magic):
            raise Refused("unsupported_kind", kind=name)
    if plain and _HTML.search(text):
        raise Refused("unsupported_kind", kind="HTML")
    if plain:
        return "txt"
    if head[4:8] == b"ftyp":
        raise Refused("unsupported_kind", kind="HEIC/AVIF/MP4")
    raise Refused("unsupported")


def _locked(file: BinaryIO, head: bytes) -> bool:
    """Whether this is the wrapping of an Office file with a password, as its directory says (MS-CFB, MS-OFFCRYPTO)."""
    shift, sector = struct.unpack_from("<H16xI", head.ljust(512, b"\0"), 30)
    file.seek((sector + 1) << min(shift, 12))
    return "EncryptedPackage".encode("utf-16-le") in file.read(4096)


def _riff(head: bytes) -> str | None:
    if not head.startswith(b"RIFF"):
        return None
    if head[8:12] == b"WEBP":
        return "webp"
    raise Refused("unsupported_kind", kind="CorelDRAW" if head[8:11] == b"CDR" else "RIFF")


def _stitches(head: bytes) -> str | None:
    """Tajima DST: a header of 512 bytes of named lines."""
    label = head[:512]
    return "dst" if len(label) == 512 and label.startswith(b"LA:") and b"\rST:" in label and b"\r+X:" in label else None


def _step(head: bytes) -> str | None:
    return "step" if head[:256].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"ISO-10303-21;") else None


def _model(head: bytes, size: int) -> str | None:
    """STL: binary ones count their triangles, text ones begin with a solid of facets."""
    if size >= 84 + 50 and 84 + 50 * struct.unpack_from("<I", head, 80)[0] == size:
        return "stl"
    text = head.lstrip()[:2048].lower()
    return "stl" if text.startswith(b"solid") and (b"facet" in text or b"endsolid" in text) else None


def _drawing(text: str) -> str | None:
    if _HTML.match(text.lstrip()):
        raise Refused("unsupported_kind", kind="HTML")
    return "svg" if text.lstrip().startswith("<") and _SVG.search(text) else None


def encoding(head: bytes) -> str:
    """What a text that begins so is read as."""
    return "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _ends_as_zip(file: BinaryIO, size: int) -> bool:
    """Whether a ZIP archive ends exactly where the file does."""
    length = min(size, _ZIP_TAIL)
    file.seek(-length, os.SEEK_END)
    tail = file.read(length)
    place = tail.rfind(_ZIP_END)
    if place < 0 or place + 22 > len(tail):
        return False
    return place + 22 + struct.unpack_from("<H", tail, place + 20)[0] == len(tail)
