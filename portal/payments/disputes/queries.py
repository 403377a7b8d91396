"""Reads of disputes. Whoever calls has made sure that the viewer may see the order."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlmodel import col

from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments.disputes.lifecycle import OPEN_STAGES, DisputeStage
from portal.payments.disputes.models import Dispute

PAGE = 50

_COLUMNS = tuple(Dispute.__table__.c)  # type: ignore[attr-defined]
_OF_ORDER = select(*_COLUMNS).where(Dispute.order_id == bindparam("order_id")).order_by(Dispute.id)
_STANDS = select(Dispute.stage).where(
    Dispute.order_id == bindparam("order_id"),
    col(Dispute.stage).in_(OPEN_STAGES) | ((Dispute.stage == DisputeStage.LOST) & col(Dispute.settled_at).is_(None)),
)
_LISTED = (
    select(*_COLUMNS, Order.number, Order.title, Order.stage.label("order_stage"))  # type: ignore[attr-defined]
    .join(Order, Order.id == Dispute.order_id)
    .order_by(
        col(Dispute.stage).in_(OPEN_STAGES).desc(),
        col(Dispute.settled_at).is_not(None),
        Dispute.evidence_due_at,
        col(Dispute.id).desc(),
    )
)  # fmt: skip


def disputes_of(connection: Connection, order_id: UUID) -> Sequence[Row[Any]]:
    """The disputes of an order, the oldest first."""
    return connection.execute(_OF_ORDER, {"order_id": order_id}).all()


def why_goods_stay(connection: Connection, order_id: UUID) -> Any:
    """Why nothing of an order may be shipped, in words; None when there is no dispute about it."""
    stages = set(connection.execute(_STANDS, {"order_id": order_id}).scalars())
    if stages & OPEN_STAGES:
        return N_(
            "The payer’s bank has asked for a payment of this order back. Do not ship anything until it has decided; "
            "we tell you as soon as it has."
        )
    if stages:
        return N_(
            "The bank has given a payment of this order back to the card. Do not ship anything until the portal has "
            "said how the order goes on."
        )
    return None


def listed(connection: Connection) -> Sequence[Row[Any]]:
    """Disputes with their order's number, title and stage: those that the bank waits for first, by when their evidence
    is due, then those that are lost and not settled, then the rest, the newest first."""
    return connection.execute(_LISTED.limit(PAGE)).all()


def one(connection: Connection, dispute_id: UUID) -> Row[Any]:
    """A dispute as `listed` gives it, with its factory's names. Raises `NotFound`."""
    query = _LISTED.add_columns(Factory.name.label("factory_name"), Factory.name_zh.label("factory_name_zh"))
    query = query.join(Factory, Factory.id == Dispute.factory_id)  # type: ignore[arg-type]
    found = connection.execute(query.where(Dispute.id == dispute_id)).first()
    if found is None:
        raise NotFound()
    return found


_TO_DO = select(Dispute.id).where(
    ((Dispute.stage == DisputeStage.OPENED) & col(Dispute.submitted_at).is_(None))
    | ((Dispute.stage == DisputeStage.LOST) & col(Dispute.settled_at).is_(None))
)


def to_do(connection: Connection) -> int:
    """How many disputes wait for an operator."""
    return len(connection.execute(_TO_DO).all())
