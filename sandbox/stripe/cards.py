"""Stripe's test cards, and how each behaves. https://docs.stripe.com/testing"""

from dataclasses import dataclass
from typing import Literal

from sandbox.stripe.errors import StripeError


@dataclass(frozen=True)
class Decline:
    """Why a card is refused: Stripe's code, the bank's, and the sentence for the payer."""

    code: str
    decline_code: str | None
    message: str

    def error(self) -> StripeError:
        """As Stripe reports it."""
        more = {"decline_code": self.decline_code} if self.decline_code else {}
        return StripeError(self.message, status=402, kind="card_error", code=self.code, **more)


@dataclass(frozen=True)
class Card:
    """A test card. `name` is set on those that the page offers as a choice."""

    number: str
    name: str | None = None
    brand: str = "visa"
    decline: Decline | None = None
    needs_authentication: bool = False
    refund: Literal["succeeds", "succeeds_later", "fails_later"] = "succeeds"
    available_at_once: bool = False
    disputed_as: str | None = None
    inquiry: bool = False

    @property
    def last4(self) -> str:
        """The four digits that are shown."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number as it is printed on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


DECLINED = "Your card was declined."
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
INCORRECT_NUMBER = Decline("incorrect_number", None, "Your card number is incorrect.")
NOT_AUTHENTICATED = Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)

CARDS = (
    Card("4242424242424242", "succeeds"),
    Card("4000000000000002", "declined", decline=Decline("card_declined", "generic_decline", DECLINED)),
    Card(
        "4000000000009995",
        "insufficient_funds",
        decline=Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    ),
    Card("4000002760003184", "needs_authentication", needs_authentication=True),
    Card("4000000000000069", decline=Decline("expired_card", None, "Your card has expired.")),
    Card("4000000000000127", decline=Decline("incorrect_cvc", None, "Your card's security code is incorrect.")),
    Card("5555555555554444", brand="mastercard"),
    Card("4000000000000077", available_at_once=True),
    Card("4000000000000259", disputed_as="fraudulent"),
    Card("4000000000002685", disputed_as="product_not_received"),
    Card("4000000000001976", disputed_as="fraudulent", inquiry=True),
    Card("4000000000007726", refund="succeeds_later"),
    Card("4000000000005126", refund="fails_later"),
)
OFFERED = tuple(card for card in CARDS if card.name)


def card_by_number(typed: str) -> Card:
    """The card with this number, spaces and dashes ignored; an unknown number is a card that is declined."""
    number = "".join(character for character in typed if character not in " -")
    for card in CARDS:
        if card.number == number:
            return card
    return Card(number, decline=NOT_A_TEST_CARD if _adds_up(number) else INCORRECT_NUMBER)


def _adds_up(number: str) -> bool:
    """The check digit is right, and the length that of a card number."""
    if not (number.isascii() and number.isdecimal() and 12 <= len(number) <= 19):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0
