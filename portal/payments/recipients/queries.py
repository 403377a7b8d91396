"""What people see of how a factory is paid: where, when, and where each released part is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, select
from sqlmodel import col

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.events import Event
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments import holds
from portal.payments.accounts import Account
from portal.payments.models import LedgerTransaction, PaymentLeg, Posting
from portal.payments.payouts import schedule
from portal.payments.payouts.lifecycle import ReversalStage, TransferStage
from portal.payments.payouts.models import Release, ReleasePart, Reversal, Transfer
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient, Schedule

PAGE = 50
_LISTED = 200

# The sealed details are not among what pages read.
_RECIPIENT = tuple(column for column in Recipient.__table__.c if column.name != "sealed_bank")  # type: ignore[attr-defined]
_NET = ReleasePart.gross_minor - ReleasePart.fee_minor - ReleasePart.offset_minor
_BACK = (
    select(func.coalesce(func.sum(Reversal.amount_minor), 0))
    .join(Transfer, col(Transfer.id) == Reversal.transfer_id)
    .where(Transfer.part_id == ReleasePart.id, Reversal.stage == ReversalStage.SUCCEEDED)
    .correlate(ReleasePart)
    .scalar_subquery()
)
_UNDER_WAY = select(1).where(Transfer.part_id == ReleasePart.id, Transfer.stage == TransferStage.REQUESTED).exists()


def _state() -> ColumnElement[str]:
    return case(
        (col(ReleasePart.paid_at).is_not(None), "paid"),
        (_UNDER_WAY | col(ReleasePart.line_id).is_not(None), "under_way"),
        (_NET == 0, "paid"),  # all of it was set off
        (holds.open_on(ReleasePart.order_id), "held"),
        else_="waiting",
    ).label("state")


class Waiting(NamedTuple):
    """What of one currency goes with the next payment; `enough` when it is not less than what is sent at least."""

    amount_minor: int
    currency: str
    least_minor: int

    @property
    def enough(self) -> bool:
        return self.amount_minor >= self.least_minor


def own(conn: Connection, actor: Actor) -> Row[Any] | None:
    """How the actor's factory is paid; None while it has not said. Raises `NotFound` for who works for no factory."""
    if actor.role != Role.FACTORY or actor.factory_id is None:
        raise NotFound()
    return of_factory(conn, actor.factory_id)


def of_factory(conn: Connection, factory_id: UUID) -> Row[Any] | None:
    return conn.execute(select(*_RECIPIENT).where(Recipient.factory_id == factory_id)).first()


def home_country(conn: Connection, factory_id: UUID) -> str:
    """Where the factory is."""
    return conn.execute(select(Factory.country).where(Factory.id == factory_id)).scalar_one()


def parts(conn: Connection, factory_id: UUID, before: UUID | None = None) -> list[Row[Any]]:
    """A page of what has been released to a factory, the newest first: of which order and payment, what of it the
    factory gets, where that is, and what of it was taken back (`back_minor`)."""
    query = (
        select(
            ReleasePart.id,
            ReleasePart.order_id,
            ReleasePart.created_at,
            ReleasePart.gross_minor,
            ReleasePart.fee_minor,
            ReleasePart.offset_minor,
            _NET.label("net_minor"),
            _BACK.label("back_minor"),
            ReleasePart.currency,
            ReleasePart.paid_at,
            Release.kind.label("release"),  # type: ignore[attr-defined]
            PaymentLeg.kind.label("leg"),  # type: ignore[attr-defined]
            Order.number,
            _state(),
        )
        .join(Order, Order.id == ReleasePart.order_id)
        .join(Release, Release.id == ReleasePart.release_id)
        .join(PaymentLeg, PaymentLeg.payment_id == ReleasePart.payment_id)
        .where(ReleasePart.factory_id == factory_id)
    )
    if before:
        query = query.where(ReleasePart.id < before)
    return list(conn.execute(query.order_by(col(ReleasePart.id).desc()).limit(PAGE)))


def sums(conn: Connection, factory_id: UUID) -> dict[str, list[tuple[int, str]]]:
    """state -> (minor units, currency) of what has been released to a factory; `back`: what was taken back of it from
    its account, `owed`: what is still to come back, and is set off against what it is paid next."""
    state = _state()
    query = (
        select(state, func.sum(_NET), ReleasePart.currency)
        .where(ReleasePart.factory_id == factory_id)
        .group_by(state, ReleasePart.currency)
        .order_by(ReleasePart.currency)
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for where, minor, currency in conn.execute(query):
        found.setdefault(where, []).append((int(minor), currency))
    back, coming = (_reversed(conn, factory_id, stage) for stage in (ReversalStage.SUCCEEDED, ReversalStage.REQUESTED))
    debts = ((minor - coming.get(currency, 0), currency) for currency, minor in _debts(conn, factory_id).items())
    more = {
        "back": [(minor, currency) for currency, minor in back.items()],
        "owed": [(minor, currency) for minor, currency in debts if minor > 0],
    }
    return found | {name: rows for name, rows in more.items() if rows}


def _reversed(conn: Connection, factory_id: UUID, stage: ReversalStage) -> dict[str, int]:
    """currency -> minor units of a factory's reversals at a stage."""
    query = select(Reversal.currency, func.sum(Reversal.amount_minor))
    query = query.where(Reversal.factory_id == factory_id, Reversal.stage == stage)
    return {row[0]: int(row[1]) for row in conn.execute(query.group_by(Reversal.currency).order_by(Reversal.currency))}


def _debts(conn: Connection, factory_id: UUID) -> dict[str, int]:
    """currency -> minor units that a factory owes of what it has had."""
    query = (
        select(Posting.currency, func.sum(Posting.amount_minor))
        .join(LedgerTransaction, col(LedgerTransaction.id) == Posting.transaction_id)
        .join(Order, col(Order.id) == LedgerTransaction.order_id)
        .where(Posting.account == Account.FACTORY_RECEIVABLE, Order.factory_id == factory_id)
    )
    rows = conn.execute(query.group_by(Posting.currency).order_by(Posting.currency))
    return {currency: int(minor) for currency, minor in rows}


def waiting(found: dict[str, list[tuple[int, str]]]) -> list[Waiting]:
    """What goes with the next payment, of what `sums` has found."""
    return [Waiting(minor, currency, schedule.least(currency)) for minor, currency in found.get("waiting", ())]


def next_payment(recipient: Any) -> datetime | None:
    """When a recipient (entity or row) is paid next; None when at once, or not before something has been given."""
    if recipient is None or recipient.stage != RecipientStage.ACTIVE or recipient.schedule == Schedule.DAILY:
        return None
    return schedule.next_run(recipient.schedule, now())


def looks(conn: Connection, recipient_id: UUID) -> list[Row[Any]]:
    """Who has been shown the whole bank details, when and why, the newest first; and when they were given."""
    return _events(conn, recipient_id, ("bank_details_seen", "bank_details_given"))


def history(conn: Connection, recipient_id: UUID) -> list[Row[Any]]:
    """Everything that has happened to a recipient, the newest first."""
    return _events(conn, recipient_id, None)


def _events(conn: Connection, recipient_id: UUID, names: Iterable[str] | None) -> list[Row[Any]]:
    query = select(Event.name, Event.created_at, Event.actor_role, Event.data).where(
        Event.subject == "recipient", Event.subject_id == recipient_id
    )
    if names:
        query = query.where(col(Event.name).in_(list(names)))
    return list(conn.execute(query.order_by(col(Event.id).desc()).limit(PAGE)))


# --- for operators ---


def everybody(conn: Connection) -> list[Row[Any]]:
    """Every factory that has said where it is paid or has money waiting: those who wait for their money first."""
    owed = (
        select(ReleasePart.factory_id, func.min(ReleasePart.created_at).label("since"))
        .where(col(ReleasePart.paid_at).is_(None), _NET > 0)
        .group_by(ReleasePart.factory_id)
        .subquery()
    )
    query = (
        select(
            Factory.id,
            Factory.name,
            Factory.name_zh,
            func.coalesce(Recipient.stage, RecipientStage.NONE.value).label("stage"),
            Recipient.rail,
            Recipient.country,
            owed.c.since,
        )
        .outerjoin(Recipient, Recipient.factory_id == Factory.id)
        .outerjoin(owed, owed.c.factory_id == Factory.id)
        .where(Recipient.id.is_not(None) | owed.c.since.is_not(None))  # type: ignore[attr-defined]
    )
    unready = func.coalesce(Recipient.stage, "none") != RecipientStage.ACTIVE.value
    stuck = unready & owed.c.since.is_not(None)
    order = (stuck.desc(), owed.c.since.asc().nulls_last(), unready.desc(), Factory.name)
    return list(conn.execute(query.order_by(*order).limit(_LISTED)))


def factory(conn: Connection, factory_id: UUID) -> Row[Any]:
    """The factory by name. Raises `NotFound`."""
    row = conn.execute(select(Factory.id, Factory.name, Factory.name_zh).where(Factory.id == factory_id)).first()
    if row is None:
        raise NotFound()
    return row


def is_by_bank(recipient: Any) -> bool:
    """Whether a recipient (entity or row) is paid by our bank."""
    return recipient is not None and recipient.rail == Rail.BANK


def paid_in(recipient: Any) -> str:
    """The country in which a recipient (a row, or None) is paid; an empty text while it has not said."""
    if recipient is None:
        return ""
    return str(recipient.bank_masked["country"] if is_by_bank(recipient) else recipient.country)
