"""Money: integer minor units and an ISO 4217 currency, always both, never a float."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_name, get_currency_precision

from portal.core.errors import Invalid
from portal.core.i18n import N_, current

#: What quotes may be made in, and the least that a card can be charged, in minor units. Stripe publishes these; where
#: it does not (CNY, TWD), what it settles must come to half a US dollar, so ours is a little above that.
_SMALLEST_CHARGE = {
    "CNY": 500,
    "USD": 50,
    "EUR": 50,
    "GBP": 30,
    "HKD": 400,
    "TWD": 2000,
    "JPY": 50,
    "SGD": 50,
    "AUD": 50,
    "CAD": 50,
}
CURRENCIES = tuple(_SMALLEST_CHARGE)
#: The most that Stripe takes in one payment: eight digits of the smallest unit, whatever the currency.
LARGEST_CHARGE = 99_999_999
#: Digits after the point where they are not two. Written down: CLDR has changed its mind about some (TWD, HUF, ISK),
#: and Stripe's are what is charged: TWD has two there too, only Stripe's own payouts of it are in whole dollars.
_EXPONENTS = {"JPY": 0}
_CEILING = 10**13  # minor units; far above any order, far below what bigint and Stripe hold


def exponent(currency: str) -> int:
    """Digits after the point, as Stripe's amounts have them: 2 for USD, 0 for JPY."""
    return _EXPONENTS.get(currency, 2) if currency in _SMALLEST_CHARGE else get_currency_precision(currency)


def smallest_charge(currency: str) -> int:
    """The least that a card can be charged, in minor units."""
    return _SMALLEST_CHARGE.get(currency, 1)


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
    shown = format_currency(major(minor, currency), currency, locale=locale)
    if currency == "TWD" and "NT$" not in shown:  # a bare $ in Taiwan's own words: here it may be any dollar
        return shown.replace("$", "NT$")
    return shown


def narrow(text: str) -> str:
    """Figures as they are typed in any script, in narrow letters and without spaces."""
    return "".join(text.translate(_FULL_WIDTH).split())


def parse(text: str, currency: str) -> int:
    """Minor units of what a person typed: '1,234.5', '１２', '12.50'. A comma groups thousands and nothing else, so
    that neither '12,50' is read as 1250 nor '0,500' as 500. Raises `Invalid`."""
    plain = narrow(text)
    if plain.startswith(("-", "−")):
        raise Invalid(N_("An amount can't be negative."))
    if not _FIGURES.fullmatch(plain):
        raise Invalid(N_("Write the amount in figures, for example 12.50."))
    amount = Decimal(plain.replace(",", ""))
    minor = amount.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise Invalid(N_("That is finer than the smallest coin of this currency."))
    if minor > _CEILING:
        raise Invalid(N_("That amount is too large."))
    return int(minor)


def figures(minor: int, currency: str) -> str:
    """The amount as papers have it, the same in every language, the currency's code elsewhere: '1,234.50', '1,234'."""
    return f"{major(minor, currency):,f}"


def name(currency: str, locale: str | None = None) -> str:
    """What a language calls the currency: 'US Dollar', '人民币'."""
    return get_currency_name(currency, locale=locale or current())


def portion(minor: int, part: int, whole: int) -> int:
    """What of an amount is of a part of a whole, rounded half up to the minor unit: the tax within a deposit."""
    return int((Decimal(minor) * part / whole).quantize(Decimal(1), ROUND_HALF_UP)) if whole else 0


def share(minor: int, percent: int) -> int:
    """`percent` of an amount, rounded half up to the minor unit: the deposit of a total."""
    return int((Decimal(minor) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


_FIGURES = re.compile(r"([1-9]\d{0,2}(,\d{3})+|\d+)(\.\d*)?|\.\d+")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
