"""Watches a supervisor from outside: `python -m sandbox.guardian FOLDER PID`, its standard input held by that process.

Every service is sent its stop signal when the supervisor dies, but one may be unable to follow it: a worker that is
stopping waits for a database that stopped before it. The guardian ends by force what is left after a while.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from sandbox.datafolder import DataFolder
from sandbox.process import ROOT, leftovers

_PATIENCE = 4.0  # seconds for what was asked to stop: as long as the worker gives the jobs under way


def post(folder: Path) -> subprocess.Popen[bytes]:
    """Start one for this process. It goes when its standard input is closed, which the end of this process does."""
    command = [sys.executable, "-P", "-m", "sandbox.guardian", str(folder), str(os.getpid())]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=env, cwd=ROOT, start_new_session=True)


def dismiss(guardian: subprocess.Popen[bytes]) -> None:
    """End one that has nothing left to do."""
    guardian.kill()
    guardian.communicate()


def main(folder: Path, supervisor: int) -> None:
    """Wait for the supervisor's end, then for what it started. Leaves alone what a newer supervisor starts."""
    sys.stdin.buffer.read()
    while os.getppid() == supervisor:  # a dying process lets go of our input and of its lock in any order
        sleep(0.01)
    mine = leftovers(folder)  # before looking at the lock: a newer supervisor takes it before it starts anything
    if DataFolder(folder).held():
        return  # it has ended the leftovers itself
    deadline = monotonic() + _PATIENCE
    while (left := set(mine) & set(leftovers(folder))) and monotonic() < deadline:
        sleep(0.1)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
