"""Languages. English is the source; every msgid is the English sentence.

`_` translates now, `N_` marks a string that is translated when it is shown, `in_locale` switches language for
a block (mail and PDFs are written in their reader's language, not in the visitor's).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from babel.core import parse_locale
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext, ngettext

DEFAULT = "en"
#: What people choose from, each in its own words.
LANGUAGES = {"en": "English", "zh_Hans": "简体中文", "zh_Hant": "繁體中文"}
#: The `lang` attribute of a page in each language.
HTML_LANG = {"en": "en", "zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant"}
#: What each language is called in a browser's and in WTForms' catalogue.
WTFORMS_LOCALES = {"en": ["en"], "zh_Hans": ["zh"], "zh_Hant": ["zh_TW"]}

_ = gettext
_n = ngettext
N_ = lazy_gettext
babel = Babel()


def current() -> str:
    """The code of the language being written, a key of `LANGUAGES`; English outside any context."""
    locale = get_locale()
    return known(str(locale)) or DEFAULT if locale else DEFAULT


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
        yield
