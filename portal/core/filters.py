"""What templates say of moments, dates, money and files, in the reader's language and time zone."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal
from flask import Flask, has_request_context
from markupsafe import Markup, escape

from portal.core import clock, money
from portal.core.i18n import current, retold
from portal.core.web import current_actor


@lru_cache(64)
def zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")


def _reader_zone() -> ZoneInfo:
    return zone(current_actor().timezone if has_request_context() else "UTC")


def as_date(value: date | datetime | None, timezone: str | None = None) -> str:
    """'14 Dec 2026', '2026年12月14日'; a moment is shown as the day in the reader's zone, or the named one; nothing
    as a dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(zone(timezone) if timezone else _reader_zone()).date()
    return _day(value, current())


def as_day(text: str | None) -> str:
    """A day as JSON keeps it, '2026-12-14', shown as `as_date` does."""
    return as_date(date.fromisoformat(text) if text else None)


def as_datetime(value: datetime | None, timezone: str | None = None) -> str:
    """'14 Dec 2026 17:30 UTC+8' in the reader's zone, or the named one."""
    if value is None:
        return "–"
    return _moment(value, zone(timezone) if timezone else _reader_zone(), current())


@lru_cache(4096)  # CLDR's patterns are slow, and the same moments, days and minutes come back on every page
def _moment(value: datetime, there: ZoneInfo, locale: str) -> str:
    local = value.astimezone(there)
    return f"{_day(local.date(), locale)} {_minute(local.hour, local.minute, locale)} {_offset(local)}"


@lru_cache(4096)
def _day(day: date, locale: str) -> str:
    return format_date(day, "medium", locale=locale)


@lru_cache(4096)
def _minute(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


def _offset(moment: datetime) -> str:
    """'UTC+8', 'UTC−3:30', 'UTC': understood everywhere, which abbreviations of zones are not."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else "+"
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def ago(value: datetime | None) -> str:
    """'3 days ago', 'in 2 hours'."""
    if value is None:
        return "–"
    return format_timedelta(value - clock.now(), add_direction=True, locale=current())


def as_time(value: datetime | None) -> Markup:
    """A <time> element: the moment for machines, date and time for people."""
    if value is None:
        return Markup("–")
    return _time(value, _reader_zone(), current())


@lru_cache(4096)
def _time(value: datetime, there: ZoneInfo, locale: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), _moment(value, there, locale))


def number(value: float | int | None) -> str:
    return "–" if value is None else _number(value, current())


@lru_cache(4096)
def _number(value: float, locale: str) -> str:
    return format_decimal(value, locale=locale)


def size(value: int | None) -> str:
    """'3.4 MB'."""
    if value is None:
        return "–"
    amount = float(value)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{format_decimal(round(amount, 1 if unit != 'B' else 0), locale=current())} {unit}"


def paragraphs(text: str | None) -> Markup:
    """What somebody wrote, escaped, its line breaks kept."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        date=as_date,
        day=as_day,
        datetime=as_datetime,
        time_tag=as_time,
        ago=ago,
        money=money.show,
        number=number,
        filesize=size,
        paragraphs=paragraphs,
        retold=retold,
    )
    app.jinja_env.globals.update(now=clock.now, timedelta=timedelta)
