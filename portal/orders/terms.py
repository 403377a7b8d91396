"""What an order freezes at the award: the quote, the brief, both parties, and the portal's terms of that day."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from portal.core.i18n import N_
from portal.core.money import share
from portal.products.registry import category
from portal.sourcing.landed import Costs

#: The terms that a new order is made on. A later wording is a new version beside it; old ones stay readable.
VERSION = "2027-01"
#: Pieces more or fewer than ordered that the factory may deliver, per cent; what is paid follows the good pieces.
TOLERANCE_PERCENT = 5
_FIRST = (
    N_(
        "The quote and the production spec come before drawings, drawings before other attachments: "
        "where they differ, the earlier one counts."
    ),
    N_(
        "The deposit is a prepayment and part of the total. The order stands once it is paid; if it is not paid "
        "by its date, the order ends and nobody owes anything."
    ),
    N_("The lead time runs from the day the deposit is paid."),
    N_("What the factory assumed for fields that the brief left open is part of the order."),
    N_("Once the production spec is frozen, a change needs a new revision that both sides accept."),
    N_("Goods are checked by the sampling plan in the production spec."),
    N_("Tooling that the creator pays for is the creator's, unless the production spec says otherwise."),
    N_("Artwork stays the creator's. The factory uses it for this order only and shows it to nobody."),
)
_SECOND = (
    *_FIRST,
    N_(
        "The factory may deliver up to %(percent)s per cent more or fewer pieces; the balance follows the good ones.",
        percent=TOLERANCE_PERCENT,
    ),
    N_(
        "An order may be called off until production is finished. Before the spec is accepted by both it costs "
        "nothing; while samples are made, the tooling, plate and sample fees and a tenth of the goods; in "
        "production, the deposit. If the factory gives it up, everything goes back."
    ),
    N_("Claims are raised within 14 days of delivery. Then the order closes and the factory is paid."),
)
CLAUSES: dict[str, tuple[Any, ...]] = {
    "2026-11": _FIRST,
    "2026-12": _SECOND,
    "2027-01": (
        *_SECOND,
        N_(
            "The portal holds what the creator pays until the order closes. Its fee is a percentage of what the "
            "factory is paid and comes out of the factory's part; the creator pays nothing beside the total."
        ),
        N_(
            "Where the quote asks for an advance for materials, that share of the deposit is released to the factory "
            "when the golden sample is approved. It counts towards the total; a factory that gives the order up gives "
            "it back."
        ),
        N_(
            "What is released to the factory is paid on the day of the schedule that it has chosen, after what it "
            "owes has been set off. While a bank or the portal looks into an order's money, it stands still."
        ),
    ),
}

_BRIEF = (
    "id", "number", "category", "title", "description", "values", "quantities", "needed_by", "ship_country",
    "ship_region", "ship_city", "ship_postcode", "confidential",
)  # fmt: skip
_QUOTE = (
    "id", "revision", "currency", "tooling_minor", "plate_minor", "sample_minor", "sample_days", "sample_rounds",
    "extra_sample_minor", "deposit_percent", "advance_percent", "incoterm", "incoterm_place", "tax_included",
    "tax_percent", "valid_until", "note",
)  # fmt: skip
_LINE = ("quantity", "unit_price_minor", "freight_minor", "lead_days")
_CREATOR = ("id", "name", "email", "locale")
_FACTORY = ("id", "name", "name_zh", "city", "province", "place_zh", "license_number", "contact_name", "timezone")
#: What the terms keep of a file.
FILE = ("name", "label", "placement", "document", "revision", "sha256", "type", "size", "file_key", "preview_key")


def amounts(costs: Costs, deposit_percent: int) -> dict[str, int]:
    """Every amount of an order in minor units; deposit and balance make the total."""
    deposit = max(share(costs.total, deposit_percent), 1)
    return {
        "goods_minor": costs.goods,
        "tooling_minor": costs.tooling,
        "plate_minor": costs.plate,
        "sample_minor": costs.sample,
        "freight_minor": costs.freight,
        "tax_minor": costs.tax,
        "total_minor": costs.total,
        "deposit_minor": deposit,
        "balance_minor": costs.total - deposit,
    }


def frozen(
    *,
    brief: Any,
    quote: Any,
    line: Any,
    costs: Costs,
    creator: Any,
    factory: Any,
    files: Sequence[Mapping[str, Any]],
    answers: Sequence[Any],
) -> dict[str, Any]:
    """The terms as JSON: version, brief, quote, line (the quantity chosen), assumptions (spec field -> what the factory
    takes), answers (question and answer, as the factory knew them), amounts [minor units], fee_permille (the portal's,
    in thousandths of what the factory is paid), creator, factory and files (name, revision, sha256 ...)."""
    return plain(
        {
            "version": VERSION,
            "text": f"order-terms/{VERSION}",
            "brief": {name: getattr(brief, name) for name in _BRIEF},
            "quote": {name: getattr(quote, name) for name in _QUOTE},
            "line": {name: getattr(line, name) for name in _LINE},
            "assumptions": dict(quote.assumptions),
            "answers": [{"question": one.text, "answer": one.answer} for one in answers],
            "amounts": amounts(costs, quote.deposit_percent),
            "fee_permille": category(brief.category).fee_permille,
            "creator": {name: getattr(creator, name) for name in _CREATOR},
            "factory": {name: getattr(factory, name) for name in _FACTORY},
            "files": [{name: file[name] for name in FILE} for file in files],
        }
    )


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: ids as text, days and moments in ISO 8601."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else value


def canonical(terms: Mapping[str, Any]) -> bytes:
    """The one way to write terms as bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(terms: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical bytes, in hex: what both sides agreed to."""
    return hashlib.sha256(canonical(terms)).hexdigest()
