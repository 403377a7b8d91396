"""How answers travel: compressed, and static files under addresses that change with their content."""

import gzip

from flask import Flask, Response, current_app, request

_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_WORTHWHILE = 1000  # bytes; below it the header costs what is saved
_LEVEL = 1  # a fifteenth of a millisecond a page; higher levels save little more


def init_app(app: Flask) -> None:
    app.after_request(compress)
    app.url_defaults(_version)


def compress(response: Response) -> Response:
    """Compress text for browsers that say they can read it."""
    kind = response.mimetype or ""
    if (
        response.status_code not in (200, 422)
        or "gzip" not in request.accept_encodings
        or "Content-Encoding" in response.headers
        or not kind.startswith(_TEXT)
        or (response.is_streamed and not response.direct_passthrough)
    ):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) >= _WORTHWHILE:
        response.set_data(gzip.compress(data, _LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        if (tag := response.get_etag()[0]) is not None:
            response.set_etag(tag, weak=True)  # the bytes differ by encoding, what they say does not
    return response


def _version(endpoint: str, values: dict[str, object]) -> None:
    # After an upgrade the furniture has new addresses, so that nobody sees the old one until it expires.
    if endpoint == "static" and "v" not in values:
        values["v"] = current_app.extensions["build"]
