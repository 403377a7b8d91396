"""Parts of the order page that features above orders bring: payments, the production spec."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from portal.core.actor import Actor
from portal.core.sections import whole
from portal.orders import progress
from portal.orders.lifecycle import EARLY_STAGES
from portal.orders.opened import Opened

Load = Callable[[Connection, Actor, Any], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of the order page: `load(conn, actor, order)` gives what `template` shows beside `order`, or None for
    nothing; of `order` see `portal.orders.opened`. It also tells the page's versions apart: rows, numbers, texts,
    moments; nothing that is new each time.
    The template's own element has the panel's name as its id, so that the task list leads there. Only an `early` one
    has something to show before the spec is accepted; a `first` one stands above all else, the task
    list too.
    """

    name: str
    template: str
    load: Load
    early: bool = False
    first: bool = False


Loaded = list[tuple[Panel, Mapping[str, Any]]]
_panels: dict[str, Panel] = {}


def add(panel: Panel) -> None:
    """Put the panel on the order page, behind those added before; one of the same name is replaced."""
    _panels[panel.name] = panel


def load_all(conn: Connection, actor: Actor, order: Opened) -> Loaded:
    """The panels that have something of this order to show to this actor, those with something to be done first."""
    asked = [panel for panel in _panels.values() if panel.early or order.stage not in EARLY_STAGES]
    now = progress.panels_at(order.stage)
    asked.sort(key=lambda panel: (not panel.first, panel.name not in now))
    loaded = ((panel, panel.load(conn, actor, order)) for panel in asked)
    return [(panel, context) for panel, context in loaded if context is not None]


def versions(loaded: Loaded) -> list[Any]:
    """What tells the panels' present state from another."""
    return [whole(context) for _panel, context in loaded]
