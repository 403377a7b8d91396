"""Landed cost, margin and break-even, by figures worked out by hand."""

import pytest

from portal.catalogue.sums import Sums, sums


def cup_holder(fixed: int = 390_000) -> Sums:
    """100 pieces at 50 yuan, and what is paid once."""
    return sums(pieces=100, unit=5000, total=500_000 + fixed, tax_percent=0)


def test_the_cup_holder():
    costs = cup_holder()
    assert costs.landed == 8900
    assert costs.margin(12800) == 3900
    assert costs.margin_percent(12800) == 30.5
    assert costs.break_even(12800) == 50, "3,900 yuan at 78 a piece"


@pytest.mark.parametrize(("fixed", "pieces"), [(0, 0), (1, 1), (7800, 1), (7801, 2), (390_001, 51)])
def test_break_even_is_the_first_whole_piece_that_pays(fixed: int, pieces: int):
    assert cup_holder(fixed).break_even(12800) == pieces


@pytest.mark.parametrize("retail", [1, 4999, 5000])
def test_a_price_that_leaves_nothing_never_pays(retail: int):
    assert cup_holder().break_even(retail) is None
    assert cup_holder().margin(retail) < 0


def test_tax_on_goods_is_paid_for_each_piece_and_tax_on_fees_once():
    costs = sums(pieces=100, unit=1000, total=113_000 + 11_300, tax_percent=13)
    assert (costs.variable, costs.fixed) == (113_000, 11_300)
    assert costs.break_even(2000) == 13, "8.70 are left of a piece: 113.00 / 8.70"


def test_an_allowance_that_eats_the_fees_makes_no_debt():
    assert sums(pieces=10, unit=100, total=900, tax_percent=0).fixed == 0


def test_the_landed_cost_is_rounded_half_up():
    assert sums(pieces=4, unit=100, total=402, tax_percent=0).landed == 101
