"""The orders' own way in a random history: what each step does in the world, and what the reference is told of it."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.money import exponent
from portal.orders.ending import claims
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.payments.models import LegKind
from tests.withstand.histories.accounts import Account, Contest
from tests.withstand.histories.awarding import Wish
from tests.withstand.histories.banks import Banks
from tests.withstand.histories.paying import Line
from tests.withstand.histories.people import CURRENCIES, Factory
from tests.withstand.histories.reference import Reference
from tests.withstand.histories.world import CLOCK, World

CARDS = {
    "4242424242424242": "good",
    "4000000000007726": "good",  # its refunds take a while
    "4000000000005126": "bad",
    "4000000000000259": "contested",
    "4000000000001976": "asked_about",
}
_DECLINED = "4000000000000002"
_PERMILLE = 70  # plush
AT_ONCE = 24  # orders under way
_S = OrderStage


@dataclass(eq=False)
class Story:
    """An order under way and what the creator knows of it."""

    id: UUID
    creator: Actor
    factory: Factory
    deposit: int
    total: int
    advance: int
    due: datetime
    stage: str = "awarded"
    page: str = ""  # of the deposit, opened and not paid
    contests: dict[str, Contest] = field(default_factory=dict)  # by Stripe's id

    @property
    def key(self) -> str:
        return str(self.id)


@dataclass
class Steps:
    """What may happen to a story. `chance` decides what is left to it."""

    world: World
    seed: int
    chance: random.Random = field(init=False)
    reference: Reference = field(init=False)
    banks: Banks = field(init=False)
    stories: list[Story] = field(default_factory=list)
    payouts: list[tuple[str, str, int]] = field(default_factory=list)
    lines: list[tuple[str, Line]] = field(default_factory=list)  # our bank has them and has not answered
    arrived: list[tuple[str, Line]] = field(default_factory=list)  # it has paid them
    taken: Counter = field(default_factory=Counter)

    def account(self, story: Story) -> Account:
        return self.reference.orders[story.key]

    # --- to the deposit ---

    def award(self) -> None:
        """As many orders as are missing."""
        found = [self._wish() for _ in range(AT_ONCE - len(self.stories))]
        orders = self.world.award([wish for wish, _ in found]) if found else []
        for order, (wish, factory) in zip(orders, found, strict=True):
            advance = wish.terms["advance_percent"]
            made = (order.deposit_minor, order.total_minor, advance, order.deposit_due_at)
            self.stories.append(Story(order.id, wish.creator, factory, *made))
            self.reference.orders[str(order.id)] = Account(str(order.id), wish.currency, _PERMILLE, factory.key)
        self.taken["award"] += len(found)

    def _wish(self) -> tuple[Wish, Factory]:
        currency, factory = self.chance.choice(CURRENCIES), self.chance.choice(self.world.all.factories)
        price = self.chance.randint(3, 4000) * (10 if exponent(currency) else 1)
        percent, advance = self.chance.choice((10, 30, 33, 100)), self.chance.choice((0, 0, 25, 50))
        terms = {"deposit_percent": percent, "advance_percent": advance}
        return Wish(self.chance.choice(self.world.all.creators), factory.actor, currency, price, terms), factory

    def pay_deposit(self, story: Story) -> None:
        if self._too_late(story):
            self.expire(story)
            return
        self._pay(story, LegKind.DEPOSIT, story.deposit)
        story.stage = "deposited"

    def _too_late(self, story: Story) -> bool:
        """The date of the deposit has passed: nobody can pay it any more."""
        if self.world.now < story.due:
            return False
        assert self.world.refuses(self.world.open, story.id, LegKind.DEPOSIT, story.creator)
        return True

    def declined(self, story: Story) -> None:
        """The page stays open."""
        if not self._too_late(story):
            story.page = self.world.open(story.id, LegKind.DEPOSIT, story.creator)
            assert not self.world.pay(story.page, _DECLINED)

    def pay_old_page(self, story: Story) -> bool:
        """A page that has been open for a while: it may have ended."""
        if not story.page:
            return False
        number, card = self._card()
        if self.world.pay(story.page, number):
            self._told_paid(story, story.deposit, card)
            story.stage = "deposited"
        story.page = ""
        return True

    def cancel(self, story: Story) -> None:
        self._drop(story, "cancel", story.creator)

    def expire(self, story: Story) -> None:
        self._drop(story, "expire", CLOCK)

    def cancel_while_paying(self, story: Story) -> None:
        """The card is charged, the order cancelled before the portal hears of it."""
        self._drop_while_paying(story, "cancel", story.creator)

    def expire_while_paying(self, story: Story) -> None:
        self._drop_while_paying(story, "expire", CLOCK)

    def pay_after_end(self, story: Story) -> None:
        """A page that was open when the order ended is paid before it is closed."""
        self._drop_while_paying(story, *self.chance.choice((("cancel", story.creator), ("expire", CLOCK))), after=True)

    def _drop(self, story: Story, step: str, actor: Actor) -> None:
        self.world.step(story.id, step, actor)
        self.reference.orders[story.key].ended = True
        story.stage = "over"

    def _drop_while_paying(self, story: Story, step: str, actor: Actor, *, after: bool = False) -> None:
        if self._too_late(story):
            self._drop(story, step, actor)
            return
        address, (number, card) = self.world.open(story.id, LegKind.DEPOSIT, story.creator), self._card()
        if after:
            self._drop(story, step, actor)
        charged = self.world.pay(address, number)
        if not after:
            self._drop(story, step, actor)
        if charged:
            self.reference.unwanted(story.key, story.deposit, card=card)
            self._note_contests(story)

    # --- to the goods ---

    def approve_sample(self, story: Story) -> None:
        self.world.put(story.id, _S.SAMPLE_REVIEW)
        self.world.step(story.id, "approve_sample", story.creator)
        self.reference.approve(story.key, (story.deposit * story.advance * 2 + 100) // 200)  # half up
        story.stage = "making"

    def pass_inspection(self, story: Story) -> None:
        self.world.put(story.id, _S.INSPECTION)
        self.world.step(story.id, "pass_inspection", story.factory.actor)
        story.stage = "billed" if story.total > story.deposit else "paid"

    def pay_balance(self, story: Story) -> None:
        self._pay(story, LegKind.BALANCE, story.total - story.deposit)
        story.stage = "paid"

    def deliver(self, story: Story) -> None:
        self.world.put(story.id, _S.DELIVERED, delivered_at=now(), claims_until=now())
        story.stage = "delivered"

    # --- to the end ---

    def close(self, story: Story) -> None:
        self.world.step(story.id, "close", story.creator)
        self.reference.end(story.key, 0, with_fee=True)
        story.stage = "closed"

    def settle_claim(self, story: Story) -> None:
        """With or without something of the portal's own, which it gives only while the money moves."""
        account, month = self.account(story), self.world.month
        self.world.put(story.id, _S.DISPUTED)
        back = self.some(account.held)
        subsidy = self.some(max(self.reference.subsidy_left(story.key, month) - back, 0))
        settle = (claims.settle, "Half of it", back)
        if account.frozen and subsidy:
            assert self.world.refuses(self.world.act, story.id, *settle, subsidy, actor=self.world.operator)
            subsidy = 0
        self.world.act(story.id, *settle, subsidy, actor=self.world.operator)
        self.reference.subsidise(story.key, subsidy, month)
        self.reference.end(story.key, back, with_fee=True)
        story.stage = "closed"

    def call_off(self, story: Story) -> None:
        held = self.account(story).held
        fee = held if story.stage == "making" else 0
        self.world.act(story.id, ending.call_off, "Changed my mind", fee_minor=fee, actor=story.creator)
        self.reference.end(story.key, held - fee)
        story.stage = "over"

    def give_up(self, story: Story) -> None:
        held = self.account(story).held
        self.world.act(story.id, ending.give_up, "Too busy", actor=story.factory.actor)
        self.reference.end(story.key, held, all_back=True)
        story.stage = "over"

    def end(self, story: Story) -> None:
        back = self.some(self.account(story).held)
        self.world.act(story.id, ending.end, "They can't agree", back, actor=self.world.operator)
        self.reference.end(story.key, back)
        story.stage = "over"

    def forget(self, story: Story) -> None:
        self.stories.remove(story)

    # --- helpers ---

    def _pay(self, story: Story, kind: LegKind, minor: int) -> None:
        number, card = self._card()
        address = self.world.open(story.id, kind, story.creator)
        assert self.world.pay(address, number), "the page took no payment"
        self._told_paid(story, minor, card)

    def _told_paid(self, story: Story, minor: int, card: str) -> None:
        self.reference.paid(story.key, minor, card=card)
        self._note_contests(story)

    def _note_contests(self, story: Story) -> None:
        """A dispute that came with the payment."""
        account = self.account(story)
        for contest in account.contests:
            if contest not in story.contests.values():
                number = account.payments.index(contest.paid)
                story.contests[self.banks.disputes(story.id, number)[0]] = contest

    def _card(self) -> tuple[str, str]:
        number = self.chance.choices(list(CARDS), (8, 4, 4, 1, 1))[0]
        return number, CARDS[number]

    def some(self, most: int) -> int:
        """Nothing, all, or something between."""
        return self.chance.choice((0, most, self.chance.randint(0, most)))

    def refused(self, act: Callable[..., Any], *arguments: Any, **more: Any) -> None:
        assert self.world.refuses(act, *arguments, **more), "the portal did what it must not do now"
