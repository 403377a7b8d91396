"""What of a text is there to be seen."""

import unicodedata

#: Letters by their category that are drawn as nothing: the fillers of Korean and of Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def shows_something(text: str) -> bool:
    """Whether a reader sees anything of it: a name of nothing but zero-width spaces could not even be pressed."""
    return any(unicodedata.category(c)[0] not in "CZ" and c not in _BLANK for c in text)
