"""The mailbox as a service."""

import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.ports import HOST, answers
from sandbox.process import Service


@dataclass(frozen=True)
class Mailbox:
    """Keeps every message in `folder`; shows them at `url`."""

    folder: Path
    smtp_port: int
    http_port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.http_port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"SMTP_HOST": HOST, "SMTP_PORT": str(self.smtp_port), "SMTP_SECURITY": "plain"}

    def service(self) -> Service:
        ports = ["--smtp-port", str(self.smtp_port), "--http-port", str(self.http_port)]
        return Service(
            name="mailbox",
            argv=[sys.executable, "-m", "sandbox.mailbox", "--data", str(self.folder), *ports],
            ready=lambda: answers(self.smtp_port) and answers(self.http_port),
            foundation=True,
        )
