"""What operators see of bank batches: which there are, what one pays, what has happened to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from portal.accounts.models import Person
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.core.sealing import Sealer, Unreadable
from portal.factories.models import Factory
from portal.payments.payouts.lifecycle import LineStage
from portal.payments.payouts.models import PayoutBatch, PayoutLine, ReleasePart
from portal.payments.recipients.bank import unseal
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient

PAGE = 50

_BY, _BY_TOO = aliased(Person), aliased(Person)
_SUBJECT = "payout_batch"


def _batches() -> Any:
    lines = select(func.count()).where(PayoutLine.batch_id == PayoutBatch.id)
    return (
        select(
            PayoutBatch.id,
            PayoutBatch.number,
            PayoutBatch.stage,
            PayoutBatch.currency,
            PayoutBatch.total_minor,
            PayoutBatch.created_at,
            PayoutBatch.prepared_by,
            _BY.name.label("prepared"),  # type: ignore[attr-defined]
            _BY_TOO.name.label("approved"),  # type: ignore[attr-defined]
            lines.scalar_subquery().label("lines"),
            lines.where(PayoutLine.stage == LineStage.FAILED).scalar_subquery().label("failed"),
        )
        .join(_BY, _BY.id == PayoutBatch.prepared_by)
        .outerjoin(_BY_TOO, _BY_TOO.id == PayoutBatch.approved_by)
    )


def listed(conn: Connection, before: int | None = None) -> list[Row[Any]]:
    """A page of the batches, the newest first."""
    query = _batches().order_by(PayoutBatch.number.desc()).limit(PAGE)  # type: ignore[attr-defined]
    return list(conn.execute(query.where(PayoutBatch.number < before) if before else query))


def waiting(conn: Connection) -> list[tuple[str, int]]:
    """(currency, minor units) of what has been released to factories that no account at Stripe receives it for, and is
    in no batch."""
    net = ReleasePart.gross_minor - ReleasePart.fee_minor - ReleasePart.offset_minor
    by_stripe = (Recipient.rail == Rail.STRIPE) & (Recipient.stage != RecipientStage.NONE)
    query = (
        select(ReleasePart.currency, func.sum(net))
        .outerjoin(Recipient, Recipient.factory_id == ReleasePart.factory_id)
        .where(col(ReleasePart.paid_at).is_(None), col(ReleasePart.line_id).is_(None), net > 0)
        .where(func.coalesce(by_stripe, False).is_(False))
        .group_by(ReleasePart.currency)
        .order_by(ReleasePart.currency)
    )
    return [(currency, int(minor)) for currency, minor in conn.execute(query)]


def one(conn: Connection, batch_id: UUID) -> Row[Any]:
    """A batch. Raises `NotFound`."""
    row = conn.execute(_batches().where(PayoutBatch.id == batch_id)).first()
    if row is None:
        raise NotFound()
    return row


def lines(conn: Connection, batch_id: UUID) -> list[Row[Any]]:
    """The payments of a batch. The sealed details are not among what is read."""
    query = (
        select(
            PayoutLine.id,
            PayoutLine.reference,
            PayoutLine.stage,
            PayoutLine.amount_minor,
            PayoutLine.currency,
            PayoutLine.failure,
            PayoutLine.factory_id,
            Factory.name,
            Factory.name_zh,
        )
        .join(Factory, Factory.id == PayoutLine.factory_id)
        .where(PayoutLine.batch_id == batch_id)
    )
    return list(conn.execute(query.order_by(PayoutLine.id)))


def masked_numbers(conn: Connection, batch_id: UUID, sealer: Sealer) -> dict[UUID, str]:
    """line -> the end of the account number that it pays to; an empty text where its key is missing."""
    query = select(PayoutLine.id, PayoutLine.sealed_bank).where(PayoutLine.batch_id == batch_id)
    return {ident: _masked(sealer, sealed) for ident, sealed in conn.execute(query)}


def _masked(sealer: Sealer, sealed: str) -> str:
    try:
        return unseal(sealer, sealed).masked()["number"]
    except Unreadable:
        return ""


def history(conn: Connection, batch_id: UUID) -> list[Row[Any]]:
    """Everything that has happened to a batch, the newest first, with who did it."""
    query = (
        select(Event.name, Event.created_at, Event.data, Person.name.label("who"))  # type: ignore[attr-defined]
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.subject == _SUBJECT, Event.subject_id == batch_id)
    )
    return list(conn.execute(query.order_by(col(Event.id).desc()).limit(PAGE)))
