"""Preparing a machine: what is done is not done again, and what cannot be done is said in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import prepare
from sandbox.process import ROOT


@pytest.fixture
def source(tmp_path):
    """A file that a step depends on."""
    path = tmp_path / "input"
    path.write_text("one")
    return path


@pytest.fixture
def step(source, tmp_path, monkeypatch):
    """A step that writes a file, with its stamp in a folder of the test's own."""
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    output = tmp_path / "output"
    return prepare.Step("Copying", [source], [output], lambda: output.write_text(source.read_text()))


def test_a_step_is_due_until_taken_and_again_when_its_input_changes(step, source):
    assert step.due()
    step.take()
    assert not step.due()
    source.write_text("two")
    assert step.due()


def test_a_step_is_due_when_its_output_is_gone(step):
    step.take()
    step.outputs[0].unlink()
    assert step.due()


def test_a_failed_step_stays_due(source, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    failing = prepare.Step("Failing", [source], [], lambda: prepare.do("sh", "-c", "echo the reason; exit 3"))
    with pytest.raises(prepare.CannotPrepare, match="the reason"):
        failing.take()
    assert failing.due()


@pytest.mark.parametrize("may_become_root", [True, False])
def test_missing_packages_are_installed_or_named_in_one_line(tmp_path, may_become_root):
    """On a machine of scripts: nothing is installed, `apt-get` fails, `sudo` does as told."""
    calls = tmp_path / "calls"
    for name, script in {
        "dpkg-query": "exit 1",
        "apt-get": f'echo "apt-get $*" >> {calls}; [ "$1" = update ]',
        "sudo": f'[ {int(may_become_root)} = 1 ] && shift && exec "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    asked = f"""
import os, sys
os.geteuid = lambda: 1000
sys.path.insert(0, {str(ROOT)!r})
from sandbox import prepare
sys.argv = ["prepare", "run"]
sys.exit(prepare.main())
"""
    path = f"{tmp_path}:/usr/bin:/bin"
    told = subprocess.run(
        [sys.executable, "-c", asked], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr.strip().splitlines()[-1].startswith("Debian packages are missing. As root: apt-get update")
    assert "fonts-noto-cjk" in told.stderr
    assert Path(calls).exists() is may_become_root
    if not may_become_root:
        assert len(told.stderr.strip().splitlines()) == 1
