"""Parts of a page that features above it bring: what waits in the inbox, the calendar's address in the settings.

sections.add("desk", Section("orders/_waiting.html", load))      the upper feature, when it is wired in
page(..., sections=sections.load_all("desk", conn, actor))       the page, which includes templates/_sections.html
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor

Load = Callable[[Connection, Actor], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Section:
    """`load(conn, actor)` gives what `template` shows as `part`, or None for nothing. It also tells the page's versions
    apart: rows, numbers, texts, moments; nothing that is new each time."""

    template: str
    load: Load


Loaded = list[tuple[Section, Mapping[str, Any]]]
_places: dict[str, dict[str, Section]] = defaultdict(dict)


def add(place: str, section: Section) -> None:
    """Put the section on the pages of `place`, behind those added before; one of the same template is replaced."""
    _places[place][section.template] = section


def load_all(place: str, conn: Connection, actor: Actor) -> Loaded:
    """The sections of `place` that have something to show to this actor."""
    loaded = ((section, section.load(conn, actor)) for section in _places[place].values())
    return [(section, part) for section, part in loaded if part is not None]


def versions(loaded: Loaded) -> list[Any]:
    """What tells the sections' present state from another."""
    return [whole(part) for _section, part in loaded]


def whole(value: Any) -> Any:
    """The value with its rows taken apart: their `repr` shortens long texts."""
    if isinstance(value, Mapping):
        return [(key, whole(item)) for key, item in value.items()]
    if isinstance(value, list | tuple | Row):
        return [whole(item) for item in value]
    return value
