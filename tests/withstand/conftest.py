"""The journeys' fixtures, with a stack of their own: here services are killed."""

import pytest

from tests.journeys.conftest import arrive, chromium, pytest_runtest_makereport, stage

__all__ = ["arrive", "chromium", "pytest_runtest_makereport", "stage"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """As in tests/journeys: these stories report and do not yet decide."""
    for item in items:
        if "tests/withstand/" in item.nodeid:
            item.add_marker(pytest.mark.xfail(reason="times out under load", strict=False))
