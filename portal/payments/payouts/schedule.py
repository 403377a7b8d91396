"""When released money goes to a factory: by the schedule it has chosen, once there is enough of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from portal.core.clock import days
from portal.core.money import exponent
from portal.payments.recipients.models import Schedule


class Released(Protocol):
    """A released part, or what it will be."""

    currency: str
    created_at: datetime

    @property
    def net_minor(self) -> int: ...


P = TypeVar("P", bound=Released)

#: The hour (UTC) from which on a day's payments go: the morning in China.
HOUR = 1
#: The least that is sent, in whole units of each currency: less would be eaten by banks' fees.
_LEAST = {
    "CNY": 200, "USD": 25, "EUR": 25, "GBP": 20, "HKD": 200, "TWD": 800, "JPY": 4000, "SGD": 35, "AUD": 40, "CAD": 35,
}  # fmt: skip


def least(currency: str) -> int:
    """The least that is sent in a currency, in minor units."""
    return _LEAST.get(currency, 0) * 10 ** exponent(currency)


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """The first payment of a schedule after a moment (aware, UTC); with a daily one, that moment: it never waits."""
    if schedule == Schedule.DAILY:
        return after
    run = after.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if run <= after:
        run += days(1)
    while not _is_day(schedule, run):
        run += timedelta(days=1)
    return run


def _is_day(schedule: Schedule, run: datetime) -> bool:
    return run.weekday() == 0 if schedule == Schedule.WEEKLY else run.day == 1


def due(schedule: Schedule, parts: Iterable[P], at: datetime) -> list[P]:
    """Those of a factory's waiting parts whose day has come by a moment, of the currencies in which they are enough.
    What is not, waits for more."""
    ripe = [part for part in parts if part.net_minor and next_run(schedule, part.created_at) <= at]
    sums: dict[str, int] = {}
    for part in ripe:
        sums[part.currency] = sums.get(part.currency, 0) + part.net_minor
    return [part for part in ripe if sums[part.currency] >= least(part.currency)]
