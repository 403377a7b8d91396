"""Reads of factories. A factory's people see their own, operators all, everybody else what is verified."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select
from sqlmodel import col

from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Certificate, Factory, PriceTier
from portal.factories.record import Record

PAGE = 24
_PROFILE = tuple(Factory.__table__.c)  # type: ignore[attr-defined]
_CAPABILITY = tuple(Capability.__table__.c)  # type: ignore[attr-defined]
#: what everybody may read: no licence, no telephone, no operator's note
_PUBLIC = tuple(
    Factory.__table__.c[name]  # type: ignore[attr-defined]
    for name in (
        *("id", "slug", "name", "name_zh", "province", "city", "place_zh", "country", "about", "about_zh"),
        *("founded", "employees", "verified_at", "open_for_work", "response_hours"),
    )
)


def own(conn: Connection, actor: Actor) -> Row[Any]:
    """The actor's factory, every column. Raises `NotFound` for anybody who works for none."""
    if actor.role != Role.FACTORY or actor.factory_id is None:
        raise NotFound()
    return _one(conn, select(*_PROFILE).where(Factory.id == actor.factory_id))


def for_review(conn: Connection, actor: Actor, factory_id: UUID) -> Row[Any]:
    """Any factory, every column, for an operator. Raises `NotFound`."""
    if actor.role != Role.OPERATOR:
        raise NotFound()
    return _one(conn, select(*_PROFILE).where(Factory.id == factory_id))


def public(conn: Connection, slug: str) -> Row[Any]:
    """What everybody may know of a verified factory. Raises `NotFound` for any other."""
    return _one(conn, select(*_PUBLIC).where(Factory.slug == slug, Factory.stage == FactoryStage.VERIFIED))


def _one(conn: Connection, statement: Any) -> Row[Any]:
    row = conn.execute(statement).first()
    if row is None:
        raise NotFound()
    return row


def capabilities(conn: Connection, factory_id: UUID) -> list[Row[Any]]:
    """What the factory makes, a row per category."""
    of = select(*_CAPABILITY).where(Capability.factory_id == factory_id).order_by(Capability.category)
    return list(conn.execute(of))


def capability(conn: Connection, factory_id: UUID, category: str) -> Row[Any] | None:
    """What the factory makes in one category, if anything."""
    where = (Capability.factory_id == factory_id, Capability.category == category)
    return conn.execute(select(*_CAPABILITY).where(*where)).first()


def prices(conn: Connection, factory_id: UUID, category: str | None = None) -> list[Row[Any]]:
    """Its price tiers (category, currency, min_quantity, unit_price_minor, lead_days), the smallest quantity first."""
    t = PriceTier
    of = select(t.category, t.currency, t.min_quantity, t.unit_price_minor, t.lead_days).where(
        t.factory_id == factory_id
    )
    if category is not None:
        of = of.where(t.category == category)
    return list(conn.execute(of.order_by(t.category, t.currency, t.min_quantity)))


def papers(conn: Connection, factory_id: UUID) -> list[Row[Any]]:
    """Its papers: id, kind, title, number, valid_until."""
    c = Certificate
    of = select(c.id, c.kind, c.title, c.number, c.valid_until).where(c.factory_id == factory_id)
    return list(conn.execute(of.order_by(c.id)))


def history(conn: Connection, factory_id: UUID) -> list[Row[Any]]:
    """What happened to the factory's profile (name, created_at, actor_role, data), the newest first."""
    e = Event
    of = select(e.name, e.created_at, e.actor_role, e.data).where(e.subject == "factory", e.subject_id == factory_id)
    return list(conn.execute(of.order_by(col(e.id).desc()).limit(50)))


def waiting(conn: Connection) -> dict[str, int]:
    """stage -> how many factories stand there."""
    counted = conn.execute(select(Factory.stage, func.count()).group_by(Factory.stage))
    return {stage.value: number for stage, number in counted}


def by_stage(conn: Connection, stage: str, before: UUID | None = None) -> tuple[list[Row[Any]], UUID | None]:
    """A page of the factories at `stage`, the newest first, and where the next page begins (None: it was the last)."""
    f = Factory
    of = select(f.id, f.slug, f.name, f.name_zh, f.city, f.place_zh, f.created_at, f.stage).where(f.stage == stage)
    if before is not None:
        of = of.where(f.id < before)
    rows = list(conn.execute(of.order_by(col(f.id).desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


Cursor = tuple[float, UUID]


def directory(conn: Connection, category: str, after: Cursor | None = None) -> tuple[list[Row[Any]], Cursor | None]:
    """A page of the verified factories that make `category` and are open for work, the best record first, and where
    the next one begins."""
    c, f = Capability, Factory
    of = (
        select(
            f.slug, f.name, f.name_zh, f.city, f.place_zh, f.response_hours,
            c.factory_id, c.score, c.moq, c.lead_days, c.processes,
            c.orders_done, c.small_orders_done, c.shipped_orders, c.on_time_orders,
        )
        .join(f, f.id == c.factory_id)
        .where(c.category == category, c.available, f.stage == FactoryStage.VERIFIED)
    )  # fmt: skip
    if after is not None:
        score, ident = after
        of = of.where(c.score <= score, or_(c.score < score, c.factory_id > ident))
    rows = list(conn.execute(of.order_by(col(c.score).desc(), c.factory_id).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], (last.score, last.factory_id) if last else None


#: attribute of a `Record` -> column of a capability
_COUNTERS = {
    "orders": "orders_done",
    "small_orders": "small_orders_done",
    "shipped": "shipped_orders",
    "on_time": "on_time_orders",
}


def record_of(row: Any) -> Record:
    """The record in a row with a capability's counters and, where it is there, the factory's `response_hours`."""
    counters = {of: getattr(row, name) for of, name in _COUNTERS.items()}
    return Record(**counters, response_hours=getattr(row, "response_hours", None))


def record_in_all(capabilities: list[Row[Any]], response_hours: float | None) -> Record:
    """The record over every category."""
    counters = {of: sum(getattr(row, name) for row in capabilities) for of, name in _COUNTERS.items()}
    return Record(**counters, response_hours=response_hours)
