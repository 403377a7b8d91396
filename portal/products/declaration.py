"""A product category: the declaration from which form, validation, matching, comparison and PDF are made."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.products import milestones
from portal.products.base import Dimension, Field, Option, Stage, Value, Values, When, Words
from portal.products.findings import Context, Finding
from portal.products.groups import Table
from portal.products.placement import Placement
from portal.products.units import UNITS

Rule = Callable[[Values, Context], Iterable[Finding]]
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, eq=False)
class Section:
    """A group of fields under one heading. With `show_if` unmet the whole section does not apply."""

    code: str
    title: Words
    fields: tuple[Field, ...]
    show_if: When | None = None


@dataclass(frozen=True)
class SmallBatch:
    """What small orders of a category look like, for hints and never as a limit: pieces and "
    "days from deposit to ready."""

    fewest: int
    usual: int
    days: tuple[int, int]


#: Pixels per inch at print size below which a picture looks blurred: on cloth, whose threads are coarse, and elsewhere.
ON_CLOTH, ELSEWHERE = 150, 300


def _elsewhere(_values: Values) -> int:
    return ELSEWHERE


def _nowhere(_values: Values) -> tuple[Placement, ...]:
    return ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Category:
    """One kind of product.

    `essentials` are the paths ("size", "locations.method") that a first-time creator sees at once; the rest waits
    behind "more detail". `defaults` is raw input that a new brief starts with. `placements` gives what is printed
    where, in mm, for the true-scale drawing; `least_dpi` the resolution that pictures need there. `milestones` are the
    steps of its production, in their order. `measures` maps each path that can be measured on a piece to the paths of
    its tolerances, the first that is filled in counting ("locations.width": "locations.tolerance");
    `usual_tolerances` is what the trade takes for such a path where nobody has filled in any: (amount, unit), the
    unit "%" for a share of the target. `fee_permille` is the portal's fee, in thousandths of what an order pays its
    factory. Raises `ValueError` when the declaration contradicts itself.
    """

    code: str
    name: Words
    summary: Words
    sections: tuple[Section, ...]
    essentials: tuple[str, ...]
    small_batch: SmallBatch
    rules: tuple[Rule, ...] = ()
    placements: Callable[[Values], tuple[Placement, ...]] = _nowhere
    least_dpi: Callable[[Values], int] = _elsewhere
    milestones: tuple[Option, ...] = milestones.NEUTRAL
    measures: Mapping[str, str] = dataclasses.field(default_factory=dict)
    usual_tolerances: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    fee_permille: int = 50

    def __post_init__(self) -> None:
        names = [declared.name for declared in self.fields()]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise ValueError(f"{self.code}: declared twice: {sorted(doubled)}")
        for path, declared in self.paths.items():
            self._check(path, declared)
        tolerances = {path for paths in self.measures.values() for path in paths.split()}
        strangers = {*self.essentials, *self.defaults, *self.measures, *tolerances} - {*self.paths}
        if strangers:
            raise ValueError(f"{self.code}: no such field: {sorted(strangers)}")
        if unmeasured := {*self.usual_tolerances} - {*self.measures}:
            raise ValueError(f"{self.code}: a tolerance of what is not measured: {sorted(unmeasured)}")
        milestones.check(self.milestones)

    def _check(self, path: str, declared: Field) -> None:
        if not _NAME.fullmatch(declared.name):
            raise ValueError(f"{self.code}: {path}: a name is lower-case letters, digits and underscores")
        if declared.unit and declared.unit not in UNITS:
            raise ValueError(f"{self.code}: {path}: unknown unit {declared.unit!r}")
        if declared.show_if and declared.show_if.path not in self.paths:
            raise ValueError(f"{self.code}: {path}: depends on {declared.show_if.path!r}, which is not declared")
        if declared.needed == Stage.BRIEF and "." not in path and path not in self.essentials:
            raise ValueError(f"{self.code}: {path}: needed in the brief, so it must be one of the essentials")

    def fields(self) -> Iterator[Field]:
        """Every field, in the order of the form."""
        for section in self.sections:
            yield from section.fields

    @cached_property
    def paths(self) -> Mapping[str, Field]:
        """path -> field, of every field, and of every column of a table as "table.column"; in the order of the form."""
        found: dict[str, Field] = {}
        for declared in self.fields():
            found[declared.name] = declared
            if isinstance(declared, Table):
                found |= {f"{declared.name}.{column.name}": column for column in declared.parts}
        return found

    def field(self, name: str) -> Field:
        """The field called `name`. Raises `KeyError`."""
        for declared in self.fields():
            if declared.name == name:
                return declared
        raise KeyError(name)

    def applies(self, values: Values) -> set[str]:
        """The names of the fields that apply to a spec with `values`."""
        return {
            declared.name
            for section in self.sections
            if section.show_if is None or section.show_if.holds(values)
            for declared in section.fields
            if declared.show_if is None or declared.show_if.holds(values)
        }

    def vocabulary(self, dimension: Dimension) -> dict[str, Words]:
        """What a factory can say it offers on one side of its capability: code -> words, drawn from the fields."""
        return {code: label for declared in self.fields() for code, label in declared.vocabulary(dimension).items()}

    def filters(self, values: Values) -> dict[Dimension, set[str]]:
        """What a spec asks of a factory on each side of its capability, every side present."""
        applying = self.applies(values)
        asked: dict[Dimension, set[str]] = {dimension: set() for dimension in Dimension}
        for declared in self.fields():
            if declared.name in applying and declared.name in values:
                for dimension in Dimension:
                    asked[dimension] |= declared.tags(values[declared.name], dimension)
        return asked

    def blank(self, values: Mapping[str, Value], stage: Stage = Stage.FREEZE) -> list[Field]:
        """The fields still open that must be known at `stage`: what a factory states an assumption for."""
        applying = self.applies(values)
        return [
            declared
            for declared in self.fields()
            if declared.name in applying
            and declared.needed is not None
            and declared.needed <= stage
            and declared.name not in values
            and not any(other in values for other in declared.or_else)
        ]
