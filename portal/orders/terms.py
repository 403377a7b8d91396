"""The terms of an order, as they are frozen at the award: what specs/, payments/ and the papers read.

`freeze()` gives the JSON that `Order.terms` keeps; its canonical SHA-256 is `Order.terms_hash`.
"""

import hashlib
import json
from typing import Any

from portal.accounts.models import Person
from portal.core.i18n import N_
from portal.factories.models import Factory
from portal.sourcing.landed import Costs
from portal.sourcing.models import Brief, Quote, QuoteLine

VERSION = "2026-1"

#: version -> clauses, in the words that both sides read. A version in use is never changed: a new one is added.
CLAUSES: dict[str, tuple[Any, ...]] = {
    "2026-1": (
        N_("The quote and the production spec outrank drawings; drawings outrank other attachments."),
        N_("Where the creator left a field blank, the factory's stated assumption is part of the spec."),
        N_("The deposit is a prepayment: it counts towards the price, and the portal holds it until it is released."),
        N_("The lead time runs from the day the deposit is paid. Days on which the factory waits for the creator are "
           "not counted."),
        N_("The balance is due before shipping, after the final inspection."),
        N_("Nothing in the accepted spec changes unless both sides accept a change order with its price and date."),
        N_("Before the deposit is paid either side may cancel free of charge."),
    )
}  # fmt: skip


def freeze(
    *, brief: Brief, quote: Quote, line: QuoteLine, creator: Person, factory: Factory, costs: Costs,
    deposit_minor: int, files: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Everything agreed, as JSON. `files` is `designs.queries.files_for_spec(...)`."""
    return {
        "terms_version": VERSION,
        "category": brief.category,
        "title": brief.title,
        "locale": creator.locale,
        "creator": {"name": creator.name, "email": creator.email},
        "factory": {
            "name": factory.name,
            "name_zh": factory.name_zh,
            "city": factory.city,
            "place_zh": factory.place_zh,
        },
        "ship_to": {
            "country": brief.ship_country,
            "region": brief.ship_region,
            "city": brief.ship_city,
            "postcode": brief.ship_postcode,
        },
        "brief": brief.number,
        "description": brief.description,
        "needed_by": brief.needed_by.isoformat() if brief.needed_by else None,
        "values": brief.values,
        "quote_revision": quote.revision,
        "assumptions": quote.assumptions,
        "quote_note": quote.note,
        "quantity": line.quantity,
        "currency": quote.currency,
        "unit_price_minor": line.unit_price_minor,
        "amounts": {
            "goods_minor": costs.goods,
            "tooling_minor": costs.tooling,
            "plate_minor": costs.plate,
            "sample_minor": costs.sample,
            "freight_minor": costs.freight,
            "tax_minor": costs.tax,
            "total_minor": costs.total,
            "deposit_minor": deposit_minor,
            "balance_minor": costs.total - deposit_minor,
        },
        "deposit_percent": quote.deposit_percent,
        "tax_included": quote.tax_included,
        "tax_percent": quote.tax_percent,
        "incoterm": quote.incoterm,
        "incoterm_place": quote.incoterm_place,
        "sample_days": quote.sample_days,
        "sample_rounds": quote.sample_rounds,
        "lead_days": line.lead_days,
        "files": files,
    }


def digest(terms: dict[str, Any]) -> str:
    """SHA-256 of the terms' canonical JSON: sorted keys, no spaces, UTF-8."""
    plain = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
