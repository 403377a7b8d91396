"""Reads of specs and papers. Whoever calls has made sure that the viewer may see the order."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, exists, select, true
from sqlalchemy.orm import aliased
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.db import one_of
from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.orders.models import ChangeOrder, Order
from portal.orders.parcels.papers import ParcelPaper
from portal.orders.samples.spec import Frozen
from portal.specs.models import OrderPaper, PaperKind, SpecAcceptance, SpecRevision

_REVISION = (
    SpecRevision.id, SpecRevision.order_id, SpecRevision.revision, SpecRevision.content_hash, SpecRevision.pdf_key,
    SpecRevision.pdf_sha256, SpecRevision.page_keys, SpecRevision.ready_at, SpecRevision.superseded_at,
    SpecRevision.created_at,
)  # fmt: skip


#: The papers of a parcel, and what they are called.
PARCEL_PAPERS = {PaperKind.PACKING_LIST: N_("Packing list"), PaperKind.COMMERCIAL_INVOICE: N_("Commercial invoice")}


class Pdf(NamedTuple):
    """A finished PDF in the object store."""

    key: str
    filename: str


def spec_number(order_number: int) -> str:
    """How an order's spec is called on paper: XD-2007."""
    return f"XD-{order_number}"


def filename(order_number: int, revision: str) -> str:
    return f"{spec_number(order_number)}-{revision}.pdf"


# Built once: the order page runs them each time, and building costs as much as running.
_CURRENT = (
    select(*_REVISION).where(SpecRevision.order_id == bindparam("order_id")).order_by(SpecRevision.id.desc()).limit(1)
)
_ACCEPTANCES = (
    select(
        SpecAcceptance.side,
        SpecAcceptance.created_at,
        SpecAcceptance.content_hash,
        SpecAcceptance.pdf_sha256,
        Person.name,
        ChangeOrder.number.label("change_number"),  # type: ignore[attr-defined]
    )
    .join(Person, Person.id == SpecAcceptance.person_id)
    .outerjoin(ChangeOrder, ChangeOrder.id == SpecAcceptance.change_id)  # type: ignore[arg-type]
    .where(SpecAcceptance.spec_id == bindparam("spec_id"))
    .order_by(SpecAcceptance.created_at)
)
_PAPER = select(OrderPaper.pdf_key).where(
    OrderPaper.order_id == bindparam("order_id"),
    OrderPaper.kind == bindparam("kind"),
    OrderPaper.subject_id == bindparam("subject_id"),
)


_newest = select(*_REVISION).where(SpecRevision.order_id == Order.id).order_by(SpecRevision.id.desc()).limit(1)
_newest_one = _newest.correlate(Order).lateral("newest")
_ON_PAGE = (
    select(
        *_newest_one.c,
        exists().where(OrderPaper.subject_id == Order.id, OrderPaper.order_id == Order.id,
                       one_of(OrderPaper.kind, PaperKind.PURCHASE_ORDER)).label("has_purchase_order"),
        exists().where(SpecRevision.order_id == Order.id, SpecRevision.superseded_at.is_not(None))
        .label("has_replaced"),
    )
    .select_from(Order)
    .outerjoin(_newest_one, true())
    .where(Order.id == bindparam("order_id"))
)  # fmt: skip


def on_page(conn: Connection, order_id: UUID) -> Any:
    """What the order's page begins with, in one read: `current` (`id` None before the freeze), whether the purchase
    order is on paper, and whether `replaced` has any."""
    return conn.execute(_ON_PAGE, {"order_id": order_id}).one()


def current(conn: Connection | Session, order_id: UUID) -> Row[Any] | None:
    """The order's newest revision; None before the freeze."""
    return conn.execute(_CURRENT, {"order_id": order_id}).first()


def current_pdf(session: Session, order_id: UUID) -> Pdf | None:
    """The PDF of the order's newest finished revision."""
    query = select(SpecRevision.pdf_key, SpecRevision.revision, Order.number).join(
        Order, Order.id == SpecRevision.order_id
    )
    query = query.where(SpecRevision.order_id == order_id, SpecRevision.ready_at.is_not(None))
    found = session.execute(query.order_by(SpecRevision.id.desc()).limit(1)).first()
    return Pdf(found.pdf_key, filename(found.number, found.revision)) if found else None


def latest(conn: Connection, order_id: UUID, revision: str | None = None) -> Row[Any] | None:
    """A finished revision of an order's spec, the newest where none is named; None while there is none."""
    query = select(*_REVISION).where(SpecRevision.order_id == order_id, SpecRevision.ready_at.is_not(None))
    if revision:
        query = query.where(SpecRevision.revision == revision)
    return conn.execute(query.order_by(SpecRevision.id.desc()).limit(1)).first()


def finished(conn: Connection, order_id: UUID, revision: str | None = None) -> Row[Any]:
    """As `latest`. Raises `NotFound`."""
    if found := latest(conn, order_id, revision):
        return found
    raise NotFound()


_REPLACED = (
    select(SpecRevision.revision, SpecRevision.ready_at, SpecRevision.superseded_at)
    .where(SpecRevision.order_id == bindparam("order_id"), SpecRevision.superseded_at.is_not(None))
    .order_by(SpecRevision.id.desc())
)


def replaced(conn: Connection, order_id: UUID) -> list[Row[Any]]:
    """The revisions that were in force before the present one, the latest first: revision, ready_at, superseded_at."""
    return list(conn.execute(_REPLACED, {"order_id": order_id}))


def by_number(conn: Connection, order_number: int, revision: str) -> Row[Any]:
    """What a QR code's page says of a revision: hashes and dates, nothing of its content; `newest` is the revision in
    force, `successor` the one that replaced this. Raises `NotFound`."""
    newest = (
        select(SpecRevision.revision)
        .where(SpecRevision.order_id == Order.id, SpecRevision.ready_at.is_not(None))
        .order_by(SpecRevision.id.desc())
        .limit(1)
        .correlate(Order)
        .scalar_subquery()
    )
    later = aliased(SpecRevision)
    successor = (
        select(later.revision)
        .where(later.order_id == Order.id, later.ready_at.is_not(None), later.id > SpecRevision.id)
        .order_by(later.id)
        .limit(1)
        .correlate(Order, SpecRevision)
        .scalar_subquery()
    )
    query = (
        select(*_REVISION, Order.number, newest.label("newest"), successor.label("successor"))
        .join(Order, Order.id == SpecRevision.order_id)
        .where(Order.number == order_number, SpecRevision.revision == revision, SpecRevision.ready_at.is_not(None))
    )
    found = conn.execute(query).first()
    if found is None:
        raise NotFound()
    return found


_IN_FORCE = (
    select(
        SpecRevision.revision,
        SpecRevision.content_hash,
        SpecRevision.content["values"].label("values_"),
        SpecRevision.content["assumptions"].label("assumptions"),
        SpecRevision.content["usual_tolerances"].label("usual"),
    )
    .where(SpecRevision.order_id == bindparam("order_id"), SpecRevision.ready_at.is_not(None))
    .order_by(SpecRevision.id.desc())
    .limit(1)
)


def in_force(conn: Connection, order_id: UUID) -> Frozen | None:
    """What the newest finished revision says of the product; None before there is one."""
    row = conn.execute(_IN_FORCE, {"order_id": order_id}).first()
    return Frozen(row.revision, row.content_hash, row.values_, row.assumptions, row.usual or {}) if row else None


def acceptances(conn: Connection | Session, spec_id: UUID) -> list[Row[Any]]:
    """Who has accepted a revision, the earlier first: (side, created_at, content_hash, pdf_sha256, name, and
    change_number where the yes was to that change order)."""
    return list(conn.execute(_ACCEPTANCES, {"spec_id": spec_id}))


def paper(conn: Connection, order_id: UUID, kind: PaperKind, subject_id: UUID | None = None) -> str | None:
    """The object-store key of an order's other paper, once it is made; of an inspection or parcel with its id."""
    values = {"order_id": order_id, "kind": kind, "subject_id": subject_id or order_id}
    return conn.execute(_PAPER, values).scalar()


_PARCEL_PAPERS = select(OrderPaper.subject_id, OrderPaper.kind).where(
    OrderPaper.order_id == bindparam("order_id"), one_of(OrderPaper.kind, *PARCEL_PAPERS)
)


def parcel_paper(conn: Connection, order_id: UUID, kind: PaperKind, parcel_id: UUID) -> Row[Any] | None:
    """(pdf_key, number) of a parcel's paper once it is made; the number is empty where it has none of a series."""
    query = select(OrderPaper.pdf_key, OrderPaper.number)
    query = query.where(OrderPaper.order_id == order_id, OrderPaper.kind == kind, OrderPaper.subject_id == parcel_id)
    return conn.execute(query).first()


def parcel_papers(conn: Connection, order_id: UUID) -> dict[UUID, list[ParcelPaper]]:
    """The customs papers of an order's parcels that are made, by parcel."""
    made = {(row.subject_id, row.kind) for row in conn.execute(_PARCEL_PAPERS, {"order_id": order_id})}
    parcels = {parcel_id for parcel_id, _kind in made}
    return {
        parcel_id: [ParcelPaper(k.value, name) for k, name in PARCEL_PAPERS.items() if (parcel_id, k) in made]
        for parcel_id in parcels
    }
