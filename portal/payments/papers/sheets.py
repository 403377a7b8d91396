"""The papers of a period as CSV."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from portal.catalogue.sheets import safe
from portal.core import money

COLUMNS = (
    "number", "kind", "issued", "order", "buyer", "seller", "currency", "total", "tax", "corrects", "payment", "sha256",
)  # fmt: skip
_BOM = "\ufeff"  # Excel takes a CSV without it for the machine's old encoding


def write(papers: Iterable[Any]) -> bytes:
    """Rows of `queries.issued` in UTF-8 with a byte-order mark. Amounts are plain figures; no cell is a formula."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for paper in papers:
        lines.writerow([safe(cell) for cell in _cells(paper)])
    return (_BOM + out.getvalue()).encode()


def _cells(paper: Any) -> list[str]:
    tax = "" if paper.tax_minor is None else f"{money.major(int(paper.tax_minor), paper.currency):f}"
    return [
        paper.number,
        paper.kind.value,
        f"{paper.created_at:%Y-%m-%dT%H:%M:%SZ}",
        f"PO-{paper.order_number}",
        paper.buyer,
        paper.seller,
        paper.currency,
        f"{money.major(paper.total_minor, paper.currency):f}",
        tax,
        paper.corrects or "",
        paper.payment or "",
        paper.content_hash,
    ]
