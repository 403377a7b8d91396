"""An order's money in words, to each who reads them: where it is, what happens next, what has moved."""

from typing import Any

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.payments.accounts import MOVEMENTS, Movement
from portal.payments.models import LegKind
from portal.payments.statement.portions import Place

_C, _F, _O = Role.CREATOR, Role.FACTORY, Role.OPERATOR

PLACES = {
    Place.HELD: N_("Held by the portal"),
    Place.DISPUTED: N_("In dispute"),
    Place.RETURNING: N_("On its way back to the card"),
    Place.RETURNED: N_("Back on the card"),
    Place.LOST: N_("Taken back by the bank"),
    Place.GIVEN_BACK: N_("Given back to the creator"),
    Place.FACTORY: N_("Released to the factory"),
    Place.FEE: N_("The portal’s fee"),
    Place.PAYABLE: N_("On its way to the factory"),
    Place.SET_OFF: N_("Set off"),
    Place.PAID: N_("Paid to the factory"),
}

#: What is said of a portion for which nothing more happens.
RESTS = {
    Place.DISPUTED: N_("The payer’s bank has taken it back until it decides; all money of the order stands still."),
    Place.RETURNED: N_("The refund has gone through."),
    Place.LOST: N_("The payer’s bank has decided for the card."),
    Place.GIVEN_BACK: N_("It has gone back, or is on its way."),
    Place.FACTORY: N_("It is the factory’s now."),
    Place.FEE: N_("It stays with the portal."),
    Place.SET_OFF: N_("Kept against what the factory owed from money it had before."),
    Place.PAID: N_("It has been sent."),
}  # fmt: skip

NEXT = {
    "still_dispute": N_("It stands still until the dispute about a payment is decided."),
    "dispute_lost": N_(
        "The payer’s bank has given it back to the card. The portal says within five days who answers for it."
    ),
    "still_break": N_("It stands still while a difference with Stripe is looked into."),
    "ended": N_("It is being released; this takes a few minutes."),
    "claim": N_("It waits until the claim is settled. What that gives back goes to the card, the rest to the factory."),
    "window": N_("It goes to the factory when the claim window closes, unless a claim is made before."),
    "arrival": N_("It stays here until the goods have arrived and the claim window after that has closed."),
    "way": N_("It stays here until the goods are made, shipped, arrived, and the claim window has closed."),
    "card": N_("Banks usually show it within 5 to 10 days."),
    "card_failed": N_("The card refused it. We are looking after it."),
    "no_place": N_("It waits until the factory has said where it is paid."),
    "payout": N_("It goes with the factory’s next payment, once there is enough of it."),
}  # fmt: skip

_COMMON = {
    Movement.UNEXPECTED_PAYMENT: N_("Paid without need"),
    Movement.GIVEN_BACK: N_("Goes back to the card"),
    Movement.HELD_GIVEN_BACK: N_("Goes back to the card"),
    Movement.RELEASED_GIVEN_BACK: N_("Goes back to the card, out of what was released"),
    Movement.SUBSIDY_GRANTED: N_("The portal gives to the creator"),
    Movement.REFUND_SETTLED: N_("Arrived on the card"),
    Movement.REFUND_REVERSED: N_("The card refused the refund"),
    Movement.RELEASED: N_("Released to the factory"),
    Movement.TRANSFERRED: N_("Sent to the factory’s account at Stripe"),
    Movement.TRANSFER_REVERSED: N_("Taken back from the factory’s account at Stripe"),
    Movement.SET_OFF: N_("Set off against what the factory owed"),
    Movement.BANK_PAID: N_("Sent to the factory’s bank"),
    Movement.BANK_RETURNED: N_("Came back from the factory’s bank"),
    Movement.DISPUTE_OPENED: N_("Taken by the payer’s bank for a dispute"),
    Movement.DISPUTE_WON: N_("Given back by the payer’s bank"),
}
_LEGS = {LegKind.DEPOSIT: N_("Deposit paid"), LegKind.BALANCE: N_("Balance paid")}

_BOTH = frozenset(
    {
        Movement.LEG_PAID, Movement.HELD_GIVEN_BACK, Movement.RELEASED_GIVEN_BACK, Movement.RELEASED,
        Movement.DISPUTE_OPENED, Movement.DISPUTE_WON, Movement.DISPUTE_LOST_HELD, Movement.DISPUTE_LOST_FACTORY,
    }
)  # fmt: skip
#: The movements that each sees; an operator sees all.
SEEN = {
    _C: _BOTH | {
        Movement.UNEXPECTED_PAYMENT, Movement.GIVEN_BACK, Movement.SUBSIDY_GRANTED, Movement.REFUND_SETTLED,
        Movement.REFUND_REVERSED, Movement.DISPUTE_LOST_PORTAL, Movement.DISPUTE_LOST_REFUND,
    },
    _F: _BOTH | {
        Movement.TRANSFERRED, Movement.TRANSFER_REVERSED, Movement.SET_OFF, Movement.BANK_PAID, Movement.BANK_RETURNED,
    },
    _O: frozenset(Movement),
}  # fmt: skip


def advance(percent: int) -> Any:
    """What happens to money of which a share is released by milestone."""
    return N_(
        "%(percent)d %% of the deposit goes to the factory once the golden sample is approved; "
        "the rest stays here until the claim window has closed.",
        percent=percent,
    )


def movement(name: Movement, leg: LegKind | None) -> Any:
    """What a movement is called."""
    if name == Movement.LEG_PAID and leg:
        return _LEGS[leg]
    return _COMMON.get(name, MOVEMENTS[name].said)
