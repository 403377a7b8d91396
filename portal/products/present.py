"""A spec for people and for machines: labelled rows in any language, two languages side by side, JSON, differences."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from portal.core.i18n import in_locale
from portal.products.base import Field, Reading, Value, Values
from portal.products.declaration import Category, Section
from portal.products.groups import Group, Table

SCHEMA = 1  # of `spec_json`


@dataclass(frozen=True)
class Row:
    """One field in one language. `text` is '' and `blank` true where nothing is said.

    `assumed` marks a factory's assumption. A table has no text of its own: `rows` holds the cells of each row.
    """

    path: str
    label: str
    text: str
    unit: str
    blank: bool
    assumed: bool = False
    rows: tuple[tuple["Row", ...], ...] = ()

    @property
    def shown(self) -> str:
        """The text with its unit."""
        return f"{self.text} {self.unit}".strip() if self.text else ""


@dataclass(frozen=True)
class Part:
    """A section's heading and rows."""

    code: str
    title: str
    rows: tuple[Row, ...]

    @property
    def filled(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.blank)


def rows(
    category: Category,
    values: Values,
    *,
    locale: str | None = None,
    assumptions: Mapping[str, str] | None = None,
) -> list[Part]:
    """Every field that applies, blank ones too, in the language `locale` (a key of `LANGUAGES`) or the current one.

    `assumptions` maps the name of a blank field to what the factory takes instead, as raw input or in its own words.
    """
    applying = category.applies(values)
    with _in(locale):
        return [
            Part(section.code, str(section.title), tuple(shown))
            for section in category.sections
            if (shown := [_row(field, values, assumptions or {}) for field in section.fields if field.name in applying])
        ]


def section_rows(section: Section, values: Values, *, locale: str | None = None) -> Part:
    """The rows of one section that stands outside any category, such as `terms.HEADER`."""
    with _in(locale):
        return Part(section.code, str(section.title), tuple(_row(field, values, {}) for field in section.fields))


def _in(locale: str | None) -> AbstractContextManager[None]:
    return in_locale(locale) if locale else nullcontext()


def _row(field: Field, values: Values, assumptions: Mapping[str, str]) -> Row:
    value = values.get(field.name)
    if value is not None:
        return _filled(field, field.name, value)
    kept = assumptions.get(field.name, "")
    return replace(_assumed(field, kept), blank=not kept, assumed=bool(kept))


def _filled(field: Field, path: str, value: Value) -> Row:
    if isinstance(field, Table):
        cells = tuple(
            tuple(
                _filled(part, f"{path}-{number}-{part.name}", row[part.name])
                for part in field.parts
                if part.name in row
            )
            for number, row in enumerate(value)
        )
        return Row(path, str(field.label), "", "", blank=False, rows=cells)
    return Row(path, str(field.label), field.text(value), field.unit_text, blank=False)


def _assumed(field: Field, kept: str) -> Row:
    """An assumption in the field's own terms where it is one, else in the factory's words, which name their unit."""
    value = field.read(kept, field.name, Reading()) if kept else None
    if value is None or isinstance(field, Group):
        return Row(field.name, str(field.label), kept, "", blank=True)
    return Row(field.name, str(field.label), field.text(value), field.unit_text, blank=True)


@dataclass(frozen=True)
class Pair:
    """One line of a bilingual spec: the same field in Chinese and in the other language.

    A table becomes one line per cell, its label naming row and column ("Print location 1 · Method").
    """

    path: str
    label_zh: str
    label: str
    text_zh: str
    text: str
    blank: bool
    assumed: bool


@dataclass(frozen=True)
class PairPart:
    code: str
    title_zh: str
    title: str
    rows: tuple[Pair, ...]


def bilingual_rows(
    category: Category, values: Values, locale: str, *, assumptions: Mapping[str, str] | None = None
) -> list[PairPart]:
    """Every field that applies in simplified Chinese and in `locale`, texts with their unit, line by line."""
    chinese = rows(category, values, locale="zh_Hans", assumptions=assumptions)
    other = rows(category, values, locale=locale, assumptions=assumptions)
    return [
        PairPart(one.code, one.title, two.title, tuple(_pairs(category, one, two, locale)))
        for one, two in zip(chinese, other, strict=True)
    ]


def _pairs(category: Category, chinese: Part, other: Part, locale: str) -> Iterator[Pair]:
    for one, two in zip(chinese.rows, other.rows, strict=True):
        lines_zh, lines = _lines(category, one, "zh_Hans"), _lines(category, two, locale)
        for left, right in zip(lines_zh, lines, strict=True):
            yield Pair(left.path, left.label, right.label, left.shown, right.shown, right.blank, right.assumed)


def _lines(category: Category, row: Row, locale: str) -> Iterator[Row]:
    """`row` itself, or a table's cells with labels that say which row they belong to."""
    if not row.rows:
        yield row
        return
    with in_locale(locale):
        table = str(category.field(row.path).row_label)
    for number, cells in enumerate(row.rows, 1):
        for cell in cells:
            yield replace(cell, label=f"{table} {number} · {cell.label}")


def spec_json(category: Category, values: Values, assumptions: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The spec for a machine: every field that applies under its stable name, with kind, unit and value (None: blank).

    A factory's assumption stands under "assumption", as raw input or in words.
    """
    applying = category.applies(values)
    fields = {
        field.name: _json(field, values.get(field.name), (assumptions or {}).get(field.name))
        for field in category.fields()
        if field.name in applying
    }
    return {"schema": SCHEMA, "category": category.code, "fields": fields}


def _json(field: Field, value: Value | None, assumption: str | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": field.kind, "value": value}
    if field.unit:
        entry["unit"] = field.unit
    if isinstance(field, Table):
        entry["columns"] = {
            part.name: {"kind": part.kind} | ({"unit": part.unit} if part.unit else {}) for part in field.parts
        }
    if value is None and assumption:
        entry["assumption"] = assumption
    return entry


@dataclass(frozen=True)
class Change:
    """What differs between two specs, in one language: '' where nothing was or is said."""

    path: str
    label: str
    before: str
    after: str


def diff(category: Category, old: Values, new: Values, *, locale: str | None = None) -> list[Change]:
    """What changed from `old` to `new`, field by field and, in tables, cell by cell."""
    with _in(locale):
        return [change for field in category.fields() for change in _changes(field, old, new)]


def _changes(field: Field, old: Values, new: Values) -> Iterator[Change]:
    before, after = old.get(field.name), new.get(field.name)
    if before == after:
        return
    if isinstance(field, Table):
        for number in range(max(len(before or ()), len(after or ()))):
            yield from _row_changes(field, number, before or [], after or [])
    else:
        yield Change(field.name, str(field.label), _shown(field, before), _shown(field, after))


def _row_changes(
    table: Table, number: int, before: list[dict[str, Value]], after: list[dict[str, Value]]
) -> Iterator[Change]:
    path, label = f"{table.name}-{number}", f"{table.row_label} {number + 1}"
    if number >= len(before):
        yield Change(path, label, "", table.row_text(after[number]))
    elif number >= len(after):
        yield Change(path, label, table.row_text(before[number]), "")
    else:
        for part in table.parts:
            was, now = before[number].get(part.name), after[number].get(part.name)
            if was != now:
                yield Change(f"{path}-{part.name}", f"{label} · {part.label}", _shown(part, was), _shown(part, now))


def _shown(field: Field, value: Value | None) -> str:
    return "" if value is None else f"{field.text(value)} {field.unit_text}".strip()
