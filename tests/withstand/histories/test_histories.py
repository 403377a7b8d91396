"""Every day a few steps; `python -m tests.withstand.histories --steps 100000` runs as many as wanted."""

import random

import pytest

from tests.payments.conftest import standin, stripe, webhook_url, work
from tests.withstand.histories.history import History
from tests.withstand.histories.world import World

__all__ = ["standin", "stripe", "webhook_url", "work"]


@pytest.mark.parametrize("seed", [1])
def test_the_books_say_what_a_plain_reckoning_says(clean: None, standin, stripe, seed: int):
    standin.control(webhook_url=None)
    history = History(World(standin, stripe, random.Random(seed)), seed)
    history.run(150)
    assert len(history.taken) > 12, "the history was dull"
