"""One stack, one browser and one cast for all journeys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium as launched
from tests.journeys import given
from tests.journeys.people import Person, at_browser
from tests.journeys.stage import Stage, raised

P = TypeVar("P", bound=Person)
Arrive = Callable[..., Any]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The whole of Xiaodan with factories in every category and an operator."""
    with raised(tmp_path_factory.mktemp("stage") / "data") as made:
        given.cast(made)
        yield made


@pytest.fixture
def arrive(chromium: Browser, stage: Stage, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Arrive]:
    """Let somebody sit down at a browser: `arrive(Creator, "ada@example.com", "en", window=PHONE)`.

    Of a story that went wrong, what everybody saw last is kept in its folder.
    """
    seated: list[Person] = []
    with ExitStack() as people:

        def sit_down(kind: type[P], email: str, locale: str = "en", **how: Any) -> P:
            seated.append(people.enter_context(at_browser(chromium, stage, kind, email, locale, **how)))
            return seated[-1]

        yield sit_down
        if request.node.stash.get(FAILED, False):
            for number, person in enumerate(seated):
                person.page.screenshot(path=tmp_path / f"{number}-{person.email}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report
