"""A factory's record: figures with their uncertainty, the same in words, and the score that no brief changes.

A share of few orders says little: three of three on time is not a hundred per cent. People are shown the Wilson
interval beside the share; the score shrinks the share towards what factories usually do.
"""

from dataclasses import dataclass
from math import floor, sqrt

from babel.numbers import format_percent

from portal.core.i18n import _, _n, current

SMALL_ORDER = 300  # pcs; an order below it is a small one
_Z = 1.96  # standard deviations of a 95 % interval
_USUAL_ON_TIME, _PRIOR = 0.9, 5  # before its own orders count, a factory is taken for one of 5 orders, 90 % on time
_HALF_ORDERS, _HALF_SMALL, _HALF_HOURS = 10, 5, 24  # where experience and answering earn half of their weight


@dataclass(frozen=True)
class Record:
    """What a factory has done in one category, or in all. Orders are counted, `response_hours` is a median."""

    orders: int = 0
    small_orders: int = 0
    shipped: int = 0
    on_time: int = 0
    response_hours: float | None = None

    @property
    def on_time_share(self) -> float | None:
        """Shipped on time, 0..1; None before anything shipped."""
        return self.on_time / self.shipped if self.shipped else None

    @property
    def on_time_interval(self) -> tuple[float, float]:
        return wilson(self.on_time, self.shipped)


def wilson(good: int, all_: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share: (low, high) in 0..1; (0, 1) when nothing was counted."""
    if all_ == 0:
        return 0.0, 1.0
    share, z2 = good / all_, _Z * _Z
    middle = (share + z2 / (2 * all_)) / (1 + z2 / all_)
    half = _Z * sqrt(share * (1 - share) / all_ + z2 / (4 * all_ * all_)) / (1 + z2 / all_)
    return max(0.0, middle - half), min(1.0, middle + half)


def static_score(record: Record) -> float:
    """0..1: on time (half of it, as the mean of a Beta posterior), orders made, small orders made, quick answers."""
    on_time = (record.on_time + _USUAL_ON_TIME * _PRIOR) / (record.shipped + _PRIOR)
    hours = record.response_hours
    answers = 0.5 if hours is None else _HALF_HOURS / (_HALF_HOURS + hours)
    orders = record.orders / (record.orders + _HALF_ORDERS)
    small = record.small_orders / (record.small_orders + _HALF_SMALL)
    return round(0.5 * on_time + 0.2 * orders + 0.2 * small + 0.1 * answers, 4)


def percent(share: float) -> str:
    """'96%', in the reader's language, rounded down: 249 of 250 is not a hundred per cent."""
    return format_percent(floor(share * 100 + 1e-9) / 100, "#,##0%", locale=current())


def on_time_words(record: Record) -> str:
    """'On time: 96% (27 of 28 orders; likely between 82% and 99%)'."""
    if record.on_time_share is None:
        return _("Nothing shipped through Xiaodan yet")
    low, high = record.on_time_interval
    return _(
        "On time: %(share)s (%(on_time)d of %(shipped)d orders; likely between %(low)s and %(high)s)",
        share=percent(record.on_time_share),
        on_time=record.on_time,
        shipped=record.shipped,
        low=percent(low),
        high=percent(high),
    )


def orders_words(record: Record) -> str:
    """'28 orders made, 14 of them under 300 pcs'."""
    if not record.orders:
        return _("No orders through Xiaodan yet")
    return _n(
        "%(num)d order made, %(small)d of them under %(pieces)d pcs",
        "%(num)d orders made, %(small)d of them under %(pieces)d pcs",
        record.orders,
        small=record.small_orders,
        pieces=SMALL_ORDER,
    )


def response_words(record: Record) -> str:
    """'Usually quotes within 6 hours'; '' before the first quote."""
    if record.response_hours is None:
        return ""
    hours = max(1, round(record.response_hours))
    if hours > 48:
        days = round(hours / 24)
        return _n("Usually quotes within %(num)d day", "Usually quotes within %(num)d days", days)
    return _n("Usually quotes within %(num)d hour", "Usually quotes within %(num)d hours", hours)
