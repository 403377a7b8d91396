"""What changed from one revision to the next: the rows of both, side by side, as the paper marks them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from portal.orders.changes.proposal import with_changes
from portal.products.declaration import Category
from portal.products.placement import Placement
from portal.products.present import Pair, PairPart, bilingual_rows


def before(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """The content of the revision that `content` takes the place of, as far as the paper shows it; None for the
    first."""
    change = content.get("changes")
    if not change:
        return None
    former = change["former"]
    values = with_changes(content["values"], former["values"])
    told = {name: former[name] for name in ("quantity", "ship_by", "amounts")}
    assumptions = content["assumptions"] | former["assumptions"]
    return {**content, "values": values, "assumptions": assumptions, **told, "revision": change["against"]}


def files(content: Mapping[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every file of a revision with the one that it took the place of, None where it is the same as before."""
    former = content.get("changes", {}).get("former", {}).get("files", {})
    return [(file, former.get(str(place))) for place, file in enumerate(content["files"])]


@dataclass(frozen=True)
class Line:
    """One line of the paper. `now` is None for a row that goes, `was` for one that is new; `changed` marks both."""

    now: Pair | None
    was: Pair | None
    changed: bool

    @property
    def row(self) -> Pair:
        """The row whose label the line carries."""
        return cast(Pair, self.now or self.was)


@dataclass(frozen=True)
class Part:
    title_zh: str
    title: str
    rows: tuple[Line, ...]


def parts(category: Category, content: Mapping[str, Any], locale: str) -> list[Part]:
    """Every row of the spec; against the revision before, where there is one."""
    new = bilingual_rows(category, content["values"], locale, assumptions=content["assumptions"])
    old_content = before(content)
    if old_content is None:
        return [Part(one.title_zh, one.title, tuple(Line(row, row, False) for row in one.rows)) for one in new]
    old = bilingual_rows(category, old_content["values"], locale, assumptions=old_content["assumptions"])
    merged = []
    for section in category.sections:
        was, now = _of(old, section.code), _of(new, section.code)
        if head := now or was:
            lines = _lines([field.name for field in section.fields], was, now)
            merged.append(Part(head.title_zh, head.title, tuple(lines)))
    return merged


def _of(found: list[PairPart], code: str) -> PairPart | None:
    return next((part for part in found if part.code == code), None)


def _lines(names: list[str], was: PairPart | None, now: PairPart | None) -> Iterator[Line]:
    """Field by field: the rows that are, each beside what it was, then those that are no more."""
    old, new = was.rows if was else (), now.rows if now else ()
    for name in names:
        former = {row.path: row for row in old if _field(row) == name}
        present = [row for row in new if _field(row) == name]
        for row in present:
            old_row = former.pop(row.path, None)
            yield Line(row, old_row, old_row is None or _said(old_row) != _said(row))
        yield from (Line(None, row, True) for row in former.values() if not row.blank)


def _field(row: Pair) -> str:
    return row.path.split("-")[0]


def _said(row: Pair) -> tuple[str, str, bool]:
    return row.text_zh, row.text, row.assumed


_DRAWN = [field.name for field in fields(Placement) if field.name != "title"]


def redrawn(category: Category, content: Mapping[str, Any]) -> set[str]:
    """The paths of the prints that are placed or sized differently in this revision."""
    old_content = before(content)
    if old_content is None:
        return set()
    old = {one.path: _measures(one) for one in category.placements(old_content["values"])}
    return {one.path for one in category.placements(content["values"]) if old.get(one.path) != _measures(one)}


def _measures(placement: Placement) -> tuple[Any, ...]:
    return tuple(getattr(placement, name) for name in _DRAWN)


def beside(new: list[tuple[Any, Any]], old: list[tuple[Any, Any]]) -> list[tuple[Any, Any, Any]]:
    """Labelled facts as (label, now, was): `was` is None where nothing changed and '' for a new one."""
    former = {str(label): value for label, value in old}
    shown = []
    for label, value in new:
        was = former.get(str(label), "")
        shown.append((label, value, None if str(was) == str(value) else was))
    known = {str(label) for label, _value in new}
    return [*shown, *((label, "", value) for label, value in old if str(label) not in known)]


@dataclass(frozen=True)
class Change:
    """One line of the summary: what it was and what it is, in both languages."""

    label_zh: str
    label: str
    was: tuple[str, str]
    now: tuple[str, str]


def spec_changes(shown: list[Part]) -> list[Change]:
    """The changed rows of the spec, in the order of the paper."""
    return [_change(line) for part in shown for line in part.rows if line.changed]


def _change(line: Line) -> Change:
    was, now = line.was, line.now
    return Change(
        line.row.label_zh,
        line.row.label,
        (was.text_zh, was.text) if was else ("", ""),
        (now.text_zh, now.text) if now else ("", ""),
    )
