"""The ledger's accounts, and which of them each movement of money concerns."""

from enum import StrEnum
from typing import Any, NamedTuple

from portal.core.i18n import N_


class Account(StrEnum):
    STRIPE_CLEARING = "stripe_clearing"  # what Stripe holds for us
    BANK = "bank"  # our bank account, from which factories are paid that Stripe can't reach
    ORDER_HELD = "order_held"  # what buyers have paid for orders that are under way
    FACTORY_PAYABLE = "factory_payable"  # released to factories, on its way to them
    FACTORY_RECEIVABLE = "factory_receivable"  # what factories owe of what they have had
    PLATFORM_FEE = "platform_fee"  # what the portal has earned
    FEES = "fees"  # what Stripe has kept
    SUSPENSE = "suspense"  # payments that no order waits for
    REFUND_PAYABLE = "refund_payable"  # what goes back to cards
    SUBSIDY_EXPENSE = "subsidy_expense"  # what the portal has given buyers of its own
    DISPUTE_RECEIVABLE = "dispute_receivable"  # what banks have taken back until a dispute is decided
    DISPUTE_LOSS = "dispute_loss"  # lost disputes that nobody else answers for
    UNEXPLAINED = "unexplained"  # differences with Stripe that a correcting entry has taken in


class Movement(StrEnum):
    LEG_PAID = "leg_paid"
    STRIPE_FEE = "stripe_fee"
    UNEXPECTED_PAYMENT = "unexpected_payment"
    GIVEN_BACK = "given_back"
    HELD_GIVEN_BACK = "held_given_back"
    RELEASED_GIVEN_BACK = "released_given_back"
    SUBSIDY_GRANTED = "subsidy_granted"
    REFUND_SETTLED = "refund_settled"
    REFUND_REVERSED = "refund_reversed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    TRANSFER_REVERSED = "transfer_reversed"
    SET_OFF = "set_off"
    BANK_PAID = "bank_paid"
    BANK_RETURNED = "bank_returned"
    STRIPE_PAYOUT = "stripe_payout"
    STRIPE_PAYOUT_RETURNED = "stripe_payout_returned"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_FEE = "dispute_fee"
    DISPUTE_FEE_RETURNED = "dispute_fee_returned"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST_REFUND = "dispute_lost_refund"
    DISPUTE_LOST_HELD = "dispute_lost_held"
    DISPUTE_LOST_FACTORY = "dispute_lost_factory"
    DISPUTE_LOST_PORTAL = "dispute_lost_portal"
    CORRECTED_UP = "corrected_up"
    CORRECTED_DOWN = "corrected_down"


class Sides(NamedTuple):
    """The account that is debited, the one that is credited, and what the movement is called. `shared`: the account
    named here that takes the portal's fee out of its own side, where the movement has one."""

    debit: Account
    credit: Account
    said: Any
    shared: Account | None = None


_A = Account

MOVEMENTS = {
    Movement.LEG_PAID: Sides(_A.STRIPE_CLEARING, _A.ORDER_HELD, N_("Payment for an order")),
    Movement.STRIPE_FEE: Sides(_A.FEES, _A.STRIPE_CLEARING, N_("Stripe's fee")),
    Movement.UNEXPECTED_PAYMENT: Sides(_A.STRIPE_CLEARING, _A.SUSPENSE, N_("Late or double payment")),
    Movement.GIVEN_BACK: Sides(_A.SUSPENSE, _A.REFUND_PAYABLE, N_("To be given back")),
    Movement.HELD_GIVEN_BACK: Sides(_A.ORDER_HELD, _A.REFUND_PAYABLE, N_("To be given back of an order")),
    Movement.RELEASED_GIVEN_BACK: Sides(
        _A.FACTORY_RECEIVABLE, _A.REFUND_PAYABLE, N_("To be given back by the factory"), _A.FACTORY_RECEIVABLE
    ),
    Movement.SUBSIDY_GRANTED: Sides(_A.SUBSIDY_EXPENSE, _A.REFUND_PAYABLE, N_("Subsidy of the portal")),
    Movement.REFUND_SETTLED: Sides(_A.REFUND_PAYABLE, _A.STRIPE_CLEARING, N_("Refunded")),
    Movement.REFUND_REVERSED: Sides(_A.STRIPE_CLEARING, _A.REFUND_PAYABLE, N_("Refund came back")),
    Movement.RELEASED: Sides(
        _A.ORDER_HELD, _A.FACTORY_PAYABLE, N_("Released to the factory"), _A.FACTORY_PAYABLE
    ),
    Movement.TRANSFERRED: Sides(_A.FACTORY_PAYABLE, _A.STRIPE_CLEARING, N_("Transferred to the factory")),
    Movement.TRANSFER_REVERSED: Sides(_A.STRIPE_CLEARING, _A.FACTORY_RECEIVABLE, N_("Taken back from the factory")),
    Movement.SET_OFF: Sides(_A.FACTORY_PAYABLE, _A.FACTORY_RECEIVABLE, N_("Set off against what the factory owes")),
    Movement.BANK_PAID: Sides(_A.FACTORY_PAYABLE, _A.BANK, N_("Paid to the factory's bank")),
    Movement.BANK_RETURNED: Sides(_A.BANK, _A.FACTORY_PAYABLE, N_("Came back from the factory's bank")),
    Movement.STRIPE_PAYOUT: Sides(_A.BANK, _A.STRIPE_CLEARING, N_("Paid out by Stripe to our bank")),
    Movement.STRIPE_PAYOUT_RETURNED: Sides(_A.STRIPE_CLEARING, _A.BANK, N_("Stripe's payout came back")),
    Movement.DISPUTE_OPENED: Sides(_A.DISPUTE_RECEIVABLE, _A.STRIPE_CLEARING, N_("Taken by the bank for a dispute")),
    Movement.DISPUTE_FEE: Sides(_A.FEES, _A.STRIPE_CLEARING, N_("Stripe's fee for a dispute")),
    Movement.DISPUTE_FEE_RETURNED: Sides(_A.STRIPE_CLEARING, _A.FEES, N_("Stripe's fee for a dispute came back")),
    Movement.DISPUTE_WON: Sides(_A.STRIPE_CLEARING, _A.DISPUTE_RECEIVABLE, N_("Dispute won")),
    Movement.DISPUTE_LOST_REFUND: Sides(
        _A.REFUND_PAYABLE, _A.DISPUTE_RECEIVABLE, N_("Dispute lost, in place of a refund that failed")
    ),
    Movement.DISPUTE_LOST_HELD: Sides(_A.ORDER_HELD, _A.DISPUTE_RECEIVABLE, N_("Dispute lost, out of the order")),
    Movement.DISPUTE_LOST_FACTORY: Sides(
        _A.FACTORY_RECEIVABLE,
        _A.DISPUTE_RECEIVABLE,
        N_("Dispute lost, the factory answers for it"),
        _A.FACTORY_RECEIVABLE,
    ),
    Movement.DISPUTE_LOST_PORTAL: Sides(
        _A.DISPUTE_LOSS, _A.DISPUTE_RECEIVABLE, N_("Dispute lost, the portal answers for it")
    ),
    Movement.CORRECTED_UP: Sides(_A.STRIPE_CLEARING, _A.UNEXPLAINED, N_("Correcting entry: Stripe holds more")),
    Movement.CORRECTED_DOWN: Sides(_A.UNEXPLAINED, _A.STRIPE_CLEARING, N_("Correcting entry: Stripe holds less")),
}  # fmt: skip

#: Movements that somebody gets a paper for: a receipt for what has arrived, a credit note for what goes back.
RECEIVED = frozenset({Movement.LEG_PAID, Movement.UNEXPECTED_PAYMENT})
CREDITED = frozenset(
    {Movement.GIVEN_BACK, Movement.HELD_GIVEN_BACK, Movement.RELEASED_GIVEN_BACK, Movement.SUBSIDY_GRANTED}
)

ACCOUNT_NAMES = {
    _A.STRIPE_CLEARING: N_("Held by Stripe"),
    _A.BANK: N_("Our bank account"),
    _A.ORDER_HELD: N_("Held for orders"),
    _A.FACTORY_PAYABLE: N_("Owed to factories"),
    _A.FACTORY_RECEIVABLE: N_("Owed by factories"),
    _A.PLATFORM_FEE: N_("The portal's fees"),
    _A.FEES: N_("Stripe's fees"),
    _A.SUSPENSE: N_("Suspense"),
    _A.REFUND_PAYABLE: N_("To be refunded"),
    _A.SUBSIDY_EXPENSE: N_("Subsidies"),
    _A.DISPUTE_RECEIVABLE: N_("Held by banks for disputes"),
    _A.DISPUTE_LOSS: N_("Lost in disputes"),
    _A.UNEXPLAINED: N_("Unexplained differences"),
}
