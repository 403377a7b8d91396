"""What a spec revision freezes: the order's terms and what only its number, dates and revision add."""

from typing import Any

from portal.orders.models import Order


def content_of(order: Order, revision: str) -> dict[str, Any]:
    """The frozen content of one revision, JSON only. The PDF shows this and nothing else.

    Keys: those of `orders.terms.freeze`, and order, order_id, revision, date, ship_by, product, product_zh, and an
    `asset` name for each file that has a preview.
    """
    terms = order.terms
    values = terms["values"]
    paid = order.deposit_paid_at or order.created_at
    return {
        **terms,
        "order": order.number,
        "order_id": str(order.id),
        "revision": revision,
        "date": paid.date().isoformat(),
        "ship_by": order.ship_by.isoformat() if order.ship_by else None,
        "product": values.get("product_name") or order.title,
        "product_zh": values.get("product_name_zh", ""),
        "files": [_file(file) for file in terms["files"]],
        "terms_hash": order.terms_hash,
    }


def _file(file: dict[str, Any]) -> dict[str, Any]:
    # A revision is named by what the file is: two artworks with one file share its picture.
    return {**file, "asset": file["sha256"] if file.get("preview_key") else None}
