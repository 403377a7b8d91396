"""EPS: turned into PDF by Ghostscript, which may read nothing but the file itself."""

import resource
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyvips

from . import document
from .refused import Refused

#: What Ghostscript says of a program that asks for more than it has.
_BEYOND = (b"/limitcheck", b"/VMerror", b"/dictstackoverflow", b"/execstackoverflow", b"/stackoverflow")


def examine(path: Path, kind: str, out: Path) -> tuple[dict[str, Any], pyvips.Image]:
    """(facts, a picture of it). Raises `Refused`."""
    program = shutil.which("gs")
    if program is None:
        raise Refused("unsupported_kind", kind="EPS")
    turned = out / "eps.pdf"
    command = [
        program, "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite", "-dEPSCrop",
        "-dAutoRotatePages=/None", "-sColorConversionStrategy=LeaveColorUnchanged", f"-sOutputFile={turned}", str(path),
    ]  # fmt: skip
    seconds = resource.getrlimit(resource.RLIMIT_CPU)[0] * 3 // 4  # the rest is for what it makes
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Refused("too_complex") from error
    if done.returncode < 0 or any(word in done.stdout for word in _BEYOND):
        raise Refused("too_complex")
    if done.returncode != 0 or not turned.exists():
        raise Refused("unreadable")
    facts, picture = document.examine(turned, kind, out)
    return facts | {"kind": kind}, picture
