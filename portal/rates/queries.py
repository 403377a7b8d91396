"""What an amount comes to in another currency, about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from portal.accounts.models import Person
from portal.core.clock import now
from portal.core.money import CURRENCIES, exponent, major
from portal.rates.models import Rate

#: A rate that is older is said to be.
STALE = timedelta(days=14)
_NEWEST = (
    select(Rate.base, Rate.counter, Rate.value, Rate.day, Rate.source)
    .distinct(Rate.base, Rate.counter)
    .order_by(Rate.base, Rate.counter, Rate.day.desc(), Rate.id.desc())  # type: ignore[attr-defined]
)
_HISTORY = (
    select(Rate.base, Rate.counter, Rate.value, Rate.day, Rate.source, Rate.created_at, Person.name)
    .join(Person, Person.id == Rate.entered_by)
    .order_by(Rate.id.desc())  # type: ignore[attr-defined]
    .limit(100)
)


@dataclass(frozen=True)
class About:
    """An amount in another currency, in its minor units, by a rate of `day` (the older one where two were needed)."""

    minor: int
    currency: str
    day: date

    @property
    def stale(self) -> bool:
        return is_stale(self.day)


def is_stale(day: date) -> bool:
    """Whether a rate of that day is too old to be shown without saying so."""
    return now().date() - day > STALE


class Rates:
    """The newest rate of each pair. Nothing is charged by them."""

    def __init__(self, rows: Iterable[Any]) -> None:
        #: (from, to) -> what one unit is worth, and of which day; both ways of a pair, the newer entry counts
        self._known: dict[tuple[str, str], tuple[Decimal, date]] = {}
        for row in rows:
            self._keep(row.base, row.counter, row.value, row.day)
            self._keep(row.counter, row.base, 1 / row.value, row.day)

    def _keep(self, base: str, counter: str, value: Decimal, day: date) -> None:
        before = self._known.get((base, counter))
        if before is None or day > before[1]:
            self._known[base, counter] = value, day

    def between(self, base: str, counter: str) -> tuple[Decimal, date] | None:
        """What one unit of `base` is worth in `counter`, and of which day; by way of a third currency where the two
        have no rate of their own."""
        if base == counter:
            return Decimal(1), now().date()
        if direct := self._known.get((base, counter)):
            return direct
        ways = [
            (first[0] * second[0], min(first[1], second[1]))
            for third in CURRENCIES
            if (first := self._known.get((base, third))) and (second := self._known.get((third, counter)))
        ]
        return max(ways, key=lambda way: way[1], default=None)

    def about(self, minor: int, currency: str, into: str) -> About | None:
        """What an amount comes to in another currency; None where there is no rate."""
        found = self.between(currency, into)
        if found is None:
            return None
        units = (major(minor, currency) * found[0]).scaleb(exponent(into))
        return About(int(units.quantize(Decimal(1), ROUND_HALF_UP)), into, found[1])

    @property
    def version(self) -> list[Any]:
        """What tells these rates from others."""
        return sorted(self._known.items())


def newest(conn: Connection) -> Rates:
    """The rates that count now."""
    return Rates(conn.execute(_NEWEST))


def listed(conn: Connection) -> Sequence[Row[Any]]:
    """The newest rate of each pair: base, counter, value, day, source."""
    return conn.execute(_NEWEST).all()


def history(conn: Connection) -> Sequence[Row[Any]]:
    """The last rates that were entered, by whom, the newest first."""
    return conn.execute(_HISTORY).all()
