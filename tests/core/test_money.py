"""Amounts in every currency that we take: what is written is read again, and Stripe reads it the same."""

from contextlib import suppress

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from portal.core import money
from portal.core.errors import Invalid
from sandbox.stripe import currencies as stripe

EVERY = st.sampled_from(money.CURRENCIES)
MINOR = st.integers(0, 10**12)


@given(EVERY, MINOR)
def test_what_is_written_is_read_again(currency: str, minor: int):
    assert money.parse(f"{money.major(minor, currency):f}", currency) == minor
    assert money.parse(money.figures(minor, currency), currency) == minor


@given(EVERY, MINOR, st.sampled_from(("en", "zh_Hans", "zh_Hant")))
def test_what_is_shown_has_every_digit(currency: str, minor: int, locale: str):
    figures = "".join(c for c in money.show(minor, currency, locale) if c.isdigit() or c in ",.")
    assert money.parse(figures, currency) == minor


@given(EVERY, st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_portion_is_within_half_a_unit(currency: str, minor: int, part: int, rest: int):
    whole = part + rest
    assert abs(money.portion(minor, part, whole) * whole - minor * part) * 2 <= whole


@pytest.mark.parametrize("currency", money.CURRENCIES)
def test_stripe_reads_our_amounts_as_we_do(currency: str):
    assert currency.lower() in stripe.SUPPORTED
    assert money.exponent(currency) == stripe.exponent(currency.lower())
    assert money.smallest_charge(currency) >= stripe.smallest_charge(currency.lower())
    assert money.LARGEST_CHARGE == stripe.LARGEST_CHARGE
    assert money.exponent(currency) == get_currency_precision(currency), "else Babel would round what we show"


@pytest.mark.parametrize(
    "typed", ["12,50", "1,2,3", "1,23", "1e3", "1_000", "+5", "0x10", "1.2.3", "12..5", ",", ".", "1 %", "$5", "½"]
)
def test_slips_are_not_read_as_amounts(typed: str):
    for currency in money.CURRENCIES:
        with pytest.raises(Invalid):
            money.parse(typed, currency)


@given(st.text(max_size=12), EVERY)
def test_anything_typed_is_an_amount_or_refused(typed: str, currency: str):
    with suppress(Invalid):
        assert money.parse(typed, currency) >= 0


def test_the_smallest_unit_is_the_currency_s():
    assert money.parse("1", "JPY") == 1
    assert money.parse("1", "TWD") == money.parse("1.00", "CNY") == 100
    assert money.show(100, "TWD", "en") == "NT$1.00"
    assert money.show(-1640, "TWD", "zh_Hant") == "-NT$16.40", "in Taiwan a bare $, which is Hong Kong's to others"
    assert money.figures(1_234_567, "JPY") == "1,234,567"
    for currency in ("JPY",):
        with pytest.raises(Invalid):
            money.parse("1.5", currency)
