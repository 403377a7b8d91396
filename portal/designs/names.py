"""File names that strangers chose, made fit to be kept and to stand in a header."""

import re
import unicodedata
from urllib.parse import quote

_LONGEST = 255  # characters kept
_HEADER_LONGEST = 120  # characters in a header
#: What some file system or header cannot take; direction marks can make "gpj.exe" look like "exe.jpg".
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f\\/:*?"<>|;%\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')


#: Embeddings, overrides and isolates.
_TURNING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def kept(name: str) -> str:
    """The name as we keep it: what the browser sent, cut to 255 characters, without control characters and marks that
    turn the direction of letters."""
    plain = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cs") and c not in _TURNING)
    if len(plain) <= _LONGEST:
        return plain
    stem, _dot, extension = plain.rpartition(".")
    return f"{stem[: _LONGEST - len(extension) - 1]}.{extension}" if stem and len(extension) < 20 else plain[:_LONGEST]


def fit(name: str) -> str:
    """The name as a file may be called anywhere: no path, no control or direction marks, at most 120 characters."""
    plain = _UNFIT.sub("_", unicodedata.normalize("NFC", name)).strip(" ._")
    stem, dot, extension = plain.rpartition(".")
    if dot and stem and len(extension) < 20:
        return f"{stem[: _HEADER_LONGEST - len(extension) - 1]}.{extension}"
    return plain[:_HEADER_LONGEST] or "file"


def disposition(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition value (RFC 6266) that says this name in ASCII and in full."""
    plain = fit(name)
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_")
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain, safe='')}"
