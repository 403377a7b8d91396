"""The whole way with the worker as its own process, which is killed on that way."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.payments.lifecycle import RefundStage
from tests.payments.shop import RETURNED, Shop, pay

ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker(app: Flask) -> Iterator[Callable[[], subprocess.Popen]]:
    """Starts workers; all are gone afterwards."""
    settings = app.extensions["settings"].model_dump(mode="json")
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "portal.worker"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], within: float = 40) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def test_a_payment_is_returned_though_the_worker_is_killed_meanwhile(shop: Shop, worker):
    address = shop.open()
    shop.end()
    shop.standin.control(slow_answers=0.5)
    pay(address)
    first = worker()
    until(lambda: bool(shop.messages()) and any(message.handled_at for message in shop.messages()))
    first.kill()
    first.wait()
    shop.standin.control(slow_answers=0)
    worker()
    until(lambda: [refund.stage for refund in shop.refunds()] == [RefundStage.SUCCEEDED])
    until(lambda: all(message.handled_at for message in shop.messages()))
    assert shop.balances() == RETURNED
    assert len(shop.standin.v1.refunds.list({"payment_intent": shop.refunds()[0].payment_id}).data) == 1
