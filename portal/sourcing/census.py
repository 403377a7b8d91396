"""Why factories do not fit a brief: counted per hard filter, with the quantity at which a choice opens up."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select, true
from sqlmodel import col

from portal.factories.models import Capability
from portal.sourcing.matching import TICKED, Ask, hard_filters, offered

BUDGET = 20_000  # rows that are looked at, the best by static score: exact below it, fast above


@dataclass(frozen=True)
class Gap:
    """One hard filter: how many factories fail it, and how many would fit if it were not for this alone."""

    filter: str
    failing: int
    alone: int


@dataclass(frozen=True)
class Census:
    """How the factories of a category stand to a brief. With `capped` only the `BUDGET` best were looked at.

    `raise_to` is a quantity from which `more` further factories would fit.
    """

    offered: int
    fitting: int
    capped: bool
    gaps: list[Gap]
    raise_to: int | None = None
    more: int = 0


def census(conn: Connection, ask: Ask) -> Census:
    """Why factories do not fit, counted per filter."""
    columns = (
        Capability.moq,
        Capability.max_quantity,
        Capability.goods,
        Capability.processes,
        Capability.materials,
        Capability.certificates,
        Capability.markets,
    )
    looked = select(*columns).where(*offered(ask)).order_by(col(Capability.score).desc()).limit(BUDGET)
    scan = looked.cte("scan").prefix_with("MATERIALIZED")
    checks = hard_filters(ask, scan.c)
    counts: list[Any] = [func.count().label("offered"), _count(*checks.values()).label("fitting")]
    for name, check in checks.items():
        others = [other for key, other in checks.items() if key != name]
        counts += [_count(not_(check)).label(f"{name}_all"), _count(not_(check), *others).label(f"{name}_alone")]
    row = conn.execute(select(*counts).select_from(scan)).one()._mapping
    gaps = [Gap(name, row[f"{name}_all"], row[f"{name}_alone"]) for name in checks]
    raise_to, more = _raise(conn, scan, checks, ask) if row["quantity_alone"] else (None, 0)
    return Census(
        row["offered"],
        row["fitting"],
        row["offered"] >= BUDGET,
        sorted((gap for gap in gaps if gap.failing), key=lambda gap: -gap.alone),
        raise_to,
        more,
    )


def _count(*conditions: ColumnElement[bool]) -> Any:
    return func.count().filter(and_(true(), *conditions))


def _raise(conn: Connection, scan: Any, checks: dict[str, ColumnElement[bool]], ask: Ask) -> tuple[int | None, int]:
    """The quantity to raise to, and how many more would fit there: the first at which a choice opens up."""
    others = [check for name, check in checks.items() if name != "quantity"]
    above = select(scan.c.moq, func.count().label("factories")).where(scan.c.moq > max(ask.quantities), *others)
    steps = conn.execute(above.group_by(scan.c.moq).order_by(scan.c.moq).limit(20)).all()
    reached = 0
    for step in steps:
        reached += step.factories
        if reached >= TICKED:
            return step.moq, reached
    return (steps[-1].moq, reached) if steps else (None, 0)
