"""Each peer alone, as a context manager: for tests, and for whoever needs just one of them.

    with postgres(folder) as server:
        psycopg.connect(server.url)

All listen on 127.0.0.1, on free ports; the data stay in the given folder. What is yielded has `settings`, the
portal's settings that lead to the peer, and `process`, to kill it or start it again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from sandbox.mailbox.store import Store
from sandbox.ports import pick_all
from sandbox.process import Process, Service, await_ready
from sandbox.services import buckets, mail, payments
from sandbox.services.database import Database
from sandbox.services.postgres import Postgres
from sandbox.services.s3 import PORTS, S3

_PASSWORD = "for-tests-only"
#: Nobody keeps these data: they need to outlive a killed process, not a power cut.
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}
_SENDER = {"MAIL_FROM": "Xiaodan <no-reply@xiaodan.test>", "MAIL_REPLY_TO": "help@xiaodan.test"}
STRIPE_KEY, STRIPE_SIGNING = "sk_test_sandbox_for_tests", "whsec_for_tests"


@dataclass
class Peer:
    """A running peer."""

    process: Process
    settings: dict[str, str]

    def kill(self) -> None:
        """Kill it at once, as -9 does. `start` brings it back on the same port with the same data."""
        self.process.kill()

    def start(self) -> None:
        self.process.start()
        await_ready(self.process)


@dataclass
class PostgresPeer(Peer):
    """`url` is what the portal connects with, `admin_url` may do anything in the same database."""

    url: str
    admin_url: str
    database: Database


@dataclass
class S3Peer(Peer):
    server: S3

    @property
    def endpoint(self) -> str:
        return self.server.endpoint


@dataclass
class MailboxPeer(Peer):
    """`url` is the page; messages can be read from the folder at once."""

    url: str
    store: Store

    def messages(self, to: str = "") -> list[EmailMessage]:
        """What came, newest first; with `to`, only to that address."""
        return [received.message for received in self.store.newest(to)]


@dataclass
class StripePeer(Peer):
    url: str


@contextmanager
def running(service: Service, folder: Path) -> Iterator[Process]:
    """The service, ready, until the block ends."""
    process = Process(service, folder / "log", folder)
    process.start()
    try:
        await_ready(process)
        yield process
    finally:
        process.end(within=3)


@contextmanager
def postgres(data_dir: Path, name: str = "xiaodan") -> Iterator[PostgresPeer]:
    """A server with one empty database, whose owner is also a superuser, as tests must empty and inspect it."""
    server = Postgres(data_dir / "postgres", _ports("postgres")["postgres"], _PASSWORD, **_FORGETFUL)
    database = Database(server, name, _PASSWORD, _PASSWORD)
    with running(server.service(), data_dir) as process:
        database.create()
        database.trust_owner()
        urls = {"url": _driver(database.url), "admin_url": _driver(database.owner_url)}
        settings = {"DATABASE_URL": urls["url"], "MIGRATION_DATABASE_URL": urls["admin_url"]}
        yield PostgresPeer(process, settings, database=database, **urls)


@contextmanager
def s3(data_dir: Path, origins: tuple[str, ...] = ("*",)) -> Iterator[S3Peer]:
    """A server with the portal's two buckets, which pages of `origins` may write to."""
    server = S3(data_dir / "s3", _ports(*PORTS), "portal", _PASSWORD)
    with running(server.service(), data_dir) as process:
        buckets.make(server.settings, origins)
        yield S3Peer(process, server.settings, server=server)


@contextmanager
def mailbox(data_dir: Path) -> Iterator[MailboxPeer]:
    """An SMTP server that keeps everything."""
    box = mail.Mailbox(data_dir / "mail", **_ports("smtp_port", "http_port"))
    with running(box.service(), data_dir) as process:
        settings = {**box.settings, **_SENDER}
        yield MailboxPeer(process, settings, url=box.url, store=Store(box.folder))


@contextmanager
def stripe(data_dir: Path, webhook_url: str = "http://127.0.0.1:9/") -> Iterator[StripePeer]:
    """The Stripe stand-in, which tells `webhook_url` what happens (by default nobody listens there)."""
    server = payments.Stripe(data_dir / "stripe.db", _ports("stripe")["stripe"], webhook_url, STRIPE_SIGNING)
    with running(server.service(), data_dir) as process:
        settings = {**server.settings, "STRIPE_SECRET_KEY": STRIPE_KEY}
        yield StripePeer(process, settings, url=server.url)


def _ports(*names: str) -> dict[str, int]:
    return pick_all(names, {})


def _driver(url: str) -> str:
    """The address as SQLAlchemy wants it."""
    return url.replace("postgresql://", "postgresql+psycopg://")
