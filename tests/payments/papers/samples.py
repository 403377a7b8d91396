"""What papers of one order say: for the golden texts, and for looking at them."""

from typing import Any

from tests.specs.test_shipping import said as parcel

HASH = "ab" * 32


def paper(kind: str, currency: str = "USD", locale: str = "en", **changes: Any) -> dict[str, Any]:
    """The content of a paper of each kind; amounts are round in every currency."""
    number = {"proforma_invoice": "PI", "receipt": "RC", "credit_note": "CN", "commercial_invoice": "CI"}[kind]
    frame = {
        "kind": kind,
        "number": f"{number}-2026-000123",
        "date": "2026-12-01",
        "order": 2007,
        "order_id": "01890000-0000-7000-8000-000000000001",
        "locale": locale,
        "currency": currency,
        "seller": {"name": "Golden Needle Toys", "name_zh": "金针玩具厂", "city": "Yangzhou", "province": "Jiangsu",
                   "place_zh": "江苏扬州", "license_number": "91321000MA1XXXXX0X"},
        "buyer": {"name": "Ada Winter", "email": "ada@example.com", "city": "Leipzig", "region": "",
                  "postcode": "04109", "country": "DE"},
        "product": "Stinky tofu plush",
        "product_zh": "臭豆腐公仔",
    }  # fmt: skip
    return frame | _SAID[kind]() | changes


def _line(what: str, minor: int, pieces: int | None = None, unit: int | None = None) -> dict[str, Any]:
    return {"what": what, "pieces": pieces, "unit_minor": unit, "amount_minor": minor}


def _proforma() -> dict[str, Any]:
    lines = [_line("goods_minor", 1_560_000, 3000, 520), _line("tooling_minor", 120_000), _line("sample_minor", 60_000),
             _line("freight_minor", 240_000), _line("tax_minor", 226_200)]  # fmt: skip
    return {
        "lines": lines,
        "total_minor": 2_206_200,
        "tax": {"included": False, "percent": 13, "minor": 226_200},
        "deposit_minor": 661_860,
        "deposit_percent": 30,
        "balance_minor": 1_544_340,
        "references": {"order": "PO-2007", "delivery": "DAP Leipzig", "lead_days": "28",
                       "pay_by": "2026-12-08 09:30 UTC"},
    }  # fmt: skip


def _receipt() -> dict[str, Any]:
    return {
        "lines": [_line("deposit", 661_860)],
        "total_minor": 661_860,
        "tax": {"included": False, "percent": 13, "minor": 67_860},
        "references": {"order": "PO-2007", "invoice": "PI-2026-000123", "paid_at": "2026-12-02 10:00 UTC",
                       "payment": "pi_3QabcDEFghiJKL012"},
    }  # fmt: skip


def _credit_note() -> dict[str, Any]:
    return {
        "lines": [_line("refund_claim", 100_000)],
        "total_minor": 100_000,
        "tax": {"included": True, "percent": 0, "minor": 0},
        "references": {"order": "PO-2007", "corrects": "CI-2026-000123", "receipt": "RC-2026-000123"},
    }


def _commercial() -> dict[str, Any]:
    customs = parcel()
    return {**customs, "shipped_on": customs.pop("date"), "total_minor": 78_000, "date": "2026-12-30"}


_SAID = {
    "proforma_invoice": _proforma,
    "receipt": _receipt,
    "credit_note": _credit_note,
    "commercial_invoice": _commercial,
}
