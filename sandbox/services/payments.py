"""The Stripe stand-in as a service."""

import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.ports import HOST, answers
from sandbox.process import Service


@dataclass(frozen=True)
class Stripe:
    """Keeps its books in `file`; its API and its payment pages are at `url`."""

    file: Path
    port: int
    webhook_url: str
    webhook_secret: str

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {
            "STRIPE_API_BASE": self.url,
            "STRIPE_FILES_BASE": self.url,
            "STRIPE_CHECKOUT_ORIGIN": self.url,
            "STRIPE_CONNECT_ORIGIN": self.url,
            "STRIPE_WEBHOOK_SECRET": self.webhook_secret,
        }

    def service(self) -> Service:
        place = ["--port", str(self.port), "--data", str(self.file)]
        webhook = ["--webhook-url", self.webhook_url, "--webhook-secret", self.webhook_secret]
        return Service(
            name="stripe",
            argv=[sys.executable, "-m", "sandbox.stripe", *place, *webhook],
            ready=lambda: answers(self.port),
            foundation=True,
        )
