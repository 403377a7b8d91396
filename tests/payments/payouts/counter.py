"""What the tests of bank batches say in a word: money for a factory's bank, two operators, the bank's answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import select

from portal.accounts.models import Person
from portal.core import sealing
from portal.core.actor import PAYMENTS, Actor, Role
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.core.lifecycle import record
from portal.core.web import settings
from portal.factories.models import Factory
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import ledger
from portal.payments.accounts import Movement
from portal.payments.payouts import batches, result_file, results
from portal.payments.payouts.models import PayoutBatch, PayoutLine, Release, ReleaseKind, ReleasePart
from portal.payments.recipients import operations
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.models import Recipient, Schedule
from tests import make
from tests.payments.recipients.office import DETAILS

HEAD = "reference,status,amount,reason,value_date"


@dataclass
class Counter:
    """Two operators, and the factories that money waits for."""

    one: Actor
    other: Actor
    work: Callable[[], None]

    def firm(self, name: str = "Wool & Co", details: BankDetails | None = DETAILS) -> Actor:
        """The owner of a factory that is paid by bank, daily."""
        with transaction() as session:
            factory = make.factory(session, name=name)
            owner = make.actor(make.member(session, factory), factory)
        if details:
            self.give_bank(owner, details)
        return owner

    def give_bank(self, owner: Actor, details: BankDetails = DETAILS) -> None:
        with transaction() as session:
            recipient = operations.own(session, owner)
            operations.give_bank(session, recipient, details, sealing.bank_details(settings()), actor=owner)
            operations.choose_schedule(session, recipient, Schedule.DAILY, actor=owner)

    def owe(self, owner: Actor, minor: int = 100_000, currency: str = "USD", fee_minor: int = 0) -> Order:
        """Release `minor` of a new order to a factory."""
        with transaction() as session:
            factory = session.get_one(Factory, owner.factory_id)
            brief = make.brief(session, make.person(session), currency=currency)
            invitation = make.invitation(session, brief, factory)
            member = session.get_one(Person, owner.person_id)
            quote = make.quote(session, invitation, member, {100: 500}, currency=currency)
            order = make.order(session, invitation, quote, brief, stage=OrderStage.CLOSED)
            event = record(session, order, "order_closed", actor=PAYMENTS)
            sums = {"gross_minor": minor, "fee_minor": fee_minor, "currency": currency, "factory_id": factory.id}
            made = Release(order_id=order.id, event_id=event.id, kind=ReleaseKind.FINAL, **sums)
            session.add(made)
            session.flush()
            session.add(ReleasePart(release_id=made.id, order_id=order.id, payment_id=f"pi_{order.id}", **sums))
            amounts = {"amount_minor": minor, "currency": currency, "order_id": order.id}
            ledger.post(session, Movement.LEG_PAID, source=f"payment:{order.id}", **amounts)
            ledger.post(session, Movement.RELEASED, source=f"release:{made.id}", fee_minor=fee_minor, **amounts)
        return order

    def debt(self, order: Order, minor: int) -> None:
        """The order's factory owes something of what it has had."""
        with transaction() as session:
            amounts = {"amount_minor": minor, "currency": order.currency, "order_id": order.id}
            ledger.post(session, Movement.RELEASED_GIVEN_BACK, source=f"debt:{order.id}:{minor}", **amounts)

    def prepare(self, currency: str = "USD", actor: Actor | None = None) -> PayoutBatch:
        with transaction() as session:
            return batches.prepare(session, currency, actor=actor or self.one)

    def approve(self, batch: PayoutBatch, actor: Actor | None = None) -> None:
        with transaction() as session:
            batches.approve(session, batch.id, actor=actor or self.other)

    def export(self, batch: PayoutBatch, actor: Actor | None = None) -> bytes:
        with transaction() as session:
            return batches.export(session, batch.id, sealing.bank_details(settings()), actor=actor or self.one)

    def at_bank(self, currency: str = "USD") -> PayoutBatch:
        """A batch whose file the bank has."""
        batch = self.prepare(currency)
        self.approve(batch)
        self.export(batch)
        return batch

    def foresee(self, body: str | bytes) -> list[results.Finding]:
        with transaction() as session:
            return results.foresee(session, result_file.read(_bytes(body)))

    def take(self, body: str | bytes, seen: str | None = None) -> list[results.Finding]:
        """Read a result file back, after looking at what it does."""
        seen = seen or results.fingerprint(self.foresee(body))
        with transaction() as session:
            read = result_file.read(_bytes(body))
            return results.take(session, read, seen=seen, digest="0" * 64, actor=self.one)

    def answer(self, status: str, *lines: PayoutLine, reason: str = "") -> list[results.Finding]:
        """The bank says this of these payments."""
        return self.take("\n".join([HEAD, *(f"{line.reference},{status},,{reason},2026-11-30" for line in lines)]))

    def lines(self, batch: PayoutBatch | None = None) -> list[PayoutLine]:
        return [line for line in self.rows(PayoutLine) if batch is None or line.batch_id == batch.id]

    def parts(self, owner: Actor | None = None) -> list[ReleasePart]:
        return [part for part in self.rows(ReleasePart) if owner is None or part.factory_id == owner.factory_id]

    def events(self, name: str) -> list[Event]:
        return [event for event in self.rows(Event) if event.name == name]

    def recipient(self, owner: Actor) -> Recipient:
        return next(one for one in self.rows(Recipient) if one.factory_id == owner.factory_id)

    def rows(self, model: Any) -> list[Any]:
        with transaction() as session:
            return list(session.exec(select(model).order_by(model.id)))

    def fresh(self, batch_id: UUID) -> PayoutBatch:
        with transaction() as session:
            return lock(session, PayoutBatch, batch_id)

    def books(self) -> dict[str, int]:
        """Account -> balance, without those at zero, and without what comes before a release."""
        with transaction() as session:
            rows = ledger.balances(session.connection())
        found = {row.account.value: int(row.amount_minor) for row in rows if row.amount_minor}
        return {name: minor for name, minor in found.items() if name not in ("stripe_clearing", "platform_fee")}


def _bytes(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def operator(name: str) -> Actor:
    with transaction() as session:
        return make.actor(make.person(session, Role.OPERATOR, name=name))
