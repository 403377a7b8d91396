"""What the worker does for papers: it issues them and makes their PDFs."""

import hashlib
from datetime import UTC, datetime, time
from uuid import UUID

from portal.core import jobs
from portal.core.clock import hours, now
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.designs import storage
from portal.orders.models import Order
from portal.payments.papers import due, layout, operations
from portal.payments.papers.models import TaxPaper
from portal.specs.typeset import Job, typeset


@jobs.task("papers.issue", queue="documents", attempts=12)
def issue(order_id: str = "", event_id: str = "") -> None:
    """Issue every paper that an order (named by its id, or by something that happened to it) lacks, one transaction
    each, and make the PDFs. Running twice changes nothing."""
    ident = UUID(order_id) if order_id else _order_of(event_id)
    while _issue_next(ident):
        pass
    with transaction() as session:
        waiting = operations.unfiled(session, ident)
    for paper in waiting:
        make(paper)


def _order_of(event_id: str) -> UUID:
    with transaction() as session:
        ident = session.get_one(Event, UUID(event_id)).order_id
    if ident is None:
        raise ValueError(f"event {event_id} belongs to no order")
    return ident


def _issue_next(order_id: UUID) -> bool:
    with transaction() as session:
        return operations.issue_next(session, lock(session, Order, order_id)) is not None


def make(paper: TaxPaper) -> None:
    """Typeset a paper and keep its PDF, under a key that names its content."""
    day = datetime.fromisoformat(paper.content["date"]).date()
    job = Job(
        html=layout.html(paper.content, paper.content_hash),
        moment=datetime.combine(day, time(), UTC),
        identifier=paper.content_hash,
        pictures=False,
    )
    pdf = typeset(job).pdf
    digest = hashlib.sha256(pdf).hexdigest()
    key = f"papers/{paper.order_id}/{digest}.pdf"
    storage.put(key, pdf, "application/pdf")
    with transaction() as session:
        operations.file(session, paper, pdf_key=key, pdf_sha256=digest)


@jobs.every("25 * * * *", "papers.issue_missing", queue="documents")
def issue_missing() -> None:
    """Movements of buyers' money without a paper an hour later: the job was lost, or the books knew them before papers
    were issued."""
    with transaction() as session:
        for order_id in due.papers_missing(session, now() - hours(1)):
            jobs.defer(session, "papers.issue", order_id=order_id)
