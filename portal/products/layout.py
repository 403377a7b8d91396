"""Inputs put together: groups side by side, tables of rows, and what makes them all from the declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from portal.products.base import Field, Stage
from portal.products.controls import AnyOf, Control, OneOf, Paragraphs, Said, said
from portal.products.fields import Boolean, Choice, LongText, MultiChoice
from portal.products.groups import Group, Table


@dataclass
class Cluster:
    """A group's inputs side by side: a size, a range, a colour, a sum."""

    declared: Group
    said: Said
    name: str
    parts: list[Control]
    errors: list[str] = field(default_factory=list)
    optional: bool = False
    kind: ClassVar[str] = "group"

    @property
    def filled(self) -> bool:
        return any(part.filled for part in self.parts if part.declared.name != "currency")

    @property
    def refused(self) -> bool:
        return bool(self.errors) or any(part.refused for part in self.parts)

    @property
    def plain(self) -> bool:
        return not self.errors and all(part.plain for part in self.parts)

    def problems(self) -> Iterator[tuple[str, list[str]]]:
        if self.errors:
            yield self.parts[0].id, self.errors
        for part in self.parts:
            yield from part.problems()


@dataclass
class Line:
    """One row of a table: its inputs, the essential ones first; `open`: the others are not folded away. The writer
    goes on `here` once the page has come back."""

    name: str
    number: int
    first: list[Any]
    more: list[Any]
    open: bool = False
    here: bool = False

    @property
    def refused(self) -> bool:
        return any(one.refused for one in (*self.first, *self.more))


@dataclass
class Lines:
    """A table's rows, with room for one more while there are fewer than it may hold. `here`: as of a row."""

    declared: Table
    said: Said
    name: str
    rows: list[Line]
    errors: list[str] = field(default_factory=list)
    optional: bool = False
    here: bool = False
    kind: ClassVar[str] = "table"

    @property
    def room(self) -> bool:
        return len(self.rows) < self.declared.rows

    @property
    def filled(self) -> bool:
        return any(one.filled for row in self.rows for one in (*row.first, *row.more))

    @property
    def refused(self) -> bool:
        return bool(self.errors) or any(row.refused for row in self.rows)

    @property
    def plain(self) -> bool:
        return len(self.rows) == 1 and not self.filled and not self.refused and not self.here

    def problems(self) -> Iterator[tuple[str, list[str]]]:
        if self.errors:
            yield self.name, self.errors
        for row in self.rows:
            for one in (*row.first, *row.more):
                yield from one.problems()


_KINDS: tuple[tuple[type[Field], type[Control]], ...] = (
    (MultiChoice, AnyOf),
    (Boolean, OneOf),
    (Choice, OneOf),
    (LongText, Paragraphs),
    (Field, Control),
)


@dataclass(frozen=True)
class Builder:
    """Makes the inputs of fields from raw input and problems by path.

    `prefix` stands before every HTML name. `locale` is the current language. `essentials` are paths as in
    `Category.essentials`; `deciding` are paths that other fields depend on. `writing`: the page comes back to somebody
    in the midst of it, who goes on at the table or row `here` (an HTML name), if anywhere.
    """

    prefix: str
    locale: str
    problems: Mapping[str, str]
    essentials: frozenset[str]
    deciding: frozenset[str]
    writing: bool = False
    here: str = ""

    def unfolds(self, folded: list[Any]) -> bool:
        """Whether these inputs must be seen: they are refused, or somebody is at work on them."""
        return any(one.refused or (self.writing and one.filled) or self._works_at(one) for one in folded)

    def _works_at(self, control: Any) -> bool:
        return bool(self.here) and f"{self.here}-".startswith(f"{control.name}-")

    def build(self, declared: Field, path: str, raw: Any, general: str) -> Any:
        """The control of `declared`; `path` numbers rows ("locations-0-width"), `general` not ("locations.width")."""
        errors = [self.problems[path]] if path in self.problems else []
        asked = declared.needed is not None if "." in general else declared.needed == Stage.BRIEF
        optional = general in self.essentials and not asked
        name, words = f"{self.prefix}{path}", said(declared, self.locale)
        if isinstance(declared, Table):
            return Lines(declared, words, name, self._rows(declared, path, raw), errors, optional, name == self.here)
        if isinstance(declared, Group):
            inner = raw if isinstance(raw, Mapping) else {}
            parts = [self.build(part, f"{path}-{part.name}", inner.get(part.name), "") for part in declared.parts]
            return Cluster(declared, words, name, parts, errors, optional)
        cls = next(control for kind, control in _KINDS if isinstance(declared, kind))
        return cls(declared, words, name, raw, errors, optional, general if general in self.deciding else "")

    def _rows(self, table: Table, path: str, raw: Any) -> list[Line]:
        rows = raw if isinstance(raw, list) and raw else [{}]
        return [self._row(table, f"{path}-{number}", number, row) for number, row in enumerate(rows)]

    def _row(self, table: Table, path: str, number: int, raw: Any) -> Line:
        inner = raw if isinstance(raw, Mapping) else {}
        first: list[Any] = []
        more: list[Any] = []
        chosen = {part.name for part in table.parts if f"{table.name}.{part.name}" in self.essentials}
        for part in table.parts:
            control = self.build(part, f"{path}-{part.name}", inner.get(part.name), f"{table.name}.{part.name}")
            (first if part.name in chosen or not chosen else more).append(control)
        name = f"{self.prefix}{path}"
        return Line(name, number + 1, first, more, self.unfolds(more), name == self.here)
