"""What an order comes to: as agreed at the award, and with what was agreed or made differently since."""

from math import floor
from typing import Any

from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.core.money import share
from portal.orders.models import Order
from portal.orders.terms import TOLERANCE_PERCENT


def fewest(quantity: int) -> int:
    """The fewest pieces that the factory may deliver without asking."""
    return quantity - floor(quantity * TOLERANCE_PERCENT / 100)


def most(quantity: int) -> int:
    """The most pieces that the creator pays for without having been asked."""
    return quantity + floor(quantity * TOLERANCE_PERCENT / 100)


def checked_pieces(order: Any, pieces: int, field: str) -> int:
    """So many pieces of an order (or its page's row), as somebody typed them. Raises `Invalid`, at `field`, for what
    can only be a slip: more than twice those ordered."""
    if pieces > 2 * order.quantity:
        words = N_("Only %(ordered)d pcs are ordered. Check the figure.", ordered=order.quantity)
        raise Invalid(**{field: words})
    return pieces


def _agreed(order: Any) -> tuple[dict[str, int], dict[str, Any]]:
    """The amounts and the quote of the award, of an order or of a row of `queries.visible_order`."""
    terms = getattr(order, "terms", None)
    return (terms["amounts"], terms["quote"]) if terms else (order.amounts, order.quote)


def billed(order: Any) -> int:
    """The pieces that are paid for: the good ones made, at most what the tolerance allows; until then the ordered."""
    return order.quantity if order.made_quantity is None else min(order.made_quantity, most(order.quantity))


def amounts(order: Any) -> dict[str, int]:
    """Every amount of the bill (of an order or its page's row) in minor units, as `terms.amounts` names them, and
    `extras_minor`. `total_minor` is what
    the order costs now, also where that is less than the deposit."""
    agreed, quote = _agreed(order)
    sums = dict(agreed)
    sums["goods_minor"] = billed(order) * order.unit_price_minor
    fees = sums["tooling_minor"] + sums["plate_minor"] + sums["sample_minor"]
    sums["tax_minor"] = 0 if quote["tax_included"] else share(sums["goods_minor"] + fees, quote["tax_percent"])
    sums["extras_minor"] = order.extras_minor
    parts = ("goods_minor", "tooling_minor", "plate_minor", "sample_minor", "freight_minor", "tax_minor")
    sums["total_minor"] = sum(sums[part] for part in parts) + order.extras_minor
    sums["deposit_minor"] = order.deposit_minor
    sums["balance_minor"] = max(sums["total_minor"] - order.deposit_minor, 0)
    return sums


def costs_now(order: Any) -> int:
    """What an order (or its page's row) costs now, also where that is less than the deposit."""
    return order.total_minor if order.balance_minor else amounts(order)["total_minor"]


def reckon(order: Order) -> int:
    """Set the total and the balance of an order (locked) to what it costs now. Returns what the deposit is too much by:
    the creator gets it back."""
    sums = amounts(order)
    order.balance_minor = sums["balance_minor"]
    order.total_minor = order.deposit_minor + order.balance_minor
    return max(order.deposit_minor - sums["total_minor"], 0)
