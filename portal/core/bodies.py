"""What a request brings along is taken in before its turn comes: whoever sends slowly keeps nobody else waiting."""

import threading
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

_PIECE, _IN_MEMORY = 64 * 1024, 64 * 1024  # bytes
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TakenIn:
    """A WSGI application that works on `at_once` requests; further ones wait, with bodies of up to `most` bytes.

    The server's threads are for waiting: each one holds a request that is still arriving, or whose turn has not come.
    """

    def __init__(self, app: Application, *, at_once: int, most: int) -> None:
        self._app, self._turns, self._most = app, threading.BoundedSemaphore(at_once), most

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        larger = length.isdecimal() and int(length) > self._most  # the application refuses it unread
        if not larger and (length or "HTTP_TRANSFER_ENCODING" in environ):
            body, size = self._taken(environ["wsgi.input"])
            if length.isdecimal() and size < int(length):
                start_response("400 Bad Request", [("Content-Length", "0")])  # to nobody: they have gone
                return [b""]
            environ["wsgi.input"] = body
        with self._turns:
            return self._app(environ, start_response)

    def _taken(self, arriving: IO[bytes]) -> tuple[IO[bytes], int]:
        """The body, of which no more than `most` and a piece is taken, and its size."""
        body: Any = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the application reads it
        size = 0
        while size <= self._most and (piece := arriving.read(_PIECE)):
            size += body.write(piece)
        body.seek(0)
        return body, size
