"""Small pure things: names in headers, the plan of parts, signatures."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.designs import names, parts
from portal.designs.signing import Signer


@given(st.text(max_size=400))
def test_a_header_carries_any_name_safely(name: str):
    value = names.disposition(name)
    assert value.isascii()
    assert value.isprintable()
    assert value.startswith('attachment; filename="')
    assert value.count('"') == 2
    assert len(value) < 1300


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ("logo.png", "logo.png"),
        ("../../etc/passwd", "etc_passwd"),
        ("C:\\logo.png", "C__logo.png"),
        ("exe.\u202egnp.scr", "exe._gnp.scr"),
        ("设计 稿.ai", "设计 稿.ai"),
        ("", "file"),
        ("...", "file"),
        ("a\r\nX-Y: z.png", "a__X-Y_ z.png"),
        ("x" * 300 + ".tiff", "x" * 115 + ".tiff"),
    ],
)
def test_names_fit_to_be_called_that_anywhere(name, fit):
    assert names.fit(name) == fit


def test_the_name_kept_is_the_creator_s_own():
    assert names.kept("Mein Löwe (2) – final.ai") == "Mein Löwe (2) – final.ai"
    assert names.kept("a\x00b\x1bc.png") == "abc.png"
    long = names.kept("x" * 999 + ".pdf")
    assert (len(long), long[-5:]) == (255, "x.pdf")


@given(st.integers(min_value=1, max_value=1024**3))
def test_parts_add_up(size: int):
    sizes = [parts.size_of(number, size) for number in range(1, parts.count(size) + 1)]
    assert sum(sizes) == size
    assert all(each == parts.PART for each in sizes[:-1])
    assert 0 < sizes[-1] <= parts.PART
    assert parts.missing(size, dict(enumerate(sizes, 1))) == []
    assert parts.missing(size, {1: sizes[0] + 1})[0] == 1


def test_a_signature_as_amazon_s_manual_has_it():
    """The worked example of sigv4-query-string-auth.html."""
    key, secret = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    signer = Signer("https://examplebucket.s3.amazonaws.com", "us-east-1", key, secret)
    url = signer.sign("GET", "", "test.txt", at=datetime(2013, 5, 24, tzinfo=UTC), seconds=86400)
    assert url == (
        "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
