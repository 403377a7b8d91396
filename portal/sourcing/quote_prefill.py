"""What a quote form starts with, as text: the draft, else the revision before, else the factory's own prices."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from portal.core.money import exponent, major
from portal.products.terms import DELIVERED
from portal.sourcing.assumptions import Blank

DEFAULT_VALIDITY = 14  # days
#: The form's text fields beside those of a quantity or an assumption, by the attribute of a quote.
_FEES = ("tooling_minor", "plate_minor", "sample_minor")
_AMOUNTS = (*_FEES, "extra_sample_minor")
_FIGURES = ("sample_days", "sample_rounds", "deposit_percent", "advance_percent", "tax_percent")


def written(minor: int | None, currency: str) -> str:
    """An amount as a person would type it: '12.50', '12' where it is whole; '' for none."""
    if minor is None:
        return ""
    amount = major(minor, currency)
    return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount:f}"


def from_quote(quote: Any, lines: Iterable[Any]) -> dict[str, str]:
    """The form that would send `quote` again, valid from today."""
    currency = quote.currency
    form = {name: written(getattr(quote, name), currency) for name in _AMOUNTS}
    form |= {name: str(getattr(quote, name)) for name in _FIGURES}
    form |= {"incoterm": quote.incoterm, "incoterm_place": quote.incoterm_place, "note": quote.note}
    form |= {"tax": "included" if quote.tax_included else "added", "valid_days": str(DEFAULT_VALIDITY)}
    for line in lines:
        form |= {
            f"unit_price_{line.quantity}": written(line.unit_price_minor, currency),
            f"lead_days_{line.quantity}": str(line.lead_days),
            f"freight_{line.quantity}": written(line.freight_minor, currency),
        }
    return form | {f"assume_{path}": text for path, text in quote.assumptions.items()}


def from_prices(
    quantities: Sequence[int], currency: str, factory: Any, capability: Any | None, tiers: Sequence[Any]
) -> dict[str, str]:
    """The factory's own answer: `tiers` are its price tiers (currency, min_quantity, unit_price_minor, lead_days) in
    every currency, `capability` its fees in its own currency. What it has never said stays blank."""
    form = {
        "sample_rounds": "1",
        "deposit_percent": str(factory.deposit_percent),
        "advance_percent": "0",
        "incoterm": factory.incoterm,
        "incoterm_place": factory.incoterm_place,
        "tax": "included",
        "tax_percent": "0",
        "valid_days": str(DEFAULT_VALIDITY),
    }
    freight = "" if factory.incoterm in DELIVERED else "0"
    for quantity in quantities:
        form[f"freight_{quantity}"] = freight
        if tier := tier_for(quantity, currency, tiers):
            form[f"unit_price_{quantity}"] = written(tier.unit_price_minor, currency)
            form[f"lead_days_{quantity}"] = str(tier.lead_days)
        elif capability is not None:
            form[f"lead_days_{quantity}"] = str(capability.lead_days)
    return form | _fees(currency, factory, capability, tiers)


def _fees(currency: str, factory: Any, capability: Any | None, tiers: Sequence[Any]) -> dict[str, str]:
    if capability is None:
        return {}
    rate = own_rate(factory.currency, currency, tiers)
    fees = (capability.tooling_fee_minor, capability.plate_fee_minor, capability.sample_fee_minor)
    form = {"sample_days": str(capability.sample_days)}
    for name, minor in zip(_FEES, fees, strict=True):
        if minor == 0 or rate is not None:
            form[name] = written(_rounded(minor * (rate or 0), currency), currency)
    return form | ({"extra_sample_minor": form["sample_minor"]} if "sample_minor" in form else {})


def tier_for(quantity: int, currency: str, tiers: Iterable[Any]) -> Any | None:
    """The factory's price tier that applies to `quantity` pieces; None below its smallest."""
    fitting = [t for t in tiers if t.currency == currency and t.min_quantity <= quantity]
    return max(fitting, key=lambda tier: tier.min_quantity, default=None)


def own_rate(source: str, target: str, tiers: Iterable[Any]) -> Decimal | None:
    """Minor units of `target` for one of `source`, as the factory's own price list has it; None where it is silent."""
    if source == target:
        return Decimal(1)
    prices: dict[str, dict[int, int]] = {source: {}, target: {}}
    for tier in tiers:
        if tier.currency in prices:
            prices[tier.currency][tier.min_quantity] = tier.unit_price_minor
    for quantity, price in prices[source].items():
        if quantity in prices[target]:
            return Decimal(prices[target][quantity]) / price
    return None


def _rounded(minor: Decimal | int, currency: str) -> int:
    """To a whole unit of the currency, where that leaves anything: nobody asks for 28.57 for a sample."""
    unit = 10 ** exponent(currency)
    whole = int((Decimal(minor) / unit).to_integral_value()) * unit
    return whole or int(Decimal(minor).to_integral_value())


def from_trade(blanks: Iterable[Blank]) -> dict[str, str]:
    """What the trade usually takes for the fields that the brief leaves open."""
    return {f"assume_{blank.path}": blank.suggestion for blank in blanks}


def prefill(
    known: Iterable[str], *sources: Mapping[str, Any]
) -> dict[str, str]:  # fmt: skip
    """One text per known form field; a later source outweighs an earlier one."""
    names = set(known)
    merged: dict[str, str] = {}
    for source in sources:
        merged |= {name: text for name, text in source.items() if name in names and isinstance(text, str)}
    return merged
