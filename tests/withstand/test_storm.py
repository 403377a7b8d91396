"""Every day a gust; `python -m tests.withstand.storm` blows 100,000 deliveries."""

from tests.payments.conftest import standin, webhook_url
from tests.withstand import storm

__all__ = ["standin", "webhook_url"]


def test_a_storm_of_messages_ends_as_one_clean_delivery(clean: None, app, settings, standin):
    done = storm.compare(12, 20, settings, standin, app)
    assert done["deliveries"] > 5 * done["events"]
