"""Stripe's form encoding, read into nested values: `line_items[0][quantity]=1`."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.stripe.errors import Unprocessed

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_DEEPEST = 10

METADATA_KEYS = 50
METADATA_KEY_LENGTH = 40
METADATA_VALUE_LENGTH = 500


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names and values as sent, in order, as dicts and lists of strings.

    Raises Unprocessed for a name that cannot be read.
    """
    decoded: dict[str, Any] = {}
    for name, value in pairs:
        *path, last = _path(name)
        here = decoded
        for step in path:
            here = here.setdefault(step or str(len(here)), {})
            if not isinstance(here, dict):
                raise _unreadable(name)
        here[last or str(len(here))] = value
    return {name: _with_lists(name, value) for name, value in decoded.items()}


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if not match:
        raise _unreadable(name)
    path = [match[1], *re.findall(r"\[([^\]]*)\]", match[2])]
    if len(path) > _DEEPEST:
        raise _unreadable(name)
    return path


def _unreadable(name: str) -> Unprocessed:
    return Unprocessed(f"Invalid parameter name: {name}", code="parameter_unknown", param=name)


def _with_lists(name: str, value: Any) -> Any:
    """Containers whose keys are numbers are lists, but for metadata, whose keys are free."""
    if not isinstance(value, dict):
        return value
    if name == "metadata":
        return value
    if all(key.isdecimal() for key in value):
        return [_with_lists("", value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(key, inner) for key, inner in value.items()}


def check_metadata(value: Any, path: str = "") -> None:
    """Stripe's bounds on metadata, wherever it stands among the parameters."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            check_metadata(inner, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            inner_path = f"{path}[{name}]" if path else name
            if name == "metadata" and isinstance(inner, dict):
                _check_one_metadata(inner, inner_path)
            else:
                check_metadata(inner, inner_path)


def _check_one_metadata(metadata: dict[str, str], param: str) -> None:
    if len(metadata) > METADATA_KEYS:
        raise Unprocessed(f"You can only specify up to {METADATA_KEYS} metadata keys.", param=param)
    for key, value in metadata.items():
        if len(key) > METADATA_KEY_LENGTH:
            raise Unprocessed(
                f"Metadata keys can have up to {METADATA_KEY_LENGTH} characters, and '{key}' has {len(key)}.",
                param=param,
            )
        if len(value) > METADATA_VALUE_LENGTH:
            raise Unprocessed(
                f"Metadata values can have up to {METADATA_VALUE_LENGTH} characters, but you passed in a value that is"
                f" {len(value)} characters. Invalid value: {value}",
                param=f"{param}[{key}]",
            )
