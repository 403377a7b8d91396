"""Languages. English is the source; every msgid is the English sentence.

`_` translates now, `N_` marks a string that is translated when it is shown, `in_locale` switches language for
a block (mail and PDFs are written in their reader's language, not in the visitor's).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.core import Locale, parse_locale
from babel.support import NullTranslations, Translations
from flask import Flask, appcontext_pushed, current_app, g, has_app_context
from flask_babel import Babel, force_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

DEFAULT = "en"
#: What people choose from, each in its own words.
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
#: The `lang` attribute of a page in each language.
HTML_LANG = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
#: What each language is called in a browser's and in WTForms' catalogue.
WTFORMS_LOCALES = {"en": ["en"], "zh_Hans": ["zh"], "zh_Hant": ["zh_TW"]}

babel = Babel()


@dataclass(frozen=True)
class Words:
    """A language and its catalogue. `marked` keeps what templates have asked for: every literal of theirs once;
    `escaped` the constants out of Python that they have shown."""

    code: str
    catalogue: Any
    marked: dict[str, Markup] = field(default_factory=dict)
    escaped: dict[str, Markup] = field(default_factory=dict)


_ENGLISH = Words(DEFAULT, NullTranslations())
#: What is spoken in this application context, or in this block of `in_locale`; None until the first word is asked for.
_spoken: ContextVar[Words | None] = ContextVar("spoken", default=None)


def _words() -> Words:
    # A page asks a few hundred times: the answer is worked out once a request. Flask-Babel would do it each time.
    return _spoken.get() or _look_up()


def _look_up() -> Words:
    if not has_app_context() or "language" not in current_app.extensions:
        return _ENGLISH
    words = _of(current_app.extensions["language"](), current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    _spoken.set(words)
    return words


@cache
def _of(code: str, folder: str) -> Words:
    return Words(code, Translations.load(folder, [code]))


def _begin(_app: Flask, **_more: Any) -> None:
    g.outer_words = _spoken.set(None)


def _end(_error: BaseException | None) -> None:
    if "outer_words" in g:
        _spoken.reset(g.pop("outer_words"))


class Lazy(LazyString):
    """A string that is translated whenever it is shown."""

    def __html__(self) -> Markup:  # else Markup tries `__html__` on the translation, and translates again
        if self._kwargs or self._func is not gettext:
            return escape(str(self))
        words, (text,) = _words(), self._args
        said = words.escaped.get(text)
        if said is None:
            said = words.escaped[text] = escape(words.catalogue.ugettext(text))
        return said

    def __repr__(self) -> str:  # the same in every language, and cheap: it tells versions of a page apart
        return f"Lazy({self._args}, {self._kwargs})"


def gettext(text: str, **values: Any) -> str:
    """`text` in the current language, with `%(name)s` filled in where values are given."""
    said = _words().catalogue.ugettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """`one` or `many`, as the current language counts `num`; `%(num)d` is filled in."""
    return _words().catalogue.ungettext(one, many, num) % {"num": num, **values}


def lazy_gettext(text: str, **values: Any) -> Lazy:
    """`text`, translated whenever it is shown."""
    return Lazy(gettext, text, **values)


_ = gettext
_n = ngettext
N_ = lazy_gettext

#: Sentences of ours that stand in the database, in English, where else somebody's own words stand.
KEPT: dict[str, Lazy] = {}


def retold(text: str) -> str:
    """A text out of the database: as it stands, but for a sentence of ours, which is told in the current language."""
    return str(KEPT.get(text, text))


def current() -> str:
    """The code of the language being written, a key of `LANGUAGES`; English outside any context."""
    return _words().code


def init_app(app: Flask, locale_selector: Any) -> None:
    """Let pages speak: the selector says each request's language (a key of `LANGUAGES`), templates get `_`."""
    babel.init_app(app, locale_selector=locale_selector)  # for Flask-Security's own words, and for figures and dates
    app.extensions["language"] = locale_selector
    app.jinja_env.install_gettext_callables(_one, _counted, newstyle=True)
    app.jinja_env.globals["_"] = _shown
    appcontext_pushed.connect(_begin, app)
    app.teardown_appcontext(_end)


def load(app: Flask) -> None:
    """Read every catalogue, and how each language writes its dates, before somebody waits for the first page."""
    for code in LANGUAGES:
        _of(code, app.config["BABEL_TRANSLATION_DIRECTORIES"])
        Locale.parse(code).date_formats  # noqa: B018  # Babel reads a language's figures when it is asked for some


def _one(text: str) -> str:
    return _words().catalogue.ugettext(text)


@pass_eval_context
def _shown(context: EvalContext, text: str, **values: Any) -> str:
    # Jinja's own `_` does the same by way of three calls of its own for each word on the page.
    words = _words()
    if not context.autoescape:
        return words.catalogue.ugettext(text) % values
    said = words.marked.get(text)
    if said is None:
        said = words.marked[text] = Markup(words.catalogue.ugettext(text))  # noqa: S704 - our own words
    return said % values if values or "%" in said else said


def _counted(one: str, many: str, num: int) -> str:
    return _words().catalogue.ungettext(one, many, num)


def known(code: str | None) -> str | None:
    """The key of `LANGUAGES` that a browser's or a person's language code means, or None.

    `zh-CN`, `zh-SG` and `zh` mean simplified; `zh-TW`, `zh-HK` and `zh-MO` traditional.
    """
    if not code:
        return None
    try:
        language, territory, script, *_variant = parse_locale(code.replace("-", "_"))
    except ValueError:
        return None
    if language == "zh":
        traditional = script == "Hant" or (script is None and territory in ("TW", "HK", "MO"))
        return "zh_Hant" if traditional else "zh_Hans"
    return language if language in LANGUAGES else None


def negotiate(accept_language: list[str]) -> str:
    """The first language of a browser's list that we speak."""
    return next((code for code in map(known, accept_language) if code), DEFAULT)


@contextmanager
def in_locale(code: str) -> Iterator[None]:
    """Write in the language `code` (a key of `LANGUAGES`) inside the block. Needs an application context."""
    with force_locale(code):
        outer = _spoken.set(_of(code, current_app.config["BABEL_TRANSLATION_DIRECTORIES"]))
        try:
            yield
        finally:
            _spoken.reset(outer)
