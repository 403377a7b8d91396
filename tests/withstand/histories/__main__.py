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
import time
from collections import Counter
from contextlib import ExitStack

from portal.payments import gateway
from tests.conftest import empty_all
from tests.withstand.histories import stage
from tests.withstand.histories.history import History
from tests.withstand.histories.killing import KilledWorld
from tests.withstand.histories.stage import Stage
from tests.withstand.histories.world import World

_LENGTH_OF_KILLED = 300


def main() -> None:
    wanted = _options()
    logging.disable(logging.ERROR)  # every call to Stripe says so, and each that it refuses
    gc.set_threshold(100_000, 20, 100)  # the histories make no circles worth looking for often
    with ExitStack() as stack:
        played = stage.outside(stack) if wanted.kills else stage.inside(stack)
        taken, kills = _run(wanted, played)
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


def _run(wanted: argparse.Namespace, played: Stage) -> tuple[Counter, Counter]:
    """(steps taken, kills by named point) of one history after the other."""
    taken: Counter = Counter()
    kills: Counter = Counter()
    began, seed = time.monotonic(), wanted.seed
    length = min(wanted.length, _LENGTH_OF_KILLED) if wanted.kills else wanted.length
    while taken.total() < wanted.steps and (kills.total() < wanted.kills or not wanted.kills):
        played.standin.control("/empty")
        parts = (played.standin, gateway.connect(played.settings), random.Random(seed))
        with KilledWorld(*parts, kills=kills) if wanted.kills else World(*parts) as world:
            history = History(world, seed)
            history.run(min(length, wanted.steps - taken.total()))
        taken += history.taken
        empty_all(played.settings)
        so_far = f"{taken.total():,} steps, {kills.total():,} kills, {time.monotonic() - began:.0f} s"
        print(f"seed {seed}: {so_far}", file=sys.stderr, flush=True)
        seed += 1
    return taken, kills


if __name__ == "__main__":
    main()
