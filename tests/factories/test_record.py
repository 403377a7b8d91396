"""Figures with their uncertainty."""

import pytest

from portal.core.i18n import in_locale
from portal.factories.places import CITIES, distance_km, find_city
from portal.factories.record import Record, on_time_words, orders_words, response_words, static_score, wilson


@pytest.mark.parametrize(
    ("good", "all_", "low", "high"),
    [(0, 0, 0.0, 1.0), (10, 10, 0.722, 1.0), (27, 28, 0.823, 0.994), (0, 10, 0.0, 0.278), (500, 1000, 0.469, 0.531)],
)
def test_the_interval_is_wilsons(good: int, all_: int, low: float, high: float) -> None:
    assert wilson(good, all_) == pytest.approx((low, high), abs=0.001)


def test_a_long_good_record_beats_a_short_perfect_one() -> None:
    long = Record(orders=60, small_orders=30, shipped=60, on_time=58, response_hours=6)
    short = Record(orders=2, small_orders=2, shipped=2, on_time=2, response_hours=6)
    late = Record(orders=60, small_orders=30, shipped=60, on_time=30, response_hours=6)
    assert static_score(long) > static_score(short) > static_score(Record())
    assert static_score(long) > static_score(late)


@pytest.mark.parametrize("record", [Record(), Record(10**6, 10**6, 10**6, 10**6, 0.0), Record(5, 0, 5, 0, 10**5)])
def test_the_score_stays_between_nothing_and_one(record: Record) -> None:
    assert 0 <= static_score(record) <= 1


@pytest.mark.usefixtures("context")
def test_words_state_the_count_and_the_interval() -> None:
    record = Record(orders=28, small_orders=14, shipped=28, on_time=27, response_hours=5.6)
    assert on_time_words(record) == "On time: 96% (27 of 28 orders; likely between 82% and 99%)"
    assert orders_words(record) == "28 orders made, 14 of them under 300 pcs"
    assert response_words(record) == "Usually quotes within 6 hours"


@pytest.mark.usefixtures("context")
def test_no_record_is_said_and_not_hidden() -> None:
    assert on_time_words(Record()) == "Nothing shipped through Xiaodan yet"
    assert orders_words(Record()) == "No orders through Xiaodan yet"
    assert response_words(Record()) == ""


@pytest.mark.usefixtures("context")
def test_nearly_all_is_not_rounded_up_to_all() -> None:
    with in_locale("en"):
        assert "99%" in on_time_words(Record(orders=250, shipped=250, on_time=249))


def test_cities_are_found_in_either_script() -> None:
    assert find_city("Yangzhou") == find_city("扬州市") == CITIES["yangzhou"]
    assert find_city("Springfield") is None


def test_distances_are_great_circles() -> None:
    beijing, shanghai = CITIES["beijing"], CITIES["shanghai"]
    km = distance_km((beijing.latitude, beijing.longitude), (shanghai.latitude, shanghai.longitude))
    assert km == pytest.approx(1068, abs=10)


def test_every_city_lies_in_china() -> None:
    assert all(20 < city.latitude < 46 and 97 < city.longitude < 126 for city in CITIES.values())
