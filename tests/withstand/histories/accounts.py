"""Orders as money sees them: what was paid, what of it went where, what banks ask back."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass(eq=False)
class Part:
    """Money of one payment that was released: what it was, the portal's share, and what became of both."""

    order: str
    gross: int
    fee: int
    back: int = 0
    fee_back: int = 0
    lost: int = 0
    lost_fee: int = 0
    set_off: int = 0
    sent: int = 0  # by transfer
    reversed: int = 0
    age: int = field(default_factory=count().__next__)

    @property
    def net(self) -> int:
        return self.gross - self.fee - self.set_off

    @property
    def left(self) -> int:
        return self.gross - self.back - self.lost

    @property
    def fee_left(self) -> int:
        return self.fee - self.fee_back - self.lost_fee


@dataclass(eq=False)
class Paid:
    """One payment. `card`: good, bad (refunds to it come back), contested or asked_about (by its bank, at once)."""

    minor: int
    card: str = "good"
    wanted: bool = True
    returned: int = 0  # out of what was held
    lost: int = 0  # of what was held
    contested: int = 0  # taken by banks and not given back
    parts: list[Part] = field(default_factory=list)
    backs: list["Back"] = field(default_factory=list)

    @property
    def left(self) -> int:
        """What is held of it."""
        gone = self.returned + self.lost + sum(part.gross for part in self.parts)
        return self.minor - gone if self.wanted else 0

    @property
    def refundable(self) -> int:
        """What Stripe would still refund."""
        return self.minor - self.contested - sum(back.minor for back in self.backs if back.state == "sent")

    @property
    def not_back(self) -> int:
        """What its card is not to have back yet."""
        lost = self.lost + sum(part.lost for part in self.parts)
        return self.minor - lost - sum(back.minor for back in self.backs) if self.wanted else 0


@dataclass(eq=False)
class Back:
    """A refund: asked for, sent, failed, or overtaken by what the bank took in a dispute."""

    minor: int
    paid: Paid
    state: str = "asked"


@dataclass(eq=False)
class Contest:
    """A card dispute, or the bank's question before it. `taken`: what the bank has."""

    paid: Paid
    minor: int
    inquiry: bool
    until: datetime  # when the bank decides for the card if nobody answers
    answered: bool = False
    verdict: str = ""  # how the bank will decide by the evidence
    taken: int = 0
    covered: int = 0
    lost: bool = False
    over: bool = False  # the order's money needs not wait for it

    @property
    def open(self) -> bool:
        """The bank has not decided."""
        return not self.over and not self.lost

    @property
    def uncovered(self) -> int:
        return self.taken - self.covered


@dataclass(frozen=True)
class Verdict:
    """How an order's money is divided at its end."""

    back: int
    with_fee: bool
    all_back: bool


@dataclass(eq=False)
class Account:
    """An order as money sees it."""

    key: str
    currency: str
    permille: int
    factory: str
    payments: list[Paid] = field(default_factory=list)
    backs: list[Back] = field(default_factory=list)
    contests: list[Contest] = field(default_factory=list)
    advance: int = 0  # that has fallen due and was not released
    ended: bool = False
    verdict: Verdict | None = None
    carried_out: bool = False
    released: list[tuple[Paid, Part]] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(paid.left for paid in self.payments)

    @property
    def frozen(self) -> bool:
        return any(not contest.over for contest in self.contests)

    @property
    def failed(self) -> list[Back]:
        return [back for back in self.backs if back.state == "failed"]

    @property
    def parts(self) -> list[tuple[Paid, Part]]:
        """What was released, the latest first."""
        return self.released[::-1]

    def returnable_parts(self, first: Paid | None = None) -> list[tuple[Paid, Part, int]]:
        """(payment, part, what of it the card is not to have back yet), the latest first; those of `first` before."""
        takes = {id(paid): paid.not_back for paid in self.payments}
        found = []
        for paid, part in self.parts:
            able = min(part.left, takes[id(paid)])
            takes[id(paid)] -= able
            if able:
                found.append((paid, part, able))
        return sorted(found, key=lambda both: both[0] is not first) if first else found

    @property
    def released_left(self) -> int:
        return sum(able for _, _, able in self.returnable_parts())
