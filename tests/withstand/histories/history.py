"""One random history: steps chosen by a seed, taken in the world and told to the reference, both compared."""

import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.money import exponent
from portal.orders.lifecycle import OrderStage
from portal.payments.models import LegKind
from tests.withstand.histories.reference import Account, Reference
from tests.withstand.histories.world import Factory, World

CARDS = {"4242424242424242": {}, "4000000000007726": {}, "4000000000005126": {"bad_card": True}}
DECLINED = "4000000000000002"
PERMILLE = 70  # plush
AT_ONCE = 12  # orders under way
_S = OrderStage


@dataclass
class Story:
    """An order under way and what the creator knows of it."""

    id: UUID
    creator: Actor
    factory: Factory
    deposit: int
    total: int
    advance: int
    stage: str = "awarded"

    @property
    def key(self) -> str:
        return str(self.id)


@dataclass
class History:
    """`run` takes rounds of steps, one for each of several orders, until there are enough; the first difference stops
    it, naming the seed and the steps of its round."""

    world: World
    seed: int
    chance: random.Random = field(init=False)
    reference: Reference = field(init=False)
    stories: list[Story] = field(default_factory=list)
    taken: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = self.world.chance
        self.world.people()
        self.reference = Reference({str(one.row.id) for one in self.world.factories if one.stripe_id})

    def run(self, steps: int) -> None:
        while self.taken.total() < steps:
            before = self.taken.copy()
            while len(self.stories) < AT_ONCE:
                self.take("award")
            for story in self.chance.sample(self.stories, self.chance.randint(1, AT_ONCE)):
                self.take(self.chance.choice(CHOICES[story.stage]), story)
            if self.chance.random() < 0.1:
                self.take("stumble")
            self.compare(sorted(self.taken - before))
            if self.chance.random() < 0.1:
                self.take("banks_decide")

    def take(self, name: str, *story: Story) -> None:
        getattr(self, name)(*story)
        self.taken[name] += 1

    def compare(self, steps: list[str]) -> None:
        """The portal's books, the reference and Stripe's balance say the same, once everything has come to rest."""
        self.world.settle()
        theirs, ours = self.reference.balances(), self.world.balances()
        where = f"seed {self.seed}, step {self.taken.total()} ({', '.join(steps)})"
        assert ours == theirs, f"{where}: {_different(ours, theirs)}"
        clearing = {currency: minor for (account, currency), minor in ours.items() if account == "stripe_clearing"}
        stripes = self.world.held_by_stripe()
        assert clearing == stripes, f"{where}: Stripe holds another sum: {_different(clearing, stripes)}"

    # --- what can happen ---

    def award(self) -> None:
        currency = self.chance.choice(("USD", "EUR", "CNY", "HKD", "JPY"))
        price = self.chance.randint(3, 4000) * (10 if exponent(currency) else 1)
        percent, advance = self.chance.choice((10, 30, 33, 100)), self.chance.choice((0, 0, 25, 50))
        order_id, factory, creator = self.world.award(currency, price, deposit_percent=percent, advance_percent=advance)
        order = self.world.order(order_id)
        story = Story(order_id, creator, factory, order.deposit_minor, order.total_minor, advance)
        self.reference.orders[story.key] = Account(currency, PERMILLE, str(factory.row.id))
        self.stories.append(story)

    def pay_deposit(self, story: Story) -> None:
        card = self._pay(story, LegKind.DEPOSIT)
        self.reference.paid(story.key, story.deposit, **card)
        story.stage = "deposited"

    def declined(self, story: Story) -> None:
        assert not self.world.pay(self.world.open(story.id, LegKind.DEPOSIT, story.creator), DECLINED)

    def cancel(self, story: Story) -> None:
        self.world.step(story.id, "cancel", story.creator)
        self._over(story)

    def cancel_while_paying(self, story: Story) -> None:
        """The card is charged, the order cancelled before the portal hears of it."""
        card = self._pay(story, LegKind.DEPOSIT)
        self.world.step(story.id, "cancel", story.creator)
        self.reference.unwanted(story.key, story.deposit, **card)
        self._over(story)

    def pay_after_end(self, story: Story) -> None:
        """A page that was open when the order ended is paid before it is closed."""
        address = self.world.open(story.id, LegKind.DEPOSIT, story.creator)
        self.world.step(story.id, "cancel", story.creator)
        number, card = self._card()
        if self.world.pay(address, number):
            self.reference.unwanted(story.key, story.deposit, **card)
        self._over(story)

    def approve_sample(self, story: Story) -> None:
        self.world.put(story.id, _S.SAMPLE_REVIEW)
        self.world.step(story.id, "approve_sample", story.creator)
        wanted = (story.deposit * story.advance * 2 + 100) // 200  # half up
        if wanted:
            self.reference.release(story.key, wanted, with_fee=True)
        story.stage = "making"

    def pass_inspection(self, story: Story) -> None:
        self.world.put(story.id, _S.INSPECTION)
        self.world.step(story.id, "pass_inspection", story.factory.actor)
        story.stage = "billed" if story.total > story.deposit else "paid"

    def pay_balance(self, story: Story) -> None:
        card = self._pay(story, LegKind.BALANCE)
        self.reference.paid(story.key, story.total - story.deposit, **card)
        story.stage = "paid"

    def deliver(self, story: Story) -> None:
        self.world.put(story.id, _S.DELIVERED, delivered_at=now(), claims_until=now())
        story.stage = "delivered"

    def close(self, story: Story) -> None:
        self.world.step(story.id, "close", story.creator)
        self._release_rest(story, with_fee=True)
        story.stage = "closed"

    def settle_claim(self, story: Story) -> None:
        self.world.put(story.id, _S.DISPUTED)
        back = self._some(self.reference.orders[story.key].held)
        self.world.settle_claim(story.id, back)
        self.reference.refund_held(story.key, back)
        self._release_rest(story, with_fee=True)
        story.stage = "closed"

    def call_off(self, story: Story) -> None:
        held = self.reference.orders[story.key].held
        fee = held if story.stage == "making" else 0
        self.world.call_off(story.id, story.creator, fee)
        self.reference.refund_held(story.key, held - fee)
        self._release_rest(story, with_fee=False)
        self._over(story)

    def give_up(self, story: Story) -> None:
        account = self.reference.orders[story.key]
        self.world.give_up(story.id, story.factory)
        self.reference.refund_held(story.key, account.held)
        released = sum(part.gross - part.back for paid in account.payments for part in paid.parts)
        self.reference.refund_released(story.key, released)
        self._over(story)

    def end(self, story: Story) -> None:
        back = self._some(self.reference.orders[story.key].held)
        self.world.end(story.id, back)
        self.reference.refund_held(story.key, back)
        self._release_rest(story, with_fee=False)
        self._over(story)

    def give_back(self, story: Story) -> None:
        account = self.reference.orders[story.key]
        left = sum(part.gross - part.back for paid in account.payments for part in paid.parts)
        minor = self._some(left)
        if minor:
            self.world.give_back(story.id, minor)
            self.reference.refund_released(story.key, minor)
        if self.chance.random() < 0.5:
            self._over(story)

    def banks_decide(self) -> None:
        self.world.pass_time(30)
        self.reference.banks_decide()

    def stumble(self) -> None:
        """The next calls of Stripe lose their answer, or answer 500 after acting."""
        self.world.standin.control(**{self.chance.choice(("lose_answer", "fail_after_acting")): 1})

    # --- helpers ---

    def _pay(self, story: Story, kind: LegKind) -> dict[str, bool]:
        number, card = self._card()
        address = self.world.open(story.id, kind, story.creator)
        assert self.world.pay(address, number), "the page took no payment"
        return card

    def _card(self) -> tuple[str, dict[str, bool]]:
        number = self.chance.choice(list(CARDS))
        return number, CARDS[number]

    def _some(self, most: int) -> int:
        """Nothing, all, or something between."""
        return self.chance.choice((0, most, self.chance.randint(0, most)))

    def _release_rest(self, story: Story, *, with_fee: bool) -> None:
        left = self.reference.orders[story.key].held
        if left:
            self.reference.release(story.key, left, with_fee=with_fee)

    def _over(self, story: Story) -> None:
        self.stories.remove(story)


CHOICES = {
    "awarded": (*["pay_deposit"] * 4, "declined", "cancel", "cancel_while_paying", "pay_after_end"),
    "deposited": ("approve_sample", "approve_sample", "approve_sample", "call_off", "give_up"),
    "making": ("pass_inspection", "pass_inspection", "pass_inspection", "call_off", "give_up", "end"),
    "billed": ("pay_balance", "pay_balance", "end"),
    "paid": ("deliver", "deliver", "deliver", "end"),
    "delivered": ("close", "close", "settle_claim"),
    "closed": ("give_back",),
}


def _different(ours: dict, theirs: dict) -> str:
    pairs = ((key, ours.get(key, 0), theirs.get(key, 0)) for key in sorted(ours.keys() | theirs.keys()))
    return "; ".join(f"{key}: portal {here}, reference {there}" for key, here, there in pairs if here != there)
