"""What a spec field is: one declaration that reads what people type, shows it, and says what it is for.

A field turns raw input (strings as a form sends them, or the JSON value itself) into a JSON-serialisable value, and
back. `read(write(value))` is the value again. Problems are collected in a `Reading`, never raised.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from functools import reduce
from typing import Any, ClassVar, NamedTuple

from portal.core.i18n import N_, _
from portal.products.reading import clean_text, read_number, written
from portal.products.units import unit_label

Words = Any  # a str or a lazily translated one
Value = Any  # what JSON can hold
Values = Mapping[str, Value]


class Stage(IntEnum):
    """When a field must be known at the latest. A later stage asks for everything that an earlier one asks for."""

    BRIEF = 1
    QUOTE = 2
    FREEZE = 3


class Dimension(StrEnum):
    """A side of a factory's capability that a field's value can ask for."""

    PROCESS = "process"
    MATERIAL = "material"
    CERTIFICATE = "certificate"
    MARKET = "market"


#: Choices that ask nothing of a factory.
NOT_TAGS = frozenset({"none", "other", "any", "unprinted"})


class Option(NamedTuple):
    """One thing to choose: a stable code and the words for it."""

    code: str
    label: Words


def options(*pairs: tuple[str, Words]) -> tuple[Option, ...]:
    return tuple(Option(code, label) for code, label in pairs)


@dataclass(frozen=True, eq=False)
class When:
    """A condition on another field of the same category, or on a column of a table (`"locations.method"`)."""

    path: str
    codes: frozenset[str]

    def holds(self, values: Values) -> bool:
        """Whether the field, or any row's cell, is one of the codes."""
        name, _dot, column = self.path.partition(".")
        found = values.get(name)
        if column:
            found = [row.get(column) for row in found or ()]
        return not self.codes.isdisjoint(map(scalar, found if isinstance(found, list) else [found]))


def when(path: str, *codes: str) -> When:
    return When(path, frozenset(codes))


@dataclass
class Reading:
    """One pass over somebody's input. `problems` maps a path (`"locations-0-width"`) to words in their language.

    With `stage` None (a draft) nothing is missing yet; only what is there is checked.
    """

    stage: Stage | None = None
    problems: dict[str, str] = field(default_factory=dict)

    def refuse(self, path: str, label: Words, problem: str) -> None:
        self.problems.setdefault(path, _("%(field)s: %(problem)s", field=str(label), problem=problem))

    def missing(self, path: str, label: Words) -> None:
        self.problems.setdefault(path, _("%(field)s: this is needed.", field=str(label)))

    def asks(self, declared: "Field") -> bool:
        """Whether this reading may not leave `declared` blank."""
        return declared.needed is not None and self.stage is not None and declared.needed <= self.stage


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a category, in the trade's own term (`label`) and in plain words with an example (`help`).

    `unit` is a code of `units.UNITS`. `needed` is the stage from which it may not stay blank, unless one of
    `or_else` is filled in. `show_if` says when the field applies at all. `filters` is the side of a factory's
    capability its value asks for. `usual` is raw input for what the trade takes when nobody says otherwise: a factory
    may state it as its assumption.
    """

    name: str
    label: Words
    help: Words = ""
    _: KW_ONLY
    unit: str = ""
    needed: Stage | None = None
    or_else: tuple[str, ...] = ()
    show_if: When | None = None
    filters: Dimension | None = None
    usual: Any = None

    kind: ClassVar[str] = ""

    def read(self, raw: Any, path: str, reading: Reading) -> Value | None:
        """The value, or None where `raw` is blank or refused; what is refused goes to `reading`."""
        text = scalar(raw)
        if text is None:
            reading.refuse(path, self.label, _("this does not fit here."))
            return None
        return self._value(text, path, reading) if text.strip() else None

    def _value(self, text: str, path: str, reading: Reading) -> Value | None:
        raise NotImplementedError

    def write(self, value: Value) -> Any:
        """The raw input that means `value`, in the shape a form sends."""
        return str(value)

    def text(self, value: Value) -> str:
        """`value` for people, in the current language, without the unit."""
        return str(value)

    @property
    def unit_text(self) -> str:
        return unit_label(self.unit)

    def tags(self, value: Value, dimension: Dimension) -> set[str]:
        """What `value` asks of a factory on that side of its capability."""
        return set()

    def vocabulary(self, dimension: Dimension) -> dict[str, Words]:
        """The codes that this field may ask for on that side, with their words."""
        return {}


def scalar(raw: Any) -> str | None:
    """A string, number or yes/no as text; a list gives its last item (as a repeated form key does); else None."""
    if isinstance(raw, list | tuple):
        raw = raw[-1] if raw else ""
    if raw is None or isinstance(raw, str):
        return raw or ""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, float | Decimal):
        return written(raw) if Decimal(raw).is_finite() else "-"
    return str(raw) if isinstance(raw, int) and abs(raw) < 10**30 else None


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
    """A number from `low` to `high` in `unit`, with at most `decimals` places. The value is an int where it is whole."""

    low: float = 0
    high: float = 1_000_000
    decimals: int = 0
    kind: ClassVar[str] = "number"

    def _value(self, text: str, path: str, reading: Reading) -> int | float | None:
        number = read_number(text, self.unit)
        if number is None:
            reading.refuse(
                path, self.label, _("write it in figures, for example %(example)s.", example=self.example)
            )
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
