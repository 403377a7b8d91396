"""Modules that wait for their first use."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.core.lazy import lazy

ROOT = Path(__file__).resolve().parents[2]
#: In an interpreter of its own: the module must not have been loaded by anybody before.
_RACE = """
import sys, threading
from portal.core.lazy import lazy
module, start, wrong = lazy("boto3"), threading.Barrier(8), []
assert "boto3" not in sys.modules
def use():
    start.wait()
    try:
        module.client
    except AttributeError as error:
        wrong.append(error)
threads = [threading.Thread(target=use) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not wrong, wrong
"""


def test_eight_threads_may_use_it_first():
    done = subprocess.run([sys.executable, "-c", _RACE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_missing_is_missing_at_once():
    with pytest.raises(ImportError):
        lazy("no_such_module")
