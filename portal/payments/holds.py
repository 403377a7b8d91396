"""Orders whose money stands still: a bank asks for it back, or the books differ about it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import new_id
from portal.core.errors import Gone
from portal.core.i18n import N_
from portal.payments.models import HoldKind, OrderHold


def put(session: Session, order_id: UUID, kind: HoldKind, subject: str) -> None:
    """Let an order's money stand still for `subject`, until `lift`. A second call changes nothing."""
    values = {"id": new_id(), "created_at": now(), "order_id": order_id, "kind": kind, "subject": subject}
    session.execute(
        insert(OrderHold)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=["order_id", "kind", "subject"], index_where=col(OrderHold.lifted_at).is_(None)
        )
    )


def lift(session: Session, kind: HoldKind, subject: str) -> None:
    """What held the money is over. What waited for it goes on."""
    ended = session.scalars(
        update(OrderHold)
        .where(OrderHold.kind == kind, OrderHold.subject == subject, OrderHold.lifted_at.is_(None))
        .values(lifted_at=now())
        .returning(OrderHold.order_id)
    )
    for order_id in ended.all():
        jobs.defer(session, "payments.go_on", order_id=order_id)


def holding(session: Session, order_id: UUID) -> list[HoldKind]:
    """What an order's money stands still for; empty when it may move."""
    query = select(OrderHold.kind).where(OrderHold.order_id == order_id, col(OrderHold.lifted_at).is_(None))
    return list(session.scalars(query))


def open_on(order_id: Any) -> ColumnElement[bool]:
    """Whether an order's money stands still, for a statement about orders."""
    return select(1).where(OrderHold.order_id == order_id, col(OrderHold.lifted_at).is_(None)).exists()


def must_be_free(session: Session, order_id: UUID) -> None:
    """Raises `Gone` while the money of an order stands still."""
    if holding(session, order_id):
        raise Gone(N_("The money of this order stands still while a difference or a dispute is looked into."))
