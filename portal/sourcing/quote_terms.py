"""What a quote says, declared once: the words for it, how it is shown, and what changed between two revisions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.core import money
from portal.core.filters import as_date
from portal.core.i18n import N_, _, _n

Show = Callable[[Any, str], str]


@dataclass(frozen=True)
class Term:
    """One thing a quote states: an attribute of Quote or QuoteLine, its label, and `show(value, currency)`."""

    name: str
    label: Any
    show: Show


def _money(value: int, currency: str) -> str:
    return money.show(value, currency)


def days(value: int, _currency: str = "") -> str:
    return _n("%(num)d day", "%(num)d days", value)


def _percent(value: int, _currency: str) -> str:
    return f"{value} %"


def _of_deposit(value: int, _currency: str) -> str:
    return _("%(percent)s %% of the deposit", percent=value) if value else _("None")


def _text(value: str, _currency: str) -> str:
    return str(value or "–")


def _date(value: datetime | str, _currency: str) -> str:
    return as_date(datetime.fromisoformat(value) if isinstance(value, str) else value)


def _tax(value: bool, _currency: str) -> str:
    return _("Tax included") if value else _("Tax not included")


LINE_TERMS = (
    Term("unit_price_minor", N_("Unit price"), _money),
    Term("lead_days", N_("Lead time"), days),
    Term("freight_minor", N_("Freight"), _money),
)
QUOTE_TERMS = (
    Term("tooling_minor", N_("Tooling"), _money),
    Term("plate_minor", N_("Plate fee"), _money),
    Term("sample_minor", N_("Sample fee"), _money),
    Term("sample_days", N_("Sample ready in"), days),
    Term("sample_rounds", N_("Sample rounds in the fee"), _text),
    Term("extra_sample_minor", N_("Each further sample round"), _money),
    Term("deposit_percent", N_("Deposit"), _percent),
    Term("advance_percent", N_("Advance for materials"), _of_deposit),
    Term("incoterm", N_("Delivery term"), _text),
    Term("incoterm_place", N_("Named place"), _text),
    Term("tax_included", N_("Tax"), _tax),
    Term("tax_percent", N_("Tax rate"), _percent),
    Term("valid_until", N_("Valid until"), _date),
    Term("note", N_("Note"), _text),
)
_BY_NAME = {term.name: term for term in (*LINE_TERMS, *QUOTE_TERMS)}


def rows(quote: Any, *, skip: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(label, words) of what a quote says beside its lines, in the current language."""
    left_out = {*skip, *(() if quote.tax_percent and not quote.tax_included else ("tax_percent",))}
    left_out |= set() if quote.advance_percent else {"advance_percent"}
    return [
        (str(term.label), term.show(getattr(quote, term.name), quote.currency))
        for term in QUOTE_TERMS
        if term.name not in left_out
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def statements(quote: Any, lines: Iterable[Any]) -> dict[str, Any]:
    """Everything a quote states as code -> JSON value: "tooling_minor", "unit_price_minor:300", "assume:size"."""
    stated = {term.name: _plain(getattr(quote, term.name)) for term in QUOTE_TERMS}
    for line in lines:
        stated |= {f"{term.name}:{line.quantity}": getattr(line, term.name) for term in LINE_TERMS}
    return stated | {f"assume:{path}": text for path, text in quote.assumptions.items()}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What changed between two `statements()`: `[{"field": code, "was": value or None, "now": value or None}]`."""
    codes = [*after, *(code for code in before if code not in after)]
    return [
        {"field": code, "was": before.get(code), "now": after.get(code)}
        for code in codes
        if before.get(code) != after.get(code)
    ]


def change_in_words(
    change: dict[str, Any], currency: str, assumption: Callable[[str, Any], tuple[str, str]]
) -> tuple[str, str, str]:
    """One difference for people: (label, was, now). `assumption(path, kept)` gives a spec field's (label, words)."""
    name, _colon, detail = change["field"].partition(":")
    if name == "assume":
        label = _("Assumption: %(field)s", field=assumption(detail, "")[0])
        was, now = ("–" if kept is None else assumption(detail, kept)[1] for kept in (change["was"], change["now"]))
        return label, was, now
    term = _BY_NAME[name]
    label = _("%(term)s, %(quantity)s pcs", term=term.label, quantity=detail) if detail else str(term.label)
    was, now = ("–" if value is None else term.show(value, currency) for value in (change["was"], change["now"]))
    return label, was, now
