"""A request as the portal reads it: without NUL, which nobody types and PostgreSQL keeps nowhere."""

from typing import Any

import flask
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import NotFound
from werkzeug.utils import cached_property

_NUL = "\x00"
Sent = ImmutableMultiDict[str, str]


class Request(flask.Request):
    """The framework's, whose `args` and `form` hold no NUL."""

    @cached_property
    def args(self) -> Any:
        return _without_nul(super().args)

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _without_nul(self.__dict__["form"])


def _without_nul(sent: Sent) -> Sent:
    pairs = list(sent.items(multi=True))
    if not any(_NUL in name or _NUL in text for name, text in pairs):
        return sent
    return ImmutableMultiDict((name.replace(_NUL, ""), text.replace(_NUL, "")) for name, text in pairs)


def _nothing_is_called_so() -> None:
    if _NUL in flask.request.path:
        raise NotFound()


def init_app(app: flask.Flask) -> None:
    """To be called before whatever else looks at requests."""
    app.request_class = Request
    app.before_request(_nothing_is_called_so)
