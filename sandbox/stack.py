"""Everything that runs in a sandbox, and the settings that tie it together."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from sandbox.datafolder import DataFolder, FolderError
from sandbox.ports import HOST, http_get
from sandbox.prepare import digest
from sandbox.process import ROOT, Service
from sandbox.services.database import Database
from sandbox.services.mail import Mailbox
from sandbox.services.payments import Stripe
from sandbox.services.postgres import Postgres
from sandbox.services.s3 import PORTS, S3

#: Every port that is remembered in the data folder; the web server's own is chosen apart.
PEER_PORTS = ("postgres", *PORTS, "stripe", "smtp", "mailbox")
WEBHOOK_PATH = "/webhooks/stripe"
FIRST_PAGE = "/"  # asking for it also warms the web server up
_PYTHON = sys.executable
#: without docstrings, asserts and columns in tracebacks: a twentieth of the memory
_LEAN_PYTHON = [_PYTHON, "-OO", "-X", "no_debug_ranges"]


#: Keeps a process small: threads share their memory pools, and what is freed is given back. The last is read by the
#: allocator inside the web server, the others by glibc.
SMALL = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0",
    "_RJEM_MALLOC_CONF": "narenas:1,tcache:false,dirty_decay_ms:0,muzzy_decay_ms:0",
}


@dataclass(frozen=True)
class Stack:
    """The peers and the portal of one data folder. `base_url` is the origin that people open."""

    folder: DataFolder
    ports: Mapping[str, int]
    base_url: str

    @classmethod
    def remembered(cls, folder: DataFolder) -> "Stack":
        """The stack that runs, or last ran, on this folder. Raises `FolderError` when none ever did."""
        folder.read()
        base_url = folder.holder().get("base_url")
        if not base_url:
            raise FolderError(f"nothing runs on {folder.path}: start it with bin/run")
        return cls(folder, {**folder.state["ports"], "web": urlsplit(base_url).port}, base_url)

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(self.folder.path / "postgres", self.ports["postgres"], self.folder.secret("postgres"))

    @cached_property
    def database(self) -> Database:
        secret = self.folder.secret
        return Database(self.postgres, "xiaodan", secret("database_web"), secret("database_owner"))

    @cached_property
    def s3(self) -> S3:
        ports = {name: self.ports[name] for name in PORTS}
        return S3(self.folder.path / "s3", ports, "sandbox", self.folder.secret("s3"))

    @cached_property
    def stripe(self) -> Stripe:
        webhook = f"http://{HOST}:{self.ports['web']}{WEBHOOK_PATH}"
        secret = f"whsec_{self.folder.secret('stripe_webhook')}"
        return Stripe(self.folder.path / "stripe.db", self.ports["stripe"], webhook, secret)

    @cached_property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.folder.path / "mail", self.ports["smtp"], self.ports["mailbox"])

    @cached_property
    def settings(self) -> dict[str, str]:
        """The portal's environment: what a person sets in production."""
        secret = self.folder.secret
        return {
            "SANDBOX": "1",
            "SECRET_KEY": secret("session"),
            "SECURITY_PASSWORD_SALT": secret("password_salt"),
            "TOTP_SECRETS": secret("totp"),
            "BANK_DETAILS_KEYS": secret("bank_details"),
            "BASE_URL": self.base_url,
            "DATABASE_URL": self.database.url.replace("postgresql://", "postgresql+psycopg://"),
            "MIGRATION_DATABASE_URL": self.database.owner_url.replace("postgresql://", "postgresql+psycopg://"),
            "STRIPE_SECRET_KEY": f"sk_test_sandbox_{secret('stripe_key')}",
            **SMALL,
            "MAIL_FROM": "Xiaodan <no-reply@xiaodan.localhost>",
            "MAIL_REPLY_TO": "help@xiaodan.localhost",
            **self.s3.settings,
            **self.stripe.settings,
            **self.mailbox.settings,
        }

    def peers(self) -> list[Service]:
        """What the portal talks to."""
        return [self.postgres.service(), self.s3.service(), self.stripe.service(), self.mailbox.service()]

    def web(self) -> Service:
        """The web server: two processes of two threads each."""
        size = ["--workers", "2", "--threads", "2"]
        return Service(
            name="web",
            argv=[*_LEAN_PYTHON, "-m", "wsgi", "--host", HOST, "--port", str(self.ports["web"]), *size],
            env=self.settings,
            ready=lambda: http_get(self.ports["web"], FIRST_PAGE) is not None,
        )

    def worker(self) -> Service:
        """The background worker. What it has not begun waits in the database."""
        return Service(name="worker", argv=[_PYTHON, "-m", "portal.worker"], env=self.settings)

    def job(self, name: str, *argv: str) -> Service:
        """A Python module to run once, with the portal's settings."""
        return Service(name=name, argv=[_PYTHON, "-m", *argv], env=self.settings)

    def setup_jobs(self) -> list[Service]:
        """What must have run before the portal starts: the schema, and the buckets for either name of this machine."""
        port = urlsplit(self.base_url).port
        origins = [f"http://{name}:{port}" for name in ("localhost", HOST)]
        migrate = self.job("migrate", "flask", "--app", "portal.cli", "migrate")
        # As the web server is run, whose modules are compiled by it too: compiling leaves memory behind.
        compiling = [*_LEAN_PYTHON, "-m", "flask", "--app", "portal.cli", "compile"]
        templates = Service(name="templates", argv=compiling, env=self.settings)
        return [migrate, templates, self.job("buckets", "sandbox.services.buckets", *origins)]

    def is_set_up(self) -> bool:
        """Whether the data folder holds all that the portal needs to start, so that nothing must be waited for."""
        made = self.postgres.exists() and self.folder.state.get("demo") in ("loaded", "none")
        return made and self.folder.state.get("setup") == self.setup_version()

    def setup_version(self) -> str:
        """Changes whenever `setup_jobs` have something to do: with the address, the schema or the code behind it."""
        sources = [path for folder in ("migrations", "portal") for path in (ROOT / folder).rglob("*.*")]
        return digest([path for path in sources if path.suffix in (".py", ".sql")], self.base_url)
