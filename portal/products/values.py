"""From what a form or a client sends to checked values of a category, and back.

Raw input is a mapping of field name -> string, list or mapping, nested as the fields are. A form's flat names
("locations-0-width") say the same: `nested` and `flat` change one into the other.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.i18n import _
from portal.products.base import Reading, Stage, Value
from portal.products.declaration import Category

MOST_KEYS = 2000
MOST_CHARACTERS = 200_000
LONGEST_STRING = 20_000  # of what is kept to be shown again; every field's own limit is far below
DEEPEST = 4  # table - row - group - part


@dataclass(frozen=True)
class Parsed:
    """What became of somebody's input.

    `values` holds what is right (JSON-serialisable, no blanks, only fields that apply); `problems` maps the path of
    each input that is not ("locations-0-width", "" for the whole) to words in the current language; `raw` is the
    input itself, so that a form can show it again.
    """

    values: dict[str, Value]
    problems: dict[str, str]
    raw: dict[str, Any]

    @property
    def ok(self) -> bool:
        return not self.problems


def parse(
    category: Category, raw: Mapping[str, Any], stage: Stage | None = None, assumed: Collection[str] = ()
) -> Parsed:
    """Check `raw` against every field of `category` that applies. Never raises for what `raw` holds.

    With `stage` what is needed by then must be there, except fields in `assumed`; without, a draft may be blank.
    Values that `parse` has returned before are valid input.
    """
    kept: dict[str, Any] = _kept(raw)
    if _size(kept) > MOST_CHARACTERS:
        return Parsed({}, {"": _("This is far more than a spec needs. Shorten it.")}, kept)
    reading = Reading(stage)
    found, problems = {}, {}
    for declared in category.fields():
        own = Reading(stage)
        found[declared.name] = declared.read(kept.get(declared.name), declared.name, own)
        problems[declared.name] = own.problems
    values = {name: value for name, value in found.items() if value is not None}
    while values.keys() - (applying := category.applies(values)):  # what goes may have decided about others
        values = {name: value for name, value in values.items() if name in applying}
    for declared in category.fields():
        if declared.name in applying:
            reading.problems.update(problems[declared.name])
    if stage is not None:
        for blank in category.blank(values, stage):
            if blank.name not in assumed and not problems[blank.name]:
                reading.missing(blank.name, blank.label)
    for stranger in kept.keys() - found.keys():
        reading.problems[stranger] = _("This does not belong to this product.")
    return Parsed(values, reading.problems, kept)


def raw_values(category: Category, values: Mapping[str, Value]) -> dict[str, Any]:
    """The raw input that means `values`; values of fields that the category no longer has are left out."""
    return {
        declared.name: declared.write(values[declared.name])
        for declared in category.fields()
        if declared.name in values
    }


def initial(category: Category) -> dict[str, Value]:
    """The values that a new brief starts with."""
    return parse(category, category.defaults).values


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Raw input from a form's (name, value) pairs. A name sent more than once becomes a list.

    Of more than `MOST_KEYS` pairs the rest is left out; of two names that contradict each other the first counts.
    """
    tree: dict[str, Any] = {}
    for number, (name, text) in enumerate(pairs):
        if number >= MOST_KEYS:
            break
        *way, last = name.split("-")[:DEEPEST]
        branch: Any = tree
        for step in way:
            branch = branch.setdefault(step, {})
            if not isinstance(branch, dict):
                break
        else:
            _put(branch, last, text)
    return tree


def _put(branch: dict[str, Any], name: str, text: str) -> None:
    if name not in branch:
        branch[name] = text
    elif isinstance(branch[name], list):
        branch[name].append(text)
    elif isinstance(branch[name], str):
        branch[name] = [branch[name], text]


def flat(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The (name, value) pairs with which a form would send `raw`."""
    pairs: list[tuple[str, str]] = []
    for name, item in raw.items():
        pairs.extend(_flat(str(name), item))
    return pairs


def _flat(name: str, item: Any) -> Iterable[tuple[str, str]]:
    if isinstance(item, Mapping):
        for part, inner in item.items():
            yield from _flat(f"{name}-{part}", inner)
    elif isinstance(item, list | tuple):
        for number, inner in enumerate(item):
            nest = isinstance(inner, Mapping | list | tuple)
            yield from _flat(f"{name}-{number}" if nest else name, inner)
    elif item is not None:
        yield name, item if isinstance(item, str) else str(item)


def _kept(item: Any, depth: int = 0) -> Any:
    """`item` as JSON can hold it, without limitless strings and nesting; what no form sends becomes blank."""
    if isinstance(item, str):
        return item[:LONGEST_STRING].encode("utf-8", "replace").decode().replace("\x00", "")
    if depth <= DEEPEST and isinstance(item, Mapping):
        return {_kept(str(name)[:100]): _kept(inner, depth + 1) for name, inner in list(item.items())[:MOST_KEYS]}
    if depth <= DEEPEST and isinstance(item, list | tuple):
        return [_kept(inner, depth + 1) for inner in item[:MOST_KEYS]]
    return item if isinstance(item, bool | int | float) and item == item and abs(item) < 1e30 else ""


def _size(item: Any) -> int:
    if isinstance(item, Mapping):
        return sum(len(name) + _size(inner) for name, inner in item.items())
    if isinstance(item, list):
        return sum(map(_size, item))
    return len(item) + 1 if isinstance(item, str) else 10
