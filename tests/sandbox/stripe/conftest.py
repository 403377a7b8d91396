"""One running stand-in for most tests; those that kill or rewind one get their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stripe
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.sandbox.stripe.process import Receiver, StandInProcess, eventually


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Gone before other tests start one of their own."""
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInProcess]:
    process = StandInProcess(tmp_path_factory.mktemp("stripe") / "stripe.sqlite")
    yield process
    process.stop()


@pytest.fixture
def standin(shared: StandInProcess) -> Iterator[StandInProcess]:
    """A stand-in that behaves; whatever a test asks of it is undone afterwards."""
    yield shared
    shared.control(webhook_url=None, now_offset=0)
    shared.control("/reset")


@pytest.fixture
def client(standin: StandInProcess) -> stripe.StripeClient:
    """The real SDK, without retries of its own."""
    return standin.client()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[..., StandInProcess]]:
    """Starts stand-ins on one data file that the test may kill."""
    started: list[StandInProcess] = []

    def start(*arguments: str) -> StandInProcess:
        started.append(StandInProcess(tmp_path / "own.sqlite", *arguments))
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook endpoint."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def hooked(standin: StandInProcess, receiver: Receiver) -> Iterator[StandInProcess]:
    """A stand-in that sends its events to `receiver`, and leaves none for the next test."""
    standin.control(webhook_url=receiver.url)
    yield standin
    receiver.status = 200
    standin.control("/reset")
    standin.control("/flush")
    eventually(lambda: not standin.state()["deliveries"]["pending"])
