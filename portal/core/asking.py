"""A request as the portal reads it: without what nobody types and PostgreSQL keeps nowhere."""

import re
from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.utils import cached_property

_NUL = "\x00"
_UNKEPT = re.compile("[\x00\ud800-\udfff]")  # half of a pair, which only JSON can spell, is no letter either
Sent = ImmutableMultiDict[str, str]


class Request(flask.Request):
    """The framework's, whose `args`, `form` and JSON hold no NUL."""

    @cached_property
    def args(self) -> Any:
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _without_nul(self.__dict__["form"])

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body, or None where `silent` and it can't be read; Python gives up on one nested without end."""
        try:
            return plain(super().get_json(force=force, silent=silent, cache=cache))
        except RecursionError as error:
            if silent:
                return None
            raise BadRequest() from error


def _without_nul(sent: Sent) -> Sent:
    pairs = list(sent.items(multi=True))
    if not any(_NUL in name or _NUL in text for name, text in pairs):
        return sent
    return ImmutableMultiDict((name.replace(_NUL, ""), text.replace(_NUL, "")) for name, text in pairs)


def plain(value: Any) -> Any:
    """What JSON holds, without the letters that can't be kept."""
    if isinstance(value, str):
        return _UNKEPT.sub("", value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {plain(name): plain(one) for name, one in value.items()}
    return value


def _nothing_is_called_so() -> None:
    if _NUL in flask.request.path:
        raise NotFound()


def init_app(app: flask.Flask) -> None:
    """To be called before whatever else looks at requests."""
    app.request_class = Request
    app.before_request(_nothing_is_called_so)


def whole(text: str) -> int:
    """A number that a column can hold, for `args.get(name, type=whole)`. Raises `ValueError`."""
    if not -(2**31) <= (number := int(text)) < 2**31:
        raise ValueError("no number of ours is so large")
    return number
