"""Finding factories: hard filters exact, explanations true, one query along the index."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from portal.core.clock import now
from portal.core.config import Settings
from portal.core.db import db
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Factory
from portal.factories.places import distance_km
from portal.products.base import Dimension
from portal.sourcing import matching, reasons
from portal.sourcing.census import census
from portal.sourcing.matching import Ask
from tests import make

PROCESSES, MATERIALS = ("embroidery", "print", "applique"), ("minky", "velboa", "felt", "sherpa")
LONDON = (51.51, -0.13)


def _some(random: Random, codes: tuple[str, ...], share: float) -> list[str]:
    return [code for code in codes if random.random() < share]


@pytest.fixture
def crowd(session: Session) -> list[Capability]:
    """300 factories of every kind, some not available, some in another category."""
    random = Random(7)
    for number in range(300):
        make.factory(
            session,
            random.choice(("plush", "plush", "plush", "printed_goods")),
            latitude=random.uniform(22, 40),
            longitude=random.uniform(103, 122),
            capability={
                "moq": random.choice((10, 50, 100, 300, 1000)),
                "max_quantity": random.choice((None, 1000, 5000)),
                "processes": _some(random, PROCESSES, 0.7),
                "materials": _some(random, MATERIALS, 0.6),
                "certificates": _some(random, ("bsci", "icti"), 0.5),
                "markets": _some(random, ("eu", "us", "jp"), 0.8),
                "available": random.random() < 0.9,
                "lead_days": random.randrange(10, 50),
                "score": number / 300,
            },
        )
    return list(session.scalars(select(Capability)))


def _fits(one: Capability, ask: Ask) -> bool:
    """The hard filters, said again in Python."""
    offers = {
        Dimension.GOODS: one.goods,
        Dimension.PROCESS: one.processes,
        Dimension.MATERIAL: one.materials,
        Dimension.CERTIFICATE: one.certificates,
        Dimension.MARKET: one.markets,
    }
    return (
        one.available
        and one.category == ask.category
        and one.moq <= max(ask.quantities)
        and (one.max_quantity is None or one.max_quantity >= min(ask.quantities))
        and all(codes <= set(offers[dimension]) for dimension, codes in ask.tags.items())
    )


def _asks() -> Iterator[Ask]:
    random = Random(11)
    for _number in range(40):
        tags = {
            Dimension.PROCESS: frozenset(_some(random, PROCESSES, 0.3)),
            Dimension.MATERIAL: frozenset(_some(random, MATERIALS, 0.3)),
            Dimension.CERTIFICATE: frozenset(_some(random, ("bsci", "icti"), 0.2)),
            Dimension.MARKET: frozenset(_some(random, ("eu", "us", "jp"), 0.3)),
        }
        quantities = tuple(sorted(random.sample((20, 50, 100, 300, 2000, 6000), random.randrange(1, 4))))
        yield Ask("plush", quantities, tags, place=LONDON, target_minor=350, days_left=40)


def test_hard_filters_are_exact(session: Session, crowd: list[Capability]) -> None:
    sizes = set()
    for ask in _asks():
        found = {one.factory_id for one in matching.suggest(session.connection(), ask, limit=300)}
        assert found == {one.factory_id for one in crowd if _fits(one, ask)}
        sizes.add(len(found))
    assert len(sizes) > 10  # the asks were of every kind


def test_census_counts_what_the_filters_do(session: Session, crowd: list[Capability]) -> None:
    for ask in _asks():
        counted = census(session.connection(), ask)
        offered = [one for one in crowd if one.available and one.category == "plush"]
        assert (counted.offered, counted.capped) == (len(offered), False)
        assert counted.fitting == sum(_fits(one, ask) for one in offered)
        for gap in counted.gaps:
            others = _without(ask, gap.filter)
            assert gap.alone == sum(_fits(one, others) and not _fits(one, ask) for one in offered), gap


def _without(ask: Ask, name: str) -> Ask:
    """The ask with one of its filters left out."""
    if name == "quantity":
        return Ask(ask.category, (1, 10**9), {**ask.tags}, place=ask.place)
    kept = {dimension: codes for dimension, codes in ask.tags.items() if dimension.value != name}
    return Ask(ask.category, ask.quantities, kept, place=ask.place)


def test_who_prints_shirts_is_not_asked_for_mugs(session: Session) -> None:
    make.factory(session, "printed_goods", capability={"goods": ["t_shirt", "hoodie"], "score": 0.9})
    cups = make.factory(session, "printed_goods", capability={"goods": ["mug"], "score": 0.1})
    ask = Ask("printed_goods", (100,), {Dimension.GOODS: frozenset({"mug"})}, place=LONDON)
    assert [one.factory_id for one in matching.suggest(session.connection(), ask)] == [cups.id]
    [gap] = census(session.connection(), ask).gaps
    assert (gap.filter, gap.failing) == ("goods", 1)


def test_a_larger_quantity_is_proposed_where_it_opens_a_choice(session: Session) -> None:
    for moq in (100, 100, 200, 200, 200, 500):
        make.factory(session, capability={"moq": moq})
    found = census(session.connection(), Ask("plush", (50,)))
    assert (found.fitting, found.raise_to, found.more) == (0, 200, 5)
    assert census(session.connection(), Ask("plush", (500,))).raise_to is None


@pytest.mark.parametrize("change", [{"stage": FactoryStage.SUSPENDED}, {"open_for_work": False}])
def test_whoever_was_just_suspended_is_not_suggested(session: Session, change: dict[str, Any]) -> None:
    make.factory(session, **change)  # its capability still says available: the worker has not come by yet
    assert matching.suggest(session.connection(), Ask("plush", (100,))) == []


def test_the_ticked_and_the_invited(session: Session) -> None:
    first, second, third = (make.factory(session).id for _ in range(3))
    conn, ask = session.connection(), Ask("plush", (100,))
    assert {one.factory_id for one in matching.suggest(conn, ask, only=[first, second])} == {first, second}
    assert {one.factory_id for one in matching.suggest(conn, ask, without=[first])} == {second, third}
    assert matching.suggest(conn, ask, only=[]) == []


def test_at_most_eight_are_suggested_the_best_first(session: Session, crowd: list[Capability]) -> None:
    found = matching.suggest(session.connection(), Ask("plush", (100, 300)))
    assert len(found) == matching.SUGGESTED
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_one_that_had_no_order_yet_is_among_those_to_choose_from(session: Session) -> None:
    known = {"orders_done": 30, "small_orders_done": 20, "score": 0.8}
    for _ in range(9):
        make.factory(session, capability=known)
    fresh = make.factory(session)
    make.factory(session, capability={"moq": 5000})  # as new, and it does not fit
    conn, ask = session.connection(), Ask("plush", (100,))
    assert fresh.id not in {one.factory_id for one in matching.suggest(conn, ask)}
    found = matching.suggest_for_a_choice(conn, ask)
    assert (len(found), found[-1].factory_id) == (matching.SUGGESTED + 1, fresh.id)
    assert "new" in [reason["code"] for reason in found[-1].reasons]
    assert fresh.id not in {one.factory_id for one in matching.suggest_for_a_choice(conn, ask, without=[fresh.id])}
    session.execute(sa.text("update capability set score = 2 where factory_id = :id"), {"id": fresh.id})
    assert len(matching.suggest_for_a_choice(conn, ask)) == matching.SUGGESTED, "it is among the best already"


def test_the_newest_are_found_by_an_index(context, many: None) -> None:
    with db.engine.begin() as conn:
        conn.execute(sa.text("update capability set orders_done = 0 where random() < 0.2"))
        conn.execute(sa.text("analyze capability"))
        ask = Ask("plush", (100,))
        statement = matching._ranked(ask, 1, matching._pool(ask, None, (), new=True))
        literal = statement.compile(conn, compile_kwargs={"literal_binds": True})
        plan = "\n".join(conn.exec_driver_sql(f"explain {literal}".replace("%", "%%")).scalars())
    assert "ix_capability_new" in plan, plan


@dataclass
class Pair:
    """Two factories alike but for one thing: the better must come first."""

    better: dict[str, Any] = field(default_factory=dict)
    worse: dict[str, Any] = field(default_factory=dict)
    place: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    "pair",
    [
        pytest.param(Pair({"score": 0.9}, {"score": 0.6}), id="record"),
        pytest.param(Pair({"small_orders_done": 20}, {"small_orders_done": 1}), id="small lots"),
        pytest.param(Pair({"lead_days": 15}, {"lead_days": 45}), id="time"),
        pytest.param(Pair(place={"latitude": 39.9, "longitude": 105.0}), id="distance"),
    ],
)
def test_each_side_counts(session: Session, pair: Pair) -> None:
    make.factory(session, capability=pair.worse)
    better = make.factory(session, capability=pair.better, **pair.place)
    ask = Ask("plush", (100,), days_left=40, place=LONDON)
    assert matching.suggest(session.connection(), ask)[0].factory_id == better.id


def test_a_price_within_the_target_counts(session: Session) -> None:
    dear, cheap = make.factory(session), make.factory(session)
    session.execute(sa.text("update price_tier set unit_price_minor = 900 where factory_id = :id"), {"id": dear.id})
    ask = Ask("plush", (100,), currency="USD", target_minor=400)
    best, other = matching.suggest(session.connection(), ask)
    assert (best.factory_id, other.factory_id) == (cheap.id, dear.id)
    assert [reason["code"] for reason in best.reasons].count("in_target") == 1
    assert [reason["code"] for reason in other.reasons].count("over_target") == 1


def test_reasons_are_the_factorys_own_figures(session: Session, crowd: list[Capability]) -> None:
    records = {"orders_done": 30, "small_orders_done": 14, "shipped_orders": 28, "on_time_orders": 27}
    session.execute(sa.update(Capability).where(Capability.category == "plush").values(**records))
    ask = Ask("plush", (100, 300), place=LONDON, currency="USD", target_minor=250, days_left=30)
    found = matching.suggest(session.connection(), ask, limit=300)
    away = {one.factory_id: distance_km(LONDON, _where(session, one.factory_id)) for one in found}
    usual = sum(away.values()) / len(away)
    by_factory = {one.factory_id: one for one in crowd}
    for one in found:
        said, own = {reason["code"]: reason for reason in one.reasons}, by_factory[one.factory_id]
        assert said["small_orders"] == {"code": "small_orders", "category": "plush", "orders": 14, "pieces": 300}
        assert (said["on_time"]["on_time"], said["on_time"]["shipped"]) == (27, 28)
        assert said["moq"]["pieces"] == own.moq
        nearer = usual - away[one.factory_id]
        assert ("nearer" in said) == (nearer >= reasons.NEARER_KM)
        if "nearer" in said:
            assert said["nearer"]["km"] == pytest.approx(nearer, abs=6)
        assert said["over_target"]["minor"] == 300  # 2,100 fen at 300 pcs, a seventh of it in dollars
        late = own.lead_days > 30
        assert said["late" if late else "in_time"]["spare"] == abs(30 - own.lead_days)


def _where(session: Session, ident: UUID) -> tuple[float, float]:
    factory = session.get_one(Factory, ident)
    return factory.latitude, factory.longitude  # type: ignore[return-value]


def test_reasons_in_words(session: Session) -> None:
    told = [
        {"code": "small_orders", "category": "plush", "orders": 14, "pieces": 300},
        {"code": "nearer", "km": 2500},
        {"code": "on_time", "on_time": 27, "shipped": 28, "low": 0.823, "high": 0.994},
        {"code": "new"},
        {"code": "late", "days": 30, "spare": 4},
    ]
    assert [reasons.words(reason) for reason in told] == [
        "made 14 orders of plush under 300 pcs",
        "2,500 km nearer than the average of those that fit",
        "on time 96%: 27 of 28 orders (likely 82% to 99%)",
        "new here: no orders through Xiaodan yet",
        "usually ready in 30 days: 4 days after your date",
    ]
    assert [reasons.against(reason) for reason in told] == [False, False, False, True, True]


def test_a_brief_becomes_an_ask(session: Session) -> None:
    brief = make.brief(
        session,
        make.person(session),
        values={"markets": ["eu", "any"], "fabrics": [{"zone": "body", "fabric": "minky"}]},
        needed_by=date(2027, 3, 1),
        ship_country="CN",
        ship_city="宁波市",
        target_cost_minor=450,
    )
    ask = Ask.of(brief, date(2027, 2, 1))
    assert ask.tags[Dimension.MARKET] == {"eu"}
    assert ask.tags[Dimension.MATERIAL] == {"minky"}
    assert (ask.days_left, ask.quantities, ask.target_minor) == (28, (100, 300), 450)
    assert ask.place == pytest.approx((29.87, 121.55))


@pytest.fixture
def many(clean: None, settings: Settings) -> None:
    """20,000 verified factories with a capability each, vacuumed and analysed."""
    engine = sa.create_engine(settings.migration_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(sa.text(_FACTORIES), {"now": now()})
        conn.execute(sa.text(_CAPABILITIES), {"now": now()})
        conn.execute(sa.text("vacuum analyze factory, capability"))
    engine.dispose()


_FACTORIES = """
insert into factory (id, created_at, slug, name, name_zh, stage, open_for_work, province, city, place_zh, country,
  latitude, longitude, about, about_zh, license_number, contact_name, phone, timezone, currency, deposit_percent,
  incoterm, incoterm_place, review_note)
select gen_random_uuid(), :now, 'f' || i, 'F' || i, '', 'verified', true, '', '', '', 'CN', 22 + random() * 18,
  104 + random() * 18, '', '', '', '', '', 'Asia/Shanghai', 'CNY', 30, 'FOB', '', '' from generate_series(1, 20000) i
"""
_CAPABILITIES = """
insert into capability (id, created_at, factory_id, category, moq, lead_days, goods, processes, materials, certificates,
  markets, sample_fee_minor, sample_days, tooling_fee_minor, plate_fee_minor, available, orders_done,
  small_orders_done, shipped_orders, on_time_orders, score)
select gen_random_uuid(), :now, id, (array['plush', 'printed_goods'])[1 + (random() > 0.5)::int],
  (array[10, 50, 100, 300, 1000])[1 + floor(random() * 5)::int], 20, array[]::text[],
  case when random() < 0.5 then array['embroidery', 'print'] else array['print'] end,
  case when random() < 0.3 then array['minky', 'felt'] else array['felt'] end, array[]::text[], array['eu', 'us'],
  0, 7, 0, 0, random() < 0.95, 5, 3, 5, 5, random() from factory
"""


@pytest.mark.parametrize("look", [matching.suggest, census])
def test_twenty_thousand_are_read_along_the_index(context, many: None, look: Callable[..., Any]) -> None:
    tags = {Dimension.PROCESS: frozenset({"embroidery"}), Dimension.MATERIAL: frozenset({"minky"})}
    ask = Ask("plush", (100, 300), tags, target_minor=400, place=LONDON)
    sent: list[tuple[str, Any]] = []

    def note(_conn, _cursor, statement, parameters, *_more) -> None:
        sent.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    with db.engine.connect() as conn:
        assert look(conn, ask)
        began = time.perf_counter()
        look(conn, ask)
        took = time.perf_counter() - began
        sa.event.remove(db.engine, "before_cursor_execute", note)
        assert len(sent) <= 4  # one for each suggestion, at most two for each census
        for statement, parameters in sent:
            plan = "\n".join(conn.exec_driver_sql(f"explain {statement}", parameters).scalars())
            assert "Index Only Scan using ix_capability_match" in plan, plan
            assert "Seq Scan on capability" not in plan
    assert took < 0.5  # 10 ms on an idle machine


def test_far_dates_and_no_date_are_judged_alike_for_all(session: Session) -> None:
    quick, slow = make.factory(session, capability={"lead_days": 10}), make.factory(session)
    for days_left in (None, 400):
        found = matching.suggest(session.connection(), Ask("plush", (100,), days_left=days_left))
        assert {one.score for one in found} == {found[0].score}
        assert {one.factory_id for one in found} == {quick.id, slow.id}
