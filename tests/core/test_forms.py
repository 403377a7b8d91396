"""What people type, as it is kept."""

import pytest

from portal.core.forms import clean


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" a\tb\x00 ", "ab"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\u2067مرحبا\u2069 \u2066x", "مرحبا x"),
        ("👩\u200d🎨", "👩\u200d🎨"),
    ],
)
def test_nothing_typed_turns_the_words_around_it(typed: str, kept: str):
    assert clean(typed) == kept
