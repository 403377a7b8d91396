"""What goes wrong in a random history: banks take payments back, refunds fail, factories can't be paid."""

from dataclasses import dataclass

from tests.withstand.histories.accounts import Contest
from tests.withstand.histories.people import CURRENCIES, Factory
from tests.withstand.histories.steps import Steps, Story


@dataclass
class Troubles(Steps):
    """Steps beside the orders' own way."""

    # --- card disputes ---

    def contest(self, story: Story) -> bool:
        """A bank asks for a payment back, or about it; sometimes it has decided before we hear of it."""
        account = self.account(story)
        asked = [contest.paid for contest in account.contests if contest.open]
        paid = [one for one in account.payments if one.refundable > 0 and one not in asked]
        if not paid:
            return False
        chosen, inquiry = self.chance.choice(paid), self.chance.random() < 0.3
        minor = self.chance.choice((None, None, self.chance.randint(1, chosen.refundable)))
        found, amount = self.banks.contest(story.id, account.payments.index(chosen), minor, inquiry=inquiry)
        assert amount == (minor or chosen.refundable), "Stripe would refund another sum"
        story.contests[found] = self.reference.contest(story.key, chosen, amount, inquiry=inquiry)
        if self.chance.random() < 0.2:
            self._decide(story, found, self.chance.choice(("won", "lost")))
        return True

    def answer(self, story: Story) -> bool:
        """An operator gives the bank evidence, by which it decides at once, later, or in the end not."""
        for found, contest in story.contests.items():
            if contest.open and not contest.answered:
                verdict = self.chance.choice(("", "won", "lost"))
                self.banks.answer(story.id, found, verdict, inquiry=contest.inquiry)
                contest.answered, contest.verdict = True, verdict
                return True
        return False

    def decide(self, story: Story) -> bool:
        """The bank decides, or its question becomes a dispute."""
        for found, contest in story.contests.items():
            if contest.open:
                self._decide(story, found, self.chance.choice(("won", "lost")))
                return True
        return False

    def _decide(self, story: Story, dispute_id: str, outcome: str) -> None:
        contest, fee_back = story.contests[dispute_id], self.chance.random() < 0.3
        self.banks.decide(dispute_id, outcome, fee_back=fee_back)
        self._told_decided(story, contest, outcome, fee_back=fee_back)

    def _told_decided(self, story: Story, contest: Contest, outcome: str, *, fee_back: bool = False) -> None:
        if outcome == "won":
            self.reference.win(story.key, contest, fee_back=fee_back)
        elif contest.inquiry:
            self.reference.escalate(story.key, contest)
        else:
            self.reference.lose(story.key, contest)

    def settle_dispute(self, story: Story) -> None:
        """An operator says who answers for what a lost dispute took."""
        for found, contest in story.contests.items():
            if contest.lost and not contest.over:
                answers = self.chance.random() < 0.6
                self.banks.settle(story.id, found, factory_answers=answers)
                self.reference.settle(story.key, contest, factory_answers=answers)
                return

    # --- refunds ---

    def refund_comes_back(self, story: Story) -> bool:
        """The bank sends a refund back that had gone well."""
        account = self.account(story)
        sent = [back for back in account.backs if back.state == "sent"]
        if sent:
            back = self.chance.choice(sent)
            self.banks.send_back(story.id, account.payments.index(back.paid), back.minor)
            self.reference.comes_back(story.key, back)
        return bool(sent)

    def retry_refunds(self, story: Story) -> bool:
        """An operator tries all that failed again; while the money stands still that is refused."""
        account, failed = self.account(story), self.banks.failed_refunds(story.id)
        assert len(failed) == len(account.failed), f"{len(failed)} refunds have failed, not {len(account.failed)}"
        for refund_id in failed:
            if account.frozen:
                self.refused(self.banks.retry, story.id, refund_id)
            else:
                self.banks.retry(story.id, refund_id)
        if not account.frozen:
            self.reference.retry(story.key)
        return bool(failed)

    def give_back(self, story: Story) -> bool:
        """The factory gives back of what it has had, and never more."""
        account = self.account(story)
        most = account.released_left
        minor = self.some(most)
        if account.frozen and most:
            self.refused(self.banks.give_back, story.id, most)
        elif minor:
            self.refused(self.banks.give_back, story.id, most + 1)
            self.banks.give_back(story.id, minor)
            self.reference.refund_released(story.key, minor)
        return bool(minor)

    def subsidise(self, story: Story) -> None:
        """The portal gives of its own, up to what the budget and the cards allow."""
        most = self.reference.subsidy_left(story.key, self.world.month)
        minor = self.some(max(most, 0))
        if self.account(story).frozen:
            self.refused(self.banks.subsidise, story.id, max(most, 1))
        else:
            self.refused(self.banks.subsidise, story.id, max(most, 0) + 1)
            self.banks.subsidise(story.id, minor)
            self.reference.subsidise(story.key, minor, self.world.month)

    # --- factories' accounts, each heard of before anything else happens ---

    def _any_account(self) -> Factory:
        return self.chance.choice([one for one in self.world.all.factories if one.stripe_id])

    def bar_or_clear(self) -> None:
        """Stripe stops paying a factory, or pays it again. Of the first the portal may hear late: it is refused."""
        factory = self._any_account()
        if factory.key in self.reference.transferable:
            self.banks.bar(str(factory.stripe_id))
            self.reference.transferable.remove(factory.key)
            if self.chance.random() < 0.7:
                return
        else:
            self.banks.clear(str(factory.stripe_id))
            self.reference.transferable.add(factory.key)
            self.reference.pay(factory.key)
        self.world.hear()

    def draw(self) -> bool:
        """A factory's money goes from its account to its bank, where nobody can take it back."""
        factory, drawn = self._any_account(), []
        if factory.key in self.reference.transferable:
            drawn = self.banks.draw(str(factory.stripe_id))
        for currency, minor in drawn:
            self.reference.draw(factory.key, currency, minor)
        return bool(drawn)

    def morning(self) -> None:
        self.banks.morning()
        self.world.hear()
        for factory in self.world.all.factories:
            if factory.stripe_id and factory.key in self.reference.transferable:
                self.reference.pay(factory.key)

    def take_back_again(self) -> bool:
        """Operators try again what could not be taken back."""
        failed = self.banks.failed_reversals()
        assert len(failed) == len(self.reference.not_taken), "another number of reversals has failed"
        oldest_first = sorted(self.reference.not_taken, key=lambda taken: taken.age)
        for reversal_id, taken in zip(failed, oldest_first, strict=True):
            refused = self.world.refuses(self.banks.take_back_again, reversal_id)
            assert refused != self.reference.reverse_again(taken), f"taken back again: {taken.minor}"
            self.world.hear()
        return bool(failed)

    # --- our own bank ---

    def stripe_pays_out(self) -> None:
        currency, minor = self.chance.choice(CURRENCIES), self.chance.randint(1, 10**6)
        self.payouts.append((self.banks.pay_out(currency, minor), currency, minor))
        self.reference.paid_out(currency, minor)

    def payout_returns(self) -> bool:
        if self.payouts:
            found, currency, minor = self.payouts.pop()
            self.banks.return_payout(found)
            self.reference.paid_out(currency, -minor)
            return True
        return False

    def prepare_batch(self) -> bool:
        """Two operators have our bank pay what waits for factories in a currency."""
        currency = self.chance.choice(CURRENCIES)
        lines = self.reference.prepare_batch(currency)
        if not lines:
            self.refused(self.banks.prepare_batch, currency)
            return False
        made = self.banks.prepare_batch(currency)
        expected = {line.factory: line.minor for line in lines}
        assert {factory: minor for factory, (_, minor) in made.items()} == expected, "the batch pays others"
        self.lines += [(made[line.factory][0], line) for line in lines]
        return True

    def bank_answers(self) -> bool:
        """What our bank says of the payments that it has: most have arrived."""
        answered, self.lines = self.lines, []
        for reference, line in answered:
            paid = self.chance.random() < 0.8
            self.banks.bank_says(reference, paid=paid)
            if paid:
                self.reference.bank_paid(line)
                self.arrived.append((reference, line))
            else:
                self.reference.bank_failed(line, paid=False)
        self.world.hear()
        return bool(answered)

    def bank_returns(self) -> bool:
        """A payment that had arrived comes back."""
        if not self.arrived:
            return False
        reference, line = self.arrived.pop(self.chance.randrange(len(self.arrived)))
        self.banks.bank_says(reference, paid=False)
        self.reference.bank_failed(line, paid=True)
        self.world.hear()
        return True

    # --- time ---

    def banks_decide(self) -> None:
        """Refunds to bad cards come back; banks have looked at evidence. What nobody has answered for a week is lost; a
        question is forgotten."""
        self.reference.banks_decide()
        for story in self.stories:
            for contest in story.contests.values():
                if contest.open and contest.verdict:
                    self._told_decided(story, contest, contest.verdict)
                elif contest.open and not contest.answered and self.world.now >= contest.until:
                    self._told_decided(story, contest, "won" if contest.inquiry else "lost")
