"""The ledger's accounts, and which two each movement of money concerns."""

from enum import StrEnum
from typing import Any, NamedTuple

from portal.core.i18n import N_


class Account(StrEnum):
    STRIPE_CLEARING = "stripe_clearing"  # what Stripe holds for us
    ORDER_HELD = "order_held"  # what buyers have paid for orders that are under way
    FEES = "fees"  # what Stripe has kept
    SUSPENSE = "suspense"  # payments that no order waits for
    REFUND_PAYABLE = "refund_payable"  # what goes back to cards


class Movement(StrEnum):
    LEG_PAID = "leg_paid"
    STRIPE_FEE = "stripe_fee"
    UNEXPECTED_PAYMENT = "unexpected_payment"
    GIVEN_BACK = "given_back"
    HELD_GIVEN_BACK = "held_given_back"
    REFUND_SETTLED = "refund_settled"
    REFUND_REVERSED = "refund_reversed"


class Sides(NamedTuple):
    """The account that is debited, the one that is credited, and what the movement is called."""

    debit: Account
    credit: Account
    said: Any


_A = Account

MOVEMENTS = {
    Movement.LEG_PAID: Sides(_A.STRIPE_CLEARING, _A.ORDER_HELD, N_("Payment for an order")),
    Movement.STRIPE_FEE: Sides(_A.FEES, _A.STRIPE_CLEARING, N_("Stripe's fee")),
    Movement.UNEXPECTED_PAYMENT: Sides(_A.STRIPE_CLEARING, _A.SUSPENSE, N_("Late or double payment")),
    Movement.GIVEN_BACK: Sides(_A.SUSPENSE, _A.REFUND_PAYABLE, N_("To be given back")),
    Movement.HELD_GIVEN_BACK: Sides(_A.ORDER_HELD, _A.REFUND_PAYABLE, N_("To be given back of an order")),
    Movement.REFUND_SETTLED: Sides(_A.REFUND_PAYABLE, _A.STRIPE_CLEARING, N_("Refunded")),
    Movement.REFUND_REVERSED: Sides(_A.STRIPE_CLEARING, _A.REFUND_PAYABLE, N_("Refund came back")),
}

ACCOUNT_NAMES = {
    _A.STRIPE_CLEARING: N_("Held by Stripe"),
    _A.ORDER_HELD: N_("Held for orders"),
    _A.FEES: N_("Stripe's fees"),
    _A.SUSPENSE: N_("Suspense"),
    _A.REFUND_PAYABLE: N_("To be refunded"),
}
