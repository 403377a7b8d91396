"""Two languages side by side: every word of a paper in simplified Chinese and in its creator's language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.core.i18n import _, in_locale

CHINESE = "zh_Hans"


@dataclass(frozen=True)
class Both:
    """The same words twice. `own` is empty where the creator reads the Chinese too, so nothing is said twice."""

    zh: str
    own: str

    def __str__(self) -> str:
        return f"{self.zh} {self.own}".strip()


def speaker(locale: str, chinese_locale: str = CHINESE) -> Callable[..., Both]:
    """`bi("Packing")`: a text of the catalogue in both languages. Also takes a lazy string or `f()` that writes."""

    def say(text: Any, **values: Any) -> Both:
        with in_locale(chinese_locale):
            chinese = _write(text, values)
        if locale == chinese_locale:
            return Both(chinese, "")
        with in_locale(locale):
            own = _write(text, values)
        return Both(chinese, "" if own == chinese else own)

    return say


def _write(text: Any, values: dict[str, Any]) -> str:
    if callable(text):
        return str(text(**values))
    if isinstance(text, str):
        return _(text, **values)
    return str(text) % values if values else str(text)
