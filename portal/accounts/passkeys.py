"""The library behind passkeys, loaded when somebody first uses one.

Flask-Security loads it with itself, but does without if it is missing. It is kept away until a page for passkeys is
asked for, being a twentieth of a web process's memory. To be imported before Flask-Security.
"""

import ast
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

if "flask_security" not in sys.modules:
    sys.modules["webauthn"] = None  # type: ignore[assignment]  # this is how Python says: there is none
    import_module("flask_security")
    del sys.modules["webauthn"]


@cache
def load() -> None:
    """Let Flask-Security import what it could not: the same lines again, in the same place."""
    views = import_module("flask_security.webauthn")
    source = Path(str(views.__file__))
    tried = [node for node in ast.parse(source.read_text()).body if isinstance(node, ast.Try)]
    exec(compile(ast.Module(tried, []), source, "exec"), vars(views))  # noqa: S102
