"""Keeps services running: starts them, restarts whichever dies, stops them all together."""

import os
import select
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType

from sandbox import guardian
from sandbox.process import PeerError, Process, Service, end_leftovers

_TURN = 0.25  # seconds between looks at everything when nothing happens
_START = 90.0  # seconds that a service may take until it answers
_STEADY = 10.0  # seconds of running after which earlier deaths are forgotten
_LONGEST_WAIT = 5.0  # seconds between two attempts to start the same service


class Stopping(BaseException):
    """Somebody asked the supervisor to stop. Not an Exception: nothing on the way may swallow it."""


@dataclass
class _Kept:
    process: Process
    deaths: int = 0
    started: float = 0.0
    due: float | None = None  # when to start it again; None while it runs


class Supervisor:
    """Use as a context manager, in the main thread: leaving it ends every process and whatever those started."""

    def __init__(self, log_folder: Path, mark: Path, say: Callable[[str], None]) -> None:
        self._log_folder, self._mark, self._say = log_folder, mark, say
        self._kept: dict[str, _Kept] = {}
        self._asked = False
        self._wake, self._woken = os.pipe()
        self._looked_at_logs = monotonic()

    def __enter__(self) -> "Supervisor":
        for end in (self._wake, self._woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        end_leftovers(self._mark)
        self._guardian = guardian.post(self._mark)
        return self

    def __exit__(self, *_: object) -> None:
        self._end_all()
        end_leftovers(self._mark, within=1)
        guardian.dismiss(self._guardian)

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def start(self, *services: Service) -> None:
        """Start these and keep them running from now on."""
        for service in services:
            kept = _Kept(Process(service, self._log_folder, self._mark))
            self._kept[service.name] = kept
            self._launch(kept)

    def await_ready(self, *names: str) -> None:
        """Return when all of these answer. Raises `PeerError` with the log of the one that does not."""
        deadline = monotonic() + _START
        waiting = [self._kept[name] for name in names]
        while waiting := [kept for kept in waiting if not kept.process.service.ready()]:
            for kept in waiting:
                if kept.deaths > 3 or monotonic() > deadline:
                    raise PeerError(_complaint(kept.process, "does not start"))
            self.turn(0.05)

    def run(self, *jobs: Service) -> None:
        """Run these side by side to their ends. Raises `PeerError` with the log of one that failed."""
        running = [Process(job, self._log_folder, self._mark) for job in jobs]
        try:
            for process in running:
                process.start()
            while any(process.running for process in running):
                self.turn(0.1)
        finally:
            for process in running:
                process.end(within=1)
        for process in running:
            if process.poll() != 0:
                raise PeerError(_complaint(process, "failed"))

    def watch(self) -> None:
        """Keep everything running until asked to stop, which raises `Stopping`."""
        while True:
            self.turn(_TURN)

    def turn(self, longest: float) -> None:
        """One look at every process, after at most `longest` seconds or at once when one ends."""
        select.select([self._wake], [], [], longest)
        with suppress(BlockingIOError):
            os.read(self._wake, 1024)
        if self._asked:
            raise Stopping
        for kept in self._kept.values():
            self._look_at(kept)
        if monotonic() - self._looked_at_logs > 60:
            self._looked_at_logs = monotonic()
            for kept in self._kept.values():
                kept.process.rotate_log()

    def _look_at(self, kept: _Kept) -> None:
        if kept.due is not None:
            if monotonic() >= kept.due:
                self._launch(kept)
        elif not kept.process.running:
            kept.process.sweep()
            kept.deaths = 1 if monotonic() - kept.started > _STEADY else kept.deaths + 1
            wait = min(0.1 * 2 ** (kept.deaths - 1), _LONGEST_WAIT)
            kept.due = monotonic() + wait
            self._say(f"{kept.process.service.name} ended ({kept.process.poll()}): starting it again")

    def _launch(self, kept: _Kept) -> None:
        kept.process.start()
        kept.started, kept.due = monotonic(), None

    def _end_all(self) -> None:
        """Two rounds, so that web and worker end before the peers they talk to. Under five seconds in all."""
        processes = [kept.process for kept in self._kept.values()]
        first = [p for p in processes if not p.service.foundation]
        last = [p for p in processes if p.service.foundation]
        for group, within in ((first, 3.0), (last, 0.8)):
            _end(group, within)


def _end(group: Sequence[Process], within: float) -> None:
    for process in group:
        process.send(process.service.stop)
    deadline = monotonic() + within
    for process in group:
        process.finish(deadline)


def _complaint(process: Process, what: str) -> str:
    return f"{process.service.name} {what}. The end of {process.log}:\n{process.tail()}"


def tell(text: str) -> None:
    """Say something to the person at the terminal. Standard output is kept for the ready line."""
    print(text, file=sys.stderr, flush=True)
