"""One random history: steps chosen by a seed, taken in the world and told to the reference, both compared."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from tests.withstand.histories.banks import Banks
from tests.withstand.histories.people import CURRENCIES
from tests.withstand.histories.reference import Reference
from tests.withstand.histories.steps import AT_ONCE, Story
from tests.withstand.histories.troubles import Troubles

ROUND = timedelta(hours=12)
_ALL_EVERY = 25  # rounds
_CLEARING = "stripe_clearing"

CHOICES = {
    "awarded": (
        *["pay_deposit"] * 6, "declined", "declined", "pay_old_page", "cancel", "expire", "cancel_while_paying",
        "expire_while_paying", "pay_after_end",
    ),
    "deposited": (*["approve_sample"] * 6, "call_off", "give_up", "contest"),
    "making": (*["pass_inspection"] * 6, "call_off", "give_up", "end", "contest"),
    "billed": (*["pay_balance"] * 4, "end", "contest"),
    "paid": (*["deliver"] * 5, "end", "contest"),
    "delivered": (*["close"] * 3, "settle_claim", "settle_claim", "contest"),
    "closed": (
        "give_back", "give_back", "give_back", "subsidise", "contest", "refund_comes_back", "retry_refunds", "forget",
    ),
    "over": ("refund_comes_back", "retry_refunds", "contest", "forget", "forget"),
}  # fmt: skip
#: Steps after which a factory's money moves: of each factory one at a time, as what it gets and owes depends on which
#: is first.
MOVING = frozenset(
    ("approve_sample", "call_off", "give_up", "end", "close", "settle_claim", "give_back", "decide", "settle_dispute",
     "contest", "answer")
)  # fmt: skip
#: What happens to no order, and how often in a round.
AROUND = {
    "bar_or_clear": 0.1, "draw": 0.1, "morning": 0.1, "take_back_again": 0.1, "stripe_pays_out": 0.08,
    "payout_returns": 0.04, "prepare_batch": 0.12, "bank_answers": 0.3, "bank_returns": 0.06, "set_budget": 0.05,
    "stumble": 0.1,
}  # fmt: skip


@dataclass
class History(Troubles):
    """`run` takes rounds of steps, one for each of several orders, until there are enough; the first difference stops
    it, naming the seed and the steps of its round."""

    rounds: int = 0
    _booked: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = self.world.chance
        self.world.people()
        self.banks = Banks(self.world)
        by_stripe = {one.key for one in self.world.all.factories if one.stripe_id}
        by_bank = {one.key for one in self.world.all.factories} - by_stripe
        self.reference = Reference(transferable=by_stripe, by_bank=by_bank)
        for currency in CURRENCIES:
            self.set_budget(currency)

    def run(self, steps: int) -> None:
        while self.taken.total() < steps:
            before = self.taken.copy()
            self._begin_round()
            for name, often in AROUND.items():
                if self.chance.random() < often:
                    self.take(name)
            self._take_steps()
            self.compare(self.taken - before)
        self.compare_all()

    def _begin_round(self) -> None:
        """Half a day has passed, and its news are heard."""
        self.rounds += 1
        self.world.pass_time(ROUND)
        self.reference.today = self.world.now
        self.banks_decide()
        self.world.hear()
        self.award()

    def _take_steps(self) -> None:
        moving: set[str] = set()
        for story in self.chance.sample(self.stories, self.chance.randint(AT_ONCE // 2, AT_ONCE)):
            name = self._choose(story)
            if name in MOVING and story.factory.key in moving:
                continue
            if name in MOVING:
                moving.add(story.factory.key)
            self.take(name, story)

    def _choose(self, story: Story) -> str:
        """While a dispute is open it goes on as likely as the order; once it is lost an operator settles it first, as
        what comes in meanwhile is taken for it whenever Stripe is asked again."""
        contests = story.contests.values()
        if any(contest.lost and not contest.over for contest in contests):
            return "settle_dispute"
        name = self.chance.choice(CHOICES[story.stage])
        if any(contest.open for contest in contests) and (name == "forget" or self.chance.random() < 0.4):
            return self.chance.choice(("answer", "decide"))
        return name

    def take(self, name: str, *story: Story) -> None:
        """Take a step. One that found nothing to do is none, nor is it one to look at a story no more."""
        try:
            done = getattr(self, name)(*story)
        except AssertionError as difference:
            raise AssertionError(f"{self._where(Counter({name: 1}))}: {difference}") from difference
        self.taken[name] += done is not False and name != "forget"

    def stumble(self) -> None:
        """The next calls of Stripe lose their answer, or answer 500 after acting."""
        self.world.stumble(**{self.chance.choice(("lose_answer", "fail_after_acting")): 1})

    def set_budget(self, currency: str = "") -> None:
        """What the portal may give of its own in a month: little, or more than it ever will."""
        currency, minor = currency or self.chance.choice(CURRENCIES), self.chance.choice((0, 5_000, 10**9))
        self.banks.set_budget(currency, minor)
        self.reference.budgets[currency] = minor

    # --- comparing ---

    def compare(self, steps: Counter) -> None:
        """What the portal has booked since the last time is what the reference has, order by order, and Stripe holds
        what the books say, once everything has come to rest; every so often all of it is looked at anew."""
        self.world.settle()
        where = self._where(steps)
        for key, minor in self.world.moved().items():
            self._booked[key] += minor
            self.reference.moved.add(key)
        different = [
            f"{key}: portal {self._booked[key]}, reference {self.reference.sums[key]}"
            for key in sorted(self.reference.moved)
            if self._booked[key] != self.reference.sums[key]
        ]
        assert not different, f"{where}: {'; '.join(different)}"
        self.reference.moved.clear()
        clearing = {of: minor for (account, of), minor in self.reference.balances().items() if account == _CLEARING}
        stripes = self.world.held_by_stripe()
        assert clearing == stripes, f"{where}: Stripe holds {stripes}, not {clearing}"
        if self.rounds % _ALL_EVERY == 0:
            self.compare_all()

    def compare_all(self) -> None:
        books, whole = self.world.books(), self.world.balances()
        theirs = {key: minor for key, minor in self.reference.sums.items() if minor}
        assert {key: minor for key, minor in books.items() if minor} == theirs, self._where(Counter())
        assert whole == self.reference.balances(), self._where(Counter())

    def _where(self, steps: Counter) -> str:
        return f"seed {self.seed}, step {self.taken.total()} ({', '.join(sorted(steps))})"
