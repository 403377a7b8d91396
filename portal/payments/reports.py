"""What Stripe says, in our words: plain values that the rest of the portal can hold."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.errors import PortalError, Unavailable
from portal.core.i18n import N_


class Refused(PortalError):
    """Stripe will not do this, however often it is asked. `code` is Stripe's."""

    status = 409

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(N_("The payment service refused this. We have been told and are looking into it."))
        self.text = text
        self.code = code


class Unreachable(Unavailable):
    """Stripe does not answer, or is still at it: the same key may be used again."""

    def __init__(self, text: str) -> None:
        super().__init__(
            N_("The payment service does not answer just now. Nothing was charged. Try again in a minute.")
        )
        self.text = text


class Doubtful(Unreachable):
    """Stripe failed after it may have acted, and will say the same again for this key."""


class BadSignature(PortalError):
    """A message that does not come from Stripe, or is too old."""

    status = 400


@dataclass(frozen=True)
class OpenedCheckout:
    """A hosted payment page that Stripe has opened."""

    stripe_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class CheckoutReport:
    """A hosted payment page as Stripe has it now. Amounts in minor units, currency as ISO code in capitals."""

    stripe_id: str
    operation_id: str  # ours, of its metadata; empty when it has none
    status: str  # open | complete | expired
    paid: bool
    processing: bool
    amount_minor: int
    currency: str
    payment_id: str | None = None
    paid_at: datetime | None = None
    fee_minor: int | None = None  # None until Stripe knows
    refusal: str = ""  # code of the last card that was refused


@dataclass(frozen=True)
class RefundReport:
    """A refund as Stripe has it now."""

    stripe_id: str
    operation_id: str  # ours, of its metadata; empty when it has none
    status: str  # pending | requires_action | succeeded | failed | canceled
    failure: str = ""
    payment_id: str = ""
    booked: bool = True  # Stripe's balance has given the money away


@dataclass(frozen=True)
class TransferReport:
    """A transfer as Stripe has it now."""

    stripe_id: str
    operation_id: str  # ours, of its metadata; empty when it has none
    created_at: datetime


@dataclass(frozen=True)
class ReversalReport:
    """Money taken back of a transfer, as Stripe has it now."""

    stripe_id: str
    operation_id: str  # ours, of its metadata; empty when it has none


@dataclass(frozen=True)
class AccountReport:
    """A factory's account at Stripe as it is now. Requirements in Stripe's codes."""

    stripe_id: str
    operation_id: str  # ours, of its metadata; empty when it has none
    payable: bool  # transfers reach it, and it pays out
    submitted: bool  # its owner has filled in the form once
    due: tuple[str, ...]  # what is asked for
    late: tuple[str, ...]  # what of it has stopped payments
    until: datetime | None  # when the rest does
    reason: str = ""  # why payments are stopped


@dataclass(frozen=True)
class DisputeMovement:
    """What a dispute has moved at Stripe: minor units, negative when it was taken; the fee negative when it came
    back."""

    stripe_id: str
    amount_minor: int
    fee_minor: int
    currency: str


@dataclass(frozen=True)
class DisputeReport:
    """A payment that the payer's bank asks back, as Stripe has it now."""

    stripe_id: str
    operation_id: str  # ours, of the evidence; empty when it has none
    payment_id: str
    status: str  # warning_needs_response | warning_under_review | warning_closed | needs_response | ... | won | lost
    reason: str
    amount_minor: int
    currency: str
    began_at: datetime
    evidence_due_at: datetime | None = None
    submissions: int = 0
    movements: tuple[DisputeMovement, ...] = ()


@dataclass(frozen=True)
class Message:
    """A webhook or an event: what is believed of it."""

    event_id: str
    type: str
    subject_id: str
    account: str
    livemode: bool


@dataclass(frozen=True)
class BalanceLine:
    """One line of Stripe's own books."""

    stripe_id: str
    type: str  # charge | refund | refund_failure | ...
    source: str  # the payment of a charge, otherwise Stripe's id of what the line is about
    amount_minor: int
    fee_minor: int
    currency: str
    created_at: datetime
    payment_id: str = ""  # of the payment that it is about
    order_id: str = ""  # ours, of its metadata; empty when it has none


@dataclass(frozen=True)
class PayoutReport:
    """What Stripe has paid to our own bank, as it is now; negative when it fetches money there."""

    stripe_id: str
    status: str  # pending | in_transit | paid | failed | canceled
    amount_minor: int
    currency: str
