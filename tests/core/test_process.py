"""The web server as it is started: one process that has loaded everything, and those that it forked."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from sandbox import ports

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`python -m wsgi` with one web process, and its address."""
    given = settings.model_copy(update={"BASE_URL": f"http://127.0.0.1:{(port := ports.pick())}"})
    values = {name: str(value) for name, value in given.model_dump(mode="json").items() if value is not None}
    command = [sys.executable, "-OO", "-m", "wsgi", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **values}, stdout=subprocess.DEVNULL)
    yield process, given.BASE_URL
    process.terminate()
    assert process.wait(10) == 0


def _answer(url: str) -> int:
    """The status of the first page, once there is a server."""
    for _ in range(200):
        try:
            return requests.get(url, timeout=5).status_code
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")


def _child(process: subprocess.Popen[bytes]) -> int:
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text())


def test_a_killed_web_process_is_replaced(server):
    process, url = server
    assert _answer(url) == 200
    first = _child(process)
    os.kill(first, signal.SIGKILL)
    assert _answer(url) == 200
    assert _child(process) != first
    assert process.poll() is None


def test_what_is_loaded_is_shared(server):
    """Not loaded twice: of the web process's memory most is its parent's, too."""
    process, url = server
    assert _answer(url) == 200
    said = Path(f"/proc/{_child(process)}/smaps_rollup").read_text()
    whole, own = (int(said.split(f"{word}:")[1].split()[0]) for word in ("Rss", "Private_Dirty"))
    assert own < whole / 2


def test_whoever_sends_slowly_keeps_nobody_waiting(server):
    _process, url = server
    assert _answer(url) == 200
    head = b"POST /language HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    with contextlib.ExitStack() as open_ones:
        for _ in range(50):
            slow = open_ones.enter_context(socket.create_connection(("127.0.0.1", urlsplit(url).port)))
            slow.sendall(head + b"1000\r\n\r\nlang=")
        time.sleep(0.5)
        for _ in range(5):
            assert requests.get(url, timeout=3).status_code == 200
        slow.sendall(b"x" * 995)  # a form like any other once it is whole
        assert slow.recv(1000).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}])
def test_what_is_too_long_is_refused_however_it_is_sent(server, headers: dict[str, str]):
    _process, url = server
    assert _answer(url) == 200
    body = b"lang=" + b"x" * (3 * 1024**2)
    answer = requests.post(f"{url}/language", (piece for piece in [body]) if headers else body, timeout=5)
    assert answer.status_code in (400, 413)
