"""Reads of papers. An order's are for its creator and operators; the factory sees those that concern it."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from portal.accounts.models import Person
from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments.papers.layout import CHECK_LENGTH
from portal.payments.papers.models import TaxPaper, TaxPaperFile, TaxPaperKind

PAGE = 50
#: The most lines of one export: a month of a busy portal many times over.
MOST_LINES = 50_000
_CORRECTED = aliased(TaxPaper)
_LISTED = (
    TaxPaper.id,
    TaxPaper.created_at,
    TaxPaper.kind,
    TaxPaper.number,
    TaxPaper.currency,
    TaxPaper.total_minor,
    TaxPaper.order_id,
    TaxPaper.content_hash,
    _CORRECTED.number.label("corrects"),  # type: ignore[attr-defined]
    TaxPaperFile.pdf_key,
    TaxPaperFile.pdf_sha256,
)


def _papers(*columns: Any) -> Any:
    joined = select(*_LISTED, *columns).outerjoin(TaxPaperFile, TaxPaperFile.paper_id == TaxPaper.id)
    return joined.outerjoin(_CORRECTED, _CORRECTED.id == TaxPaper.corrects_id)


_OF_ORDER = _papers().where(TaxPaper.order_id == bindparam("order_id")).order_by(TaxPaper.id)
_OF_FACTORY = _OF_ORDER.where(TaxPaper.for_factory)


def of_order(conn: Connection, actor: Actor, order_id: UUID) -> list[Row[Any]]:
    """The papers of an order that `actor` may see, the first first: kind, number, created_at, currency, total_minor,
    `corrects` (the number of the paper that a credit note corrects), and pdf_key, None while the PDF is being made.
    The caller has made sure that the order may be seen."""
    query = _OF_FACTORY if actor.role == Role.FACTORY else _OF_ORDER
    return list(conn.execute(query, {"order_id": order_id}))


def one_of_order(conn: Connection, actor: Actor, order_id: UUID, number: str) -> Row[Any]:
    """A paper as `of_order` gives it. Raises `NotFound`."""
    for paper in of_order(conn, actor, order_id):
        if paper.number == number:
            return paper
    raise NotFound()


def genuine(conn: Connection, number: str, code: str) -> Row[Any]:
    """The paper that bears both a number and the code beside it; `credited`: the number of the newest credit note that
    corrects it. Raises `NotFound`."""
    note = aliased(TaxPaper)
    credited = select(func.max(note.number)).where(note.corrects_id == TaxPaper.id).scalar_subquery()
    query = _papers(credited.label("credited")).where(
        TaxPaper.number == number, func.left(TaxPaper.content_hash, CHECK_LENGTH) == code
    )
    found = conn.execute(query).first()
    if found is None:
        raise NotFound()
    return found


def issued(
    conn: Connection,
    since: date,
    until: date,
    *,
    kind: TaxPaperKind | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """The papers issued from a day to another (UTC, both included), the newest first, with their order and both
    parties."""
    day = func.date(func.timezone("UTC", TaxPaper.created_at))
    query = (
        _papers(
            Order.number.label("order_number"),  # type: ignore[attr-defined]
            Person.name.label("buyer"),  # type: ignore[attr-defined]
            Factory.name.label("seller"),  # type: ignore[attr-defined]
            TaxPaper.content["tax"]["minor"].astext.label("tax_minor"),  # type: ignore[index]
            TaxPaper.content["references"]["payment"].astext.label("payment"),  # type: ignore[index]
        )
        .join(Order, Order.id == TaxPaper.order_id)
        .join(Person, Person.id == Order.creator_id)
        .join(Factory, Factory.id == Order.factory_id)
        .where(day.between(since, until))
    )
    if kind:
        query = query.where(TaxPaper.kind == kind)
    if before:
        query = query.where(TaxPaper.id < before)
    return list(conn.execute(query.order_by(col(TaxPaper.id).desc()).limit(limit)))


def sums(conn: Connection, since: date, until: date) -> list[Row[Any]]:
    """(kind, currency, papers, total_minor) of what was issued from a day to another."""
    day = func.date(func.timezone("UTC", TaxPaper.created_at))
    query = select(
        TaxPaper.kind,
        TaxPaper.currency,
        func.count().label("papers"),
        func.sum(TaxPaper.total_minor).label("total_minor"),
    )
    query = query.where(day.between(since, until)).group_by(TaxPaper.kind, TaxPaper.currency)
    return list(conn.execute(query.order_by(TaxPaper.kind, TaxPaper.currency)))
