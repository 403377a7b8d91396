"""The portal's texts in a reader's language, as patterns for what stands on a page."""

import re
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

_CATALOGUES = Path(__file__).resolve().parents[2] / "portal" / "translations"
_PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)[sd]")


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(_CATALOGUES, [locale])


def says(locale: str, *texts: str) -> re.Pattern[str]:
    """What `texts`, English with its placeholders, look like one after another in the language `locale`."""
    shown = (re.escape(_catalogue(locale).gettext(text).replace("%%", "%")) for text in texts)
    return re.compile(r"^\s*" + r"\s+".join(_PLACEHOLDER.sub(".+", text) for text in shown) + r"\s*$")
