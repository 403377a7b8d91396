"""HTML to PDF and page pictures, in a child process of its own: `python -m portal.specs.typeset` (job on standard
input, files into the folder that it names).

The child has limits of memory, time and file size, no settings and no network: its URL fetcher knows only the
pictures that came with the job. The bytes of the PDF depend on the job alone.
"""

import base64
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from portal.core.errors import PortalError

SECONDS, MEMORY, FILE_SIZE = 90, 3 << 30, 64 << 20
_PAGE_WIDTH = 1240  # px of a page's picture: A4 at 150 dpi


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
        }
        try:
            done = subprocess.run(
                [sys.executable, "-m", "portal.specs.typeset"],
                input=json.dumps(request).encode(),
                capture_output=True,
                timeout=SECONDS,
                cwd=Path(__file__).resolve().parents[2],
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TypesettingFailed(f"no paper after {SECONDS} seconds") from None
        if done.returncode:
            raise TypesettingFailed(done.stderr.decode(errors="replace")[-2000:])
        pages = sorted(Path(folder).glob("page-*.webp"))
        return Paper((Path(folder) / "paper.pdf").read_bytes(), tuple(page.read_bytes() for page in pages))


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_pdf(request: dict[str, Any]) -> bytes:
    # WeasyPrint takes a second to import and changes Pillow's settings: only the child pays and sees it.
    import weasyprint
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    assets = {name: base64.b64decode(body) for name, body in request["assets"].items()}

    class Assets(URLFetcher):
        """Knows `asset:` and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if scheme != "asset" or name not in assets:
                raise FatalURLFetchingError(f"a paper may not fetch {url[:80]!r}")
            return URLFetcherResponse(url, assets[name], {"Content-Type": "image/webp"})

    fetcher = Assets(allowed_protocols=("asset",))
    moment = datetime.fromisoformat(request["moment"])
    document = weasyprint.HTML(string=request["html"], base_url="asset:", url_fetcher=fetcher).render(
        pdf_variant="pdf/a-3b", pdf_tags=True
    )
    document.metadata.attachments = [
        weasyprint.Attachment(
            string=base64.b64decode(body), name=name, created=moment, modified=moment, relationship="Data"
        )
        for name, body in request["attachments"].items()
    ]
    document.metadata.created = document.metadata.modified = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return document.write_pdf(pdf_identifier=request["identifier"].encode())


def _write_pages(pdf: bytes, folder: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(BytesIO(pdf))
    for number, page in enumerate(document, 1):
        picture = page.render(scale=_PAGE_WIDTH / page.get_width()).to_pil()
        picture.save(folder / f"page-{number:02}.webp", quality=82, method=4)


def main() -> None:
    _limit()
    request = json.load(sys.stdin)
    folder = Path(request["folder"])
    pdf = _write_pdf(request)
    (folder / "paper.pdf").write_bytes(pdf)
    if request["pictures"]:
        _write_pages(pdf, folder)


if __name__ == "__main__":
    main()
