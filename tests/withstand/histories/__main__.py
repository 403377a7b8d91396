"""`python -m tests.withstand.histories --steps 100000`: as many steps as wanted, on peers of their own.

With `--kills 1000` the portal's processes are killed -9 around each call to Stripe and each commit, until there were so
many; what is printed is how often each named point has killed.

Each history of `--length` steps begins with an empty database and a seed of its own; the first difference stops the
run and names the seed: `--seed 17 --length 2000 --steps 2000` replays it.
"""

import argparse
import gc
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from portal import create_app
from portal.core import schema
from portal.core.config import Settings
from portal.payments import gateway, tasks
from sandbox import peers
from sandbox.services import payments
from tests.conftest import empty_all, owner, settings_on
from tests.withstand.histories.history import History
from tests.withstand.histories.inside import Inside
from tests.withstand.histories.killing import KilledWorld
from tests.withstand.histories.outside import Outside
from tests.withstand.histories.world import World

_MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made there has a name of its own
_LENGTH_OF_KILLED = 300
#: Processes are killed here, power is not cut.
_FORGETFUL = """
do $$ begin
  execute 'alter database ' || quote_ident(current_database()) || ' set synchronous_commit = off';
end $$
"""


def main() -> None:
    wanted = _options()
    logging.disable(logging.ERROR)  # every call to Stripe says so, and each that it refuses
    gc.set_threshold(100_000, 20, 100)  # the histories make no circles worth looking for often
    with ExitStack() as stack:
        place = _MEMORY if _MEMORY.is_dir() else None
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="histories-", dir=place)))
        home.chmod(0o755)  # PostgreSQL may run as another user
        started = [stack.enter_context(start(home)) for start in (peers.postgres, peers.s3, peers.mailbox)]
        peer = _outside(stack, home) if wanted.kills else _inside(home)
        settings = settings_on(*started, peer)
        schema.migrate(settings)
        with owner(settings.migration_url).begin() as connection:
            connection.exec_driver_sql(_FORGETFUL)
        stack.enter_context(create_app(settings).app_context())
        if isinstance(peer.standin, Inside):
            stack.enter_context(peer.standin.answering())
        taken, kills = _run(wanted, settings, peer.standin)
    print(f"{taken.total():,} steps of {len(taken)} kinds without a difference")
    print(", ".join(f"{name} {count:,}" for name, count in taken.most_common()))
    for name, count in sorted(kills.items()):
        print(f"{count:6,}  {name}")
    if wanted.kills:
        print(f"{kills.total():,} kills at {len(kills)} points: nothing lost, nothing done twice")


@dataclass
class _Peer:
    settings: dict[str, str]
    standin: Inside | Outside


def _inside(home: Path) -> _Peer:
    """Nobody listens at its address."""
    place = payments.Stripe(home / "stripe.db", 9, "", peers.STRIPE_SIGNING).settings
    return _Peer(place | {"STRIPE_SECRET_KEY": peers.STRIPE_KEY}, Inside(home / "stripe.db", peers.STRIPE_KEY))


def _outside(stack: ExitStack, home: Path) -> _Peer:
    peer = stack.enter_context(peers.stripe(home))
    return _Peer(peer.settings, Outside(peer.url, peers.STRIPE_KEY))


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.withstand.histories", description=__doc__)
    asked.add_argument("--steps", type=int, default=100_000)
    asked.add_argument("--length", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kills", type=int, default=0)
    return asked.parse_args()


def _run(wanted: argparse.Namespace, settings: Settings, standin: Inside | Outside) -> tuple[Counter, Counter]:
    """(steps taken, kills by named point) of one history after the other."""
    taken: Counter = Counter()
    kills: Counter = Counter()
    began, seed = time.monotonic(), wanted.seed
    length = min(wanted.length, _LENGTH_OF_KILLED) if wanted.kills else wanted.length
    while taken.total() < wanted.steps and (kills.total() < wanted.kills or not wanted.kills):
        standin.control("/empty")
        door, chance = gateway.connect(tasks.settings()), random.Random(seed)
        with KilledWorld(standin, door, chance, kills=kills) if wanted.kills else World(standin, door, chance) as world:
            history = History(world, seed)
            history.run(min(length, wanted.steps - taken.total()))
        taken += history.taken
        empty_all(settings)
        so_far = f"{taken.total():,} steps, {kills.total():,} kills, {time.monotonic() - began:.0f} s"
        print(f"seed {seed}: {so_far}", file=sys.stderr, flush=True)
        seed += 1
    return taken, kills


if __name__ == "__main__":
    main()
