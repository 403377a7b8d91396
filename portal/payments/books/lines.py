"""What our ledger should say of one line of Stripe's books."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from portal.payments import ledger
from portal.payments.accounts import MOVEMENTS, Account, Movement
from portal.payments.books.models import LinePart
from portal.payments.reports import BalanceLine

_DISPUTES = ("dp_", "du_")  # how Stripe's ids of disputes begin

#: Stripe's type of a line -> what our ledger calls its movement
_NAMES: dict[str, Callable[[str], str]] = {
    "charge": ledger.payment_source,
    "payment": ledger.payment_source,
    "refund": ledger.refund_source,
    "payment_refund": ledger.refund_source,
    "refund_failure": ledger.failed_refund_source,
    "payment_failure_refund": ledger.failed_refund_source,
    "transfer": ledger.transfer_source,
    "transfer_refund": ledger.reversal_source,
    "payout": ledger.payout_source,
    "payout_failure": ledger.returned_payout_source,
    "payout_cancel": ledger.returned_payout_source,
}
_OWN_FEE = "stripe_fee"

#: How a movement at Stripe is booked: by how our source of it begins, and whether Stripe holds more by it.
_BOOKED_AS = {
    ("payment", True): Movement.UNEXPECTED_PAYMENT,
    ("fee", False): Movement.STRIPE_FEE,
    ("stripe-fee", False): Movement.STRIPE_FEE,
    ("refund", False): Movement.REFUND_SETTLED,
    ("refund-failed", True): Movement.REFUND_REVERSED,
    ("transfer", False): Movement.TRANSFERRED,
    ("reversal", True): Movement.TRANSFER_REVERSED,
    ("payout", False): Movement.STRIPE_PAYOUT,
    ("payout", True): Movement.STRIPE_PAYOUT_RETURNED,  # Stripe fetches what we owe it from our bank
    ("payout-returned", True): Movement.STRIPE_PAYOUT_RETURNED,
    ("dispute", False): Movement.DISPUTE_OPENED,
    ("dispute", True): Movement.DISPUTE_WON,
    ("dispute-fee", False): Movement.DISPUTE_FEE,
    ("dispute-fee", True): Movement.DISPUTE_FEE_RETURNED,
}
#: What happens at Stripe without us: booked from its lines alone.
BY_ITSELF = ("payout", "payout-returned", "stripe-fee")


class Part(NamedTuple):
    """A part of a line under our name for it: minor units, negative when Stripe holds less by it."""

    part: LinePart
    source: str
    amount_minor: int


def parts(line: BalanceLine) -> Iterator[Part]:
    """What a line moved, and what Stripe kept of it."""
    if line.amount_minor:
        yield Part(LinePart.GROSS, _source(line), line.amount_minor)
    if line.fee_minor:
        yield Part(LinePart.FEE, _fee_source(line), -line.fee_minor)


def _of_dispute(line: BalanceLine) -> bool:
    return line.type == "adjustment" and line.source.startswith(_DISPUTES)


def _source(line: BalanceLine) -> str:
    if _of_dispute(line):  # a dispute may move money more than once: each line stands for itself
        return ledger.dispute_source(line.stripe_id)
    if line.type == _OWN_FEE:
        return ledger.own_fee_source(line.stripe_id)
    name = _NAMES.get(line.type)
    return name(line.source) if name and line.source else f"{line.type}:{line.stripe_id}"


def _fee_source(line: BalanceLine) -> str:
    if _of_dispute(line):
        return ledger.dispute_fee_source(line.stripe_id)
    return ledger.fee_source(line.source or line.stripe_id)


def booked_as(source: str, amount_minor: int) -> Movement:
    """The movement by which what Stripe moved (negative: it holds less) is booked: a correction where we know none."""
    known = _BOOKED_AS.get((source.partition(":")[0], amount_minor > 0))
    return known or correction_of(amount_minor)


def correction_of(amount_minor: int) -> Movement:
    """The movement that brings our books up or down to Stripe's."""
    return Movement.CORRECTED_UP if amount_minor > 0 else Movement.CORRECTED_DOWN


#: The movements that Stripe's books have too.
AT_STRIPE = frozenset(
    movement for movement, sides in MOVEMENTS.items() if Account.STRIPE_CLEARING in (sides.debit, sides.credit)
)
