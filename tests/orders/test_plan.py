"""Sampling plans, against rows read from ISO 2859-1's tables 1 and 2-A (general level II, normal inspection)."""

import pytest

from portal.orders.inspections.plan import AQLS, plan

#: lot size -> {AQL: (sample, accept)}
TABLE = {
    20: {0.65: (20, 0), 1.0: (13, 0), 1.5: (8, 0), 2.5: (5, 0), 4.0: (3, 0)},
    40: {1.0: (13, 0), 1.5: (8, 0), 2.5: (5, 0), 4.0: (13, 1), 6.5: (8, 1)},
    80: {1.0: (13, 0), 1.5: (8, 0), 2.5: (20, 1), 4.0: (13, 1), 6.5: (13, 2)},
    120: {0.65: (20, 0), 1.0: (13, 0), 1.5: (32, 1), 2.5: (20, 1), 4.0: (20, 2), 6.5: (20, 3)},
    200: {0.65: (20, 0), 1.0: (50, 1), 1.5: (32, 1), 2.5: (32, 2), 4.0: (32, 3), 6.5: (32, 5)},
    500: {0.65: (80, 1), 1.0: (50, 1), 1.5: (50, 2), 2.5: (50, 3), 4.0: (50, 5), 6.5: (50, 7)},
    1000: {0.65: (80, 1), 1.0: (80, 2), 1.5: (80, 3), 2.5: (80, 5), 4.0: (80, 7), 6.5: (80, 10)},
    3000: {0.65: (125, 2), 1.0: (125, 3), 1.5: (125, 5), 2.5: (125, 7), 4.0: (125, 10), 6.5: (125, 14)},
    9000: {0.65: (200, 3), 1.0: (200, 5), 1.5: (200, 7), 2.5: (200, 10), 4.0: (200, 14), 6.5: (200, 21)},
    30000: {1.0: (315, 7), 1.5: (315, 10), 2.5: (315, 14), 4.0: (315, 21), 6.5: (200, 21)},
}


@pytest.mark.parametrize(("lot", "aql", "expected"), [(n, a, e) for n, row in TABLE.items() for a, e in row.items()])
def test_plan_is_the_standards(lot: int, aql: float, expected: tuple[int, int]):
    found = plan(lot, aql)
    sample, accept = expected
    assert (found.sample, found.accept) == (min(sample, lot), accept)


def test_the_worked_example():
    assert (plan(40, 2.5).sample, plan(40, 2.5).accept) == (5, 0)


@pytest.mark.parametrize("aql", AQLS)
def test_more_pieces_never_mean_a_smaller_acceptance(aql: float):
    accepted = [plan(lot, aql).accept for lot in (10, 30, 60, 100, 200, 400, 900, 2000, 5000, 20000, 100000)]
    assert accepted == sorted(accepted)


def test_critical_defects_are_never_accepted():
    assert all(plan(lot, 0).accept == 0 for lot in (1, 40, 300, 5000))


def test_a_lot_smaller_than_its_sample_is_checked_whole():
    small = plan(3, 2.5)
    assert small.whole_lot
    assert small.sample == 3


@pytest.mark.parametrize(("lot", "aql", "level"), [(0, 2.5, "II"), (10, 3.3, "II"), (10, 2.5, "IV")])
def test_what_the_table_does_not_have(lot: int, aql: float, level: str):
    with pytest.raises(ValueError, match=r"no|empty"):
        plan(lot, aql, level)
