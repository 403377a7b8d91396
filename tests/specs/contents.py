"""Frozen contents for the papers' tests: the products' example specs as orders would freeze them."""

from typing import Any

from portal.products.registry import category
from sandbox.demo import examples

EXAMPLES = {
    "printed_goods": ("TOTE", 200),
    "scented_packaging": ("MAILER", 500),
    "plush": ("TOFU", 300),
    "moulded_part": ("CUP_HOLDER", 500),
}


def content(code: str, locale: str = "en", files: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    """A spec's content of one category, with an assumption for the first field that is left blank."""
    name, quantity = EXAMPLES[code]
    values = getattr(examples, name)
    made = category(code)
    blank = [field.name for field in made.fields() if field.name in made.applies(values) and field.name not in values]
    return {
        "category": code,
        "title": values["product_name"],
        "description": "",
        "values": values,
        "needed_by": "2027-03-01",
        "ship_country": "DE",
        "ship_region": "",
        "ship_city": "Leipzig",
        "ship_postcode": "04109",
        "currency": "USD",
        "deposit_percent": 30,
        "incoterm": "DAP",
        "incoterm_place": "Leipzig",
        "tax_included": True,
        "tax_percent": 0,
        "sample_days": 7,
        "sample_rounds": 2,
        "note": "含两次打样。",
        "quantity": quantity,
        "unit_price_minor": 520,
        "lead_days": 28,
        "answers": [],
        "assumptions": {blank[0]: "与样品一致 as the sample"} if blank else {},
        "amounts": {
            "goods_minor": 520 * quantity, "tooling_minor": 12000, "plate_minor": 0, "sample_minor": 6000,
            "freight_minor": 24000, "tax_minor": 0, "total_minor": 520 * quantity + 42000, "deposit_minor": 40000,
            "balance_minor": 520 * quantity + 2000,
        },
        "creator": {"name": "Ada Winter", "email": "ada@example.com", "locale": locale},
        "factory": {"name": "Golden Needle Toys", "name_zh": "金针玩具厂", "city": "Yangzhou", "place_zh": "江苏扬州"},
        "files": files or [],
        "order": 2007,
        "order_id": "01890000-0000-7000-8000-000000000001",
        "revision": "A",
        "date": "2026-12-01",
        "ship_by": "2026-12-29",
        "product": values["product_name"],
        "product_zh": values.get("product_name_zh", ""),
        "locale": locale,
        "terms_version": "2026-11",
        "terms_hash": "ab" * 32,
        **changes,
    }  # fmt: skip
