"""Postings as CSV, a line at a time. A cell that a spreadsheet would take for a formula is led by an apostrophe."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from portal.catalogue.sheets import safe
from portal.core.money import major

COLUMNS = ("at", "account", "movement", "order", "source", "debit", "credit", "currency", "transaction")
_BOM = "\ufeff"  # Excel takes a CSV without it for the machine's old encoding
_LINES = 200  # sent together


def stream(rows: Iterable[Row[Any]]) -> Iterator[bytes]:
    """The lines of these postings in UTF-8 with a byte-order mark; no more of them are held than are being sent."""
    out = io.StringIO()
    out.write(_BOM)
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for number, row in enumerate(rows, 1):
        lines.writerow([safe(cell) for cell in _cells(row)])
        if number % _LINES == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _cells(row: Row[Any]) -> list[str]:
    amount = f"{major(abs(row.amount_minor), row.currency):f}"
    return [
        row.created_at.isoformat(timespec="seconds"),
        str(row.account),
        str(row.movement),
        str(row.number or ""),
        row.source,
        amount if row.amount_minor > 0 else "",
        amount if row.amount_minor < 0 else "",
        row.currency,
        str(row.transaction_id),
    ]
