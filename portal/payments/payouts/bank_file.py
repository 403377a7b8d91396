"""A batch as the file that our bank takes: CSV, the same bytes each time."""

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from portal.catalogue.sheets import safe
from portal.core.money import major
from portal.payments.recipients.bank import BankDetails

COLUMNS = (
    "reference", "account_holder", "account_number", "bank", "branch", "cnaps", "swift", "country", "address", "amount",
    "currency",
)  # fmt: skip
_BOM = "\ufeff"  # Excel takes a CSV without it for the machine's old encoding


class Payment(NamedTuple):
    """One line: whom our bank pays what, in minor units."""

    reference: str
    details: BankDetails
    amount_minor: int
    currency: str


def write(payments: Iterable[Payment]) -> bytes:
    """The payments in UTF-8 with a byte-order mark, amounts in whole units with the currency's decimals. No cell is
    one that a spreadsheet takes for a formula."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for payment in payments:
        lines.writerow([safe(cell) for cell in _cells(payment)])
    return (_BOM + out.getvalue()).encode()


def _cells(payment: Payment) -> tuple[str, ...]:
    to = payment.details
    amount = f"{major(payment.amount_minor, payment.currency):f}"
    where = (to.holder, to.number, to.bank, to.branch, to.cnaps, to.swift, to.country, to.address)
    return (payment.reference, *where, amount, payment.currency)
