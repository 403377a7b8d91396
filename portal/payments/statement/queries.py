"""What an order's money page is made of."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlmodel import col

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.orders.lifecycle import EARLY_STAGES, ENDED_STAGES, OrderStage
from portal.orders.parcels.operations import CLAIM_WINDOW
from portal.payments.accounts import Account, Movement
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute
from portal.payments.lifecycle import RefundStage
from portal.payments.models import HoldKind, LedgerTransaction, OrderHold, PaymentLeg, Posting, Refund
from portal.payments.payouts.schedule import next_run
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Recipient
from portal.payments.statement import words
from portal.payments.statement.portions import Place, Portion, Sums, balance, portions

MOST = 500  # movements of one order that a page shows
_NO_SAMPLE_YET = EARLY_STAGES | {OrderStage.SAMPLING, OrderStage.SAMPLE_REVIEW}
#: What an order has moved beside its own money.
_BESIDE = (
    Account.FEES,
    Account.SUBSIDY_EXPENSE,
    Account.FACTORY_RECEIVABLE,
    Account.DISPUTE_LOSS,
    Account.UNEXPLAINED,
)


@dataclass(frozen=True)
class Shown:
    """A portion in words: since when it is there, what happens next, and by when, as far as that is known."""

    portion: Portion
    since: datetime | None
    then: Any
    by: datetime | None = None


@dataclass(frozen=True)
class Moved:
    """One movement as its reader calls it: minor units, of which `fee_minor` the portal's fee."""

    id: UUID
    at: datetime
    said: Any
    amount_minor: int
    currency: str
    fee_minor: int


@dataclass(frozen=True)
class Statement:
    """`still`: what the order's money stands still for. `facts`: (account, minor units) beside the order's money, for
    operators only."""

    shown: list[Shown]
    moves: list[Moved]
    still: list[HoldKind]
    facts: list[tuple[Account, int]]


def statement(connection: Connection, actor: Actor, order: Row[Any]) -> Statement:
    """Where the money of an order (a row of `visible_order`) is, as `actor` may see it."""
    sums, last = _sums(connection, order)
    still = _still(connection, order.id)
    then = _Then(connection, order, still, actor.role)
    shown = [
        Shown(portion, _since(last, portion.place), *then.of(portion.place)) for portion in portions(sums, actor.role)
    ]
    facts = [(account, minor) for account in _BESIDE if (minor := balance(sums, account))]
    moves = _moves(connection, order.id, actor.role)
    return Statement(shown, moves, still, facts if actor.role == Role.OPERATOR else [])


def _sums(connection: Connection, order: Row[Any]) -> tuple[Sums, dict[Movement, datetime]]:
    """What each movement has done to each account, in the order's currency, and when it last happened."""
    query = (
        select(
            LedgerTransaction.movement,
            Posting.account,
            func.sum(Posting.amount_minor),
            func.max(LedgerTransaction.created_at),
        )
        .join(Posting, Posting.transaction_id == LedgerTransaction.id)
        .where(LedgerTransaction.order_id == order.id, Posting.currency == order.currency)
        .group_by(LedgerTransaction.movement, Posting.account)
    )
    sums: dict[tuple[Movement, Account], int] = {}
    last: dict[Movement, datetime] = {}
    for movement, account, minor, at in connection.execute(query):
        sums[movement, account] = int(minor)
        last[movement] = max(at, last.get(movement, at))
    return sums, last


#: The movements that bring money to a place: the last of them is since when it is there.
_BRINGS = {
    Place.HELD: (Movement.LEG_PAID,),
    Place.DISPUTED: (Movement.DISPUTE_OPENED,),
    Place.RETURNING: (Movement.GIVEN_BACK, Movement.HELD_GIVEN_BACK, Movement.RELEASED_GIVEN_BACK,
                      Movement.SUBSIDY_GRANTED, Movement.REFUND_REVERSED),
    Place.RETURNED: (Movement.REFUND_SETTLED,),
    Place.LOST: (Movement.DISPUTE_LOST_HELD, Movement.DISPUTE_LOST_FACTORY, Movement.DISPUTE_LOST_PORTAL,
                 Movement.DISPUTE_LOST_REFUND),
    Place.GIVEN_BACK: (Movement.HELD_GIVEN_BACK, Movement.RELEASED_GIVEN_BACK, Movement.DISPUTE_LOST_HELD,
                       Movement.DISPUTE_LOST_FACTORY),
    Place.FACTORY: (Movement.RELEASED,),
    Place.FEE: (Movement.RELEASED,),
    Place.PAYABLE: (Movement.RELEASED, Movement.BANK_RETURNED),
    Place.SET_OFF: (Movement.SET_OFF,),
    Place.PAID: (Movement.TRANSFERRED, Movement.BANK_PAID),
}  # fmt: skip


def _since(last: dict[Movement, datetime], place: Place) -> datetime | None:
    return max((last[movement] for movement in _BRINGS[place] if movement in last), default=None)


def _still(connection: Connection, order_id: UUID) -> list[HoldKind]:
    query = select(OrderHold.kind).where(OrderHold.order_id == order_id, col(OrderHold.lifted_at).is_(None))
    return sorted(set(connection.execute(query).scalars()))


class _Then:
    """What happens next to each portion of an order, and by when."""

    def __init__(self, connection: Connection, order: Row[Any], still: list[HoldKind], role: Role | None) -> None:
        self._connection, self._order, self._still, self._role = connection, order, still, role

    def of(self, place: Place) -> tuple[Any, datetime | None]:
        """Words, and a moment where one is known."""
        asked = {
            Place.HELD: self._held,
            Place.DISPUTED: self._disputed,
            Place.RETURNING: self._returning,
            Place.PAYABLE: self._payable,
        }
        return asked[place]() if place in asked else (words.RESTS[place], None)

    def _standstill(self) -> Any:
        return words.NEXT[f"still_{self._still[0].value}"] if self._still else None

    def _held(self) -> tuple[Any, datetime | None]:
        order = self._order
        if self._still:
            return self._standstill(), None
        if order.stage in ENDED_STAGES:
            return words.NEXT["ended"], None
        if order.stage == OrderStage.DISPUTED:
            return words.NEXT["claim"], None
        if order.stage == OrderStage.DELIVERED:
            return words.NEXT["window"], order.claims_until
        if order.stage == OrderStage.SHIPPED:
            return words.NEXT["arrival"], order.arrival_due_at + CLAIM_WINDOW
        percent = order.quote.get("advance_percent", 0)
        if percent and order.stage in _NO_SAMPLE_YET:
            return words.advance(percent), order.sample_due_at
        return words.NEXT["way"], None

    def _disputed(self) -> tuple[Any, datetime | None]:
        query = select(Dispute.id).where(Dispute.order_id == self._order.id, Dispute.stage == DisputeStage.LOST)
        lost = self._connection.execute(query.where(col(Dispute.settled_at).is_(None)).limit(1)).first()
        return words.NEXT["dispute_lost"] if lost else words.RESTS[Place.DISPUTED], None

    def _returning(self) -> tuple[Any, datetime | None]:
        query = select(Refund.id).where(Refund.order_id == self._order.id, Refund.stage == RefundStage.FAILED)
        failed = self._connection.execute(query.limit(1)).first()
        return words.NEXT["card_failed" if failed else "card"], None

    def _payable(self) -> tuple[Any, datetime | None]:
        if self._still:
            return self._standstill(), None
        query = select(Recipient.stage, Recipient.schedule).where(Recipient.factory_id == self._order.factory_id)
        recipient = self._connection.execute(query).first()
        if recipient is None or recipient.stage != RecipientStage.ACTIVE:
            return words.NEXT["no_place"], None
        return words.NEXT["payout"], next_run(recipient.schedule, now())


def _moves(connection: Connection, order_id: UUID, role: Role | None) -> list[Moved]:
    """The movements that `role` sees, in order."""
    gross = func.sum(Posting.amount_minor).filter(Posting.amount_minor > 0)
    fee = func.abs(func.coalesce(func.sum(Posting.amount_minor).filter(Posting.account == Account.PLATFORM_FEE), 0))
    made = LedgerTransaction
    query = (
        select(made.id, made.created_at, made.movement, PaymentLeg.kind, Posting.currency, gross, fee)
        .join(Posting, Posting.transaction_id == made.id)
        .outerjoin(PaymentLeg, made.source == func.concat("payment:", PaymentLeg.payment_id))
        .where(made.order_id == order_id, col(made.movement).in_(words.SEEN[role]))  # type: ignore[index]
        .group_by(made.id, PaymentLeg.kind, Posting.currency)
        .order_by(made.created_at, made.id)
        .limit(MOST)
    )
    hides_fee = role == Role.CREATOR
    return [
        Moved(ident, at, words.movement(movement, leg), int(minor), currency, 0 if hides_fee else int(cut))
        for ident, at, movement, leg, currency, minor, cut in connection.execute(query)
    ]
