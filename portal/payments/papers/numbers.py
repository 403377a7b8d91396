"""Numbers without a gap: one series for each kind of paper and year."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core.clock import now
from portal.core.db import new_id
from portal.payments.papers.models import PaperSeries, TaxPaperKind

PREFIXES = {
    TaxPaperKind.PROFORMA: "PI",
    TaxPaperKind.COMMERCIAL_INVOICE: "CI",
    TaxPaperKind.RECEIPT: "RC",
    TaxPaperKind.CREDIT_NOTE: "CN",
}


def take_next(session: Session, kind: TaxPaperKind, year: int) -> int:
    """The next number of a series. Its row stays locked until the transaction ends: who comes after waits, and takes
    the same number when this transaction is rolled back. The paper is to be added in the same transaction."""
    first = insert(PaperSeries).values(id=new_id(), created_at=now(), kind=kind, year=year, last=1)
    taken = first.on_conflict_do_update(
        index_elements=["kind", "year"],
        set_={"last": PaperSeries.last + 1},  # type: ignore[operator]
    )
    return session.execute(taken.returning(PaperSeries.last)).scalar_one()


def written(kind: TaxPaperKind, year: int, serial: int) -> str:
    """The number as it stands on the paper: RC-2026-000123."""
    return f"{PREFIXES[kind]}-{year}-{serial:06}"
