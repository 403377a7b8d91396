"""How the demo's factories are paid by our bank, in batches: one has arrived, one came back and goes again to another
account, and one waits to be exported."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from flask import current_app
from sqlmodel import Session, select

from portal.accounts.models import Person
from portal.core import clock, sealing
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.sealing import Sealer
from portal.factories.models import Factory
from portal.payments.payouts import batches, result_file, results
from portal.payments.payouts.models import PayoutLine
from portal.payments.recipients import operations as recipients
from portal.payments.recipients.models import Recipient
from sandbox.demo import collecting, people

#: What was released at home, and abroad.
_HOME, _ABROAD = "CNY", "USD"
_CLOSED = "收款账户已销户"  # why the bank sends a payment back: the account is no more


def load() -> None:
    """Pay what the stories have released: an advance, then the rest, whose payment comes back; it goes again to the
    account that its factory has given since, and the bank has still to say how that went."""
    sealer = sealing.bank_details(current_app.extensions["settings"])
    with transaction() as session:
        operator = people.actor(session.exec(select(Person).where(Person.role == Role.OPERATOR)).one())
    for exported, arrived in ((33, 32), (6.5, 5.5)):
        batch = _approved(exported, _HOME, operator)
        _export(exported, batch, sealer, operator)
        _read_back(arrived, batch, "成功", "", operator)
    _read_back(3.2, batch, "退汇", _CLOSED, operator)
    _move_account(2.3, batch, sealer)
    _export(1.1, _approved(1.1, _HOME, operator), sealer, operator)
    _approved(0.1, _ABROAD, operator)


@contextmanager
def _ago(days: float) -> Iterator[Session]:
    with clock.at(clock.now() - clock.days(days)), transaction() as session:
        yield session


def _approved(days: float, currency: str, operator: Actor) -> UUID:
    """A batch of what waits in a currency, small enough for one operator."""
    with _ago(days) as session:
        batch = batches.prepare(session, currency, actor=operator)
        session.flush()
        batches.approve(session, batch.id, actor=operator)
        return batch.id


def _export(days: float, batch: UUID, sealer: Sealer, operator: Actor) -> None:
    with _ago(days - 0.01) as session:
        batches.export(session, batch, sealer, actor=operator)


def _read_back(days: float, batch: UUID, status: str, reason: str, operator: Actor) -> None:
    """The bank says the same of every payment of a batch."""
    with _ago(days) as session:
        lines = session.exec(select(PayoutLine.reference).where(PayoutLine.batch_id == batch))
        body = "\n".join(["reference,status,reason", *(f"{reference},{status},{reason}" for reference in lines)])
        read = result_file.read(body.encode())
        seen = results.fingerprint(results.foresee(session, read))
        results.take(session, read, seen=seen, digest="", actor=operator)


def _move_account(days: float, batch: UUID, sealer: Sealer) -> None:
    """The factories that a batch should have paid give another account at the same bank."""
    with _ago(days) as session:
        for ident in session.exec(select(PayoutLine.factory_id).where(PayoutLine.batch_id == batch)).all():
            factory = session.get_one(Factory, ident)
            details = collecting.bank_of(factory)
            details = replace(details, number=details.number[::-1])
            known = session.exec(select(Recipient.id).where(Recipient.factory_id == ident)).one()
            owner = collecting.owner(session, factory)
            recipients.give_bank(session, lock(session, Recipient, known), details, sealer, actor=owner)
