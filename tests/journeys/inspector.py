"""Looks over everybody's shoulder: each page must be usable by all, silent, and no wider than its window."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Response, WebError

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RUN = "() => axe.run({resultTypes: ['violations'], preload: false}).then(found => found.violations)"
#: What tells pages of one address apart, for whoever has to work with them.
_SHAPE = """() => [document.title.replace(/\\d+/g, '1'), document.documentElement.lang, innerWidth,
  matchMedia('(prefers-color-scheme: dark)').matches,
  document.querySelectorAll('nav a, input, select, textarea').length]"""
_TOO_WIDE = """() => [...document.querySelectorAll('main *, header *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(-3).map(one => one.outerHTML.slice(0, 160))"""
_IDENT = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)[\w.-]{40,}")


@cache
def _axe() -> str:
    return AXE.read_text()


class Inspector:
    """Collects the `complaints` about the pages that a browser context shows; `base_url` is the portal's origin.

    Axe needs `scripts`; the pages are the same ones without. It takes a while, so that a page of one shape is shown to
    it once: `seen` are the shapes that it knows, whoever met them.
    """

    def __init__(
        self, context: BrowserContext, base_url: str, seen: set[tuple[Any, ...]], scripts: bool = True
    ) -> None:
        self.complaints: list[str] = []
        self._base, self._refusals = base_url, set[int]()
        self._scripts, self._seen = scripts, seen
        context.on("console", self._heard)
        context.on("weberror", self._broke)
        context.on("response", self._answered)

    def expect(self, *statuses: int) -> None:
        """Refusals that the story provokes from now on: the browser's console mentions each."""
        self._refusals.update(statuses)

    def look(self, page: Page) -> None:
        """Look at the page as it stands. The portal's only: Stripe's page is somebody else's."""
        try:
            self._look(page)
        except Error as gone:  # on a busy machine the page that is looked at may still be the one before
            if "context was destroyed" not in gone.message:
                raise
            page.wait_for_load_state()
            self._look(page)

    def _look(self, page: Page) -> None:
        if not page.url.startswith(self._base):
            return
        width = page.viewport_size["width"] if page.viewport_size else 0
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide = "\n    ".join(page.evaluate(_TOO_WIDE))
            self._complain(page.url, f"is {needed} px wide in a window of {width}:\n    {wide}")
        shape = (_IDENT.sub("*", page.url), *page.evaluate(_SHAPE))
        if self._scripts and shape not in self._seen:
            self._seen.add(shape)
            self._check_access(page)

    def _check_access(self, page: Page) -> None:
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(_axe())
        for violation in page.evaluate(_RUN):
            nodes = [f"{' '.join(map(str, node['target']))}: {node['html'][:160]}" for node in violation["nodes"][:3]]
            self._complain(page.url, f"{violation['id']}: {violation['help']}\n    " + "\n    ".join(nodes))

    def _heard(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type not in ("error", "warning") or not where.startswith(self._base):
            return
        if not any(f"status of {status}" in message.text for status in self._refusals):
            self._complain(where, f"the console says: {message.text}")

    def _broke(self, error: WebError) -> None:
        self._complain(error.page.url if error.page else "?", f"a script broke: {error.error}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._refusals and response.url.startswith(self._base):
            self._complain(response.url, f"answered {response.status}")

    def _complain(self, where: str, what: str) -> None:
        self.complaints.append(f"{where.removeprefix(self._base)} {what}")
