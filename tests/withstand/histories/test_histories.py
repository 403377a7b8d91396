"""Every day a few steps; `python -m tests.withstand.histories --steps 100000` runs as many as wanted."""

import random
from pathlib import Path

import pytest

from portal.core.config import Settings
from portal.payments import gateway
from tests.withstand.histories.history import History
from tests.withstand.histories.inside import Inside
from tests.withstand.histories.world import World


@pytest.mark.parametrize("seed", [1, 2])
def test_the_books_say_what_a_plain_reckoning_says(clean: None, settings: Settings, tmp_path: Path, seed: int):
    standin = Inside(tmp_path / "stripe.db", settings.STRIPE_SECRET_KEY)
    with standin.answering(), World(standin, gateway.connect(settings), random.Random(seed)) as world:
        history = History(world, seed)
        history.run(150)
    assert len(history.taken) > 15, "the history was dull"
