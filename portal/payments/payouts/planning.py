"""What waits for the factories that are paid by our bank: who would be in a batch, and who would not, and why."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlmodel import Session, col

from portal.core.clock import now
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments import holds
from portal.payments.payouts import schedule, setting_off
from portal.payments.payouts.lifecycle import TransferStage
from portal.payments.payouts.models import ReleasePart, Transfer
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient, Schedule

#: Chinese banks pay this one inland; every other currency goes abroad, by SWIFT.
_INLAND = "CNY"


class LeftOut(StrEnum):
    """Why a factory's money does not go with a batch."""

    NO_DETAILS = "no_details"  # it has not said where it is paid
    NO_SWIFT = "no_swift"  # its bank details do not do for this currency
    HELD = "held"  # the order's money stands still
    NOT_DUE = "not_due"  # its day has not come
    TOO_LITTLE = "too_little"


@dataclass
class Portion:
    """A released part as it would go: `more_minor` of it would be set off besides what has been."""

    part_id: UUID
    order_id: UUID
    number: int
    created_at: datetime
    gross_minor: int
    fee_minor: int
    offset_minor: int
    currency: str
    more_minor: int = 0

    @property
    def net_minor(self) -> int:
        """What the factory would get of it."""
        return self.gross_minor - self.fee_minor - self.offset_minor - self.more_minor


@dataclass
class Payee:
    """A factory with the released parts that would go to it, or would not (`why`)."""

    factory_id: UUID
    name: str
    name_zh: str
    portions: list[Portion]
    why: LeftOut | None = None

    def _sum(self, name: str) -> int:
        return sum(getattr(portion, name) for portion in self.portions)

    @property
    def gross_minor(self) -> int:
        return self._sum("gross_minor")

    @property
    def fee_minor(self) -> int:
        return self._sum("fee_minor")

    @property
    def offset_minor(self) -> int:
        """What is set off, now and before."""
        return self._sum("offset_minor") + self._sum("more_minor")

    @property
    def net_minor(self) -> int:
        return self._sum("net_minor")


@dataclass
class Plan:
    """Who would be in a batch of a currency at this moment, and who is left out."""

    currency: str
    payees: list[Payee] = field(default_factory=list)
    left_out: list[Payee] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        return sum(payee.net_minor for payee in self.payees)


def plan(session: Session, currency: str) -> Plan:
    """Who would be in a batch of a currency that is prepared now. Changes nothing."""
    found = Plan(currency)
    by_factory: dict[UUID, list[Row[Any]]] = {}
    for row in session.execute(_waiting(currency)):
        by_factory.setdefault(row.factory_id, []).append(row)
    for rows in by_factory.values():
        _divide(session, found, rows)
    return found


def _waiting(currency: str) -> Any:
    """What has been released in a currency and no transfer, batch or debt has taken, the earliest first."""
    under_way = select(1).where(Transfer.part_id == ReleasePart.id, Transfer.stage != TransferStage.FAILED).exists()
    return (
        select(
            ReleasePart.id, ReleasePart.factory_id, ReleasePart.order_id, ReleasePart.created_at,
            ReleasePart.gross_minor, ReleasePart.fee_minor, ReleasePart.offset_minor, Order.number,
            Factory.name, Factory.name_zh, Recipient.rail, Recipient.stage, Recipient.schedule, Recipient.bank_masked,
            holds.open_on(ReleasePart.order_id).label("held"),
        )
        .join(Order, Order.id == ReleasePart.order_id)
        .join(Factory, Factory.id == ReleasePart.factory_id)
        .outerjoin(Recipient, Recipient.factory_id == ReleasePart.factory_id)
        .where(
            ReleasePart.currency == currency,
            col(ReleasePart.paid_at).is_(None),
            col(ReleasePart.line_id).is_(None),
            ReleasePart.gross_minor > ReleasePart.fee_minor + ReleasePart.offset_minor,
            ~under_way,
        )
        .order_by(Factory.name, ReleasePart.factory_id, ReleasePart.id)
    )  # fmt: skip


def _portion(row: Row[Any], currency: str) -> Portion:
    return Portion(
        row.id, row.order_id, row.number, row.created_at, row.gross_minor, row.fee_minor, row.offset_minor, currency
    )


def _divide(session: Session, found: Plan, rows: list[Row[Any]]) -> None:
    """Put one factory's parts where they belong."""
    first = rows[0]
    if first.rail == Rail.STRIPE and first.stage != RecipientStage.NONE:
        return  # a transfer takes it, when Stripe is content

    def put(portions: list[Portion], why: LeftOut | None) -> None:
        if portions:
            payee = Payee(first.factory_id, first.name, first.name_zh, portions, why)
            (found.left_out if why else found.payees).append(payee)

    free = [_portion(row, found.currency) for row in rows if not row.held]
    put([_portion(row, found.currency) for row in rows if row.held], LeftOut.HELD)
    if why := _unpayable(first, found.currency):
        put(free, why)
        return
    debt = setting_off.owed(session, first.factory_id, found.currency)
    for portion, more in zip(free, setting_off.division([one.net_minor for one in free], debt), strict=True):
        portion.more_minor = more
    due = schedule.due(first.schedule, free, now())
    put(due, None)
    going = {portion.part_id for portion in due}
    rest = [portion for portion in free if portion.net_minor and portion.part_id not in going]
    put(rest, _why_not_yet(first.schedule, rest))


def _unpayable(row: Row[Any], currency: str) -> LeftOut | None:
    if row.rail != Rail.BANK or row.stage != RecipientStage.ACTIVE:
        return LeftOut.NO_DETAILS
    return LeftOut.NO_SWIFT if currency != _INLAND and not row.bank_masked.get("swift") else None


def _why_not_yet(often: Schedule, rest: list[Portion]) -> LeftOut:
    ripe = any(schedule.next_run(often, portion.created_at) <= now() for portion in rest)
    return LeftOut.TOO_LITTLE if ripe else LeftOut.NOT_DUE
