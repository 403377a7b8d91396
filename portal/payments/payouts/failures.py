"""Transfers that were refused and reversals that failed: what operators see of them, and trying again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, select
from sqlmodel import Session, col

from portal.core import jobs
from portal.core.actor import Actor
from portal.core.db import lock
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments import holds
from portal.payments.books.models import Break, BreakKind
from portal.payments.payouts import taking_back
from portal.payments.payouts.lifecycle import ReversalStage, TransferStage
from portal.payments.payouts.models import ReleasePart, Reversal, Transfer

PAGE = 50

_FACTORY = (Factory.id.label("factory_id"), Factory.name, Factory.name_zh)  # type: ignore[attr-defined]
_sent_again = Transfer.__table__.alias("sent_again")  # type: ignore[attr-defined]


def _stands(kind: BreakKind, subject: Any) -> ColumnElement[bool]:
    """Nobody and nothing has mended it yet."""
    of_it = (Break.kind == kind, Break.subject == cast(subject, Text), col(Break.resolved_at).is_(None))
    return select(1).select_from(Break).where(*of_it).exists()


def reversals(connection: Connection) -> Sequence[Row[Any]]:
    """Reversals that Stripe refused, the oldest first: the factory owes the money, and it was not set off."""
    query = (
        select(Reversal.id, Reversal.created_at, Reversal.order_id, Reversal.amount_minor, Reversal.currency,
               Reversal.failure, Order.number, *_FACTORY)  # type: ignore[call-overload]
        .join(Order, Order.id == Reversal.order_id)
        .join(Factory, Factory.id == Reversal.factory_id)
        .where(Reversal.stage == ReversalStage.FAILED, _stands(BreakKind.REVERSAL_FAILED, Reversal.id))
        .order_by(Reversal.id)
        .limit(PAGE)
    )  # fmt: skip
    return connection.execute(query).all()


def transfers(connection: Connection) -> Sequence[Row[Any]]:
    """Refused transfers whose money is still owed and not on its way, by a bank neither, the oldest first; of each part
    the last one."""
    again = (
        select(1)
        .select_from(_sent_again)
        .where(
            _sent_again.c.part_id == Transfer.part_id,
            (_sent_again.c.stage != TransferStage.FAILED) | (_sent_again.c.id > Transfer.id),
        )
        .exists()
    )
    query = (
        select(Transfer.id, Transfer.created_at, Transfer.order_id, Transfer.amount_minor, Transfer.currency,
               Transfer.failure, Order.number, *_FACTORY)  # type: ignore[call-overload]
        .join(Order, Order.id == Transfer.order_id)
        .join(Factory, Factory.id == Transfer.factory_id)
        .join(ReleasePart, ReleasePart.id == Transfer.part_id)
        .where(
            Transfer.stage == TransferStage.FAILED,
            col(ReleasePart.paid_at).is_(None),
            col(ReleasePart.line_id).is_(None),
            _stands(BreakKind.TRANSFER_FAILED, Transfer.part_id),
            ~again,
        )
        .order_by(Transfer.id)
        .limit(PAGE)
    )  # fmt: skip
    return connection.execute(query).all()


def take_back_again(session: Session, reversal_id: UUID, *, actor: Actor) -> None:
    """Try a failed reversal again. Raises `NotFound`, `NotAllowed` unless it has failed, `Gone` when the factory has
    settled it in the meantime."""
    found = session.get(Reversal, reversal_id)
    if found is None:
        raise NotFound()
    lock(session, Order, found.order_id)
    taking_back.retry(session, lock(session, Reversal, reversal_id), actor=actor)


def send_again(session: Session, transfer_id: UUID) -> None:
    """Have what a refused transfer should have carried sent again, with whatever else is due to its factory. Raises
    `NotFound`, `Gone` when it is on its way already or its order's money stands still."""
    found = session.get(Transfer, transfer_id)
    if found is None:
        raise NotFound()
    lock(session, Order, found.order_id)
    holds.must_be_free(session, found.order_id)
    if transfer_id not in {row.id for row in transfers(session.connection())}:
        raise Gone(N_("This money is on its way already, or was set off."))
    jobs.defer(session, "payments.pay_out", factory_id=found.factory_id)
