"""The Stripe stand-in in this very process: the same application and books, reached without a socket.

What the SDK would send is handed to the application as it is, and its answer handed back, unless it is to be lost. That
is many times faster.
"""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

import stripe

from sandbox.stripe import app as stripe_app
from sandbox.stripe import standin as stripe_standin
from sandbox.stripe.books.store import Store
from tests.payments.shop import StandIn

URL = "http://127.0.0.1:9"  # nobody listens there
_FORM = "application/x-www-form-urlencoded"
_NEWS = (
    "SELECT seq, id, json_extract(body, '$.type') AS type, json_extract(body, '$.data.object.id') AS subject, account"
    " FROM objects WHERE kind = 'event' AND seq > ? ORDER BY seq"
)
_PAYLOADS = "SELECT seq, body FROM objects WHERE kind = 'event' AND seq > ? ORDER BY seq"


class _Line:
    """What the application cuts to lose an answer."""

    cut = False

    def shutdown(self, _how: int) -> None:
        self.cut = True


class Inside(StandIn):
    """The stand-in's control and events; `answering` lets the SDK reach it."""

    def __init__(self, file: Path, api_key: str) -> None:
        super().__init__(URL, api_key)
        secrets = ("whsec_for_tests",)
        self._inside = stripe_standin.StandIn(Store(file), URL, "Xiaodan", secrets, secrets)
        self._app = stripe_app.create_app(self._inside)
        self._seen = 0

    def control(self, path: str = "", **settings: Any) -> dict[str, Any]:
        if path == "/empty":
            self._seen = 0
        status, body, _ = self._ask("POST", f"/_control{path}", json.dumps(settings).encode(), "application/json")
        assert status == 200, (path, status, body)
        return json.loads(body)

    def pay(self, address: str, card: str) -> int:
        """Pay on a hosted page: the status of the answer."""
        return self._ask("POST", address, urlencode({"card": card}).encode(), _FORM)[0]

    def news(self) -> Iterator[SimpleNamespace]:
        """The events since the last time: `id`, `type`, `subject` and whose `account` they are of."""
        with self._inside.work() as work:  # what was due has happened
            rows = work.db.execute(_NEWS, (self._seen,)).fetchall()
        for row in rows:
            self._seen = row["seq"]
            yield SimpleNamespace(id=row["id"], type=row["type"], subject=row["subject"], account=row["account"])

    def payloads(self) -> Iterator[bytes]:
        """The same events as Stripe would send them."""
        with self._inside.work() as work:
            rows = work.db.execute(_PAYLOADS, (self._seen,)).fetchall()
        for row in rows:
            self._seen = row["seq"]
            yield row["body"].encode()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Inside, every client of the SDK in this process talks to this stand-in."""
        request = stripe.RequestsClient.request

        def ask(_self: Any, method: str, url: str, headers: Any, data: Any = None) -> tuple[bytes, int, Any]:
            body = data.encode() if isinstance(data, str) else data or b""
            status, answer, found = self._ask(method.upper(), url, body, _FORM, headers)
            return answer, status, found

        stripe.RequestsClient.request = ask  # type: ignore[method-assign]
        try:
            yield
        finally:
            stripe.RequestsClient.request = request  # type: ignore[method-assign]

    def _ask(
        self, method: str, url: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        parts, line, said = urlsplit(url), _Line(), {}
        environ = ENVIRON | {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": kind,
            "wsgi.input": io.BytesIO(body),
            "werkzeug.socket": line,
        }
        for name, value in (headers or {}).items():
            name = name.upper().replace("-", "_")
            environ[name if name == "CONTENT_TYPE" else f"HTTP_{name}"] = str(value)

        def start(status: str, answered: list[tuple[str, str]], _trouble: Any = None) -> None:
            said.update(status=status, headers=dict(answered))

        answer = b"".join(self._app(environ, start))  # type: ignore[arg-type]
        if line.cut:
            raise stripe.APIConnectionError("The answer was lost.")
        return int(said["status"][:3]), answer, said["headers"]


ENVIRON: dict[str, Any] = {
    "SERVER_NAME": "127.0.0.1",
    "SERVER_PORT": "9",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": io.StringIO(),
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
