"""Requests checked against the SDK's own parameter declarations, nothing unknown let through.

The SDK's TypedDicts are made for type checkers: they inherit request options that are never sent, and leave
enumerations open (`Literal['payment', 'setup'] | str`). What is used here are strict copies of them.
"""

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

import stripe
import stripe._request_options as request_options
from pydantic import BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from typing_extensions import TypedDict, get_original_bases, is_typeddict

from sandbox.stripe.api.parameters import check_metadata
from sandbox.stripe.errors import Unprocessed

# The SDK imports these names for type checkers only.
_NAMES = {**vars(request_options), "StripeContext": object}


def validated(params: type, sent: dict[str, Any]) -> dict[str, Any]:
    """The parameters with numbers and booleans as such. Raises Unprocessed in Stripe's words for the worst mistake."""
    try:
        values = _adapter(params).validate_python(sent)
    except ValidationError as invalid:
        raise _refusal(invalid.errors(include_url=False), sent) from None
    check_metadata(values)
    return values


def check_simulated(params: dict[str, Any], simulates: str) -> None:
    """Raises Unprocessed for a parameter that would have no effect here; `simulates` as an Endpoint declares it."""
    allowed = frozenset(simulates.split())
    for name in _leaves(params) if allowed else ():
        if name not in allowed:
            raise Unprocessed(f"Stripe knows the parameter {name}, but this stand-in does not simulate it.", param=name)


def _leaves(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict) and not name.endswith("metadata"):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from _leaves(inner, name)
    else:
        yield name


@cache
def _adapter(params: type) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(_strict_copy(params))


@cache
def _strict_copy(params: type) -> type:
    hints = get_type_hints(params, localns=_NAMES, include_extras=True)
    if request_options.RequestOptions in get_original_bases(params):
        hints = {
            name: hint for name, hint in hints.items() if name not in request_options.RequestOptions.__annotations__
        }
    copy = TypedDict(params.__name__, {name: _tightened(hint) for name, hint in hints.items()})  # type: ignore[misc]
    copy.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return copy


def _tightened(hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return NotRequired[_tightened(args[0])]
    if origin in (Union, types.UnionType):
        return _tightened_union(args)
    if origin is list:
        return list[_tightened(args[0])]  # type: ignore[misc]
    if is_typeddict(hint):
        return _strict_copy(hint)
    return _SCALARS.get(hint, hint)


def _tightened_union(options: tuple[Any, ...]) -> Any:
    options = tuple(option for option in options if not _is_sdk_object(option))
    choices = {choice for option in options if get_origin(option) is Literal for choice in get_args(option)}
    if choices - {""}:
        options = tuple(option for option in options if option is not str)
    elif "" in choices and str in options:
        return str
    return Union[tuple(_tightened(option) for option in options)]  # noqa: UP007 - how many is known only now


def _is_sdk_object(hint: Any) -> bool:
    kind = get_origin(hint) or hint
    return isinstance(kind, type) and issubclass(kind, stripe.StripeObject)


def _integer(value: object) -> int:
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        return int(value)
    raise PydanticCustomError("not_an_integer", "Invalid integer: {value}", {"value": str(value)})


def _boolean(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("not_a_boolean", "Invalid boolean: {value}", {"value": str(value)})


_SCALARS: dict[Any, Any] = {
    int: Annotated[int, BeforeValidator(_integer)],
    bool: Annotated[bool, BeforeValidator(_boolean)],
    str: Annotated[str, StringConstraints(min_length=1)],
}


def _refusal(errors: list[ErrorDetails], sent: dict[str, Any]) -> Unprocessed:
    """Unknown parameters come first, then what lies deepest, where a union has been tried in several ways."""
    found = [(error, _location(error, sent)) for error in errors]
    error, location = max(found, key=lambda pair: (pair[0]["type"] == "extra_forbidden", len(pair[1])))
    param = location[0] + "".join(f"[{step}]" for step in location[1:])
    code, message = _CODES.get(error["type"], (None, "Invalid {param}: {reason}"))
    return Unprocessed(message.format(param=param, reason=error["msg"]), code=code, param=param)


def _location(error: ErrorDetails, sent: Any) -> list[str]:
    """Where among the sent parameters, without the branch names that pydantic adds for unions."""
    location: list[str] = []
    steps: tuple[Any, ...] = error["loc"]
    here = sent
    for step in steps:
        if (isinstance(here, dict) and step in here) or (isinstance(here, list) and isinstance(step, int)):
            location.append(str(step))
            here = here[step]
    if error["type"] == "missing":
        location.append(str(steps[-1]))
    return location


_CODES = {
    "extra_forbidden": ("parameter_unknown", "Received unknown parameter: {param}"),
    "missing": ("parameter_missing", "Missing required param: {param}."),
    "not_an_integer": ("parameter_invalid_integer", "{reason}"),
    "not_a_boolean": (None, "{reason}"),
    "string_too_short": (
        "parameter_invalid_empty",
        "You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however"
        " '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.",
    ),
}
