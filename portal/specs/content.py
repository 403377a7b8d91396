"""What a spec revision freezes: the order's terms, and what only its number, dates and revision add."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from portal.core.actor import Role
from portal.core.filters import zone
from portal.orders.changes.artwork import swapped
from portal.orders.changes.proposal import with_changes
from portal.orders.models import ChangeOrder, Order
from portal.products.registry import category

_BRIEF = ("category", "title", "description", "values", "needed_by")
_SHIP = ("ship_country", "ship_region", "ship_city", "ship_postcode")
_QUOTE = ("currency", "deposit_percent", "incoterm", "incoterm_place", "tax_included", "tax_percent", "sample_days",
          "sample_rounds", "note")  # fmt: skip
_LINE = ("quantity", "unit_price_minor", "lead_days")


def content_of(order: Order, revision: str) -> dict[str, Any]:
    """The frozen content of one revision, JSON only. The PDF shows this and nothing else.

    Flat keys: the brief's (category, title, values...), the quote's and its line's (currency, unit_price_minor,
    incoterm...), `assumptions` (spec field -> what the factory takes), `answers` [{question, answer}],
    `usual_tolerances` (path of a measure -> [amount, unit] that holds where nobody has filled in any), `amounts`
    [minor units], creator, factory, `files` (each with the `asset` name of its preview, or None), and the revision's
    own: order, revision, date, ship_by, product, product_zh, locale, terms_version, terms_hash.
    """
    terms = order.terms
    brief, quote, line = terms["brief"], terms["quote"], terms["line"]
    began = order.deposit_paid_at or order.created_at
    return {
        **{key: brief[key] for key in (*_BRIEF, *_SHIP)},
        **{key: quote[key] for key in _QUOTE},
        "advance_percent": quote.get("advance_percent", 0),
        **{key: line[key] for key in _LINE},
        "assumptions": terms["assumptions"],
        "answers": terms.get("answers", []),
        "usual_tolerances": {path: [*found] for path, found in category(brief["category"]).usual_tolerances.items()},
        "amounts": terms["amounts"],
        "creator": terms["creator"],
        "factory": terms["factory"],
        "files": [_file(file) for file in terms["files"]],
        "order": order.number,
        "order_id": str(order.id),
        "revision": revision,
        "date": _day(terms, began).isoformat(),
        "ship_by": order.ship_by.isoformat() if order.ship_by else None,
        "product": brief["values"].get("product_name") or order.title,
        "product_zh": brief["values"].get("product_name_zh", ""),
        "locale": terms["creator"]["locale"],
        "terms_version": terms["version"],
        "terms_hash": order.terms_hash,
    }


def _day(said: dict[str, Any], moment: datetime) -> date:
    """The factory's own day, from which the lead time counts, too."""
    return moment.astimezone(zone(said["factory"].get("timezone", "UTC"))).date()


def _file(file: dict[str, Any]) -> dict[str, Any]:
    return {**file, "asset": file["sha256"] if file.get("preview_key") else None}


class Yes(NamedTuple):
    """Who agreed to a change order, for which side, and when."""

    side: Role
    name: str
    at: datetime


def revised(
    content: dict[str, Any], revision: str, change: ChangeOrder, proposed: Yes, accepted: Yes
) -> dict[str, Any]:
    """The content of the revision that an accepted change order leads to: `content`, that of the revision in force,
    with the new values, quantity, bill and day; `changes` says what they take the place of, and who agreed."""
    values = with_changes(content["values"], change.values)
    kept = {name: words for name, words in content["assumptions"].items() if name not in change.values}
    return {
        **content,
        "values": values,
        "assumptions": kept,
        "files": [_file(file) for file in swapped(content["files"], change.files.values())],
        "quantity": change.quantity or content["quantity"],
        "amounts": change.amounts,
        "ship_by": change.ship_by.isoformat() if change.ship_by else content["ship_by"],
        "product": values.get("product_name") or content["title"],
        "product_zh": values.get("product_name_zh", ""),
        "revision": revision,
        "date": _day(content, accepted.at).isoformat(),
        "changes": {
            "number": change.number,
            "against": content["revision"],
            "reason": change.reason,
            "former": _former(content, change),
            "proposed": _said(proposed),
            "accepted": _said(accepted),
        },
    }


def _former(content: dict[str, Any], change: ChangeOrder) -> dict[str, Any]:
    """What stood in the revision before, of all that the new one says differently."""
    return {
        "values": {name: content["values"].get(name) for name in change.values},
        "assumptions": {name: words for name, words in content["assumptions"].items() if name in change.values},
        "files": {str(swap["place"]): content["files"][swap["place"]] for swap in change.files.values()},
        **{name: content[name] for name in ("quantity", "amounts", "ship_by")},
    }


def _said(yes: Yes) -> dict[str, str]:
    return {"side": yes.side.value, "name": yes.name, "at": f"{yes.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"}


def next_revision(revision: str) -> str:
    """The letter after a revision's: B after A, AA after Z."""
    if revision.strip("Z") == "":
        return "A" * (len(revision) + 1)
    head, last = revision[:-1], revision[-1]
    return next_revision(head) + "A" if last == "Z" else head + chr(ord(last) + 1)
