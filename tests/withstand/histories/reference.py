"""What the books must say, reckoned from scratch: plain sums, written from the rules and not from the portal's code.

It is told what people and banks did; it never looks at the portal. Amounts are minor units.
"""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction


def card_fee(minor: int) -> int:
    """2.9 % + 30, halves rounded up."""
    return int(Fraction(minor * 29, 1000) + Fraction(1, 2)) + 30


@dataclass
class Part:
    """Money of one payment that was released: what it was, the portal's share, and what of both came back."""

    gross: int
    fee: int
    back: int = 0
    fee_back: int = 0
    set_off: int = 0
    sent: int = 0  # by transfer
    reversed: int = 0

    @property
    def net(self) -> int:
        return self.gross - self.fee


@dataclass
class Paid:
    """One payment by card."""

    minor: int
    bad_card: bool = False  # refunds to it come back
    returned: int = 0
    parts: list[Part] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.minor - self.returned - sum(part.gross for part in self.parts)


@dataclass
class Account:
    """An order as money sees it."""

    currency: str
    permille: int
    factory: str
    payments: list[Paid] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(paid.left for paid in self.payments)


@dataclass
class Reference:
    """All books. `sums` maps (account, currency) to its balance, debits positive."""

    transferable: set[str]  # factories whose account at Stripe can be paid
    sums: Counter = field(default_factory=Counter)
    orders: dict[str, Account] = field(default_factory=dict)
    coming_back: list[tuple[str, int]] = field(default_factory=list)  # refunds that their card will not take
    waiting: list[tuple[str, str, Part]] = field(default_factory=list)  # released, neither sent nor set off
    debts: Counter = field(default_factory=Counter)  # what a factory owes, by (factory, currency)
    _age: dict[int, int] = field(default_factory=dict)

    def move(self, debit: str, credit: str, minor: int, currency: str) -> None:
        self.sums[debit, currency] += minor
        self.sums[credit, currency] -= minor

    # --- payments ---

    def paid(self, order: str, minor: int, **card: bool) -> None:
        """A payment that the order waited for."""
        account = self.orders[order]
        account.payments.append(Paid(minor, **card))
        self.move("stripe_clearing", "order_held", minor, account.currency)
        self.move("fees", "stripe_clearing", card_fee(minor), account.currency)

    def unwanted(self, order: str, minor: int, **card: bool) -> None:
        """A payment that nobody waited for: it goes back, Stripe keeps its fee."""
        currency = self.orders[order].currency
        self.move("stripe_clearing", "suspense", minor, currency)
        self.move("fees", "stripe_clearing", card_fee(minor), currency)
        self._refund("suspense", minor, currency, Paid(minor, **card))

    # --- refunds ---

    def refund_held(self, order: str, minor: int) -> None:
        """Out of what is held, the latest payment first."""
        account = self.orders[order]
        for paid in reversed(account.payments):
            part = min(minor, paid.left)
            if part:
                paid.returned += part
                minor -= part
                self._refund("order_held", part, account.currency, paid)
        assert minor == 0, "more than is held went back"

    def refund_released(self, order: str, minor: int) -> None:
        """Out of what was released, the latest part first; the portal gives its share of the fee back."""
        account = self.orders[order]
        parts = [(paid, part) for paid in account.payments for part in paid.parts]
        for paid, part in sorted(parts, key=lambda both: self._age[id(both[1])], reverse=True):
            gross = min(minor, part.gross - part.back)
            if not gross:
                continue
            fee = (part.fee - part.fee_back) * gross // (part.gross - part.back)
            part.back += gross
            part.fee_back += fee
            minor -= gross
            self.move("platform_fee", "refund_payable", fee, account.currency)
            self._refund("factory_receivable", gross - fee, account.currency, paid, whole=gross)
            taken = min(gross - fee, part.sent - part.reversed)
            part.reversed += taken
            self.move("stripe_clearing", "factory_receivable", taken, account.currency)
            self.debts[account.factory, account.currency] += gross - fee - taken
        assert minor == 0, "more than was released went back"
        self.pay(account.factory)

    def subsidise(self, order: str, minor: int, paid: Paid) -> None:
        """The portal gives of its own, to the card that paid."""
        self._refund("subsidy_expense", minor, self.orders[order].currency, paid)

    def _refund(self, out_of: str, minor: int, currency: str, paid: Paid, whole: int | None = None) -> None:
        self.move(out_of, "refund_payable", minor, currency)
        whole = minor if whole is None else whole
        self.move("refund_payable", "stripe_clearing", whole, currency)
        if paid.bad_card:
            self.coming_back.append((currency, whole))

    def banks_decide(self) -> None:
        """Refunds to bad cards come back, and are owed."""
        for currency, minor in self.coming_back:
            self.move("stripe_clearing", "refund_payable", minor, currency)
        self.coming_back.clear()

    # --- releases ---

    def release(self, order: str, minor: int, *, with_fee: bool) -> None:
        """Held money becomes the factory's, the earliest payment first; what the factory owes is set off, the rest goes
        to its account at Stripe, if it has one."""
        account, done = self.orders[order], 0
        permille = account.permille if with_fee else 0
        made = []
        for paid in account.payments:
            gross = min(minor - done, paid.left)
            if gross:
                fee = (done + gross) * permille // 1000 - done * permille // 1000
                done += gross
                part = Part(gross, fee)
                self._age[id(part)] = len(self._age)
                paid.parts.append(part)
                made.append(part)
        assert done == minor, "more than is held was released"
        self.move("order_held", "factory_payable", minor, account.currency)
        self.move("factory_payable", "platform_fee", minor * permille // 1000, account.currency)
        for part in made:
            self.waiting.append((account.factory, account.currency, part))
        self.pay(account.factory)

    def pay(self, factory: str) -> None:
        """Whatever waits for a factory: set off first, then transferred."""
        rest = []
        for owner, currency, part in self.waiting:
            if owner != factory:
                rest.append((owner, currency, part))
                continue
            owed = min(self.debts[factory, currency], part.net - part.set_off)
            part.set_off += owed
            self.debts[factory, currency] -= owed
            self.move("factory_payable", "factory_receivable", owed, currency)
            if factory in self.transferable:
                part.sent = part.net - part.set_off
                self.move("factory_payable", "stripe_clearing", part.sent, currency)
            elif part.net > part.set_off:
                rest.append((owner, currency, part))
        self.waiting = rest

    def balances(self) -> dict[tuple[str, str], int]:
        """(account, currency) -> minor units, without those at zero."""
        return {key: minor for key, minor in self.sums.items() if minor}
