"""What a spec revision freezes: the order's terms, and what only its number, dates and revision add."""

from typing import Any

from portal.orders.models import Order

_BRIEF = ("category", "title", "description", "values", "needed_by")
_SHIP = ("ship_country", "ship_region", "ship_city", "ship_postcode")
_QUOTE = ("currency", "deposit_percent", "incoterm", "incoterm_place", "tax_included", "tax_percent", "sample_days",
          "sample_rounds", "note")  # fmt: skip
_LINE = ("quantity", "unit_price_minor", "lead_days")


def content_of(order: Order, revision: str) -> dict[str, Any]:
    """The frozen content of one revision, JSON only. The PDF shows this and nothing else.

    Flat keys: the brief's (category, title, values...), the quote's and its line's (currency, unit_price_minor,
    incoterm...), `assumptions` (spec field -> what the factory takes), `amounts` [minor units], creator, factory,
    `files` (each with the `asset` name of its preview, or None), and the revision's own: order, revision, date,
    ship_by, product, product_zh, locale, terms_version, terms_hash.
    """
    terms = order.terms
    brief, quote, line = terms["brief"], terms["quote"], terms["line"]
    began = order.deposit_paid_at or order.created_at
    return {
        **{key: brief[key] for key in (*_BRIEF, *_SHIP)},
        **{key: quote[key] for key in _QUOTE},
        **{key: line[key] for key in _LINE},
        "assumptions": terms["assumptions"],
        "amounts": terms["amounts"],
        "creator": terms["creator"],
        "factory": terms["factory"],
        "files": [{**file, "asset": file["sha256"] if file.get("preview_key") else None} for file in terms["files"]],
        "order": order.number,
        "order_id": str(order.id),
        "revision": revision,
        "date": began.date().isoformat(),
        "ship_by": order.ship_by.isoformat() if order.ship_by else None,
        "product": brief["values"].get("product_name") or order.title,
        "product_zh": brief["values"].get("product_name_zh", ""),
        "locale": terms["creator"]["locale"],
        "terms_version": terms["version"],
        "terms_hash": order.terms_hash,
    }
