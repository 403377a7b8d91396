"""The worker as its own process, with files that take all the time they are given."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.core.config import Settings
from portal.core.db import transaction
from portal.designs.lifecycle import FileStage
from portal.designs.models import ArtworkFile
from portal.mail.models import Email
from tests.designs import samples
from tests.designs.conftest import Desk

ROOT = Path(__file__).parents[2]


def until(condition: Callable[[], bool], within: float = 20) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def being_checked() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).where(ArtworkFile.stage == FileStage.CHECKING)) or 0


def letters_sent() -> bool:
    with transaction() as session:
        return session.scalars(select(Email.stage)).all() == ["sent"]


@pytest.mark.skipif(not samples.ghostscript(), reason="nothing here opens EPS")
def test_files_that_never_end_keep_no_letter_waiting(desk: Desk, settings: Settings):
    for number in range(6):
        desk.upload(f"{number}.eps", samples.eps("{} loop"))
    environment = {**os.environ, **{name: str(value) for name, value in settings.model_dump(mode="json").items()}}
    command = [sys.executable, "-m", "portal.worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as worker:
        try:
            until(lambda: being_checked() == 2)
            assert desk.client.post("/login/link", data={"email": desk.creator.email}).status_code == 200
            until(letters_sent, within=12)
            assert being_checked() == 2
        finally:
            worker.kill()


def test_it_stops_when_it_is_told_to(desk: Desk, settings: Settings):
    environment = {**os.environ, **{name: str(value) for name, value in settings.model_dump(mode="json").items()}}
    ident = desk.upload("logo.svg", samples.svg())
    with subprocess.Popen([sys.executable, "-m", "portal.worker"], cwd=ROOT, env=environment) as worker:
        try:
            until(lambda: is_ready(ident))
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(15) == 0
        finally:
            worker.kill()


def is_ready(ident: object) -> bool:
    with transaction() as session:
        return session.scalar(select(ArtworkFile.stage).where(ArtworkFile.id == ident)) == FileStage.READY
