"""Modules that are loaded when they are first used: large clients that most processes never speak through."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any


class _Lazy:
    """Stands for a module. Not `importlib.util.LazyLoader`: before Python 3.11.9 two threads that use a module first at
    the same moment may see it half loaded."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


def lazy(name: str) -> Any:
    """The module `name`, whose code runs when one of its attributes is first used, by whatever thread. Raises
    `ImportError` at once if it is missing."""
    if find_spec(name) is None:
        raise ImportError(name)
    return _Lazy(name)
