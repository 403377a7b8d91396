"""What the tests of getting paid say in a word: onboard at Stripe, give bank details, release money."""

from typing import Any
from uuid import UUID

import requests
from sqlmodel import select

from portal.core import sealing
from portal.core.actor import PAYMENTS, Actor
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.core.lifecycle import record
from portal.core.web import settings
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.payouts import releasing
from portal.payments.payouts.models import Release, ReleasePart, Transfer
from portal.payments.recipients import onboarding, operations
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.models import Recipient, Schedule
from tests.payments.shop import Shop

DETAILS = BankDetails(
    country="CN",
    holder="扬州金针玩具有限公司",
    number="6222021234567890123",
    bank="中国工商银行",
    branch="中国工商银行扬州邗江支行",
    cnaps="102312000017",
    swift="ICBKCNBJ",
    address="18 Hanjiang Road, Yangzhou",
)
BACK, AGAIN = "http://portal.test/back", "http://portal.test/again"


def begin(shop: Shop, country: str = "HK", actor: Actor | None = None) -> UUID:
    """The factory's owner chooses a country that Stripe reaches; the account is opened."""
    with transaction() as session:
        recipient = operations.own(session, actor or shop.factory)
        operations.begin(session, recipient, country, actor=actor or shop.factory)
    onboarding.opened(shop.stripe, recipient.id)
    return recipient.id


def complete(shop: Shop) -> None:
    """Its owner fills in everything at Stripe; nothing has been heard of it yet."""
    shop.standin.control(f"/accounts/{recipient_of(shop).stripe_id}/complete")


def onboard(shop: Shop, schedule: Schedule = Schedule.DAILY) -> UUID:
    """The factory can be paid through Stripe."""
    ident = begin(shop)
    complete(shop)
    shop.settle()
    with transaction() as session:
        operations.choose_schedule(session, lock(session, Recipient, ident), schedule, actor=shop.factory)
    shop.work()
    return ident


def give_bank(shop: Shop, details: BankDetails = DETAILS) -> UUID:
    """The factory can be paid to its bank."""
    with transaction() as session:
        recipient = operations.own(session, shop.factory)
        sealer = sealing.bank_details(settings())
        operations.give_bank(session, recipient, details, sealer, actor=shop.factory)
        return recipient.id


def recipient_of(shop: Shop) -> Recipient:
    with transaction() as session:
        return session.exec(select(Recipient).where(Recipient.factory_id == shop.factory.factory_id)).one()


def release(shop: Shop) -> Release:
    """The order is over: what is held is the factory's."""
    shop.reach(OrderStage.CLOSED)
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        made = releasing.release_rest(session, order, record(session, order, "order_closed", actor=PAYMENTS))
        assert made
        return made


def net(shop: Shop) -> int:
    return sum(part.net_minor for part in shop.rows(ReleasePart))


def transferred(shop: Shop) -> list[tuple[str, int]]:
    return [(transfer.stage.value, transfer.amount_minor) for transfer in shop.rows(Transfer)]


def at_stripe(shop: Shop, account: str | None = None) -> list[Any]:
    """Stripe's own transfers, newest first."""
    found = shop.standin.v1.transfers.list({"limit": 100}).data
    return [one for one in found if account in (None, one.destination)]


def events(shop: Shop, name: str) -> list[Event]:
    return [event for event in shop.rows(Event) if event.name == name and event.subject == "recipient"]


def submit(address: str, act: str = "submit") -> requests.Response:
    """Fill in Stripe's page as a person would."""
    page = requests.get(address, timeout=10)
    form = {
        "business_type": "company",
        "company.name": "Harbour Works",
        "representative.first_name": "Mei",
        "representative.last_name": "Chan",
        "external_account": "000123456789",
        "act": act,
    }
    return requests.post(page.url, data=form, allow_redirects=False, timeout=10)
