"""The journeys' fixtures, with a stack of their own: here services are killed."""

from tests.journeys.conftest import arrive, chromium, pytest_runtest_makereport, stage

__all__ = ["arrive", "chromium", "pytest_runtest_makereport", "stage"]
