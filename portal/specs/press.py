"""The typesetter's own process: a job (JSON) on standard input, `paper.pdf` and `page-<number>.webp` into the folder
that it names. `typeset.py` starts it; nothing else imports it, and it imports nothing of the portal.

It has limits of memory, time and file size, no settings and no network: its URL fetcher knows only the pictures that
came with the job.
"""

import base64
import ctypes.util
import gc
import json
import resource
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2

# WeasyPrint tries its libraries' names of other systems first, and for each Python would ask ldconfig, gcc and ld: a
# dozen processes, as long as a short paper takes. Under the names that they have here they are found without.
ctypes.util.find_library = lambda name: None
import weasyprint  # noqa: E402
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: E402

MEMORY, FILE_SIZE = 3 << 30, 64 << 20
_PAGE_WIDTH = 1240  # px of a page's picture: A4 at 150 dpi


class Assets(URLFetcher):
    """Knows `asset:` and nothing else."""

    def __init__(self, assets: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=("asset",))
        self._assets = assets

    def fetch(self, url: str, headers: Any = None) -> Any:
        scheme, _, name = url.partition(":")
        if scheme != "asset" or name not in self._assets:
            raise FatalURLFetchingError(f"a paper may not fetch {url[:80]!r}")
        return URLFetcherResponse(url, self._assets[name], {"Content-Type": "image/webp"})


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_pdf(request: dict[str, Any]) -> bytes:
    fetcher = Assets({name: base64.b64decode(body) for name, body in request["assets"].items()})
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
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    for number, page in enumerate(document, 1):
        picture = page.render(scale=_PAGE_WIDTH / page.get_width()).to_pil()
        picture.save(folder / f"page-{number:02}.webp", quality=82, method=2)


def main() -> None:
    gc.disable()  # a paper's worth of memory is given back with the process
    request = json.load(sys.stdin)
    _limit(request["seconds"])
    folder = Path(request["folder"])
    pdf = _write_pdf(request)
    (folder / "paper.pdf").write_bytes(pdf)
    if request["pictures"]:
        _write_pages(pdf, folder)


if __name__ == "__main__":
    main()
