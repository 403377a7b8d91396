"""Received messages as files, one each: a line of JSON with the envelope, then the message as it came."""

import json
import os
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default
from functools import cached_property
from pathlib import Path
from uuid import uuid4

_NAME = re.compile(r"\d{16}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Attachment:
    index: int  # its place among the message's attachments
    name: str
    type: str
    content: bytes
    content_id: str  # without brackets; empty when the HTML does not refer to it


@dataclass(frozen=True)
class Received:
    """One message. `received` is seconds since the epoch, `to` every envelope recipient (also blind copies).

    The message itself is read when it is first asked for: lists need little of it.
    """

    id: str
    sender: str
    to: list[str]
    received: float
    file: Path

    @cached_property
    def raw(self) -> bytes:
        """The message as it came."""
        return self.file.read_bytes().split(b"\n", 1)[1]

    @cached_property
    def message(self) -> EmailMessage:
        return BytesParser(_class=EmailMessage, policy=default).parsebytes(self.raw)

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        parsed = BytesHeaderParser(policy=default).parsebytes(self.raw)
        return [(name, str(value)) for name, value in parsed.items()]

    @property
    def subject(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "subject"), "")

    def body(self, kind: str) -> str:
        """The message's `html` or `plain` text; empty when it has none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""

    @cached_property
    def attachments(self) -> list[Attachment]:
        bodies = [self.message.get_body((kind,)) for kind in ("html", "plain")]
        leaves = [part for part in self.message.walk() if not part.is_multipart() and part not in bodies]
        return [
            Attachment(
                index=index,
                name=leaf.get_filename() or f"part-{index}",
                type=leaf.get_content_type(),
                content=leaf.get_payload(decode=True) or b"",  # type: ignore[arg-type]
                content_id=str(leaf.get("Content-ID", "")).strip("<>"),
            )
            for index, leaf in enumerate(leaves)
        ]


class Store:
    """The messages in one folder. Several processes may read while one writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, sender: str, to: list[str], raw: bytes) -> str:
        """Keep a message; when this returns it is on disk. Returns its id; later ids sort after earlier ones."""
        name = f"{time.time_ns() // 1000:016d}-{uuid4().hex[:8]}"
        envelope = {"sender": sender, "to": to, "received": time.time()}
        draft = self._folder / f"{name}.new"
        with draft.open("wb") as file:
            file.write(json.dumps(envelope).encode() + b"\n" + raw)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / f"{name}.eml")
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get(self, name: str) -> Received | None:
        """The message with this id, or None."""
        if not _NAME.fullmatch(name):
            return None
        file = self._folder / f"{name}.eml"
        try:
            with file.open("rb") as lines:
                return Received(id=name, file=file, **json.loads(lines.readline()))
        except FileNotFoundError:
            return None

    def newest(self, to: str = "", limit: int = 200) -> list[Received]:
        """The newest messages first; with `to`, only those to that address (without regard to case)."""
        found: list[Received] = []
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            received = self.get(path.stem)
            if received and (not to or to.casefold() in (address.casefold() for address in received.to)):
                found.append(received)
                if len(found) == limit:
                    break
        return found
