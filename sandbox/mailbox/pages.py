"""The mailbox in a browser, and as JSON at `/api/messages?to=`."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader

from sandbox.mailbox.store import Received, Store
from sandbox.ports import HOST

_HERE = Path(__file__).parent
_TEMPLATES = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
_TEMPLATES.filters["when"] = lambda seconds: datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'"
#: A message is shown as a mail client would: no scripts, nothing fetched, links in a new tab.
_MAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_HTML, _TEXT, _JSON = "text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json"


@dataclass(frozen=True)
class Answer:
    """What to send back."""

    body: str | bytes
    type: str = _HTML
    status: int = 200
    policy: str = _PAGE_POLICY
    disposition: str = "inline"


def as_json(received: Received) -> dict[str, Any]:
    """One message for programs; attachments by their address."""
    return {
        "id": received.id,
        "from": received.sender,
        "to": received.to,
        "subject": received.subject,
        "received": datetime.fromtimestamp(received.received, UTC).isoformat(),
        "headers": [list(header) for header in received.headers],
        "text": received.body("plain"),
        "html": received.body("html"),
        "attachments": [
            {"name": part.name, "type": part.type, "size": len(part.content), "url": _part_path(received, part.index)}
            for part in received.attachments
        ],
    }


def _part_path(received: Received, index: int) -> str:
    return f"/messages/{received.id}/parts/{index}"


def list_page(store: Store, to: str) -> Answer:
    return _page("list.html", messages=store.newest(to), to=to)


def message_page(received: Received) -> Answer:
    return _page("message.html", message=received, part_path=_part_path)


def html_body(received: Received) -> Answer:
    """The HTML as a mail client shows it, pictures that came along included."""
    paths = {part.content_id: _part_path(received, part.index) for part in received.attachments if part.content_id}
    html = re.sub(r"cid:([^\"'\s)>]+)", lambda m: paths.get(unquote(m[1]), m[0]), received.body("html"))
    return Answer('<base target="_blank">' + html, policy=_MAIL_POLICY)


def part(received: Received, index: str) -> Answer:
    if not index.isdigit() or int(index) >= len(received.attachments):
        return _missing()
    found = received.attachments[int(index)]
    place = "inline" if found.content_id and found.type.startswith("image/") else "attachment"
    name = quote(found.name, safe="")
    return Answer(found.content, found.type, disposition=f"{place}; filename*=UTF-8''{name}")


def answer(store: Store, target: str) -> Answer:
    """The answer to a GET of `target`."""
    parts = urlsplit(target)
    to = parse_qs(parts.query).get("to", [""])[0].strip()
    match parts.path.strip("/").split("/"):
        case [""]:
            return list_page(store, to)
        case ["style.css"]:
            return Answer((_HERE / "style.css").read_bytes(), "text/css")
        case ["api", "messages"]:
            return Answer(json.dumps([as_json(found) for found in store.newest(to)], ensure_ascii=False), _JSON)
        case ["messages", name, *rest] if received := store.get(name):
            return _of_message(received, rest)
    return _missing()


def _of_message(received: Received, rest: list[str]) -> Answer:
    match rest:
        case []:
            return message_page(received)
        case ["html"]:
            return html_body(received)
        case ["text"]:
            return Answer(received.body("plain"), _TEXT)
        case ["source"]:
            return Answer(received.raw, _TEXT)
        case ["parts", index]:
            return part(received, index)
    return _missing()


def _page(template: str, **context: Any) -> Answer:
    return Answer(_TEMPLATES.get_template(template).render(context))


def _missing() -> Answer:
    return Answer("There is no such message.", _TEXT, 404)


class _Handler(BaseHTTPRequestHandler):
    store: Store
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        reply = answer(self.store, self.path)
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        headers = {
            "Content-Type": reply.type,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": reply.policy,
            "Content-Disposition": reply.disposition,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the list of messages is the record that matters."""


def serve(store: Store, port: int) -> None:
    """Serve the pages until the process ends."""
    handler = type("Handler", (_Handler,), {"store": store})
    ThreadingHTTPServer((HOST, port), handler).serve_forever()
