"""What factories get and owe, in the reference: releases, setting off, transfers and what is taken back of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.withstand.histories.accounts import Account, Paid, Part

#: Less than this is not sent to a factory: 25 dollars or euros, 200 yuan or Hong Kong dollars, 4,000 yen.
LEAST = {"USD": 2_500, "EUR": 2_500, "CNY": 20_000, "HKD": 20_000, "JPY": 4_000}


@dataclass(eq=False)
class Taken:
    """What is to be taken back of a transfer."""

    account: Account
    part: Part
    minor: int
    age: int = field(default_factory=count().__next__)


@dataclass(eq=False)
class Line:
    """A payment to a factory's bank."""

    factory: str
    currency: str
    parts: list[Part]

    @property
    def minor(self) -> int:
        return sum(part.net for part in self.parts)


@dataclass
class Paying:
    """`sums` maps (order, account, currency) to its balance, debits positive; of the whole books, (account, currency).

    `moved` are the keys that have changed since somebody cleared them.
    """

    transferable: set[str]  # factories whose account at Stripe can be paid now
    by_bank: set[str]  # those that our bank pays
    sums: Counter = field(default_factory=Counter)
    whole: Counter = field(default_factory=Counter)
    moved: set[tuple[str, str, str]] = field(default_factory=set)
    orders: dict[str, Account] = field(default_factory=dict)
    waiting: list[tuple[str, str, Part]] = field(default_factory=list)  # released, neither sent nor set off
    debts: Counter = field(default_factory=Counter)  # what a factory owes, by (factory, currency)
    purses: Counter = field(default_factory=Counter)  # what is in its account at Stripe, by (factory, currency)
    not_taken: list[Taken] = field(default_factory=list)  # what Stripe could not take back

    def move(self, order: str, debit: str, credit: str, minor: int, currency: str) -> None:
        for account, signed in ((debit, minor), (credit, -minor)):
            self.sums[order, account, currency] += signed
            self.whole[account, currency] += signed
            self.moved.add((order, account, currency))

    def balances(self) -> dict[tuple[str, str], int]:
        """(account, currency) -> minor units, without those at zero."""
        return {key: minor for key, minor in self.whole.items() if minor}

    # --- to the factory ---

    def release(self, account: Account, minor: int, *, with_fee: bool) -> None:
        """Held money becomes the factory's, the earliest payment first; what the factory owes is set off, the rest goes
        to its account at Stripe, if it has one."""
        done, permille = 0, account.permille if with_fee else 0
        for paid in account.payments if minor else ():
            gross = min(minor - done, paid.left)
            if gross:
                fee = (done + gross) * permille // 1000 - done * permille // 1000
                done += gross
                part = Part(account.key, gross, fee)
                paid.parts.append(part)
                account.released.append((paid, part))
                self.waiting.append((account.factory, account.currency, part))
        assert done == minor, "more than is held was released"
        fee = minor * permille // 1000
        self.move(account.key, "order_held", "factory_payable", minor - fee, account.currency)
        self.move(account.key, "order_held", "platform_fee", fee, account.currency)
        self.pay(account.factory)

    def pay(self, factory: str) -> None:
        """Whatever waits for a factory and stands not still: set off first, then transferred, if there is enough."""
        for currency in LEAST:
            parts = [part for owner, of, part in self.waiting if owner == factory and of == currency]
            parts = [part for part in parts if not self.orders[part.order].frozen]
            for part in parts:
                self._set_off(factory, currency, part)
            if factory in self.transferable and sum(part.net for part in parts) >= LEAST[currency]:
                for part in parts:
                    self._transfer(factory, currency, part)
        self.waiting = [one for one in self.waiting if one[2].net > one[2].sent]

    def _set_off(self, factory: str, currency: str, part: Part) -> None:
        owed = min(self.debts[factory, currency], part.net)
        part.set_off += owed
        self.debts[factory, currency] -= owed
        self.move(part.order, "factory_payable", "factory_receivable", owed, currency)

    def _transfer(self, factory: str, currency: str, part: Part) -> None:
        part.sent = part.net
        self.purses[factory, currency] += part.sent
        self.move(part.order, "factory_payable", "stripe_clearing", part.sent, currency)

    # --- and back ---

    def shares(self, parts: list[tuple[Paid, Part, int]], minor: int) -> Iterator[tuple[Paid, Part, int, int]]:
        """(payment, part, gross, the portal's fee in it) that so much comes out of, the fee in proportion."""
        for paid, part, able in parts:
            gross = min(minor, able)
            if gross:
                yield paid, part, gross, part.fee_left * gross // part.left
                minor -= gross

    def take_back(self, account: Account, part: Part, minor: int) -> Taken:
        """A factory owes what it has had: of what a transfer has brought, Stripe is about to take it back."""
        taken = min(minor, part.sent - part.reversed)
        self.debts[account.factory, account.currency] += minor - taken
        return Taken(account, part, taken)

    def reverse(self, taken: Taken) -> None:
        """Stripe takes back what is in the factory's account, all of it or nothing: what it can't, the factory owes."""
        key, part = (taken.account.factory, taken.account.currency), taken.part
        if not taken.minor:
            return
        if taken.minor > min(self.purses[key], part.sent - part.reversed):
            self.debts[key] += taken.minor
            self.not_taken.append(taken)
            return
        part.reversed += taken.minor
        self.purses[key] -= taken.minor
        self.move(part.order, "stripe_clearing", "factory_receivable", taken.minor, taken.account.currency)

    def reverse_again(self, taken: Taken) -> bool:
        """Whether what could not be taken back could be tried once more: not when the factory owes less by now."""
        key = (taken.account.factory, taken.account.currency)
        if self.debts[key] < taken.minor:
            return False
        self.not_taken.remove(taken)
        self.debts[key] -= taken.minor
        self.reverse(taken)
        return True

    # --- through banks ---

    def prepare_batch(self, currency: str) -> list[Line]:
        """Who is paid by bank gets what waits, if it is enough; until the bank has answered it waits no more."""
        made = []
        for factory in sorted({owner for owner, of, _ in self.waiting if of == currency} & self.by_bank):
            self.pay(factory)
            parts = [part for owner, of, part in self.waiting if (owner, of) == (factory, currency)]
            parts = [part for part in parts if not self.orders[part.order].frozen]
            if sum(part.net for part in parts) >= LEAST[currency]:
                made.append(Line(factory, currency, parts))
                self.waiting = [one for one in self.waiting if one[2] not in parts]
        return made

    def bank_paid(self, line: Line) -> None:
        for part in line.parts:
            self.move(part.order, "factory_payable", "bank", part.net, line.currency)

    def bank_failed(self, line: Line, *, paid: bool) -> None:
        """A factory's bank did not take a payment, or (`paid`) sent it back: it is owed as before."""
        for part in line.parts if paid else ():
            self.move(part.order, "bank", "factory_payable", part.net, line.currency)
        self.waiting += [(line.factory, line.currency, part) for part in line.parts]
        self.waiting.sort(key=lambda one: one[2].age)
        self.pay(line.factory)

    # --- what Stripe pays to banks ---

    def draw(self, factory: str, currency: str, minor: int) -> None:
        """Stripe pays what is in a factory's account to its bank."""
        self.purses[factory, currency] -= minor

    def paid_out(self, currency: str, minor: int) -> None:
        """Stripe pays so much to our bank; less than nothing: a payout comes back."""
        self.move("", "bank", "stripe_clearing", minor, currency)
