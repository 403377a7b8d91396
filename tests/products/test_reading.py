"""What people type means what they mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.products.reading import clean_text, read_number, written


@pytest.mark.parametrize(
    ("typed", "unit", "means"),
    [
        ("12", "", "12"),
        (" 12.50 ", "", "12.5"),
        ("１２．５", "", "12.5"),
        ("12,5", "", "12.5"),
        ("12，5", "", "12.5"),
        ("1,200", "", "1200"),
        ("1,200.5", "", "1200.5"),
        ("1.200,5", "", "1200.5"),
        ("1 200", "", "1200"),
        ("1\u202f200,5", "", "1200.5"),
        ("1'200", "", "1200"),
        ("1.250", "", "1.25"),
        ("0,125", "", "0.125"),
        ("1.200.000", "", "1200000"),
        (".5", "", "0.5"),
        ("−20", "", "-20"),
        ("+3", "", "3"),
        ("±3", "mm", "3"),
        ("250 mm", "mm", "250"),
        ("60 µm", "um", "60"),
        ("280 g/m²", "g/m2", "280"),
        ("85 °C", "C", "85"),
        ("5 ％", "%", "5"),
    ],
)
def test_a_number_is_read_as_it_is_meant(typed: str, unit: str, means: str) -> None:
    assert read_number(typed, unit) == Decimal(means)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "ten", "1e5", "nan", "Infinity", "1..2", "1,2,3", "12 kg", "--3", "0x10", "1_000", "12;5", "9" * 41, "½"],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert read_number(typed, "mm") is None


def test_a_number_in_another_unit_is_not_taken_for_ours() -> None:
    assert read_number("3 cm", "m") is None
    assert read_number("3 mm", "m") is None


@given(st.text(), st.sampled_from(["", "mm", "%", "C"]))
def test_reading_a_number_never_raises(text: str, unit: str) -> None:
    number = read_number(text, unit)
    assert number is None or number.is_finite()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3))
def test_a_written_number_is_read_back(number: Decimal) -> None:
    assert read_number(written(number)) == number
    assert "E" not in written(number)


@given(st.text(), st.booleans())
def test_clean_text_is_clean_at_once(text: str, lines: bool) -> None:
    once = clean_text(text, lines=lines)
    assert clean_text(once, lines=lines) == once
    assert once.encode("utf-8") is not None
    assert all(c == "\n" or c.isprintable() or c.isspace() or ord(c) > 0xA0 for c in once)
    assert lines or "\n" not in once


def test_control_and_direction_characters_go_and_line_breaks_stay() -> None:
    assert clean_text("a\x00b\u202eC\ud800\r\n\r\n\r\n\r\nd\t", lines=True) == "abC\n\nd"
    assert clean_text("a\r\nb", lines=False) == "a b"
    assert clean_text("e\u0301") == "é"
