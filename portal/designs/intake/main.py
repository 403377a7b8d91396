"""The process: `main` leaves result.json and the previews in the folder that it is told, whatever the file is."""

import json
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from .confine import confine
from .refused import Refused
from .sniff import sniff

#: format -> the module whose examine(path, kind, out) gives (facts, a picture of it or None)
_OPENERS = {
    "png": "raster",
    "jpeg": "raster",
    "webp": "raster",
    "tiff": "raster",
    "svg": "drawing",
    "pdf": "document",
    "eps": "postscript",
    "psd": "photoshop",
    "step": "plain",
    "stl": "plain",
    "dst": "plain",
    "zip": "plain",
    "txt": "plain",
}
#: Sides that a page or a drawing may claim, in mm; what is beyond says nothing about a print.
_LEAST_MM, _MOST_MM = 0.01, 100_000


def main() -> None:
    """For so many seconds look into the file that the command line names; write into the folder named after it."""
    seconds, path, out = int(sys.argv[-3]), Path(sys.argv[-2]), Path(sys.argv[-1])
    confine(seconds)
    (out / "result.json").write_text(json.dumps(look(path, out)))


def look(path: Path, out: Path) -> dict[str, Any]:
    """{"facts", "previews"}, or {"refused": {"code", figures...}}."""
    try:
        return _look(path, out)
    except Refused as refusal:
        return {"refused": {"code": refusal.code, **refusal.figures}}
    except MemoryError:
        return {"refused": {"code": "too_complex"}}
    except Exception as error:  # whatever a library makes of a broken file, the person gets words
        traceback.print_exc()
        return {"refused": {"code": _code(str(error).lower())}}


#: What the libraries say of a file that ends too early, and of one that asks for too much.
_TRUNCATED = (
    "truncat", "premature end", "unexpected end", "not enough data", "eof", "read error at", "seek error", "bad seek",
)  # fmt: skip
_TOO_MUCH = ("out of memory", "allocate", "too large", "limit", "too long", "exceed", "cannot load more")


def _code(message: str) -> str:
    if any(word in message for word in _TRUNCATED):
        return "truncated"
    return "too_complex" if any(word in message for word in _TOO_MUCH) else "unreadable"


def _look(path: Path, out: Path) -> dict[str, Any]:
    kind = sniff(path)
    # Only after `confine`, and only what this file needs: the libraries are large.
    opener = import_module(f".{_OPENERS[kind]}", __package__)
    facts, picture = opener.examine(path, kind, out)
    if not all(_LEAST_MM <= side <= _MOST_MM for side in facts.get("page_mm", ())):
        del facts["page_mm"]
    if picture is None:
        return {"facts": {"kind": kind, **facts}, "previews": []}
    previews = import_module(".previews", __package__)
    facts.setdefault("alpha", previews.see_through(picture))
    return {"facts": {"kind": kind, **facts}, "previews": previews.write(picture, out)}
