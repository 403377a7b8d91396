"""`python -m tests.withstand.histories --steps 100000`: as many steps as wanted, on peers of their own.

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
from portal.payments import gateway, tasks
from sandbox import peers
from tests.conftest import empty_all, settings_on
from tests.payments.shop import StandIn
from tests.withstand.histories.history import History
from tests.withstand.histories.world import World


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.withstand.histories", description=__doc__)
    asked.add_argument("--steps", type=int, default=100_000)
    asked.add_argument("--length", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    wanted = asked.parse_args()
    logging.disable(logging.WARNING)  # every call to Stripe says so
    taken: Counter = Counter()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="histories-", dir="/var/tmp")))
        home.chmod(0o755)  # PostgreSQL may run as another user
        started = [
            stack.enter_context(start(home)) for start in (peers.postgres, peers.s3, peers.mailbox, peers.stripe)
        ]
        settings = settings_on(*started)
        schema.migrate(settings)
        stack.enter_context(create_app(settings).app_context())
        standin = StandIn(started[3].url, settings.STRIPE_SECRET_KEY)
        began, seed = time.monotonic(), wanted.seed
        while taken.total() < wanted.steps:
            standin.control("/empty")
            history = History(World(standin, gateway.connect(tasks.settings()), random.Random(seed)), seed)
            history.run(min(wanted.length, wanted.steps - taken.total()))
            taken += history.taken
            empty_all(settings)
            print(
                f"seed {seed}: {taken.total():,} steps, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True
            )
            seed += 1
    print(f"{taken.total():,} steps of {len(taken)} kinds without a difference")
    print(", ".join(f"{name} {count:,}" for name, count in taken.most_common()))


if __name__ == "__main__":
    main()
