"""What the worker makes: the frozen spec with its PDF and pictures, the purchase order's PDF."""

import hashlib
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import lock, new_id, reader, transaction
from portal.core.events import Event
from portal.designs import storage
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.specs import operations, papers, queries
from portal.specs.content import content_of
from portal.specs.models import OrderPaper, PaperKind
from portal.specs.typeset import Job, Paper, typeset


@jobs.task("specs.freeze", queue="documents", attempts=12)
def freeze(event_id: str) -> None:
    """After the deposit: freeze revision A, make its files, tell both sides. Running twice changes nothing."""
    with transaction() as session:
        order = lock(session, Order, _order_of(session, event_id))
        if order.stage != OrderStage.AWAITING_ACCEPTANCE:
            return
        spec = operations.freeze(session, order, content_of(order, "A"))
        spec_id, content, ready = spec.id, spec.content, spec.ready_at
    if ready:
        return
    paper = typeset(_job(papers.spec_html(content), content, {f"{_name(content)}.json": papers.attachment(content)}))
    digest = hashlib.sha256(paper.pdf).hexdigest()
    pdf_key, pages = _keep(f"specs/{spec_id}", digest, paper)
    with transaction() as session:
        order = lock(session, Order, UUID(content["order_id"]))
        operations.finish(session, order, spec_id, pdf_key=pdf_key, pdf_sha256=digest, pages=pages)


@jobs.task("specs.purchase_order", queue="documents", attempts=12)
def purchase_order(event_id: str) -> None:
    """After the award: the purchase order as a PDF."""
    with transaction() as session:
        order = session.get_one(Order, _order_of(session, event_id))
        content = content_of(order, "")
    if queries.paper(reader(), order.id, PaperKind.PURCHASE_ORDER):
        return
    paper = typeset(_job(papers.purchase_order_html(content), content, {}, pictures=False))
    digest = hashlib.sha256(paper.pdf).hexdigest()
    key, _pages = _keep(f"papers/{order.id}", digest, paper)
    row = {"id": new_id(), "created_at": now(), "order_id": order.id, "subject_id": order.id}
    row["kind"] = PaperKind.PURCHASE_ORDER
    with transaction() as session:
        session.execute(
            insert(OrderPaper).values(**row, pdf_key=key, pdf_sha256=digest).on_conflict_do_nothing()
        )  # fmt: skip


def _order_of(session: Session, event_id: str) -> UUID:
    ident = session.get_one(Event, UUID(event_id)).order_id
    if ident is None:
        raise ValueError(f"event {event_id} belongs to no order")
    return ident


def _job(html: str, content: dict[str, Any], attachments: dict[str, bytes], *, pictures: bool = True) -> Job:
    day = datetime.fromisoformat(content["date"]).date()
    return Job(
        html=html,
        moment=datetime.combine(day, time(), UTC),
        identifier=operations.content_hash(content),
        assets={f["asset"]: storage.get(f["preview_key"]) for f in content["files"] if f["asset"]},
        attachments=attachments,
        pictures=pictures,
    )


def _name(content: dict[str, Any]) -> str:
    return f"{queries.spec_number(content['order'])}-{content['revision']}"


def _keep(folder: str, digest: str, paper: Paper) -> tuple[str, list[str]]:
    """Put the files under keys that name their content: writing them again changes nothing."""
    pdf_key = f"{folder}/{digest}.pdf"
    storage.put(pdf_key, paper.pdf, "application/pdf")
    pages = []
    for number, picture in enumerate(paper.pages, 1):
        pages.append(f"{folder}/{digest}-{number:02}.webp")
        storage.put(pages[-1], picture, "image/webp")
    return pdf_key, pages
