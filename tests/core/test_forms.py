"""What people type, as it is kept."""

import pytest
from wtforms import ValidationError

from portal.core.forms import Figure, Form, clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" a\tb\x00 ", "ab"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2067مرحبا\u2069 \u2066x", "مرحبا x"),
        ("\u200b\u2060\ufeff", ""),
        (" \u3164\u2800\n", ""),
        ("\u200b", ""),
        ("一", "一"),
        ("🧸", "🧸"),
        ("👩\u200d🎨", "👩\u200d🎨"),
    ],
)
def test_nothing_typed_turns_the_words_around_it(typed: str, kept: str):
    assert clean(typed) == kept


class _Quantity(Form):
    quantity = Figure("", low=0, high=10**9)


def read(typed: str) -> int:
    return _Quantity(formdata=None).quantity.read(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1,000", 1000), ("12,345,678", 12_345_678), ("１，０００", 1000), ("1 000", 1000), ("٣٠", 30), ("007", 7)],
)
def test_a_whole_number_is_read_as_people_write_it(context, typed: str, number: int):
    assert read(typed) == number


@pytest.mark.parametrize(
    "typed", ["2,5", "1,00", "0,100", ",5", "1,0000", "1,,000", "5,", "²", "10²", "1.5", "-0", "½"]
)
def test_what_may_mean_another_number_is_not_read_as_one(context, typed: str):
    with pytest.raises(ValidationError):
        read(typed)
