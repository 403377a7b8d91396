"""HTML to PDF and page pictures, in a child process of its own (`press.py`). The bytes of the PDF depend on the job
alone."""

import base64
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from portal.core.errors import PortalError

SECONDS = 90
#: By its path and isolated: it has no use for the rest of the portal, which takes longer to import than most papers.
_PRESS = Path(__file__).resolve().with_name("press.py")


class TypesettingFailed(PortalError):
    """The child did not make the paper; the message ends with what it printed."""


@dataclass(frozen=True)
class Job:
    """`assets`: name -> bytes, for `asset:name` in the HTML. `attachments`: file name -> bytes.

    `moment` is the paper's date; `identifier` tells two papers apart (both are written into the PDF)."""

    html: str
    moment: datetime
    identifier: str
    assets: dict[str, bytes] = field(default_factory=dict)
    attachments: dict[str, bytes] = field(default_factory=dict)
    pictures: bool = True


@dataclass(frozen=True)
class Paper:
    """A PDF and, where asked for, a WebP picture of each page."""

    pdf: bytes
    pages: tuple[bytes, ...]


def typeset(job: Job) -> Paper:
    """Make the paper. Raises `TypesettingFailed`."""
    with tempfile.TemporaryDirectory(prefix="typeset-") as folder:
        request = {
            "folder": folder,
            "html": job.html,
            "moment": job.moment.isoformat(),
            "identifier": job.identifier,
            "assets": {name: base64.b64encode(body).decode() for name, body in job.assets.items()},
            "attachments": {name: base64.b64encode(body).decode() for name, body in job.attachments.items()},
            "pictures": job.pictures,
            "seconds": SECONDS,
        }
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(_PRESS)],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=SECONDS,
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TypesettingFailed(f"no paper after {SECONDS} seconds") from None
        if done.returncode:
            raise TypesettingFailed(done.stderr.decode(errors="replace")[-2000:])
        pages = sorted(Path(folder).glob("page-*.webp"))
        return Paper((Path(folder) / "paper.pdf").read_bytes(), tuple(page.read_bytes() for page in pages))
