"""Every day a gust; `python -m tests.withstand.storm` blows 100,000 deliveries."""

from pathlib import Path

from portal.payments import tasks
from tests.withstand import storm
from tests.withstand.histories.inside import Inside

__all__ = ["tasks"]


def test_a_storm_of_messages_ends_as_one_clean_delivery(clean: None, app, settings, tmp_path: Path):
    standin = Inside(tmp_path / "stripe.db", settings.STRIPE_SECRET_KEY)
    with standin.answering():
        done = storm.compare(10, 16, settings, standin, app)
    assert done["deliveries"] > 5 * done["events"]
