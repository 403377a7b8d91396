"""What the factory measured on a sample, row by row against the spec."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from portal import products
from portal.core.i18n import in_locale
from portal.orders.samples import spec
from portal.products.measures import Measure, measures
from portal.products.reading import written
from portal.products.units import unit_label


def listed(conn: Connection, order: Any) -> list[Measure]:
    """What can be measured of an order's (or its row's) pieces, in the current language."""
    frozen = spec.in_force(conn, order.id)
    if frozen is None:
        return []
    return measures(products.category(order.category), frozen.values, frozen.assumptions, frozen.usual)


def judged(conn: Connection, order: Any, found: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """A row of `Sample.measured` for each measure that is in `found` (path -> figure in the measure's own unit)."""
    with in_locale("en"):
        return [_row(measure, found[measure.path]) for measure in listed(conn, order) if measure.path in found]


def _row(measure: Measure, found: Decimal) -> dict[str, Any]:
    around = None if measure.tolerance is None else written(measure.tolerance)
    return {
        "path": measure.path,
        "label": measure.label,
        "unit": measure.unit,
        "target": written(measure.target),
        "plus": around,
        "minus": around,
        "found": written(found),
        "good": measure.good(found),
        **({"usual": True} if measure.usual else {}),
    }


def out_of_tolerance(measured: Iterable[Mapping[str, Any]]) -> int:
    """How many of the rows are beyond their tolerance."""
    return sum(row["good"] is False for row in measured)


def labels(conn: Connection, order: Any) -> dict[str, str]:
    """path -> words in the reader's language; rows of an older revision may have others, and keep their own."""
    return {measure.path: measure.label for measure in listed(conn, order)}


def shown(measured: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows for a table: label in the reader's language, what is wanted with its unit, whether that is by the
    tolerance usual in the trade, what was found, and `good` as True, False or None."""
    return [
        {
            "label": words.get(row["path"], row["label"]),
            "wanted": _wanted(row["target"], row["plus"], row["unit"]),
            "usual": row.get("usual", False),
            "found": row["found"],
            "good": row["good"],
        }
        for row in measured
    ]


def wanted(measure: Measure) -> str:
    """What a measure is to be, for the form: "18 ± 1 cm"."""
    around = None if measure.tolerance is None else written(measure.tolerance)
    return _wanted(written(measure.target), around, measure.unit)


def _wanted(target: str, around: str | None, unit: str) -> str:
    return f"{target} ± {around} {unit_label(unit)}" if around is not None else f"{target} {unit_label(unit)}"
