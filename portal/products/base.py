"""What a spec field is: one declaration that reads what people type, shows it, and says what it is for.

A field turns raw input (strings as a form sends them, or the JSON value itself) into a JSON-serialisable value, and
back. `read(write(value))` is the value again. Problems are collected in a `Reading`, never raised.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, NamedTuple

from portal.core.i18n import _
from portal.products.reading import written
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

    GOODS = "goods"
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

    With `stage` None (a draft) nothing is missing yet; only what is there is checked. `within` names the group or the
    row that is being read ("Print location 2"), for the messages.
    """

    stage: Stage | None = None
    problems: dict[str, str] = field(default_factory=dict)
    within: str = ""

    def refuse(self, path: str, label: Words, problem: str) -> None:
        name = f"{self.within} – {label}" if self.within else str(label)
        self.problems.setdefault(path, _("%(field)s: %(problem)s", field=name, problem=problem))

    def missing(self, path: str, label: Words) -> None:
        self.refuse(path, label, _("this is needed."))

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
