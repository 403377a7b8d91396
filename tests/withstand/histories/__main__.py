"""`python -m tests.withstand.histories --steps 100000`: as many steps as wanted, on peers of their own.

With `--kills 1000` the portal's processes are killed -9 around each call to Stripe and each commit, until there were so
many; what is printed is how often each named point has killed.

Each history of `--length` steps begins with an empty database and a seed of its own; the first difference stops the
run and names the seed: `--seed 17 --length 2000 --steps 2000` replays it.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from portal import create_app
from portal.core import schema
from portal.core.config import Settings
from portal.payments import gateway, tasks
from sandbox import peers
from tests.conftest import empty_all, settings_on
from tests.payments.shop import StandIn
from tests.withstand.histories.history import History
from tests.withstand.histories.killing import KilledWorld
from tests.withstand.histories.world import World


def main() -> None:
    wanted = _options()
    logging.disable(logging.WARNING)  # every call to Stripe says so
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="histories-", dir="/var/tmp")))
        home.chmod(0o755)  # PostgreSQL may run as another user
        parts = (peers.postgres, peers.s3, peers.mailbox, peers.stripe)
        started = [stack.enter_context(start(home)) for start in parts]
        settings = settings_on(*started)
        schema.migrate(settings)
        stack.enter_context(create_app(settings).app_context())
        taken, kills = _run(wanted, settings, StandIn(started[3].url, settings.STRIPE_SECRET_KEY))
    print(f"{taken.total():,} steps of {len(taken)} kinds without a difference")
    print(", ".join(f"{name} {count:,}" for name, count in taken.most_common()))
    for name, count in sorted(kills.items()):
        print(f"{count:6,}  {name}")
    if wanted.kills:
        print(f"{kills.total():,} kills at {len(kills)} points: nothing lost, nothing done twice")


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m tests.withstand.histories", description=__doc__)
    asked.add_argument("--steps", type=int, default=100_000)
    asked.add_argument("--length", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--kills", type=int, default=0)
    return asked.parse_args()


def _run(wanted: argparse.Namespace, settings: Settings, standin: StandIn) -> tuple[Counter, Counter]:
    """(steps taken, kills by named point) of one history after the other."""
    taken: Counter = Counter()
    kills: Counter = Counter()
    began, seed = time.monotonic(), wanted.seed
    while taken.total() < wanted.steps and (kills.total() < wanted.kills or not wanted.kills):
        standin.control("/empty")
        door, chance = gateway.connect(tasks.settings()), random.Random(seed)
        world = KilledWorld(standin, door, chance, kills=kills) if wanted.kills else World(standin, door, chance)
        history = History(world, seed)
        history.run(min(60 if wanted.kills else wanted.length, wanted.steps - taken.total()))
        taken += history.taken
        empty_all(settings)
        so_far = f"{taken.total():,} steps, {kills.total():,} kills, {time.monotonic() - began:.0f} s"
        print(f"seed {seed}: {so_far}", file=sys.stderr, flush=True)
        seed += 1
    return taken, kills


if __name__ == "__main__":
    main()
