"""What a Checkout Session sells: the items, their prices and their sum."""

from typing import Any

from sandbox.stripe.api import checks
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body
from sandbox.stripe.currencies import LARGEST_CHARGE, shown, smallest_charge
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources.shape import blank

MOST_ITEMS = 100


def priced(items: list[dict[str, Any]] | None, now: int) -> list[Body]:
    """The session's items as Stripe answers them. Raises StripeError for what cannot be sold."""
    if not items:
        raise StripeError(
            "You must provide `line_items` in `payment` mode.", code="parameter_missing", param="line_items"
        )
    if len(items) > MOST_ITEMS:
        raise StripeError(f"You can include at most {MOST_ITEMS} line items.", param="line_items")
    priced_items = [_item(item, f"line_items[{index}]", now) for index, item in enumerate(items)]
    if len({item["currency"] for item in priced_items}) > 1:
        raise StripeError("All prices on a Checkout Session must have the same currency.", param="line_items")
    return priced_items


def total(items: list[Body]) -> int:
    """The sum in minor units. Raises StripeError where it is too small or too large to be charged."""
    amount, currency = sum(item["amount_total"] for item in items), items[0]["currency"]
    if amount < smallest_charge(currency):
        least = shown(smallest_charge(currency), currency, "en")
        raise StripeError(
            f"The Checkout Session's total amount due must add up to at least {least} {currency}",
            code="amount_too_small",
        )
    if amount > LARGEST_CHARGE:
        most = shown(LARGEST_CHARGE, currency, "en")
        raise StripeError(
            f"The Checkout Session's total amount due must be no more than {most} {currency}", code="amount_too_large"
        )
    return amount


def _item(item: dict[str, Any], param: str, now: int) -> Body:
    price = _price(item.get("price_data"), f"{param}[price_data]", now)
    quantity = item.get("quantity")
    if quantity is None:
        raise StripeError("Quantity is required.", code="parameter_missing", param=f"{param}[quantity]")
    checks.check_positive(quantity, f"{param}[quantity]")
    amount = price["unit_amount"] * quantity
    return blank("item") | {
        "id": new_id("li"),
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": item["price_data"]["product_data"]["name"],
        "metadata": item.get("metadata") or {},
        "price": price,
        "quantity": quantity,
    }


def _price(data: dict[str, Any] | None, param: str, now: int) -> Body:
    if data is None:
        raise StripeError("You must specify `price_data`: this stand-in keeps no prices.", param=param)
    if "product_data" not in data:
        raise StripeError("You must specify `product_data`.", code="parameter_missing", param=f"{param}[product_data]")
    currency, unit_amount = data["currency"].lower(), data.get("unit_amount")
    checks.check_currency(currency, f"{param}[currency]")
    if unit_amount is None:
        raise StripeError("You must specify `unit_amount`.", code="parameter_missing", param=f"{param}[unit_amount]")
    if unit_amount < 0:
        raise StripeError(
            "This value must be greater than or equal to 0.",
            code="parameter_invalid_integer",
            param=f"{param}[unit_amount]",
        )
    return blank("price") | {
        "id": new_id("price"),
        "active": False,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "metadata": {},
        "product": new_id("prod"),
        "tax_behavior": "unspecified",
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }
