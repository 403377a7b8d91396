"""What a plugin can do so that the tests take less time, without testing less; and so that none fails by chance."""

import gc

import pytest
from hypothesis import HealthCheck, settings

# Nothing that is imported and collected is ever garbage: not to look for it saves a tenth of the whole.
gc.disable()

# The same examples on every machine and every day, however slow it is just then.
settings.register_profile("house", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()
