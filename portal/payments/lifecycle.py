"""The steps of a payment leg and of a refund. All of them are taken by the portal's own hand PAYMENTS, but for two."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step

PAYMENTS = frozenset({Role.PAYMENTS})


class LegStage(StrEnum):
    CREATED = "created"  # nobody has gone to pay yet
    OPEN = "open"  # there is a payment page
    PROCESSING = "processing"  # the bank has not decided
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # may be tried again
    EXPIRED = "expired"  # its payment page has ended unpaid; may be tried again


_L = LegStage
_UNPAID = frozenset(LegStage) - {_L.SUCCEEDED}

LEG = Lifecycle(
    "leg",
    LegStage,
    (
        Step(
            "open",
            by=PAYMENTS,
            source=frozenset({_L.CREATED, _L.FAILED, _L.EXPIRED}),
            target=_L.OPEN,
            event="leg_opened",
            label=N_("Open the payment page"),
            said=N_("Payment page opened"),
        ),
        Step(
            "process",
            by=PAYMENTS,
            source=frozenset({_L.CREATED, _L.OPEN}),
            target=_L.PROCESSING,
            event="leg_processing",
            label=N_("Payment under way"),
            said=N_("The bank is deciding on the payment"),
        ),
        Step(
            "succeed",
            by=PAYMENTS,
            source=_UNPAID,
            target=_L.SUCCEEDED,
            event="leg_paid",
            label=N_("Payment received"),
            said=N_("Payment received"),
        ),
        Step(
            "fail",
            by=PAYMENTS,
            source=frozenset({_L.OPEN, _L.PROCESSING}),
            target=_L.FAILED,
            event="leg_failed",
            label=N_("Payment failed"),
            said=N_("The payment did not go through"),
        ),
        Step(
            "expire",
            by=PAYMENTS,
            source=frozenset({_L.CREATED, _L.OPEN, _L.PROCESSING}),
            target=_L.EXPIRED,
            event="leg_expired",
            label=N_("Payment page ended"),
            said=N_("The payment page ended unpaid"),
        ),
    ),
)


class RefundStage(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"  # Stripe has it, the bank not yet
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # an operator sees it


_R = RefundStage

REFUND = Lifecycle(
    "refund",
    RefundStage,
    (
        Step(
            "wait",
            by=PAYMENTS,
            source=frozenset({_R.REQUESTED}),
            target=_R.PENDING,
            event="refund_pending",
            label=N_("Refund under way"),
            said=N_("The refund is on its way to the card"),
        ),
        Step(
            "settle",
            by=PAYMENTS,
            source=frozenset({_R.REQUESTED, _R.PENDING}),
            target=_R.SUCCEEDED,
            event="refund_settled",
            label=N_("Refunded"),
            said=N_("The payment has been returned to the card"),
        ),
        Step(
            "fail",
            by=PAYMENTS,
            source=frozenset({_R.REQUESTED, _R.PENDING, _R.SUCCEEDED}),
            target=_R.FAILED,
            event="refund_failed",
            label=N_("Refund failed"),
            said=N_("The card refused the refund; we are looking after it"),
        ),
        Step(
            "be_overtaken",
            by=PAYMENTS,
            source=frozenset({_R.FAILED}),
            target=_R.SUCCEEDED,
            event="refund_overtaken",
            label=N_("Returned by the bank"),
            said=N_("The bank has returned the payment to the card itself"),
        ),
        Step(
            "retry",
            by=frozenset({Role.OPERATOR}),
            source=frozenset({_R.FAILED}),
            target=_R.REQUESTED,
            event="refund_retried",
            label=N_("Refund again"),
            said=N_("The refund is tried again"),
        ),
    ),
)
