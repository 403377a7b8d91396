"""What of a piece can be measured: the lengths and weights of its spec, each with how far it may be off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.products.base import Field, Reading, Value, Values
from portal.products.declaration import Category
from portal.products.fields import Number, Text
from portal.products.groups import Dimensions, Table
from portal.products.units import unit_label

_SCALE = {"um": Decimal("0.001"), "mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000)} | {
    "g": Decimal(1),
    "kg": Decimal(1000),
}


@dataclass(frozen=True)
class Measure:
    """One measurable thing: `path` ("locations-0-width"), its words in the current language, the code of its unit,
    what it is to be, and by how much it may be more or less (None where nothing was agreed). `usual`: that is what the
    trade takes, because nobody said. `signed`: it may lie on either side of nothing, as an offset does."""

    path: str
    label: str
    unit: str
    target: Decimal
    tolerance: Decimal | None
    usual: bool = False
    signed: bool = False

    def good(self, found: Decimal) -> bool | None:
        """Whether a piece that measures `found` is within tolerance; None without one."""
        return None if self.tolerance is None else abs(found - self.target) <= self.tolerance


#: Path of a field or column -> (amount, unit): `Category.usual_tolerances`, as a spec has frozen it.
Usual = Mapping[str, Sequence[str]]


def measures(
    category: Category, values: Values, assumptions: Mapping[str, str] | None = None, usual: Usual | None = None
) -> list[Measure]:
    """The measures of a spec in the order of its form. What the factory assumes for a blank field counts like a value,
    where it can be read as one. Where no tolerance is filled in, that of `usual` holds."""
    known = _with_assumed(category, values, assumptions or {})
    return [measure for _path, measure in _Spec(category, known, usual or {}).measures()]


def usual_rows(
    category: Category, values: Values, assumptions: Mapping[str, str], usual: Usual
) -> list[tuple[str, str]]:
    """What `usual` says of this spec: (words of the field or column, "± 3 %"), in the current language."""
    known = _with_assumed(category, values, assumptions)
    paths = dict.fromkeys(path for path, measure in _Spec(category, known, usual).measures() if measure.usual)
    return [(_words(category, path), f"± {usual[path][0]} {unit_label(usual[path][1])}") for path in paths]


def _words(category: Category, path: str) -> str:
    table, dot, _column = path.rpartition(".")
    label = category.paths[path].label
    return f"{category.paths[table].label} · {label}" if dot else str(label)


def _with_assumed(category: Category, values: Values, assumptions: Mapping[str, str]) -> dict[str, Value]:
    read = {
        field.name: field.read(assumptions[field.name], field.name, Reading())
        for field in category.fields()
        if field.name in assumptions and field.name not in values
    }
    return {name: value for name, value in read.items() if value is not None} | dict(values)


@dataclass(frozen=True)
class _Spec:
    category: Category
    values: Values
    usual: Usual

    def measures(self) -> Iterator[tuple[str, Measure]]:
        """(declared path, measure)."""
        applying = self.category.applies(self.values)
        for field in self.category.fields():
            if field.name in applying and field.name in self.values:
                yield from self._of_field(field, self.values[field.name])

    def _of_field(self, field: Field, value: Value) -> Iterator[tuple[str, Measure]]:
        if isinstance(field, Table):
            for number, row in enumerate(value):
                yield from self._of_row(field, number, row)
        elif field.name not in self.category.measures:
            return
        elif isinstance(field, Dimensions):
            for side in field.parts:
                if side.name in value:
                    label = f"{field.label} · {side.label}"
                    yield self._measure(field.name, f"{field.name}-{side.name}", label, side.unit, value[side.name])
        else:
            yield self._measure(field.name, field.name, str(field.label), field.unit, value)

    def _of_row(self, table: Table, number: int, row: Mapping[str, Value]) -> Iterator[tuple[str, Measure]]:
        for column in table.parts:
            declared = f"{table.name}.{column.name}"
            if declared in self.category.measures and column.name in row:
                label = f"{self._row_words(table, number, row)} · {column.label}"
                path = f"{table.name}-{number}-{column.name}"
                yield self._measure(declared, path, label, column.unit, row[column.name], row)

    def _row_words(self, table: Table, number: int, row: Mapping[str, Value]) -> str:
        """What tells a row from the others: the words that somebody gave it, or its number and place."""
        named = (part.name for part in table.parts if isinstance(part, Text) and part.needed and part.name in row)
        if name := next(named, None):
            return str(row[name])
        path = f"{table.name}-{number}"
        title = next((str(one.title) for one in self.category.placements(self.values) if one.path == path), "")
        numbered = f"{table.row_label} {number + 1}"
        return f"{numbered} ({title})" if title else numbered

    def _measure(
        self, declared: str, path: str, label: str, unit: str, value: Value, row: Mapping[str, Value] | None = None
    ) -> tuple[str, Measure]:
        target = Decimal(repr(value))
        agreed = self._tolerance(self.category.measures[declared], row, target, unit)
        amount, of = self.usual.get(declared, (None, ""))
        usual = agreed is None and amount is not None
        tolerance = _converted(Decimal(amount), of, unit, target) if usual and amount else agreed
        return declared, Measure(path, label, unit, target, tolerance, usual, self._signed(declared))

    def _signed(self, declared: str) -> bool:
        field = self.category.paths[declared]
        return isinstance(field, Number) and field.low is not None and field.low < 0

    def _tolerance(self, paths: str, row: Mapping[str, Value] | None, target: Decimal, unit: str) -> Decimal | None:
        """The first that is filled in of the tolerances at `paths`, in `unit`. A column is that of the same row."""
        for path in paths.split():
            table, _dot, column = path.rpartition(".")
            value = (row or {}).get(column) if table else self.values.get(path)
            if value is not None:
                return _converted(Decimal(repr(value)), self.category.paths[path].unit, unit, target)
        return None


def _converted(amount: Decimal, source: str, unit: str, target: Decimal) -> Decimal:
    if source == "%":
        return _readable(abs(target) * amount / 100)
    return amount if source == unit else amount * _SCALE[source] / _SCALE[unit]


def _readable(share: Decimal) -> Decimal:
    """A share of something as one reads it off: to two figures, to the whole number from 10 on."""
    return share.quantize(Decimal(1) if share >= 10 else Decimal("0.1") if share >= 1 else Decimal("0.01"))
