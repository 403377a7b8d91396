"""Payment legs, the calls to Stripe and what came of them, and the ledger."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from portal.core.db import Record, amount, enum_field, json_field, moment
from portal.core.lifecycle import Lifecycle
from portal.payments.accounts import Account, Movement
from portal.payments.lifecycle import LEG, REFUND, LegStage, RefundStage


class LegKind(StrEnum):
    DEPOSIT = "deposit"
    BALANCE = "balance"


class PaymentLeg(Record, table=True):
    """One payment that an order asks for: at most one of a kind is unpaid. Its amount follows the bill until it is
    paid. `payment_id` is Stripe's id of the payment that fulfilled it."""

    __tablename__ = "payment_leg"
    __table_args__ = (
        Index("ix_payment_leg_order", "order_id"),
        Index("uq_payment_leg_unpaid", "order_id", "kind", unique=True, postgresql_where=text("stage <> 'succeeded'")),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(stage = 'succeeded') = (paid_at is not null)", name="paid_at"),
    )
    lifecycle: ClassVar[Lifecycle] = LEG

    order_id: UUID = Field(foreign_key="purchase_order.id")
    kind: LegKind = enum_field(LegKind, LegKind.DEPOSIT)
    stage: LegStage = enum_field(LegStage, LegStage.CREATED)
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    paid_at: datetime | None = moment()
    payment_id: str | None = Field(default=None, max_length=255, unique=True)
    fee_minor: int | None = amount(None)  # Stripe's, once it is known
    lost_minor: int = amount()  # of it, what a lost dispute took back from what was held
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id}


PaymentLeg.__mapper__.version_id_col = PaymentLeg.__table__.c.version  # type: ignore[attr-defined]


class OperationKind(StrEnum):
    OPEN_CHECKOUT = "open_checkout"
    EXPIRE_CHECKOUT = "expire_checkout"
    REFUND = "refund"
    OPEN_ACCOUNT = "open_account"
    TRANSFER = "transfer"
    REVERSE_TRANSFER = "reverse_transfer"
    SUBMIT_EVIDENCE = "submit_evidence"


class OperationState(StrEnum):
    INTENDED = "intended"  # committed before the call; whether Stripe has acted is not known yet
    SUCCEEDED = "succeeded"
    REFUSED = "refused"


class Operation(Record, table=True):
    """One act at Stripe, intended before it is called. Its id travels in the metadata of what it makes; `key` is the
    idempotency key, its own id at first, and another one once Stripe no longer vouches for that."""

    __tablename__ = "payment_operation"
    __table_args__ = (
        Index("ix_payment_operation_intended", "tried_at", postgresql_where=text("state = 'intended'")),
        Index("ix_payment_operation_subject", "subject_id"),
    )

    kind: OperationKind = enum_field(OperationKind, OperationKind.OPEN_CHECKOUT)
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")  # none: it is about a factory
    subject_id: UUID  # the checkout, refund, transfer ... that it is about
    state: OperationState = enum_field(OperationState, OperationState.INTENDED)
    key: UUID = Field(unique=True)
    key_since: datetime = moment(nullable=False)
    params: dict[str, Any] = json_field()
    params_hash: str = Field(max_length=64)
    result: dict[str, Any] = json_field()
    doubtful: bool = False  # Stripe failed after it may have acted: look before acting again
    error: str = ""
    attempts: int = 0
    tried_at: datetime | None = moment()


class CheckoutState(StrEnum):
    OPENING = "opening"  # asked for, not known to Stripe or not known by us yet
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    REFUSED = "refused"  # Stripe would not open it


LIVE = (CheckoutState.OPENING, CheckoutState.OPEN)


class CheckoutSession(Record, table=True):
    """A hosted payment page for a leg. At most one of an order and kind is live, by a partial unique index."""

    __tablename__ = "checkout_session"
    __table_args__ = (
        Index(
            "uq_checkout_session_live",
            "order_id",
            "kind",
            unique=True,
            postgresql_where=text("state in ('opening', 'open')"),
        ),
        Index("ix_checkout_session_unchecked", "checked_at", postgresql_where=text("state = 'open'")),
        Index("ix_checkout_session_leg", "leg_id"),
    )

    order_id: UUID = Field(foreign_key="purchase_order.id")
    leg_id: UUID = Field(sa_column=Column(ForeignKey("payment_leg.id"), nullable=False))
    kind: LegKind = enum_field(LegKind, LegKind.DEPOSIT)
    operation_id: UUID = Field(index=True)
    state: CheckoutState = enum_field(CheckoutState, CheckoutState.OPENING)
    stripe_id: str | None = Field(default=None, max_length=255, unique=True)
    url: str = ""
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    expires_at: datetime = moment(nullable=False)
    payment_id: str | None = Field(default=None, max_length=255, index=True)
    last_refusal: str = Field(default="", max_length=80)  # Stripe's code of the last card that was refused
    returned_at: datetime | None = moment()  # when its payer first came back from it
    checked_at: datetime | None = moment()


class RefundReason(StrEnum):
    LATE = "late"  # the order had ended
    DOUBLE = "double"  # the leg was paid already
    WRONG_AMOUNT = "wrong_amount"
    ENDED = "ended"  # the order was called off, given up or ended: what its stage leaves
    CLAIM = "claim"  # a claim was settled with a refund
    SHORT = "short"  # fewer pieces than were paid for
    RELEASED = "released"  # the factory gives back of what it has been paid
    SUBSIDY = "subsidy"  # the portal gives of its own


#: Refunds of what was held for an order.
OF_HELD = (RefundReason.ENDED, RefundReason.CLAIM, RefundReason.SHORT)
#: Refunds of a payment that no order waited for: the whole of it.
UNWANTED = (RefundReason.LATE, RefundReason.DOUBLE, RefundReason.WRONG_AMOUNT)


class Refund(Record, table=True):
    """A payment, or a part of one, on its way back to the card. `event_id`: what happened to the order that gives the
    money back; each such event gives back from a payment once, and from what was held and what was released apart.
    `part_id`: the released part that it comes out of, with `fee_minor` of the portal's fee given back."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(reason in ('late', 'double', 'wrong_amount')) = (event_id is null)", name="event"),
        CheckConstraint("(reason = 'released') = (part_id is not null)", name="part"),
        Index("uq_refund_unwanted", "checkout_id", "reason", unique=True, postgresql_where=text("event_id is null")),
        UniqueConstraint("event_id", "payment_id", "part_id", postgresql_nulls_not_distinct=True),
        Index("ix_refund_order", "order_id"),
        Index("ix_refund_part", "part_id"),
        Index("ix_refund_unsettled", "created_at", postgresql_where=text("stage in ('requested', 'pending')")),
    )
    lifecycle: ClassVar[Lifecycle] = REFUND

    order_id: UUID = Field(foreign_key="purchase_order.id")
    checkout_id: UUID = Field(foreign_key="checkout_session.id")
    event_id: UUID | None = Field(default=None, foreign_key="event.id")
    part_id: UUID | None = Field(default=None, foreign_key="release_part.id")
    stage: RefundStage = enum_field(RefundStage, RefundStage.REQUESTED)
    reason: RefundReason = enum_field(RefundReason, RefundReason.LATE)
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)
    fee_minor: int = amount()  # of it, the portal's fee
    payment_id: str = Field(max_length=255)
    stripe_id: str | None = Field(default=None, max_length=255, unique=True)
    failure: str = Field(default="", max_length=120)
    settled_at: datetime | None = moment()
    version: int = Field(default=1, nullable=False)

    def scope(self) -> dict[str, UUID | None]:
        return {"order_id": self.order_id}


Refund.__mapper__.version_id_col = Refund.__table__.c.version  # type: ignore[attr-defined]


class WebhookEvent(Record, table=True):
    """A message from Stripe, kept before anything follows from it. Only its id, type and subject are believed."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        UniqueConstraint("account", "event_id"),
        Index("ix_webhook_event_waiting", "created_at", postgresql_where=text("handled_at is null")),
        Index("ix_webhook_event_about", "subject_id", postgresql_where=text("handled_at is null")),
    )

    account: str = Field(default="", max_length=64)  # empty: the platform's own
    event_id: str = Field(max_length=255)
    type: str = Field(max_length=80)
    subject_id: str = Field(max_length=255)  # Stripe's id of the object that it is about
    handled_at: datetime | None = moment()
    outcome: str = Field(default="", max_length=40)


class LedgerTransaction(Record, table=True):
    """A movement of money, booked once: `source` names what it stands for. Never changed."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        Index("ix_ledger_transaction_order", "order_id"),
        Index("ix_ledger_transaction_made", text("created_at desc"), text("id desc")),
        Index("ix_ledger_transaction_movement", "movement", text("created_at desc"), text("id desc")),
    )

    movement: Movement = enum_field(Movement, Movement.LEG_PAID)
    source: str = Field(max_length=255, unique=True)
    order_id: UUID | None = Field(default=None, foreign_key="purchase_order.id")


_BY_CURRENCY = ("account", "currency", text("created_at desc"), text("transaction_id desc"))


class Posting(Record, table=True):
    """One side of a movement: minor units of `currency`, debits positive, credits negative. Never changed."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount"),
        Index("ix_posting_account", "account", text("created_at desc"), text("transaction_id desc")),
        Index("ix_posting_sums", *_BY_CURRENCY, postgresql_include=["amount_minor"]),
        Index("ix_posting_transaction", "transaction_id"),
    )

    transaction_id: UUID = Field(sa_column=Column(ForeignKey("ledger_transaction.id"), nullable=False))
    account: Account = enum_field(Account, Account.STRIPE_CLEARING)
    amount_minor: int = amount(...)
    currency: str = Field(max_length=3)


class HoldKind(StrEnum):
    DISPUTE = "dispute"  # the payer's bank asks for the money back
    BREAK = "break"  # our books and Stripe's differ about this order


class OrderHold(Record, table=True):
    """While one is open nothing of an order's money is released, refunded or transferred. `subject` says what it waits
    for: our id of the dispute or the break."""

    __tablename__ = "order_hold"
    __table_args__ = (
        Index(
            "uq_order_hold_open", "order_id", "kind", "subject", unique=True, postgresql_where=text("lifted_at is null")
        ),
    )

    order_id: UUID = Field(foreign_key="purchase_order.id")
    kind: HoldKind = enum_field(HoldKind, HoldKind.BREAK)
    subject: str = Field(max_length=255)
    lifted_at: datetime | None = moment()
