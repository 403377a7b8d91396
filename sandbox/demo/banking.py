"""How the demo's closed orders are paid: by our bank, in batches. One payment arrived, one came back, one waits."""

from datetime import timedelta

from flask import current_app
from sqlmodel import Session, select

from portal.accounts.models import Membership, Person, TeamRole
from portal.core import clock, sealing
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.money import CURRENCIES
from portal.core.sealing import Sealer
from portal.factories.models import Factory
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import returns
from portal.payments.payouts import batches, planning, result_file, results
from portal.payments.payouts.models import PayoutBatch, PayoutLine
from portal.payments.recipients import operations as recipients
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Schedule
from sandbox.demo import people

_ANSWERS = (("成功", ""), ("退汇", "户名与账号不符"))  # what the bank says of the first batch, and of the second


def load() -> None:
    """Release what closed orders hold, pay what waits in a batch for each currency, and prepare the failed one's money
    again."""
    sealer = sealing.bank_details(current_app.extensions["settings"])
    with clock.at(clock.now() - timedelta(days=4)), transaction() as session:
        operator = people.actor(session.exec(select(Person).where(Person.role == Role.OPERATOR)).one())
        for ident in session.exec(select(Order.id).where(Order.stage == OrderStage.CLOSED).order_by(Order.number)):
            order = lock(session, Order, ident)
            _give_bank(session, order, sealer)
            returns.go_on(session, order)
    failed = ""
    for days, (status, reason) in zip((3, 2), _ANSWERS, strict=True):
        with clock.at(clock.now() - timedelta(days=days)):
            waiting = _waiting()
            if waiting:
                failed = waiting[0]
                batch = _at_bank(failed, sealer, operator)
        with clock.at(clock.now() - timedelta(days=days - 1)):
            if waiting:
                _read_back(batch, status, reason, operator)
    with clock.at(clock.now() - timedelta(hours=1)):
        if failed in _waiting():
            with transaction() as session:
                batches.prepare(session, failed, actor=operator)


def _waiting() -> list[str]:
    """The currencies in which something waits for factories' banks, the fullest first."""
    with transaction() as session:
        plans = [planning.plan(session, currency) for currency in CURRENCIES]
    full = [plan for plan in plans if plan.payees]
    return [plan.currency for plan in sorted(full, key=lambda plan: -plan.total_minor)]


def _give_bank(session: Session, order: Order, sealer: Sealer) -> None:
    factory = session.get_one(Factory, order.factory_id)
    owners = select(Person).join(Membership).where(Membership.factory_id == factory.id)
    owner = session.exec(owners.where(Membership.role == TeamRole.OWNER).order_by(Person.id)).first()
    assert owner is not None
    actor = Actor(Role.FACTORY, owner.id, factory.id, owner.name, owner.email, factory.name, owner=True)
    details = BankDetails(
        country="CN",
        holder=factory.name_zh,
        number=f"6222021{order.number:012d}",
        bank="中国工商银行",
        branch=f"中国工商银行{factory.place_zh}支行",
        cnaps="102312000017",
        swift="ICBKCNBJ",
        address=f"{factory.city}, China",
    )
    recipient = recipients.own(session, actor)
    if recipient.stage == RecipientStage.NONE:
        recipients.give_bank(session, recipient, details, sealer, actor=actor)
    if recipient.rail == Rail.BANK:
        recipients.choose_schedule(session, recipient, Schedule.DAILY, actor=actor)


def _at_bank(currency: str, sealer: Sealer, operator: Actor) -> PayoutBatch:
    with transaction() as session:
        batch = batches.prepare(session, currency, actor=operator)
        session.flush()
        batches.approve(session, batch.id, actor=operator)
        batches.export(session, batch.id, sealer, actor=operator)
        return batch


def _read_back(batch: PayoutBatch, status: str, reason: str, operator: Actor) -> None:
    with transaction() as session:
        lines = session.exec(select(PayoutLine.reference).where(PayoutLine.batch_id == batch.id))
        body = "\n".join(["reference,status,reason", *(f"{reference},{status},{reason}" for reference in lines)])
        read = result_file.read(body.encode())
        seen = results.fingerprint(results.foresee(session, read))
        results.take(session, read, seen=seen, digest="", actor=operator)
