"""What the books must say, reckoned from scratch: plain sums, written from the rules and not from the portal's code.

It is told what people and banks did; it never looks at the portal. Amounts are minor units. What concerns releases, and
what factories get and owe, is in `paying`; what banks take back in `contesting`.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from tests.withstand.histories.accounts import Account, Back, Paid, Verdict
from tests.withstand.histories.contesting import Contesting


def card_fee(minor: int) -> int:
    """2.9 % + 30, halves rounded up."""
    return int(Fraction(minor * 29, 1000) + Fraction(1, 2)) + 30


@dataclass
class Reference(Contesting):
    """All books, with what happens to an order as the people around it decide."""

    budgets: dict[str, int] = field(default_factory=dict)  # for subsidies, by currency, each month
    granted: Counter = field(default_factory=Counter)  # by (currency, month)

    # --- payments ---

    def paid(self, order: str, minor: int, *, card: str = "good") -> Paid:
        """A payment that the order waited for."""
        return self._arrive(self.orders[order], Paid(minor, card), "order_held")

    def unwanted(self, order: str, minor: int, *, card: str = "good") -> Paid:
        """A payment that nobody waited for: it goes back, Stripe keeps its fee."""
        account = self.orders[order]
        account.ended = True
        paid = self._arrive(account, Paid(minor, card, wanted=False), "suspense")
        self.send(account, self.owe(account, paid, minor, "suspense"))
        return paid

    def _arrive(self, account: Account, paid: Paid, kept_in: str) -> Paid:
        account.payments.append(paid)
        self.move(account.key, "stripe_clearing", kept_in, paid.minor, account.currency)
        self.move(account.key, "fees", "stripe_clearing", card_fee(paid.minor), account.currency)
        if paid.card in ("contested", "asked_about"):
            self.contest(account.key, paid, paid.minor, inquiry=paid.card == "asked_about")
        return paid

    # --- refunds ---

    def owe(self, account: Account, paid: Paid, minor: int, out_of: str, fee: int = 0) -> Back:
        """So much is to go back to a card, `fee` of it at the portal's cost."""
        self.move(account.key, out_of, "refund_payable", minor - fee, account.currency)
        self.move(account.key, "platform_fee", "refund_payable", fee, account.currency)
        back = Back(minor, paid)
        paid.backs.append(back)
        account.backs.append(back)
        return back

    def send(self, account: Account, back: Back) -> None:
        """Stripe is asked for a refund: it makes none of what the card has got back, or the bank has taken."""
        if back.minor > back.paid.refundable:
            back.state = "failed"
            return
        back.state = "sent"
        self.move(account.key, "refund_payable", "stripe_clearing", back.minor, account.currency)
        self.question_ends_if_all_went_back(account, back.paid)

    def comes_back(self, order: str, back: Back) -> None:
        """The bank sends a refund back, perhaps long after it was made: it is owed as before."""
        account = self.orders[order]
        back.state = "failed"
        self.move(order, "stripe_clearing", "refund_payable", back.minor, account.currency)

    def banks_decide(self) -> None:
        """Refunds to bad cards come back."""
        for account in self.orders.values():
            for back in account.backs:
                if back.state == "sent" and back.paid.card == "bad":
                    self.comes_back(account.key, back)

    def retry(self, order: str) -> None:
        """Every refund of an order that has failed is tried again."""
        account = self.orders[order]
        for back in account.failed:
            self.send(account, back)

    def subsidy_left(self, order: str, month: str) -> int:
        """What the portal may give of its own: no more than the cards have not got back, nor than the budget has."""
        account = self.orders[order]
        rest = self.budgets.get(account.currency, 0) - self.granted[account.currency, month]
        return min(rest, sum(paid.not_back for paid in account.payments))

    def subsidise(self, order: str, minor: int, month: str) -> None:
        """The portal gives of its own, to the card that paid first."""
        account = self.orders[order]
        self.granted[account.currency, month] += minor
        made = []
        for paid in account.payments:
            part = min(minor, paid.not_back)
            if part:
                made.append(self.owe(account, paid, part, "subsidy_expense"))
                minor -= part
        assert minor == 0, "a card got more than it had paid"
        for back in made:
            self.send(account, back)

    # --- how orders go on and end ---

    def approve(self, order: str, advance: int) -> None:
        """The sample stands: so much of what is held may go to the factory at once."""
        self.orders[order].advance = advance
        self.go_on(order)

    def end(self, order: str, back: int, *, with_fee: bool = False, all_back: bool = False) -> None:
        """An order has ended: so much of what is held goes back, the rest is the factory's, less the portal's fee when
        it was delivered. `all_back`: what the factory has had goes back too."""
        account = self.orders[order]
        account.ended, account.verdict = True, Verdict(back, with_fee, all_back)
        self.go_on(order)

    def go_on(self, order: str) -> None:
        account = self.orders[order]
        if account.frozen:
            return
        if account.verdict and not account.carried_out:
            account.carried_out = True
            self._carry_out(account, account.verdict)
        elif not account.ended and account.advance:
            released, account.advance = min(account.advance, account.payments[0].left), 0  # of the deposit
            self.release(account, released, with_fee=True)

    def _carry_out(self, account: Account, verdict: Verdict) -> None:
        self._refund_held(account, min(verdict.back, account.held))
        if verdict.all_back:
            self.refund_released(account.key, sum(part.left for _, part in account.parts))
        self.release(account, account.held, with_fee=verdict.with_fee)

    def _refund_held(self, account: Account, minor: int) -> None:
        """Out of what is held, the latest payment first."""
        made = []
        for paid in reversed(account.payments):
            part = min(minor, paid.left)
            if part:
                paid.returned += part
                minor -= part
                made.append(self.owe(account, paid, part, "order_held"))
        assert minor == 0, "more than is held went back"
        for back in made:
            self.send(account, back)

    def refund_released(self, order: str, minor: int) -> None:
        """Out of what was released, the latest part first; the portal gives its share of the fee back."""
        account = self.orders[order]
        made = []
        for paid, part, gross, fee in self.shares(account.returnable_parts(), minor):
            part.back += gross
            part.fee_back += fee
            back = self.owe(account, paid, gross, "factory_receivable", fee)
            made.append((back, self.take_back(account, part, gross - fee)))
        for back, taken in made:
            self.send(account, back)
            self.pay(account.factory)
            self.reverse(taken)
