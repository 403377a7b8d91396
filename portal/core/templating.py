"""Templates, compiled once for all processes and starts: beside them in `__pycache__`, as Python's own modules are."""

import hashlib
from collections.abc import MutableMapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import flask.templating
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = _ROOT / "templates" / "__pycache__"
_TEMPLATES = (".html", ".svg", ".txt", ".xml")
_WORKERS = ("emails/", "pdf/")  # what only the worker writes


class Environment(flask.templating.Environment):
    """Flask's, whose globals are one dictionary for every template: chained ones are slow to look through and copy."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


@cache
def _version() -> str:
    """Of all our code: some of it runs while a template is compiled, as filters of its constants do."""
    said = hashlib.sha256()
    for path in sorted((_ROOT / "portal").rglob("*.py")):
        said.update(path.read_bytes())
    return said.hexdigest()[:16]


class Kept(FileSystemBytecodeCache):
    """What templates were compiled to by this version of the portal, of Jinja and of Python. Where nothing can be
    written each process compiles for itself."""

    def __init__(self, folder: Path = _KEPT) -> None:
        super().__init__(str(folder), f"{_version()}-%s")

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)

    def forget_others(self) -> None:
        """Take away what other versions have left."""
        for path in Path(self.directory).glob("*"):
            if not path.name.startswith(_version()):
                path.unlink(missing_ok=True)


def load(app: Flask, *, whole: bool = False) -> None:
    """Have every page's template at hand, compiled if need be; with `whole` also those of letters and papers."""
    for name in app.jinja_env.list_templates():
        if name.endswith(_TEMPLATES) and (whole or not name.startswith(_WORKERS)):
            app.jinja_env.get_template(name)
