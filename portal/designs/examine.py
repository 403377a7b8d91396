"""Has a file looked into by a process of its own (`portal.designs.intake`), and brings back what it found."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from portal.core.asking import plain
from portal.designs import formats, keys

log = structlog.get_logger()
_SECONDS = 100  # on the clock, all told
PROCESSOR_SECONDS = 60
_LARGEST_RESULT, _LARGEST_PREVIEW = 256 * 1024, 8 * 1024**2  # bytes
#: Isolated: no user packages, no PYTHON* settings, and of the portal only the intake package.
_BOOT = "import sys; sys.path.append(sys.argv[1]); from intake.main import main; main()"
_OVERLOADED = {-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGABRT, -signal.SIGXFSZ}


@dataclass(frozen=True)
class Examined:
    """What came of it: `refused` ({"code", figures...}), or facts and previews ({"longest", "width", "height"}, each of
    which lies in the folder as `<longest>.webp`)."""

    facts: dict[str, Any] = field(default_factory=dict)
    previews: list[dict[str, int]] = field(default_factory=list)
    refused: dict[str, Any] = field(default_factory=dict)


def examine(path: Path, folder: Path, taken: Container[str] = formats.FORMATS) -> Examined:
    """Look into the file at `path`, and refuse it where its format is not one of those `taken`; previews are left in
    `folder` (empty, ours). Never raises for what is in the file, and returns within about 100 seconds."""
    here = str(Path(__file__).resolve().parent)
    command = [sys.executable, "-I", "-c", _BOOT, here, str(PROCESSOR_SECONDS), str(path), str(folder)]
    status, complaint = run(command, folder, _SECONDS)
    try:
        found = read(folder)
    except (OSError, ValueError, KeyError, TypeError):
        log.warning("artwork could not be examined", status=status, complaint=complaint)
        return Examined(refused={"code": "too_complex" if status in _OVERLOADED else "unreadable"})
    if found.refused or found.facts["kind"] in taken:
        return found
    return Examined(refused={"code": "unsupported_kind", "kind": formats.KNOWN[found.facts["kind"]].label})


def run(command: list[str], folder: Path, seconds: float) -> tuple[int, str]:
    """Run the command in the folder, with nothing of our environment, until it ends or `seconds` are over; what it
    started ends with it. Returns its exit status and the end of what it wrote."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "VIPS_CONCURRENCY": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    with (folder / "complaint").open("w+b") as complaint:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=complaint, stderr=complaint,
            start_new_session=True,
        )  # fmt: skip
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = -signal.SIGKILL
        finally:
            _end(process)
        complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - 2000))
        return status, complaint.read().decode("utf-8", "replace")


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def read(folder: Path) -> Examined:
    """What the process left in the folder, believed only as far as it has the right shape. Raises `OSError`,
    `ValueError`, `KeyError`, `TypeError` where it has not."""
    result = folder / "result.json"
    if result.stat().st_size > _LARGEST_RESULT:
        raise ValueError("too long")
    found = plain(json.loads(result.read_text(), parse_constant=_no_figure))
    if "refused" in found:
        return Examined(refused=dict(found["refused"]))
    if found["facts"]["kind"] not in formats.KNOWN:
        raise ValueError("unknown kind")
    previews = [{name: int(one[name]) for name in ("longest", "width", "height")} for one in found["previews"]]
    for one in previews:
        _check_preview(folder / f"{one['longest']}.webp", one["longest"])
    return Examined(facts=found["facts"], previews=previews)


def _no_figure(constant: str) -> None:
    raise ValueError(f"{constant} can't be kept")


def _check_preview(path: Path, longest: int) -> None:
    with path.open("rb") as file:
        head = file.read(12)
    wrong = head[:4] != b"RIFF" or head[8:] != b"WEBP" or path.is_symlink()
    if wrong or longest not in keys.PREVIEW_SIDES or path.stat().st_size > _LARGEST_PREVIEW:
        raise ValueError("not a preview")
