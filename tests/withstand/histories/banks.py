"""What payers, banks, factories and operators do in a history beside the orders' own way."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.core import jobs, lifecycle, sealing
from portal.core.db import lock, transaction
from portal.core.web import settings
from portal.designs import storage
from portal.orders.models import Order
from portal.payments import refunds
from portal.payments.disputes import covering, evidence
from portal.payments.disputes.models import Dispute, Liable
from portal.payments.lifecycle import RefundStage
from portal.payments.models import Refund
from portal.payments.payouts import batches, failures, result_file, results, taking_back, transferring
from portal.payments.payouts.lifecycle import ReversalStage
from portal.payments.payouts.models import Reversal
from portal.payments.subsidies import operations as subsidies
from tests.withstand.histories.world import World

#: What evidence says in place of a bank, by how it is to decide and whether it only asks.
_WORDS = {
    ("", False): "Look at the parcels.",
    ("", True): "Look at the parcels.",
    ("won", False): "winning_evidence",
    ("won", True): "winning_evidence",
    ("lost", False): "losing_evidence",
    ("lost", True): "escalate_inquiry_evidence",
}


@dataclass
class Banks:
    """Acts on a world."""

    world: World

    # --- card disputes ---

    def contest(self, order_id: UUID, number: int, minor: int | None, *, inquiry: bool) -> tuple[str, int]:
        """The owner of the card asks for an order's payment (the first is 0) back, all that is left where `minor` does
        not say: Stripe's id of the dispute and what it is about."""
        charge = self._charges(order_id)[number]
        wish = {"inquiry": inquiry} | ({"amount": minor} if minor else {})
        made = self.world.standin.control(f"/charges/{charge.id}/dispute", **wish)
        return made["id"], made["amount"]

    def disputes(self, order_id: UUID, number: int) -> list[str]:
        """Stripe's ids of the disputes about a payment, the newest first."""
        charge = self._charges(order_id)[number]
        return [found.id for found in self.world.standin.v1.disputes.list({"charge": charge.id, "limit": 100}).data]

    def _charges(self, order_id: UUID) -> list[Any]:
        found = self.world.standin.v1.charges.list({"transfer_group": str(order_id), "limit": 100}).data
        return [charge for charge in reversed(found) if charge.paid]

    def answer(self, order_id: UUID, dispute_id: str, verdict: str, *, inquiry: bool) -> None:
        """An operator sends a paper to the bank, with words by which it decides in a certain way."""
        pdf = b"%PDF-1.4 evidence"
        digest = hashlib.sha256(pdf).hexdigest()
        key = f"disputes/{digest}.pdf"
        storage.put(key, pdf, "application/pdf")

        def send(session: Session, _order: Order) -> None:
            dispute = self._dispute(session, dispute_id)
            dispute.pack_key, dispute.pack_sha256 = key, digest
            dispute.statement = _WORDS[verdict, inquiry]
            evidence.submit(session, dispute, sha256=digest, actor=self.world.operator)

        self.world.act(order_id, send)

    def _dispute(self, session: Session, dispute_id: str) -> Dispute:
        return lock(session, Dispute, session.exec(select(Dispute.id).where(Dispute.stripe_id == dispute_id)).one())

    def decide(self, dispute_id: str, outcome: str, *, fee_back: bool = False) -> None:
        self.world.standin.control(dispute_fee_returned=fee_back)
        self.world.standin.control(f"/disputes/{dispute_id}/decide", outcome=outcome)
        self.world.standin.control(dispute_fee_returned=False)

    def settle(self, order_id: UUID, dispute_id: str, *, factory_answers: bool) -> None:
        """An operator says who answers for a lost dispute."""

        def decide(session: Session, order: Order) -> None:
            liable, found = Liable.FACTORY if factory_answers else Liable.PORTAL, self._dispute(session, dispute_id)
            covering.settle(session, order, found, liable, "They did not ship", actor=self.world.operator)

        self.world.act(order_id, decide)

    # --- refunds ---

    def send_back(self, order_id: UUID, number: int, minor: int) -> None:
        """The bank sends back a refund of so much of a payment, though it had gone well."""
        payment = self._charges(order_id)[number].payment_intent
        made = self.world.standin.v1.refunds.list({"payment_intent": payment, "limit": 100}).data
        refund = next(one for one in made if one.status != "failed" and one.amount == minor)
        self.world.standin.control(f"/refunds/{refund.id}/fail")

    def failed_refunds(self, order_id: UUID) -> list[UUID]:
        query = select(Refund.id).where(Refund.order_id == order_id, Refund.stage == RefundStage.FAILED)
        return self._read(lambda session: list(session.exec(query.order_by(col(Refund.id)))))

    def retry(self, order_id: UUID, refund_id: UUID) -> None:
        """An operator has a failed refund tried again."""
        self.world.act(
            order_id,
            lambda session, _order: refunds.retry(session, lock(session, Refund, refund_id), actor=self.world.operator),
        )

    def give_back(self, order_id: UUID, minor: int) -> None:
        """The factory gives back of what it was paid."""

        def decide(session: Session, order: Order) -> None:
            event = lifecycle.record(session, order, "given_back", actor=self.world.operator, amount_minor=minor)
            taking_back.give_back_released(session, order, event, minor)

        self.world.act(order_id, decide)

    def subsidise(self, order_id: UUID, minor: int) -> None:
        """The portal gives of its own."""
        self.world.act(order_id, subsidies.grant, minor, "Our mistake", actor=self.world.operator)

    def set_budget(self, currency: str, minor: int) -> None:
        with transaction() as session:
            subsidies.set_budget(session, currency, minor, actor=self.world.operator)

    # --- factories' accounts ---

    def bar(self, stripe_id: str) -> None:
        """Stripe pays an account nothing more until it knows more."""
        self.world.standin.control(f"/accounts/{stripe_id}/require")

    def clear(self, stripe_id: str) -> None:
        self.world.standin.control(f"/accounts/{stripe_id}/complete")

    def draw(self, stripe_id: str) -> list[tuple[str, int]]:
        """What is available in an account goes to its factory's bank: (currency, minor) of each payout."""
        made = self.world.standin.control(f"/accounts/{stripe_id}/payout")
        return [(payout["currency"].upper(), payout["amount"]) for payout in made]

    def morning(self) -> None:
        """What has waited for more goes, if it is enough by now."""
        with transaction() as session:
            for factory_id in transferring.with_money_waiting(session):
                jobs.defer(session, "payments.pay_out", factory_id=factory_id)

    def failed_reversals(self) -> list[UUID]:
        query = select(Reversal.id).where(Reversal.stage == ReversalStage.FAILED, Reversal.failure != "")
        return self._read(lambda session: list(session.exec(query.order_by(col(Reversal.id)))))

    def take_back_again(self, reversal_id: UUID) -> None:
        """An operator has a failed reversal tried again."""
        with transaction() as session:
            failures.take_back_again(session, reversal_id, actor=self.world.operator)

    # --- our own bank ---

    def prepare_batch(self, currency: str) -> dict[str, tuple[str, int]]:
        """Two operators make a batch of what waits for factories' banks, and give our bank its file: (reference, minor)
        of each payment by its factory. Raises `Gone` where nothing waits."""
        one, other = self.world.all.operators
        with transaction() as session:
            batch = batches.prepare(session, currency, actor=one)
        with transaction() as session:
            batches.approve(session, batch.id, actor=other)
        with transaction() as session:
            batches.export(session, batch.id, sealing.bank_details(settings()), actor=one)
        with transaction() as session:
            lines = batches.lines_of(session, batch)
        return {str(line.factory_id): (line.reference, line.amount_minor) for line in lines}

    def bank_says(self, reference: str, *, paid: bool) -> None:
        """The bank's result of one payment is read back."""
        said = f"reference,status\n{reference},{'paid' if paid else 'failed'}\n"
        found = result_file.read(said.encode())
        with transaction() as session:
            seen = results.fingerprint(results.foresee(session, found))
        with transaction() as session:
            digest = hashlib.sha256(said.encode()).hexdigest()
            results.take(session, found, seen=seen, digest=digest, actor=self.world.operator)

    def pay_out(self, currency: str, minor: int) -> str:
        """Stripe pays to our bank: its id of the payout."""
        self.world.standin.control(lose_answer=0, fail_after_acting=0)  # it is the portal's calls that go wrong
        made = self.world.standin.v1.payouts.create({"amount": minor, "currency": currency.lower()})
        return str(made.id)

    def return_payout(self, payout_id: str) -> None:
        self.world.standin.control(f"/payouts/{payout_id}/fail")

    def _read(self, query: Callable[[Session], Any]) -> Any:
        with transaction() as session:
            return query(session)
