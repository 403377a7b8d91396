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


_BEGIN = """
import json, sys
from portal import create_app
from portal.core.config import Settings
create_app(Settings(**json.loads(sys.argv[1])))
print(*sorted(name for name in sys.modules if "." not in name))
"""


def test_the_portal_begins_without_what_few_pages_need(settings):
    """Each of these is megabytes in every web process, and a part of each start."""
    values = settings.model_dump_json()
    begun = subprocess.run([sys.executable, "-c", _BEGIN, values], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(begun.stdout.split())
    assert {"flask_security", "sqlalchemy"} <= loaded
    assert not loaded & {"webauthn", "OpenSSL", "boto3", "stripe", "weasyprint", "segno", "css_inline", "unittest"}


def test_what_is_missing_is_missing_at_once():
    with pytest.raises(ImportError):
        lazy("no_such_module")
