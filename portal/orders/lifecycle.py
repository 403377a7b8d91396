"""An order's steps, from award on. The stages after ACCEPTED (samples, production...) join this table later."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.clock import days
from portal.core.i18n import N_
from portal.core.lifecycle import Deadline, Lifecycle, Step

CREATOR, FACTORY = frozenset({Role.CREATOR}), frozenset({Role.FACTORY})


class OrderStage(StrEnum):
    AWAITING_DEPOSIT = "awaiting_deposit"  # PO issued
    AWAITING_ACCEPTANCE = "awaiting_acceptance"  # deposit paid; both sides are to accept the spec
    ACCEPTED = "accepted"  # spec accepted by both
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = OrderStage
#: Stages at which nothing more is to be done.
ENDED_STAGES = frozenset({_S.EXPIRED, _S.CANCELLED})

ORDER = Lifecycle(
    "order",
    OrderStage,
    (
        Step(
            "place",
            by=CREATOR,
            source=frozenset({_S.AWAITING_DEPOSIT}),
            target=_S.AWAITING_DEPOSIT,
            event="order_placed",
            label=N_("Place the order"),
            said=N_("Order placed, purchase order issued"),
            tell=CREATOR,
            then=("specs.purchase_order",),
            deadline=Deadline(
                "expire",
                field="deposit_due_at",
                remind=(days(3), days(1)),
                event="deposit_due_soon",
                tell=CREATOR,
            ),
        ),
        Step(
            "deposit_paid",
            by=frozenset({Role.PAYMENTS}),
            source=frozenset({_S.AWAITING_DEPOSIT}),
            target=_S.AWAITING_ACCEPTANCE,
            event="deposit_paid",
            label=N_("Deposit paid"),
            said=N_("Deposit paid"),
            tell=CREATOR | FACTORY,
            then=("specs.freeze",),
        ),
        Step(
            "spec_ready",
            by=frozenset({Role.WORKER}),
            source=frozenset({_S.AWAITING_ACCEPTANCE}),
            target=None,
            event="spec_ready",
            label=N_("Spec ready"),
            said=N_("Production spec frozen"),
            tell=CREATOR | FACTORY,
        ),
        Step(
            "accept_spec",
            by=CREATOR | FACTORY,
            source=frozenset({_S.AWAITING_ACCEPTANCE}),
            target=None,
            event="spec_accepted",
            label=N_("Accept the spec"),
            said=N_("Spec accepted by one side"),
            tell=CREATOR | FACTORY,
        ),
        Step(
            "seal_spec",
            by=CREATOR | FACTORY,
            source=frozenset({_S.AWAITING_ACCEPTANCE}),
            target=_S.ACCEPTED,
            event="spec_sealed",
            label=N_("Accept the spec"),
            said=N_("Spec accepted by both sides"),
            tell=CREATOR | FACTORY,
        ),
        Step(
            "cancel",
            by=CREATOR | FACTORY,
            source=frozenset({_S.AWAITING_DEPOSIT}),
            target=_S.CANCELLED,
            event="order_cancelled",
            label=N_("Cancel the order"),
            said=N_("Order cancelled before the deposit"),
            tell=CREATOR | FACTORY,
            then=("payments.order_ended",),
        ),
        Step(
            "expire",
            by=frozenset({Role.CLOCK}),
            source=frozenset({_S.AWAITING_DEPOSIT}),
            target=_S.EXPIRED,
            event="order_expired",
            label=N_("Expire"),
            said=N_("Order expired: the deposit did not come in time"),
            tell=CREATOR | FACTORY,
            then=("payments.order_ended",),
        ),
    ),
)
