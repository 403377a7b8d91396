"""Parts of the order page that features above orders bring: payments, the production spec."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.core.sections import whole
from portal.orders import progress
from portal.orders.lifecycle import EARLY_STAGES

Load = Callable[[Connection, Actor, Row[Any]], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of the order page: `load(conn, actor, order)` gives what `template` shows beside `order`, or None for
    nothing. It also tells the page's versions apart: rows, numbers, texts, moments; nothing that is new each time.
    The template's own element has the panel's name as its id, so that the task list leads there. Only an `early` one
    has something to show before the spec is accepted.
    """

    name: str
    template: str
    load: Load
    early: bool = False


_panels: dict[str, Panel] = {}


def add(panel: Panel) -> None:
    """Put the panel on the order page, behind those added before; one of the same name is replaced."""
    _panels[panel.name] = panel


def load_all(conn: Connection, actor: Actor, order: Row[Any]) -> list[tuple[Panel, Mapping[str, Any]]]:
    """The panels that have something of this order to show to this actor, those with something to be done first."""
    asked = [panel for panel in _panels.values() if panel.early or order.stage not in EARLY_STAGES]
    now = progress.panels_at(order.stage)
    loaded = (
        (panel, panel.load(conn, actor, order)) for panel in sorted(asked, key=lambda panel: panel.name not in now)
    )
    return [(panel, context) for panel, context in loaded if context is not None]


def versions(loaded: list[tuple[Panel, Mapping[str, Any]]]) -> list[Any]:
    """What tells the panels' present state from another."""
    return [whole(context) for _panel, context in loaded]
