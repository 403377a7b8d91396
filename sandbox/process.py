"""One child process: how it is started, when it is ready, how it ends."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parent.parent
#: In the environment of every child: the data folder that it belongs to.
MARK = "XIAODAN_SANDBOX_DATA"
_LOG_LIMIT = 10 * 1024 * 1024  # bytes; one older file is kept beside the current one


class PeerError(Exception):
    """A peer cannot run; the message says why and where its log is."""


def _nothing() -> None:
    pass


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Service:
    """A program to keep running. `ready` must be cheap: it is asked many times a second while starting."""

    name: str
    argv: Sequence[str]
    ready: Callable[[], bool] = _always
    env: Mapping[str, str] | None = None  # added to this process's own environment
    prefix: Sequence[str] = ()  # put before everything, such as `unshare ...`
    identity: Sequence[str] = ()  # options of setpriv(1): as whom it runs
    stop: signal.Signals = signal.SIGTERM
    force: signal.Signals = signal.SIGKILL
    before: Callable[[], None] = _nothing  # runs before every start
    after: Callable[[], None] = _nothing  # tidies up when it is gone
    foundation: bool = False  # others talk to it while they stop, so it stops last

    @property
    def command(self) -> list[str]:
        """The whole command line: the child is sent its stop signal when this process dies, however it dies."""
        tether = ["setpriv", "--pdeathsig", self.stop.name.removeprefix("SIG"), *self.identity, "--"]
        return [*self.prefix, *tether, *self.argv]


class Process:
    """A service's one process at a time, writing to `<log_folder>/<name>.log`."""

    def __init__(self, service: Service, log_folder: Path, mark: Path) -> None:
        self.service = service
        self.log = log_folder / f"{service.name}.log"
        self._mark = str(mark)
        self._popen: subprocess.Popen[bytes] | None = None
        self._swept = False

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen else None

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C at the terminal reaches the supervisor alone.

        Call from the main thread: the kernel ties the child to the thread that started it.
        """
        self.service.before()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        mine = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", MARK: self._mark}
        env = {**os.environ, **(self.service.env or {}), **mine}
        self._swept = False
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(
                self.service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=env,
                start_new_session=True,
            )

    def poll(self) -> int | None:
        """Its exit status, or None while it runs (or was never started)."""
        return self._popen.poll() if self._popen else None

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def send(self, sig: signal.Signals) -> None:
        if self._popen and self.running:
            self._popen.send_signal(sig)

    def kill(self) -> None:
        """End it without a chance to tidy up, and wait until it is gone."""
        self.send(signal.SIGKILL)
        self.finish(monotonic())

    def end(self, within: float) -> None:
        """Stop it and what it started: politely for `within` seconds, then by force."""
        self.send(self.service.stop)
        self.finish(monotonic() + within)

    def finish(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds) for a process that was told to stop, then use force."""
        for sig, until in ((None, deadline), (self.service.force, monotonic() + 1), (signal.SIGKILL, None)):
            if sig:
                self.send(sig)
            while self.running and (until is None or monotonic() < until):
                sleep(0.02)
        self.sweep()

    def sweep(self) -> None:
        """Clear away what the process left in its session, so that the next start finds its ports free. Once: a while
        later its number may be somebody else's."""
        if self._popen and not self._swept:
            self._swept = True
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self.service.after()

    def rotate_log(self) -> None:
        """Keep the log small. Children append, so cutting the file under them is safe."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            with self.log.open("r+b") as log, self.log.with_suffix(".log.1").open("wb") as older:
                shutil.copyfileobj(log, older)
                log.truncate(0)

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log, for a person who must find out what went wrong."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def await_ready(process: Process, timeout: float = 60) -> None:
    """Return when the process answers. Raises `PeerError` when it ends or stays silent for `timeout` seconds."""
    deadline = monotonic() + timeout
    while not process.service.ready():
        if not process.running or monotonic() > deadline:
            status = process.poll()
            what = "does not answer" if status is None else f"ended with status {status}"
            raise PeerError(f"{process.service.name} {what}; {process.log}:\n{process.tail()}")
        sleep(0.02)


def leftovers(mark: Path) -> list[int]:
    """Processes of an earlier supervisor on the same data folder that are still alive."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # it just ended, or belongs to somebody else
            continue
    return found


def end_leftovers(mark: Path, within: float = 4) -> None:
    """End what `leftovers` finds. SIGINT first, which is PostgreSQL's fast shutdown; then by force."""
    start = monotonic()
    while pids := leftovers(mark):
        sig = signal.SIGINT if monotonic() - start < within / 2 else signal.SIGKILL
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, sig)
        if monotonic() - start > within:
            raise PeerError(f"processes {pids} of an earlier run do not end; kill them and start again")
        sleep(0.1)
