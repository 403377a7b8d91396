"""The whole sandbox as a person runs it: started, hit, stopped. One data folder, used by every test in turn."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest
import requests

from sandbox import ports
from sandbox.process import ROOT, leftovers

KEYS = ["ready", "base_url", "mailbox_url", "stripe_url", "s3_url", "database_url", "logins", "pid"]


class Sandbox:
    """A running `python -m sandbox` on one folder, and what it said when ready."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.run = self.command("--port", "0", "--empty", "--json")
        assert self.run.stdout is not None
        self.lines = [self.run.stdout.readline()]
        self.ready = json.loads(self.lines[0])

    def command(self, *arguments: str) -> subprocess.Popen[str]:
        """`bin/run` without the preparations, which the tests' own environment has behind it."""
        command = [sys.executable, "-P", "-m", "sandbox", "--data", str(self.data), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=pipe, stderr=pipe, text=True
        )

    def processes(self) -> dict[str, int]:
        """The process id of each part, by a word of its command line."""
        found = {}
        for pid in sorted(leftovers(self.data)):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            for word in (
                "bin/postgres -D",
                "bin/weed",
                "sandbox.stripe",
                "sandbox.mailbox",
                "-m wsgi",
                "portal.worker",
            ):
                if word in line:
                    found.setdefault(word, pid)
        return found

    def answers(self) -> bool:
        """Whether every part serves again."""
        try:
            psycopg.connect(self.ready["database_url"]).close()
            urls = [self.ready["base_url"], self.ready["mailbox_url"], self.ready["s3_url"] + "/healthz"]
            statuses = [requests.get(url, timeout=5).status_code for url in urls]
        except (psycopg.OperationalError, requests.RequestException):
            return False
        return statuses == [200] * 3 and ports.answers(int(self.ready["stripe_url"].rsplit(":")[-1]))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`bin/run` to its end."""
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)


def wait_for(condition, seconds: float) -> bool:
    deadline = monotonic() + seconds
    while not condition():
        if monotonic() > deadline:
            return False
        sleep(0.1)
    return True


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox") / "data")
    yield sandbox
    sandbox.run.terminate()
    sandbox.run.communicate(timeout=20)


def test_it_says_one_line_when_everything_answers(sandbox):
    assert list(sandbox.ready) == KEYS
    assert sandbox.ready["logins"] == []
    assert sandbox.answers()


def test_a_second_start_on_the_same_data_is_told_and_harms_nothing(sandbox):
    said = sandbox.command("--port", "0").communicate(timeout=20)[1]
    assert f"already running at {sandbox.ready['base_url']} (pid {sandbox.run.pid})" in said
    assert sandbox.answers()


def test_a_busy_port_is_named(sandbox, tmp_path):
    port = sandbox.ready["base_url"].rsplit(":")[-1]
    other = run("--data", str(tmp_path / "other"), "--port", port)
    assert other.returncode == 1
    assert f"port {port} is in use" in other.stderr


def test_the_portals_own_commands_reach_it(sandbox):
    command = [sys.executable, "-m", "sandbox.flask", "accounts", "add-operator", "op@example.com", "--name", "Op"]
    told = subprocess.run(
        command,
        env={**os.environ, "XIAODAN_DATA": str(sandbox.data)},
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    letters = f"{sandbox.ready['mailbox_url']}/api/messages?to=op@example.com"
    assert wait_for(lambda: requests.get(letters, timeout=5).json(), 30)


def test_whatever_is_killed_comes_back_at_the_same_address(sandbox):
    before = sandbox.processes()
    assert len(before) == 6
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: sandbox.answers() and len(sandbox.processes()) == 6, 60)
    assert set(before.values()).isdisjoint(sandbox.processes().values())


def test_nothing_outlives_a_killed_supervisor_and_the_next_start_finds_all_again(sandbox):
    with psycopg.connect(sandbox.ready["database_url"]) as database:
        database.execute("CREATE TABLE kept AS SELECT 1 AS id")
    os.kill(sandbox.processes()["portal.worker"], signal.SIGSTOP)  # so it cannot follow when it is told to stop
    sandbox.run.kill()
    sandbox.run.communicate()
    assert wait_for(lambda: leftovers(sandbox.data) == [], 30)
    again = Sandbox(sandbox.data)
    with psycopg.connect(again.ready["database_url"]) as database:
        assert database.execute("SELECT id FROM kept").fetchone() == (1,)
    assert {**again.ready, "pid": 0} == {**sandbox.ready, "pid": 0}
    began = monotonic()
    again.run.send_signal(signal.SIGINT)
    more, _said = again.run.communicate(timeout=20)
    assert monotonic() - began < 5
    assert (more, again.run.returncode, leftovers(sandbox.data)) == ("", 0, [])


def test_stopping_what_does_not_run_is_no_error(tmp_path):
    stop = run("stop", "--data", str(tmp_path))
    assert stop.returncode == 0
    assert "Nothing runs" in stop.stderr
