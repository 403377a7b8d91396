"""How the demo's factories are paid: most by bank transfer, a few through accounts that they fill in at Stripe."""

from datetime import datetime
from random import Random
from uuid import UUID

from flask import current_app
from sqlmodel import Session, select

from portal.accounts.models import Membership, Person
from portal.core import clock, sealing
from portal.core.actor import Actor, Role
from portal.core.config import Settings
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.factories.models import Factory
from portal.orders.models import Order
from portal.payments import calls, returns
from portal.payments.gateway import Gateway, connect
from portal.payments.models import Operation, OperationKind, OperationState
from portal.payments.payouts import releasing, schedule, transferring
from portal.payments.recipients import onboarding, operations
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.models import Recipient, Schedule
from sandbox.demo.browser import fill_in_account
from sandbox.demo.paying import stripe_at

#: Who is paid through Stripe, by its company there: name -> (country, whether it has filled in everything).
AT_STRIPE = {
    "Yiwu Logo Express": ("HK", True),
    "Shenzhen Maker Factory": ("HK", True),
    "Dongguan Soft Star": ("HK", True),
    "Shenzhen Unboxing": ("SG", True),
    "Baoan Rapid Parts": ("HK", False),
}
#: Who has not said yet.
NOWHERE = ("Cangnan Pouch Factory", "Ankang Pingli Workshop", "Yiwu Cap Factory")
#: Chinese banks: name, how their CNAPS codes begin, SWIFT code.
_BANKS = (
    ("中国工商银行", "102", "ICBKCNBJ"),
    ("中国农业银行", "103", "ABOCCNBJ"),
    ("中国银行", "104", "BKCHCNBJ"),
    ("中国建设银行", "105", "PCBCCNBJ"),
    ("招商银行", "308", "CMBCCNBS"),
)
_BACK = "http://127.0.0.1/"  # nobody goes back


def load() -> None:
    """Every factory says where it is paid."""
    settings: Settings = current_app.extensions["settings"]
    gateway, at = connect(settings), clock.now() - clock.days(88)
    with transaction() as session:
        owners = {factory.name: owner(session, factory) for factory in session.exec(select(Factory))}
    with clock.at(at), transaction() as session:
        sealer = sealing.bank_details(settings)
        for name, actor in owners.items():
            if name not in (*AT_STRIPE, *NOWHERE):
                details = bank_of(session.get_one(Factory, actor.factory_id))
                operations.give_bank(session, operations.own(session, actor), details, sealer, actor=actor)
    with stripe_at(settings.STRIPE_API_BASE, at), clock.at(at):
        for name, (country, complete) in AT_STRIPE.items():
            _onboard(gateway, owners[name], country, complete=complete)


def owner(session: Session, factory: Factory) -> Actor:
    """Who says where a factory is paid."""
    query = select(Person).join(Membership).where(Membership.factory_id == factory.id)
    person = session.exec(query).one()
    return Actor(Role.FACTORY, person.id, factory.id, person.name, person.email, factory.name, owner=True)


def bank_of(factory: Factory) -> BankDetails:
    """Its first account."""
    random = Random(factory.name)
    bank, clearing, swift = random.choice(_BANKS)
    place = factory.place_zh or factory.city
    return BankDetails(
        country="CN",
        holder=factory.name_zh,
        number=f"{random.randrange(10**18, 10**19)}",
        bank=bank,
        branch=f"{bank}{place}支行",
        cnaps=f"{clearing}{random.randrange(10**9):09}",
        swift=swift,
        address=f"{random.randrange(2, 300)} Industrial Road, {factory.city}, {factory.province}",
    )


def _onboard(gateway: Gateway, actor: Actor, country: str, *, complete: bool) -> None:
    with transaction() as session:
        recipient = operations.own(session, actor)
        operations.begin(session, recipient, country, actor=actor)
    fill_in_account(onboarding.page(gateway, recipient.id, back=_BACK, again=_BACK), actor.factory_name, whole=complete)
    onboarding.check(gateway, recipient.id)


def release_advance(order_id: UUID, at: datetime) -> None:
    """The golden sample was approved at a moment that has passed: what the quote asks for at it is the factory's."""
    with clock.at(at), transaction() as session:
        order = lock(session, Order, order_id)
        approved = releasing.milestone_of(session, order)
        assert approved is not None
        releasing.release_advance(session, order, approved)


def release(order_id: UUID, at: datetime, event: str = "order_closed") -> None:
    """An order was closed at a moment that has passed: what it holds is the factory's, and goes on its day."""
    with clock.at(at), transaction() as session:
        query = select(Event).where(Event.order_id == order_id, Event.name == event)
        returns.settle_end(session, session.exec(query).one())
        factory_id = session.get_one(Order, order_id).factory_id
    run = schedule.next_run(Schedule.WEEKLY, at) + clock.hours(0.2)
    if run < clock.now():
        _transfer(factory_id, run)


def _transfer(factory_id: UUID, at: datetime) -> None:
    settings: Settings = current_app.extensions["settings"]
    with stripe_at(settings.STRIPE_API_BASE, at), clock.at(at):
        with transaction() as session:
            transferring.transfer_all(session, factory_id)
        with transaction() as session:
            query = select(Operation.id).where(
                Operation.kind == OperationKind.TRANSFER, Operation.state == OperationState.INTENDED
            )
            waiting = session.exec(query).all()
        for ident in waiting:
            calls.carry_out(connect(settings), ident)


def look(name: str, why: str, *, operator: Actor) -> None:
    """An operator has looked at a factory's bank details."""
    with clock.at(clock.now() - clock.days(9)), transaction() as session:
        factory = session.exec(select(Factory.id).where(Factory.name == name)).one()
        ident = session.exec(select(Recipient.id).where(Recipient.factory_id == factory)).one()
        operations.seen(session, lock(session, Recipient, ident), why, actor=operator)
