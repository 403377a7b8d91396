"""Money: integer minor units and an ISO 4217 currency, always both, never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

from portal.core.errors import Invalid
from portal.core.i18n import N_, current

#: What quotes may be made in.
CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "JPY")
_CEILING = 10**13  # minor units; far above any order, far below what bigint and Stripe hold


def exponent(currency: str) -> int:
    """Digits after the point: 2 for USD, 0 for JPY. Stripe and CLDR agree on every currency we take."""
    return get_currency_precision(currency)


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount in minor units of one currency. Adding two currencies raises `ValueError`."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} + {other.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return show(self.minor, self.currency)


def major(minor: int, currency: str) -> Decimal:
    """The amount as people write it: 1250 of USD is Decimal('12.50')."""
    return Decimal(minor).scaleb(-exponent(currency))


def show(minor: int | None, currency: str, locale: str | None = None) -> str:
    """The amount in words of a language: `CN¥12.50`, `¥12.50`. An unknown amount is a dash."""
    if minor is None:
        return "–"
    return _show(minor, currency, locale or current())


@lru_cache(8192)  # a page of a list shows dozens of amounts, and CLDR's patterns are slow
def _show(minor: int, currency: str, locale: str) -> str:
    return format_currency(major(minor, currency), currency, locale=locale)


def parse(text: str, currency: str) -> int:
    """Minor units of what a person typed: '1,234.5', '１２', '12.50'. Raises `Invalid`."""
    plain = text.strip().translate(_FULL_WIDTH).replace(",", "").replace(" ", "")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise Invalid(N_("Write the amount in figures, for example 12.50.")) from None
    if not amount.is_finite() or amount < 0:
        raise Invalid(N_("An amount can't be negative."))
    minor = amount.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise Invalid(N_("That is finer than the smallest coin of this currency."))
    if minor > _CEILING:
        raise Invalid(N_("That amount is too large."))
    return int(minor)


def share(minor: int, percent: int) -> int:
    """`percent` of an amount, rounded half up to the minor unit: the deposit of a total."""
    return int((Decimal(minor) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
