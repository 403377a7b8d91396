"""What the worker makes: the frozen spec, its PDF and pictures; the PDFs of purchase order, parcels, inspections."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import lock, reader, transaction
from portal.core.events import Event
from portal.designs import keys, photos, storage
from portal.orders.inspections import queries as inspections
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.specs import inspection_report as reports
from portal.specs import operations, papers, queries, shipping
from portal.specs.content import content_of
from portal.specs.models import PaperKind
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
    if not ready:
        _make(spec_id, content, operations.finish)


@jobs.task("specs.revise", queue="documents", attempts=12)
def revise(event_id: str) -> None:
    """After an accepted change order: freeze the next revision, make its files, tell both sides. Change orders whose
    turn came before are seen to first. Running twice changes nothing."""
    with transaction() as session:
        order = lock(session, Order, _order_of(session, event_id))
        waiting = [(spec.id, spec.content) for spec in operations.revise(session, order)]
    for spec_id, content in waiting:
        _make(spec_id, content, operations.finish_revision)


def _make(spec_id: UUID, content: dict[str, Any], finish: Callable[..., None]) -> None:
    """The files of a frozen revision, recorded by `finish`."""
    paper = typeset(_job(papers.spec_html(content), content, {f"{_name(content)}.json": papers.attachment(content)}))
    digest = hashlib.sha256(paper.pdf).hexdigest()
    pdf_key, pages = _keep(f"specs/{spec_id}", digest, paper)
    with transaction() as session:
        order = lock(session, Order, UUID(content["order_id"]))
        finish(session, order, spec_id, pdf_key=pdf_key, pdf_sha256=digest, pages=pages)


@jobs.task("specs.purchase_order", queue="documents", attempts=12)
def purchase_order(event_id: str) -> None:
    """After the award: the purchase order as a PDF."""
    with transaction() as session:
        order = session.get_one(Order, _order_of(session, event_id))
        content = content_of(order, "")
    if queries.paper(reader(), order.id, PaperKind.PURCHASE_ORDER):
        return
    paper = typeset(_job(papers.purchase_order_html(content), content, {}, pictures=False))
    _file(order.id, PaperKind.PURCHASE_ORDER, order.id, paper)


@jobs.task("specs.shipping_papers", queue="documents", attempts=12)
def shipping_papers(event_id: str) -> None:
    """After a parcel has left: its packing list as a PDF. Its invoice is one of a series: payments issue it."""
    with transaction() as session:
        event = session.get_one(Event, UUID(event_id))
        parcel = session.get_one(Parcel, UUID(event.data["parcel_id"]))
        order = session.get_one(Order, parcel.order_id)
        spec = queries.in_force(session.connection(), order.id)
        said = shipping.content(order, parcel, spec.values if spec else order.terms["brief"]["values"])
    kind = PaperKind.PACKING_LIST
    if queries.paper(reader(), order.id, kind, parcel.id) is None:
        html, moment = shipping.html(kind, said), datetime.combine(parcel.shipped_on, time(), UTC)
        job = Job(html=html, moment=moment, identifier=operations.content_hash(said) + kind, pictures=False)
        _file(order.id, kind, parcel.id, typeset(job))


#: How long a report waits for photos that are still being made ready, and how often it looks.
_PATIENCE, _GLANCE = timedelta(minutes=30), timedelta(seconds=4)


@jobs.task("specs.inspection_report", queue="documents", attempts=12)
def inspection_report(event_id: str, until: str = "") -> None:
    """After an inspection: its report as a PDF, as soon as its photos are ready. `until` is how long it waits for them
    when it has begun to."""
    with transaction() as session:
        event = session.get_one(Event, UUID(event_id))
        row = inspections.inspection(session.connection(), UUID(event.data["inspection_id"]))
        order = session.get_one(Order, row.order_id)
        nth = inspections.number_of(session.connection(), row)
        said = reports.content(order, row, nth)
        found = photos.shown(session.connection(), reports.photo_ids(said))
        last = datetime.fromisoformat(until) if until else now() + _PATIENCE
        if reports.awaited(found) and now() < last:
            again = {"event_id": event_id, "until": last.isoformat()}
            jobs.defer(session, "specs.inspection_report", at=now() + _GLANCE, **again)
            return
    if queries.paper(reader(), order.id, PaperKind.INSPECTION_REPORT, row.id):
        return
    pictures = {one.id: reports.for_paper(storage.get(_key(one))) for one in found.values() if one.ready}
    html, moment = reports.html(said, set(pictures)), row.created_at
    job = Job(html, moment, identifier=operations.content_hash(said), assets=pictures, pictures=False)
    _file(order.id, PaperKind.INSPECTION_REPORT, row.id, typeset(job))


def _key(photo: photos.Shown) -> str:
    return keys.photo_key(UUID(photo.id), photo.sha256, keys.PHOTO_SIDES[-1])


def _file(order_id: UUID, kind: PaperKind, subject_id: UUID, paper: Paper) -> None:
    digest = hashlib.sha256(paper.pdf).hexdigest()
    key, _pages = _keep(f"papers/{order_id}", digest, paper)
    with transaction() as session:
        operations.file_paper(session, order_id, kind, subject_id, pdf_key=key, pdf_sha256=digest)


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
