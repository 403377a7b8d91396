"""The simple kinds of spec field: words, numbers, choices, yes or no, days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any, ClassVar

from portal.core.i18n import N_, _
from portal.products.base import NOT_TAGS, Dimension, Field, Option, Reading, Stage, Value, Words, options, scalar
from portal.products.reading import clean_text, read_number, written

#: With these a category is declared; the kinds below, the rest from `base`.
__all__ = [
    "Boolean",
    "Choice",
    "Day",
    "Dimension",
    "Field",
    "LongText",
    "MultiChoice",
    "Number",
    "Option",
    "Reading",
    "Stage",
    "Text",
    "listed",
    "options",
    "percent",
    "scalar",
]


@dataclass(frozen=True, eq=False)
class Text(Field):
    """A line of words of at most `longest` characters; where `fits` refuses it, `expected` says what is asked for."""

    longest: int = 200
    fits: Callable[[str], bool] | None = None
    expected: Words = ""
    kind: ClassVar[str] = "text"
    lines: ClassVar[bool] = False

    def _value(self, text: str, path: str, reading: Reading) -> str | None:
        clean = clean_text(text, lines=self.lines)
        if len(clean) > self.longest:
            reading.refuse(path, self.label, _("keep this to %(longest)d characters.", longest=self.longest))
            return None
        if clean and self.fits and not self.fits(clean):
            reading.refuse(path, self.label, str(self.expected))
            return None
        return clean or None


@dataclass(frozen=True, eq=False)
class LongText(Text):
    """Several lines of words."""

    longest: int = 2000
    kind: ClassVar[str] = "longtext"
    lines: ClassVar[bool] = True


@dataclass(frozen=True, eq=False)
class Number(Field):
    """A number from `low` to `high` in `unit`, with at most `decimals` places. The value is "
    "an int where it is whole."""

    low: float = 0
    high: float = 1_000_000
    decimals: int = 0
    kind: ClassVar[str] = "number"

    def _value(self, text: str, path: str, reading: Reading) -> int | float | None:
        number = read_number(text, self.unit)
        if number is None:
            reading.refuse(path, self.label, _("write it in figures, for example %(example)s.", example=self.example))
        elif not Decimal(repr(self.low)) <= number <= Decimal(repr(self.high)):
            reading.refuse(path, self.label, self._out_of_bounds())
        elif number != round(number, self.decimals):
            reading.refuse(path, self.label, self._too_fine())
        else:
            return int(number) if number == int(number) else float(number)
        return None

    def _out_of_bounds(self) -> str:
        low, high = written(self.low), written(self.high)
        if not self.unit:
            return _("from %(low)s to %(high)s.", low=low, high=high)
        return _("from %(low)s to %(high)s %(unit)s.", low=low, high=high, unit=self.unit_text)

    def _too_fine(self) -> str:
        if self.decimals == 0:
            return _("whole numbers only.")
        return _("at most %(places)d places after the point.", places=self.decimals)

    @property
    def example(self) -> str:
        return written(min(max(Decimal(10), Decimal(repr(self.low))), Decimal(repr(self.high))))

    def write(self, value: Value) -> str:
        return written(value)

    def text(self, value: Value) -> str:
        return written(value)


def listed(words: Iterable[str]) -> str:
    """`words` as a list in running text, in the current language: "a, b", 「甲、乙」."""
    return reduce(lambda done, word: _("%(before)s, %(word)s", before=done, word=word), words)


def size_tolerance() -> Number:
    """How far the size of a piece may be off; what is usual in the trade holds where it is left blank."""
    return Number(
        "size_tolerance",
        N_("Size tolerance ±"),
        N_("How far each side may be off. Blank: what is usual in the trade, for example 10 mm for a tote bag."),
        unit="mm",
        low=0.05,
        high=100,
        decimals=2,
    )


def percent(name: str, label: Words, help: Words = "", *, high: float = 100, **more: Any) -> Number:
    """A share in %, to two places."""
    return Number(name, label, help, unit="%", low=0, high=high, decimals=2, **more)


@dataclass(frozen=True, eq=False)
class Choice(Field):
    """One of `options`; the value is its code."""

    options: tuple[Option, ...] = ()
    kind: ClassVar[str] = "choice"

    def _value(self, text: str, path: str, reading: Reading) -> str | None:
        code = text.strip()
        if code in self.labels:
            return code
        reading.refuse(path, self.label, _("choose one of the list."))
        return None

    @property
    def labels(self) -> dict[str, Words]:
        return dict(self.options)

    def text(self, value: Value) -> str:
        return str(self.labels.get(value, value))

    def tags(self, value: Value, dimension: Dimension) -> set[str]:
        chosen = set(value) if isinstance(value, list) else {value}
        return chosen & self.vocabulary(dimension).keys()

    def vocabulary(self, dimension: Dimension) -> dict[str, Words]:
        if dimension != self.filters:
            return {}
        return {code: label for code, label in self.options if code not in NOT_TAGS}


@dataclass(frozen=True, eq=False)
class MultiChoice(Choice):
    """Any of `options`; the value is a list of codes in the order of the declaration, never empty."""

    kind: ClassVar[str] = "multichoice"

    def read(self, raw: Any, path: str, reading: Reading) -> list[str] | None:
        chosen = [scalar(item) for item in raw] if isinstance(raw, list | tuple) else [scalar(raw)]
        codes = {text.strip() for text in chosen if text is not None and text.strip()}
        if None in chosen or not codes <= self.labels.keys():
            reading.refuse(path, self.label, _("choose from the list."))
            return None
        return [code for code in self.labels if code in codes] or None

    def write(self, value: Value) -> list[str]:
        return list(value)

    def text(self, value: Value) -> str:
        return listed(super(MultiChoice, self).text(code) for code in value)


YES_NO = options(("yes", N_("Yes")), ("no", N_("No")))


@dataclass(frozen=True, eq=False)
class Boolean(Choice):
    """Yes, no, or not said: a blank one is a question that the factory answers."""

    options: tuple[Option, ...] = YES_NO
    kind: ClassVar[str] = "boolean"

    def _value(self, text: str, path: str, reading: Reading) -> bool | None:  # type: ignore[override]
        code = super()._value(text.strip().casefold(), path, reading)
        return None if code is None else code == "yes"

    def write(self, value: Value) -> str:
        return "yes" if value else "no"

    def text(self, value: Value) -> str:
        return super().text(self.write(value))


@dataclass(frozen=True, eq=False)
class Day(Field):
    """A calendar day; the value is ISO 8601 (`"2026-11-22"`)."""

    kind: ClassVar[str] = "day"

    def _value(self, text: str, path: str, reading: Reading) -> str | None:
        try:
            return date.fromisoformat(text.strip()[:10]).isoformat()
        except ValueError:
            reading.refuse(path, self.label, _("write the date as year-month-day, for example 2027-03-15."))
            return None
