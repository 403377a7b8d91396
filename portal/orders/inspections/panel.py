"""Inspections on the order's page: each with its result, its defects, the goods beside the golden sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from portal.core.actor import Actor
from portal.designs import photos
from portal.orders import progress
from portal.orders.changes.queries import spec_now
from portal.orders.inspections import queries
from portal.orders.inspections.classes import CLASSES, DefectClass, allowed, read
from portal.orders.lifecycle import OrderStage
from portal.orders.models import InspectionKind
from portal.orders.opened import events, pictures
from portal.orders.panels import Panel

_S = OrderStage
_BEFORE = frozenset({_S.AWAITING_DEPOSIT, _S.AWAITING_ACCEPTANCE, _S.SAMPLING, _S.SAMPLE_REVIEW, _S.EXPIRED})
#: Stages at which somebody has to do something here.
_TURNS = frozenset({_S.INSPECTION, _S.REWORK, _S.CONCESSION})
_STEPS = ("inspect_inline", "pass_inspection", "finish_rework", "ask_concession", "grant_concession")


@dataclass(frozen=True)
class Line:
    """A class in an inspection: what was allowed (in words), what was found, whether that is too much."""

    title: str
    code: str
    words: str
    accept: int
    found: int
    good: bool


@dataclass(frozen=True)
class Shown:
    """An inspection as pages show it. `defects`: (title of its class, text, photos); `pairs`: (photo of the golden
    sample, photo of the goods), either None where it is missing."""

    row: Row[Any]
    final: bool
    lines: tuple[Line, ...]
    defects: tuple[tuple[str, str, tuple[photos.Shown, ...]], ...]
    pairs: tuple[tuple[photos.Shown | None, photos.Shown | None], ...]


def load(conn: Connection, actor: Actor, order: Row[Any]) -> dict[str, Any] | None:
    """What the panel's template shows; None until goods are made."""
    if order.stage in _BEFORE:
        return None
    rows = queries.inspections(conn, order.id)
    if not rows and order.stage not in (_S.PRODUCTION, _S.INSPECTION):
        return None
    newest = next((row for row in rows if row.kind == InspectionKind.FINAL), None)
    return {
        "inspections": shown(conn, order, rows),
        "reworks": _reworks(conn, order) if newest else [],
        "newest": newest,
        "plan": _plan(conn, order) if order.stage in (_S.PRODUCTION, _S.INSPECTION) else [],
        "lot": order.made_quantity or order.quantity,
        "open": order.stage in _TURNS,
        "may": {step: progress.may(step, order, actor.role) for step in _STEPS},
    }


def shown(conn: Connection, order: Any, rows: Sequence[Row[Any]]) -> list[Shown]:
    """Inspections of an order with their photos."""
    ids = [ident for row in rows for ident in (*row.views, *row.views.values(), *_of_defects(row))]
    found = pictures(conn, order, ids)
    return [_shown(row, found) for row in rows]


def _of_defects(row: Row[Any]) -> list[str]:
    return [ident for defect in row.defects for ident in defect["photos"]]


def _shown(row: Row[Any], found: dict[str, photos.Shown]) -> Shown:
    titles = {one.code: str(one.title) for one in CLASSES}
    defects = tuple((titles[one["class"]], one["text"], tuple(photos.row(one["photos"], found))) for one in row.defects)
    pairs = tuple((found.get(golden), found.get(goods)) for golden, goods in row.views.items())
    lines = tuple(line(one, row) for one in CLASSES)
    return Shown(row, row.kind == InspectionKind.FINAL, lines, defects, pairs)


def line(one: DefectClass, row: Row[Any]) -> Line:
    """What an inspection says of one class, in the current language."""
    limit, count = read(row.plan[one.code]), row.found[one.code]
    return Line(str(one.title), one.code, limit.words, limit.accept, count, count <= limit.accept)


def _plan(conn: Connection, order: Row[Any]) -> list[tuple[str, str]]:
    """(class, what is allowed) of the lot that will be checked at the end."""
    spec = spec_now(conn, order.id)
    limits = allowed(order.made_quantity or order.quantity, spec.values, spec.assumptions)
    return [(str(one.title), limits[one.code].words) for one in CLASSES]


def _reworks(conn: Connection, order: Row[Any]) -> list[tuple[Row[Any], list[photos.Shown]]]:
    found = events(conn, order, "rework_finished")
    return [(row, list(pictures(conn, order, row.data.get("photos", ())).values())) for row in found]


PANEL = Panel("inspections", "orders/inspections/_panel.html", load)
