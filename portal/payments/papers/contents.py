"""What each paper says, as JSON, from the order's terms and the ledger: frozen the moment it is issued.

Every paper has `kind`, `number`, `date`, `order`, `order_id`, `locale`, `currency`, `total_minor`, `seller`, `buyer`,
`lines` ({"what", "pieces", "unit_minor", "amount_minor"}; `what` is a key of `words.LINES`), `tax` ({"included",
"percent", "minor"}, None where the amount is not for goods) and `references` (a key of `words.REFERENCES` -> text).
"""

from typing import Any

from portal.core.money import portion
from portal.orders.models import Order
from portal.payments.models import Refund, RefundReason
from portal.payments.papers.due import Due
from portal.payments.papers.models import TaxPaper, TaxPaperKind

_GOODS = ("goods_minor", "tooling_minor", "plate_minor", "sample_minor", "freight_minor", "tax_minor")
PORTAL = {"name": "Xiaodan 小单"}


def frame(order: Order, kind: TaxPaperKind, number: str, day: str) -> dict[str, Any]:
    """What every paper begins with."""
    terms = order.terms
    creator, factory = terms["creator"], terms["factory"]
    place = {key: terms["brief"].get(f"ship_{key}") or "" for key in ("city", "region", "postcode", "country")}
    return {
        "kind": kind.value,
        "number": number,
        "date": day,
        "order": order.number,
        "order_id": str(order.id),
        "locale": creator["locale"],
        "currency": order.currency,
        "seller": {key: factory.get(key) or "" for key in _SELLER},
        "buyer": {"name": creator["name"], "email": creator["email"], **place},
        "product": terms["brief"]["values"].get("product_name") or order.title,
        "product_zh": terms["brief"]["values"].get("product_name_zh", ""),
    }


_SELLER = ("name", "name_zh", "city", "province", "place_zh", "license_number")


def proforma(order: Order) -> dict[str, Any]:
    """The bill of the award, what is to be paid of it now, and on which terms."""
    amounts, quote = order.terms["amounts"], order.terms["quote"]
    lines = [line(key, amounts[key]) for key in _GOODS if amounts[key]]
    lines[0] |= {"pieces": order.terms["line"]["quantity"], "unit_minor": order.terms["line"]["unit_price_minor"]}
    return {
        "lines": lines,
        "total_minor": amounts["total_minor"],
        "tax": {"included": quote["tax_included"], "percent": quote["tax_percent"], "minor": amounts["tax_minor"]},
        "deposit_minor": amounts["deposit_minor"],
        "deposit_percent": quote["deposit_percent"],
        "balance_minor": amounts["balance_minor"],
        "references": {
            "order": f"PO-{order.number}",
            "delivery": f"{quote['incoterm']} {quote['incoterm_place']}".strip(),
            "lead_days": str(order.lead_days),
            "pay_by": minute(order.deposit_due_at),
        },
    }


def receipt(order: Order, due: Due, invoice: TaxPaper | None) -> dict[str, Any]:
    """A payment that has arrived: for a leg of the order, or one that no order waited for."""
    what = due.leg.kind.value if due.leg else f"unwanted_{_reason(due).value}"
    paid_at = due.leg.paid_at if due.leg and due.leg.paid_at else due.at
    return {
        "lines": [line(what, due.minor)],
        "total_minor": due.minor,
        "tax": _tax_of(order, due.minor) if due.leg else None,
        "references": {
            "order": f"PO-{order.number}",
            **({"invoice": invoice.number} if invoice and due.leg else {}),
            "paid_at": minute(paid_at),
            "payment": due.payment_id,
        },
    }


def credit_note(order: Order, due: Due, corrects: TaxPaper | None, receipt: TaxPaper | None) -> dict[str, Any]:
    """Money that goes back to the card: why, of which payment, and which paper it corrects. The card's payment itself
    is not named: the factory reads some of these too."""
    reason = _reason(due)
    own = reason == RefundReason.SUBSIDY
    references = {
        "order": f"PO-{order.number}",
        "corrects": corrects.number if corrects else "",
        "receipt": receipt.number if receipt and receipt != corrects else "",
    }
    return {
        "lines": [line(f"refund_{reason.value}", due.minor)],
        "total_minor": due.minor,
        "tax": None if own or not is_of_goods(due.refund) else _tax_of(order, due.minor),
        "references": {key: text for key, text in references.items() if text},
        **({"seller": PORTAL} if own else {}),
    }


def is_of_goods(refund: Refund | None) -> bool:
    """Whether a refund gives back what goods or work were paid with, and so concerns the factory."""
    return refund is not None and refund.event_id is not None and refund.reason != RefundReason.SUBSIDY


def _reason(due: Due) -> RefundReason:
    """Why the payment goes back, or will."""
    return due.refund.reason if due.refund else RefundReason.LATE


def _tax_of(order: Order, minor: int) -> dict[str, Any]:
    """The tax within an amount: its share of the order's, where tax is added to the prices."""
    amounts, quote = order.terms["amounts"], order.terms["quote"]
    return {
        "included": quote["tax_included"],
        "percent": quote["tax_percent"],
        "minor": portion(minor, amounts["tax_minor"], amounts["total_minor"]),
    }


def line(what: str, minor: int) -> dict[str, Any]:
    return {"what": what, "pieces": None, "unit_minor": None, "amount_minor": minor}


def minute(moment: Any) -> str:
    """A moment as papers have it: everybody's own zone is another."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
