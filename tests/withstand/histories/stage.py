"""Peers, the portal and the Stripe stand-in for runs outside the suite; all of it is forgotten afterwards."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.core import schema
from portal.core.config import Settings
from sandbox import peers
from sandbox.services import payments
from tests.conftest import owner, settings_on
from tests.withstand.histories.inside import Inside
from tests.withstand.histories.outside import Outside

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made there has a name of its own
#: Processes are killed here, power is not cut.
_FORGETFUL = """
do $$ begin
  execute 'alter database ' || quote_ident(current_database()) || ' set synchronous_commit = off';
end $$
"""


@dataclass
class Stage:
    """A portal in whose context the caller is."""

    app: Flask
    settings: Settings
    standin: Inside | Outside


@dataclass
class _Peer:
    settings: dict[str, str]
    standin: Inside | Outside


def inside(stack: ExitStack) -> Stage:
    """With the stand-in in this process. Nobody listens at its address."""
    home = _home(stack)
    place = payments.Stripe(home / "stripe.db", 9, "", peers.STRIPE_SIGNING).settings
    standin = Inside(home / "stripe.db", peers.STRIPE_KEY)
    stack.enter_context(standin.answering())
    return _set(stack, home, _Peer(place | {"STRIPE_SECRET_KEY": peers.STRIPE_KEY}, standin))


def outside(stack: ExitStack) -> Stage:
    """With the stand-in in a process of its own."""
    home = _home(stack)
    peer = stack.enter_context(peers.stripe(home))
    return _set(stack, home, _Peer(peer.settings, Outside(peer.url, peers.STRIPE_KEY)))


def _home(stack: ExitStack) -> Path:
    place = _MEMORY if _MEMORY.is_dir() else None
    home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="histories-", dir=place)))
    home.chmod(0o755)  # PostgreSQL may run as another user
    return home


def _set(stack: ExitStack, home: Path, peer: _Peer) -> Stage:
    started = [stack.enter_context(start(home)) for start in (peers.postgres, peers.s3, peers.mailbox)]
    settings = settings_on(*started, peer)
    schema.migrate(settings)
    with owner(settings.migration_url).begin() as connection:
        connection.exec_driver_sql(_FORGETFUL)
    app = create_app(settings)
    stack.enter_context(app.app_context())
    return Stage(app, settings, peer.standin)
