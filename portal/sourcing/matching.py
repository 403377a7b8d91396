"""Finding factories for a brief, in SQL: hard filters first, then a score, each suggestion with its reasons.

The candidates are read off one covering index of `capability` by falling static score until `POOL` of them pass every
hard filter, so the time hardly grows with the number of factories; only these are then weighed against the brief.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Float, and_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import col

from portal.core.money import CURRENCIES
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Factory, PriceTier
from portal.factories.places import EARTH_KM
from portal.factories.record import SMALL_ORDER
from portal.products.fields import Dimension
from portal.products.registry import category as category_of
from portal.sourcing import reasons
from portal.sourcing.destinations import destination

SUGGESTED, TICKED = 8, 5
POOL = 300  # candidates that are weighed
NEWCOMERS = 50  # of those without an order yet: the latest
_WEIGHTS = {"record": 0.45, "small": 0.15, "price": 0.2, "time": 0.1, "near": 0.1}
_UNKNOWN = 0.5  # what a side counts for that nobody can judge

C, F, P = Capability, Factory, PriceTier


@dataclass(frozen=True)
class Ask:
    """What a brief asks of factories. Tags are codes of the category's vocabulary; `place` is (latitude, longitude)."""

    category: str
    quantities: tuple[int, ...]
    tags: dict[Dimension, frozenset[str]] = field(default_factory=dict)
    currency: str = CURRENCIES[0]
    target_minor: int | None = None
    days_left: int | None = None
    place: tuple[float, float] | None = None

    @classmethod
    def of(cls, brief: Any, today: date) -> "Ask":
        """From a brief (entity or row) on the day `today`."""
        tags = category_of(brief.category).filters(brief.values)
        return cls(
            category=brief.category,
            quantities=tuple(brief.quantities) or (1,),
            tags={dimension: frozenset(codes) for dimension, codes in tags.items()},
            currency=brief.currency,
            target_minor=brief.target_cost_minor,
            days_left=(brief.needed_by - today).days if brief.needed_by else None,
            place=destination(brief.ship_country, brief.ship_city),
        )


@dataclass(frozen=True)
class Suggestion:
    """A factory that fits: how well (0..1), and why, as coded reasons that `reasons.words` puts into words."""

    factory_id: UUID
    slug: str
    name: str
    name_zh: str
    city: str
    place_zh: str
    score: float
    reasons: list[dict[str, Any]]


_HAS = {
    Dimension.GOODS: C.goods,
    Dimension.PROCESS: C.processes,
    Dimension.MATERIAL: C.materials,
    Dimension.CERTIFICATE: C.certificates,
    Dimension.MARKET: C.markets,
}


def hard_filters(ask: Ask, table: Any = C) -> dict[str, ColumnElement[bool]]:
    """name -> condition on a capability; a filter that the brief does not ask for is left out."""
    largest, smallest = max(ask.quantities), min(ask.quantities)
    conditions = {
        "quantity": and_(table.moq <= largest, or_(table.max_quantity.is_(None), table.max_quantity >= smallest))
    }
    for dimension, column in _HAS.items():
        if codes := ask.tags.get(dimension):
            asked = cast(sorted(codes), ARRAY(TEXT))
            conditions[dimension.value] = getattr(table, column.key).op("@>")(asked)
    return conditions


def offered(ask: Ask) -> tuple[Any, Any]:
    """The conditions of the index: factories of the category that are verified and open for work."""
    return col(C.category) == ask.category, col(C.available)


def suggest(
    conn: Connection,
    ask: Ask,
    *,
    limit: int = SUGGESTED,
    only: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
    new: bool = False,
) -> list[Suggestion]:
    """The best factories for `ask`, best first. `only` restricts them (to what a creator ticked), `without` leaves out
    (those already invited), `new` asks those that have had no order yet."""
    statement = _ranked(ask, limit, _pool(ask, only, without, new=new))
    return [_suggestion(row, ask) for row in conn.execute(statement)]


def suggest_for_a_choice(conn: Connection, ask: Ask, *, without: Collection[UUID] = ()) -> list[Suggestion]:
    """The best factories for whoever chooses themselves, and last, unless one is among them or room is left, the best
    that has had no order yet: else nobody would ever ask it."""
    best = suggest(conn, ask, without=without)
    known = [one for one in best if all(reason["code"] != "new" for reason in one.reasons)]
    if len(known) < SUGGESTED:
        return best
    seen = {*without, *(one.factory_id for one in best)}
    return [*best, *suggest(conn, ask, limit=1, without=seen, new=True)]


def _pool(ask: Ask, only: Collection[UUID] | None, without: Collection[UUID], *, new: bool) -> Any:
    statement = select(C.factory_id, C.score).where(*offered(ask), *hard_filters(ask).values())
    if only is not None:
        statement = statement.where(col(C.factory_id).in_(only))
    if without:
        statement = statement.where(col(C.factory_id).not_in(without))
    if new:
        best = statement.where(col(C.orders_done) == 0).order_by(col(C.id).desc()).limit(NEWCOMERS)
    else:
        best = statement.order_by(col(C.score).desc(), col(C.factory_id)).limit(POOL)
    return best.cte("pool").prefix_with("MATERIALIZED")


_FACTORY = (F.id.label("factory_id"), F.slug, F.name, F.name_zh, F.city, F.place_zh, F.response_hours)
_RECORD = (C.moq, C.lead_days, C.orders_done, C.small_orders_done, C.shipped_orders, C.on_time_orders)


def _ranked(ask: Ask, limit: int, pool: Any) -> Any:
    tier = _tier(ask, pool.c.factory_id)
    away = _distance(ask.place)
    fit = _fit(ask, pool.c.score, tier.c.unit_price_minor, away).label("fit")
    distances = (away.label("km"), func.avg(away).over().label("usual_km"))
    weighed = (
        select(*_FACTORY, *_RECORD, tier.c.unit_price_minor, *distances, fit)
        .select_from(pool)
        .join(F, F.id == pool.c.factory_id)
        .join(C, and_(C.factory_id == pool.c.factory_id, C.category == ask.category))
        .outerjoin(tier, true())
        # The worker keeps `available` a moment behind; what an operator has just suspended must not slip through.
        .where(F.stage == FactoryStage.VERIFIED, F.open_for_work)
    ).subquery("weighed")
    return select(weighed).order_by(weighed.c.fit.desc(), weighed.c.factory_id).limit(limit)


def _tier(ask: Ask, factory_id: Any) -> Any:
    """The factory's own price at the largest quantity asked for, in the brief's currency."""
    return (
        select(P.unit_price_minor)
        .where(
            P.factory_id == factory_id,
            P.category == ask.category,
            P.currency == ask.currency,
            P.min_quantity <= max(ask.quantities),
        )
        .order_by(col(P.min_quantity).desc())
        .limit(1)
        .lateral("tier")
    )


def _fit(ask: Ask, static: Any, price: Any, away: Any) -> ColumnElement[float]:
    """0..1: how well a candidate fits, each side 0..1 by its weight."""
    small = cast(C.small_orders_done, Float) / (C.small_orders_done + 5)
    sides = {
        "record": static,
        "small": small if min(ask.quantities) < SMALL_ORDER else literal(1.0),
        "price": _price_side(ask, price),
        "time": _time_side(ask),
        "near": func.coalesce(1 - away / 20_000, _UNKNOWN),
    }
    return sum((weight * sides[side] for side, weight in _WEIGHTS.items()), literal(0.0))


def _price_side(ask: Ask, price: Any) -> ColumnElement[float]:
    """1 within the target, falling to 0 at one and a half times the target."""
    if not ask.target_minor:
        return literal(_UNKNOWN)
    over = (price - ask.target_minor) / cast(ask.target_minor, Float)
    return func.coalesce(func.least(1.0, func.greatest(0.0, 1 - 2 * over)), _UNKNOWN)


def _time_side(ask: Ask) -> ColumnElement[float]:
    """1 with a fortnight to spare for transport, 0 when the usual lead time ends after the date."""
    if ask.days_left is None:
        return literal(_UNKNOWN)
    return func.least(1.0, func.greatest(0.0, (ask.days_left - C.lead_days) / 14.0))


def _distance(place: tuple[float, float] | None) -> ColumnElement[float]:
    """Great-circle distance in km from the factory to `place`; NULL where either is unknown."""
    if place is None:
        return cast(None, Float)
    latitude, longitude = place
    half_lat, half_lon = func.radians(F.latitude - latitude) / 2, func.radians(F.longitude - longitude) / 2
    chord = func.power(func.sin(half_lat), 2) + (
        func.cos(func.radians(F.latitude)) * func.cos(func.radians(latitude)) * func.power(func.sin(half_lon), 2)
    )
    return 2 * EARTH_KM * func.asin(func.sqrt(func.least(1.0, chord)))


def _suggestion(row: Any, ask: Ask) -> Suggestion:
    return Suggestion(
        row.factory_id, row.slug, row.name, row.name_zh, row.city, row.place_zh, round(row.fit, 4), reasons.of(row, ask)
    )
