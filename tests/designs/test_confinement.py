"""The process that opens strangers' files: what it can't do, and what is believed of it."""

import socket
import sys
import time
from pathlib import Path

import pytest

from portal.designs import examine

INTAKE = str(Path(examine.__file__).parent)
CONFINED = f"import sys; sys.path.append({INTAKE!r}); from intake.confine import confine; confine(60); "


def run(folder: Path, code: str, seconds: float = 20) -> tuple[int, str]:
    return examine.run([sys.executable, "-I", "-c", code], folder, seconds)


def test_it_has_little_memory(tmp_path: Path):
    status, said = run(tmp_path, CONFINED + "bytes(3 * 1024**3)")
    assert (status, "MemoryError" in said) == (1, True)


def test_it_writes_no_large_files(tmp_path: Path):
    status, _said = run(tmp_path, CONFINED + "f = open('x', 'wb'); [f.write(bytes(2**20)) for _ in range(300)]")
    assert status != 0
    assert (tmp_path / "x").stat().st_size <= 256 * 1024**2


def test_it_reaches_no_network(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        assert run(tmp_path, connect)[0] == 0
        status, said = run(tmp_path, CONFINED + connect)
    if status == 0:
        pytest.skip("this machine allows no network namespaces")
    assert "OSError" in said or "ConnectionRefusedError" in said


def test_it_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    assert "secret" not in run(tmp_path, "import os; print(dict(os.environ))")[1]


def test_it_is_stopped_in_time_with_all_it_started(tmp_path: Path):
    started = time.monotonic()
    code = "import subprocess, time; subprocess.Popen(['sleep', '31.7']); time.sleep(60)"
    assert run(tmp_path, code, seconds=1)[0] == -9
    assert time.monotonic() - started < 5
    time.sleep(0.5)  # the kernel takes a moment to clear it away
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert b"sleep\x0031.7\x00" not in running


@pytest.mark.parametrize(
    "claim",
    [
        '{"facts": {"kind": "exe"}, "previews": []}',
        '{"facts": {"kind": "png"}, "previews": [{"longest": 320, "width": 1, "height": 1}]}',
        '{"facts": {"kind": "png"}, "previews": [{"longest": "../x", "width": 1, "height": 1}]}',
        '{"facts": {"kind": "png"}, "previews": [{"longest": 321, "width": 1, "height": 1}]}',
        '{"facts": {"kind": "png", "page_mm": [Infinity, NaN]}, "previews": []}',
        '{"previews": []}',
        "[]",
        "nonsense",
        " " * 300_000 + "{}",
    ],
)
def test_its_result_is_believed_only_in_the_right_shape(tmp_path: Path, claim: str):
    (tmp_path / "result.json").write_text(claim)
    (tmp_path / "320.webp").write_bytes(b"<script>alert(1)</script>")
    (tmp_path / "321.webp").write_bytes(b"RIFF\0\0\0\0WEBP")
    with pytest.raises((OSError, ValueError, KeyError, TypeError)):
        examine.read(tmp_path)
