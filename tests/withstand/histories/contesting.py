"""What banks take back, in the reference: card disputes, and who answers for those that are lost."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.withstand.histories.accounts import Account, Contest, Paid
from tests.withstand.histories.paying import Paying

#: What Stripe takes for a dispute.
FEES = {"USD": 1_500, "EUR": 2_000, "CNY": 1_500, "HKD": 8_500, "JPY": 1_300}
_ANSWER_WITHIN = timedelta(days=7)


@dataclass
class Contesting(Paying):
    """While the bank asks about a payment, or has taken it and nobody has said what follows, the money of its order
    stands still."""

    today: datetime = field(init=False)

    def contest(self, order: str, paid: Paid, minor: int, *, inquiry: bool = False) -> Contest:
        """The owner of a card asks for a payment back. An inquiry only asks; else the bank takes it at once."""
        account = self.orders[order]
        made = Contest(paid, minor, inquiry, self.today + _ANSWER_WITHIN)
        account.contests.append(made)
        if not inquiry:
            self._take(account, made)
        return made

    def _take(self, account: Account, contest: Contest) -> None:
        contest.taken = contest.minor
        contest.paid.contested += contest.minor
        self.move(account.key, "dispute_receivable", "stripe_clearing", contest.minor, account.currency)
        self.move(account.key, "fees", "stripe_clearing", FEES[account.currency], account.currency)

    def escalate(self, order: str, contest: Contest) -> None:
        """A question becomes a dispute, about what Stripe could still refund."""
        contest.inquiry, contest.minor = False, min(contest.minor, contest.paid.refundable)
        contest.until, contest.answered, contest.verdict = self.today + _ANSWER_WITHIN, False, ""
        self._take(self.orders[order], contest)

    def win(self, order: str, contest: Contest, *, fee_back: bool = False) -> None:
        """The bank decides for the order: what it took comes back. A question is forgotten."""
        account = self.orders[order]
        if not contest.inquiry:
            contest.paid.contested -= contest.taken
            self.move(order, "stripe_clearing", "dispute_receivable", contest.taken, account.currency)
            if fee_back:
                self.move(order, "stripe_clearing", "fees", FEES[account.currency], account.currency)
        self._thaw(account, contest)

    def lose(self, order: str, contest: Contest) -> None:
        """The bank keeps what it took. If all of that was still held for an order that has ended, nobody is asked."""
        account = self.orders[order]
        contest.lost = True
        self._cover(account, contest)
        if account.ended and not contest.uncovered:
            self._thaw(account, contest)

    def _cover(self, account: Account, contest: Contest) -> None:
        """Refunds of that payment that had failed are made by what the bank took; then what is held goes, of that
        payment first."""
        for back in contest.paid.backs:
            if back.state == "failed" and back.minor <= contest.uncovered:
                back.state = "overtaken"
                contest.covered += back.minor
                self.move(account.key, "refund_payable", "dispute_receivable", back.minor, account.currency)
        for paid in sorted(account.payments, key=lambda paid: paid is not contest.paid):
            minor = min(paid.left, contest.uncovered)
            paid.lost += minor
            contest.covered += minor
            self.move(account.key, "order_held", "dispute_receivable", minor, account.currency)

    def settle(self, order: str, contest: Contest, *, factory_answers: bool) -> None:
        """Somebody has to say who answers for what is not covered: the factory, for what it has had, or the portal."""
        account = self.orders[order]
        self._cover(account, contest)
        rest, gone, fees, taken = contest.uncovered, 0, 0, []
        for _, part, gross, fee in self.shares(account.returnable_parts(contest.paid), rest):
            part.lost += gross
            part.lost_fee += fee
            gone, fees = gone + gross, fees + fee
            if factory_answers:
                taken.append(self.take_back(account, part, gross - fee))
        if not factory_answers:
            gone = fees = 0
        contest.covered += rest
        self.move(order, "factory_receivable", "dispute_receivable", gone - fees, account.currency)
        self.move(order, "platform_fee", "dispute_receivable", fees, account.currency)
        self.move(order, "dispute_loss", "dispute_receivable", rest - gone, account.currency)
        contest.over = True
        for one in taken:
            self.pay(account.factory)
            self.reverse(one)
        self._thaw(account, contest)

    def question_ends_if_all_went_back(self, account: Account, paid: Paid) -> None:
        """Nothing is left to ask about."""
        if sum(back.minor for back in paid.backs if back.state == "sent") < paid.minor:
            return
        for contest in account.contests:
            if contest.paid is paid and contest.inquiry and contest.open:
                self._thaw(account, contest)

    def _thaw(self, account: Account, contest: Contest) -> None:
        contest.over = True
        self.go_on(account.key)
        self.pay(account.factory)

    def go_on(self, order: str) -> None:
        """The money of an order may move: what waited for that happens."""
        raise NotImplementedError
