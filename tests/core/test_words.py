"""Money, moments and languages as people read and write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock, filters, money
from portal.core.errors import Invalid
from portal.core.i18n import N_, in_locale, known, negotiate

MOMENT = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("1,234.5", "CNY", 123450),
        ("１２．５", "USD", 1250),
        (" 7 ", "EUR", 700),
        ("50", "JPY", 50),
        ("0", "USD", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, currency: str, minor: int):
    assert money.parse(typed, currency) == minor


@pytest.mark.parametrize("typed", ["", "abc", "-1", "1.234", "nan", "inf", "1e99", "0,500", "00,125", "٣"])
def test_what_is_no_amount_is_refused(typed: str):
    if typed == "٣":  # an Arabic three is a three
        assert money.parse(typed, "USD") == 300
        return
    with pytest.raises(Invalid):
        money.parse(typed, "USD")


def test_a_yen_has_no_parts():
    with pytest.raises(Invalid):
        money.parse("50.5", "JPY")
    assert money.major(50, "JPY") == 50


@given(st.integers(0, 10**12), st.integers(0, 100))
def test_a_share_and_its_rest_make_the_whole(minor: int, percent: int):
    deposit = money.share(minor, percent)
    assert 0 <= deposit <= minor
    assert abs(deposit * 100 - minor * percent) <= 50


def test_two_currencies_do_not_add():
    with pytest.raises(ValueError, match="USD"):
        money.Money(1, "USD") + money.Money(1, "EUR")
    assert money.Money(1, "USD") + money.Money(2, "USD") == money.Money(3, "USD")


def test_a_moment_names_its_offset():
    assert filters.as_datetime(MOMENT, "Asia/Shanghai") == "Dec 14, 2026 5:30\u202fPM UTC+8"
    assert filters.as_datetime(MOMENT, "America/St_Johns").endswith("UTC−3:30")
    assert filters.as_datetime(MOMENT).endswith("UTC")
    assert filters.as_datetime(None) == "–"


def test_a_day_is_a_day_and_a_moment_the_readers_day():
    assert filters.as_date(date(2026, 12, 14)) == filters.as_date(MOMENT) == "Dec 14, 2026"


def test_sizes_are_round():
    assert filters.size(999) == "999 B"
    assert filters.size(3_400_000) == "3.4 MB"
    assert filters.size(1 << 30) == "1.1 GB"


def test_what_somebody_wrote_is_escaped():
    assert str(filters.paragraphs("a<b>\nc")) == "a&lt;b&gt;<br>c"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-CN", "zh_Hans"), ("zh", "zh_Hans"), ("zh-SG", "zh_Hans"), ("zh-TW", "zh_Hant"), ("zh-HK", "zh_Hant"),
        ("zh-Hant-CN", "zh_Hant"), ("zh_Hans", "zh_Hans"), ("en-GB", "en"), ("fr", None), ("", None), ("x!!", None),
    ],
)  # fmt: skip
def test_languages_are_understood(code: str, language: str | None):
    assert known(code) == language


def test_the_first_language_that_we_speak_is_taken():
    assert negotiate(["fr", "zh-HK", "en"]) == "zh_Hant"
    assert negotiate(["fr"]) == "en"


def test_the_clock_can_be_set():
    with clock.at(MOMENT):
        assert clock.now() == MOMENT
    assert clock.now() != MOMENT


def test_a_constant_is_shown_escaped_and_in_the_language_of_the_moment(context):
    text, said = N_("Our factory"), N_("<%(name)s> & friends", name="<b>")
    for _time in range(2):  # the second time out of what is kept
        for locale, word in (("en", "Our factory"), ("zh_Hans", "我的工厂"), ("zh_Hant", "我的工廠")):
            with in_locale(locale):
                assert text.__html__() == word
    assert [N_("<b> & so").__html__() for _time in range(2)] == ["&lt;b&gt; &amp; so"] * 2
    assert said.__html__() == "&lt;&lt;b&gt;&gt; &amp; friends"


def test_a_moment_is_told_in_each_readers_language_and_zone(context):
    moment = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    for _time in range(2):
        assert filters.as_datetime(moment, "Asia/Shanghai") == "Dec 14, 2026 5:30\u202fPM UTC+8"
        assert filters.as_datetime(moment, "America/New_York") == "Dec 14, 2026 4:30\u202fAM UTC−5"
        with in_locale("zh_Hans"):
            assert filters.as_datetime(moment, "Asia/Shanghai") == "2026年12月14日 17:30 UTC+8"
    assert filters.as_time(moment).startswith('<time datetime="2026-12-14T09:30:00+00:00">Dec 14, 2026')
