"""Why a factory is suggested: coded figures that are kept with the invitation, and the same in words.

A reason is {"code": ..., figures}: plain JSON, so that the page of next year tells it in any language.
"""

from typing import Any

from portal.core import money
from portal.core.filters import number
from portal.core.i18n import _, _n
from portal.factories.record import SMALL_ORDER, percent, wilson
from portal.products.registry import category

NEARER_KM = 200  # below this a difference in distance means nothing
QUICK_HOURS = 24
#: what speaks against a factory rather than for it
AGAINST = frozenset({"new", "over_target", "late"})

Reason = dict[str, Any]


def of(row: Any, ask: Any) -> list[Reason]:
    """The reasons for one candidate, the weightiest first, from the very figures that its score was made of."""
    found = [
        _experience(row, ask),
        _on_time(row),
        _nearer(row),
        _price(row, ask),
        _in_time(row, ask),
        _quick(row),
        {"code": "moq", "pieces": row.moq},
    ]
    return [reason for reason in found if reason]


def _experience(row: Any, ask: Any) -> Reason:
    if min(ask.quantities) < SMALL_ORDER and row.small_orders_done:
        return {
            "code": "small_orders",
            "category": ask.category,
            "orders": row.small_orders_done,
            "pieces": SMALL_ORDER,
        }
    if row.orders_done:
        return {"code": "orders", "category": ask.category, "orders": row.orders_done}
    return {"code": "new"}


def _on_time(row: Any) -> Reason | None:
    if not row.shipped_orders:
        return None
    low, high = wilson(row.on_time_orders, row.shipped_orders)
    return {
        "code": "on_time",
        "on_time": row.on_time_orders,
        "shipped": row.shipped_orders,
        "low": round(low, 3),
        "high": round(high, 3),
    }


def _nearer(row: Any) -> Reason | None:
    if row.km is None or row.usual_km - row.km < NEARER_KM:
        return None
    return {"code": "nearer", "km": int(round(row.usual_km - row.km, -1))}


def _price(row: Any, ask: Any) -> Reason | None:
    if row.unit_price_minor is None or not ask.target_minor:
        return None
    over = row.unit_price_minor > ask.target_minor
    return {
        "code": "over_target" if over else "in_target",
        "minor": row.unit_price_minor,
        "currency": ask.currency,
        "quantity": max(ask.quantities),
    }


def _in_time(row: Any, ask: Any) -> Reason | None:
    if ask.days_left is None:
        return None
    spare = ask.days_left - row.lead_days
    return {"code": "late" if spare < 0 else "in_time", "days": row.lead_days, "spare": abs(spare)}


def _quick(row: Any) -> Reason | None:
    if row.response_hours is None or row.response_hours > QUICK_HOURS:
        return None
    return {"code": "quick", "hours": max(1, round(row.response_hours))}


def words(reason: Reason) -> str:
    """The reason as a phrase in the current language, without a full stop."""
    figures = {name: value for name, value in reason.items() if name != "code"}
    return _WORDS[reason["code"]](**figures)


def against(reason: Reason) -> bool:
    """Whether it speaks against the factory."""
    return reason["code"] in AGAINST


def _small_orders(category: str, orders: int, pieces: int) -> str:
    return _n(
        "made %(num)d order of %(category)s under %(pieces)d pcs",
        "made %(num)d orders of %(category)s under %(pieces)d pcs",
        orders,
        category=_name(category),
        pieces=pieces,
    )


def _orders(category: str, orders: int) -> str:
    return _n(
        "made %(num)d order of %(category)s",
        "made %(num)d orders of %(category)s",
        orders,
        category=_name(category),
    )


def _name(code: str) -> str:
    return str(category(code).name).lower()


def _on_time_words(on_time: int, shipped: int, low: float, high: float) -> str:
    return _(
        "on time %(share)s: %(on_time)d of %(shipped)d orders (likely %(low)s to %(high)s)",
        share=percent(on_time / shipped),
        on_time=on_time,
        shipped=shipped,
        low=percent(low),
        high=percent(high),
    )


def _price_words(minor: int, currency: str, quantity: int) -> str:
    return _(
        "usually %(price)s a piece at %(quantity)s pcs: within your target",
        price=money.show(minor, currency),
        quantity=number(quantity),
    )


def _over_words(minor: int, currency: str, quantity: int) -> str:
    return _(
        "usually %(price)s a piece at %(quantity)s pcs: above your target",
        price=money.show(minor, currency),
        quantity=number(quantity),
    )


def _spare_words(days: int, spare: int) -> str:
    return _("usually ready in %(days)d days: %(spare)d days are left for transport", days=days, spare=spare)


def _late_words(days: int, spare: int) -> str:
    return _("usually ready in %(days)d days: %(spare)d days after your date", days=days, spare=spare)


_WORDS = {
    "small_orders": _small_orders,
    "orders": _orders,
    "new": lambda: _("new here: no orders through Xiaodan yet"),
    "on_time": _on_time_words,
    "nearer": lambda km: _("%(km)s km nearer than the average of those that fit", km=number(km)),
    "in_target": _price_words,
    "over_target": _over_words,
    "in_time": _spare_words,
    "late": _late_words,
    "quick": lambda hours: _n("usually quotes within %(num)d hour", "usually quotes within %(num)d hours", hours),
    "moq": lambda pieces: _n("takes orders from %(num)d piece", "takes orders from %(num)d pcs", pieces),
}
