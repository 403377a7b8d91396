"""Fields made of fields: sizes, ranges, colours, sums of money, and tables of rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from portal.core import money
from portal.core.errors import Invalid
from portal.core.i18n import N_, _
from portal.products.base import Dimension, Field, Option, Reading, Stage, Value, Words, options
from portal.products.fields import Choice, Number, Text
from portal.products.reading import read_number, written


@dataclass(frozen=True, eq=False)
class Group(Field):
    """Several inputs that make one value: a mapping of part name -> value, without the blank parts.

    A part that is `needed` must be there once another part is, or once the group itself is needed.
    """

    parts: tuple[Field, ...] = ()
    kind: ClassVar[str] = "group"

    def read(self, raw: Any, path: str, reading: Reading) -> Value | None:
        if not isinstance(raw, Mapping):
            if raw not in (None, "", [], [""]):
                reading.refuse(path, self.label, _("this does not fit here."))
            return None
        own = Reading(reading.stage, within=reading.within or str(self.label))
        value = self._parts(raw, path, own)
        if value is not None and not own.problems:
            value = self._whole(value, path, own)
        reading.problems.update(own.problems)
        return value

    def _parts(self, raw: Mapping[str, Any], path: str, reading: Reading) -> dict[str, Value] | None:
        for stranger in raw.keys() - {part.name for part in self.parts}:
            reading.problems[f"{path}-{stranger}"] = _("This does not belong to this product.")
        found = {part.name: part.read(raw.get(part.name), f"{path}-{part.name}", reading) for part in self.parts}
        value = {name: item for name, item in found.items() if item is not None}
        for part in self.parts:
            if value and part.name not in value and reading.asks(part):
                reading.missing(f"{path}-{part.name}", part.label)
        return value or None

    def _whole(self, value: dict[str, Value], path: str, reading: Reading) -> Value | None:
        return value

    def write(self, value: Value) -> dict[str, Any]:
        return {part.name: part.write(value[part.name]) for part in self.parts if part.name in value}

    def texts(self, value: Value) -> list[str]:
        return [part.text(value[part.name]) for part in self.parts if part.name in value]

    def text(self, value: Value) -> str:
        return " ".join(self.texts(value))

    def tags(self, value: Value, dimension: Dimension) -> set[str]:
        filled = [part for part in self.parts if part.name in value]
        return set().union(*(part.tags(value[part.name], dimension) for part in filled))

    def vocabulary(self, dimension: Dimension) -> dict[str, Words]:
        return {code: label for part in self.parts for code, label in part.vocabulary(dimension).items()}


@dataclass(frozen=True, eq=False)
class Dimensions(Group):
    """Lengths along named sides, all in `unit`: `{"length": 300, "width": 200}`."""

    kind: ClassVar[str] = "dimensions"

    def text(self, value: Value) -> str:
        return " × ".join(self.texts(value))


_SIDES = {
    "length": N_("Length"),
    "width": N_("Width"),
    "height": N_("Height"),
    "depth": N_("Depth"),
    "gusset": N_("Gusset"),
}


def dimensions(
    name: str,
    label: Words,
    help: Words,
    sides: str,
    *,
    unit: str = "mm",
    low: float = 1,
    high: float = 3000,
    **more: Any,
) -> Dimensions:
    """A `Dimensions` field over `sides`, such as `"length width (gusset)"`: a side in brackets may stay blank."""
    parts = tuple(
        Number(
            side.strip("()"),
            _SIDES[side.strip("()")],
            unit=unit,
            low=low,
            high=high,
            decimals=1,
            needed=None if side.startswith("(") else Stage.BRIEF,
        )
        for side in sides.split()
    )
    return Dimensions(name, label, help, unit=unit, parts=parts, **more)


@dataclass(frozen=True, eq=False)
class Range(Group):
    """From a lowest to a highest value in `unit`: `{"min": 60, "max": 90}`. One end may stay open."""

    kind: ClassVar[str] = "range"

    def _whole(self, value: dict[str, Value], path: str, reading: Reading) -> Value | None:
        if "min" in value and "max" in value and value["min"] > value["max"]:
            reading.refuse(f"{path}-max", N_("Highest"), _("the highest value is below the lowest."))
            return None
        return value

    def text(self, value: Value) -> str:
        low, high = (part.text(value[part.name]) if part.name in value else "" for part in self.parts)
        if low and high:
            return f"{low} … {high}"
        return f"≥ {low}" if low else f"≤ {high}"


def span(
    name: str,
    label: Words,
    help: Words,
    *,
    unit: str,
    low: float,
    high: float,
    decimals: int = 0,
    **more: Any,
) -> Range:
    """A `Range` field whose ends both lie within `low` and `high`."""
    end = Number("min", N_("Lowest"), unit=unit, low=low, high=high, decimals=decimals)
    return Range(name, label, help, unit=unit, parts=(end, replace(end, name="max", label=N_("Highest"))), **more)


@dataclass(frozen=True, eq=False)
class Colour(Group):
    """A colour by reference: `{"system": "pantone_c", "code": "485 C"}`; without a system it is in words.

    No colour table is kept here.
    """

    kind: ClassVar[str] = "colour"

    def _whole(self, value: dict[str, Value], path: str, reading: Reading) -> Value | None:
        return {"system": value.get("system", "words"), **value} if "code" in value else value

    def text(self, value: Value) -> str:
        return " ".join(self.texts(value)[-1:] if value.get("system") == "words" else self.texts(value))


COLOUR_SYSTEMS = options(
    ("pantone_c", N_("Pantone C (coated)")),
    ("pantone_u", N_("Pantone U (uncoated)")),
    ("pantone_tcx", N_("Pantone TCX (textile)")),
    ("ral", N_("RAL")),
    ("supplier", N_("Supplier's colour number")),
    ("words", N_("In words")),
)


def colour(name: str, label: Words, help: Words = "", *, systems: str = "", **more: Any) -> Colour:
    """A `Colour` field in one of `systems` (codes of `COLOUR_SYSTEMS`), or in any of them."""
    offered = tuple(o for o in COLOUR_SYSTEMS if not systems or o.code in systems.split())
    parts = (
        Choice("system", N_("Colour system"), options=offered),
        Text(
            "code",
            N_("Colour reference"),
            N_("For example 485 C, or natural white."),
            longest=60,
            needed=Stage.BRIEF,
        ),
    )
    return Colour(name, label, help, parts=parts, **more)


@dataclass(frozen=True, eq=False)
class Sum(Group):
    """A sum of money in minor units: `{"minor": 1250, "currency": "CNY"}`; people write `amount` and `currency`."""

    kind: ClassVar[str] = "money"

    def read(self, raw: Any, path: str, reading: Reading) -> Value | None:
        if isinstance(raw, Mapping) and isinstance(raw.get("minor"), int) and raw.get("currency") in money.CURRENCIES:
            raw = self.write({"minor": raw["minor"], "currency": raw["currency"]})
        return super().read(raw, path, reading)

    def _parts(self, raw: Mapping[str, Any], path: str, reading: Reading) -> dict[str, Value] | None:
        """A currency alone is no sum: the form always sends one."""
        value = super()._parts(raw, path, reading)
        return value if value and "amount" in value else None

    def _whole(self, value: dict[str, Value], path: str, reading: Reading) -> Value | None:
        amount, currency = read_number(value["amount"]), value.get("currency")
        if currency is None:
            reading.missing(f"{path}-currency", N_("Currency"))
            return None
        try:
            return {"minor": money.parse(written(amount) if amount is not None else "", currency), "currency": currency}
        except Invalid as problem:
            reading.refuse(f"{path}-amount", N_("Amount"), str(problem.message))
            return None

    def write(self, value: Value) -> dict[str, Any]:
        amount = money.major(value["minor"], value["currency"])
        return {"amount": f"{amount:f}", "currency": value["currency"]}

    def text(self, value: Value) -> str:
        return money.show(value["minor"], value["currency"])


def sum_of_money(name: str, label: Words, help: Words, **more: Any) -> Sum:
    currencies = tuple(Option(code, code) for code in money.CURRENCIES)
    parts = (
        Text("amount", N_("Amount"), longest=20),
        Choice("currency", N_("Currency"), options=currencies),
    )
    return Sum(name, label, help, parts=parts, **more)


def is_number(key: Any) -> bool:
    """Whether a form can have numbered a row so."""
    return isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 4


@dataclass(frozen=True, eq=False)
class Table(Group):
    """Rows of the same parts, at most `rows` of them; blank rows do not count. The value is a list, never empty.

    `row_label` names one row ("Print location"). A column's `needed` counts in every row that holds anything.
    """

    rows: int = 12
    row_label: Words = ""
    kind: ClassVar[str] = "table"

    def read(self, raw: Any, path: str, reading: Reading) -> list[dict[str, Value]] | None:
        if raw in (None, "", []):
            return None
        numbered = self._numbered(raw)
        if numbered is None:
            reading.refuse(path, self.label, _("this does not fit here."))
            return None
        found = []
        for number, row in sorted(numbered.items()):
            own = Reading(reading.stage, within=f"{self.row_label} {number + 1}")
            value = Group.read(self, row, f"{path}-{number}", own)
            reading.problems.update(own.problems)
            if value is not None:
                found.append(value)
        if len(found) > self.rows:
            reading.refuse(path, self.label, _("at most %(rows)d rows.", rows=self.rows))
            return None
        return found or None

    def _numbered(self, raw: Any) -> dict[int, Any] | None:
        """Row number -> row, of a list or of a mapping keyed by numbers as a form sends it."""
        if isinstance(raw, list | tuple):
            return dict(enumerate(raw))
        if not isinstance(raw, Mapping):
            return None
        if not all(map(is_number, raw)):
            return None
        return {int(key): row for key, row in raw.items()}

    def write(self, value: Value) -> list[dict[str, Any]]:  # type: ignore[override]
        return [super(Table, self).write(row) for row in value]

    def row_text(self, row: Mapping[str, Value]) -> str:
        cells = [f"{part.text(row[part.name])} {part.unit_text}".strip() for part in self.parts if part.name in row]
        return " · ".join(cells)

    def text(self, value: Value) -> str:
        return "\n".join(self.row_text(row) for row in value)

    def tags(self, value: Value, dimension: Dimension) -> set[str]:
        return set().union(*(super(Table, self).tags(row, dimension) for row in value))
