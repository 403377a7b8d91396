"""What the tests of payments say in a word: open the page, pay, let the messages come, look at the books."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests
import stripe
from sqlalchemy import text
from sqlmodel import select

from portal.core.actor import Actor
from portal.core.db import lock, transaction
from portal.core.lifecycle import advance
from portal.orders import bill
from portal.orders import operations as orders
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls, ledger
from portal.payments.gateway import Gateway
from portal.payments.models import CheckoutSession, LegKind, PaymentLeg, Refund, WebhookEvent
from portal.payments.operations import PaymentPage

SUCCESS, DECLINED, AUTHENTICATE = "4242424242424242", "4000000000000002", "4000002760003184"
REFUND_PENDS, REFUND_FAILS = "4000000000007726", "4000000000005126"
DEPOSIT = 15_000
BALANCE = 35_000
FEE = DEPOSIT * 29 // 1000 + 30
BALANCE_FEE = BALANCE * 29 // 1000 + 30
PAGE = PaymentPage(
    item="Deposit",
    description="Plush",
    email="ada@example.com",
    locale="en",
    success_url="http://portal.test/paid?session={CHECKOUT_SESSION_ID}",
    cancel_url="http://portal.test/order",
)


class StandIn:
    """The stand-in's control, and the real SDK on it."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self.v1 = stripe.StripeClient(api_key, base_addresses={"api": url}).v1

    def control(self, path: str = "", **settings: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/_control{path}", json=settings, timeout=5)
        answer.raise_for_status()
        return answer.json()

    def state(self) -> dict[str, Any]:
        return requests.get(f"{self.url}/_control/state", timeout=5).json()


def pay(address: str, card: str = SUCCESS) -> requests.Response:
    """Pay on a hosted page."""
    return requests.post(address, data={"card": card}, allow_redirects=False, timeout=10)


def emptied(standin: StandIn, within: float = 10) -> None:
    """Wait until no message is on its way."""
    until = time.monotonic() + within
    while standin.state()["deliveries"]["pending"]:
        assert time.monotonic() < until, "messages are still on their way"
        time.sleep(0.03)


@dataclass
class Shop:
    """One order and everybody around it."""

    order_id: UUID
    creator: Actor
    factory: Actor
    standin: StandIn
    stripe: Gateway
    work: Callable[[], None]

    def open(self, kind: LegKind = LegKind.DEPOSIT) -> str:
        """The address of the payment page, as a creator's click gets it."""
        return calls.payment_page(self.stripe, self.order_id, kind, PAGE, actor=self.creator)

    def settle(self) -> None:
        """Let all messages arrive, and all that follows from them happen."""
        emptied(self.standin)
        self.work()

    def end(self) -> None:
        """Cancel the order."""
        with transaction() as session:
            orders.cancel(session, lock(session, Order, self.order_id), actor=self.creator)

    def deposit(self) -> None:
        """Pay the deposit."""
        pay(self.open())
        self.settle()

    def reach(self, stage: OrderStage, **columns: Any) -> None:
        """Put the order at a stage that it has gone to without money."""
        with transaction() as session:
            order = lock(session, Order, self.order_id)
            order.stage = stage
            for name, value in columns.items():
                setattr(order, name, value)
            bill.reckon(order)
            session.add(order)

    def await_balance(self, **columns: Any) -> None:
        """The deposit is paid, the goods are made and pass inspection."""
        self.deposit()
        self.reach(OrderStage.INSPECTION, **columns)
        self.take("pass_inspection", self.factory)
        self.work()

    def take(self, step: str, actor: Actor) -> None:
        """Take a step of the order that moves no money by itself."""
        with transaction() as session:
            advance(session, lock(session, Order, self.order_id), step, actor=actor)

    def order(self) -> Order:
        with transaction() as session:
            return session.get_one(Order, self.order_id)

    def leg(self) -> PaymentLeg:
        [leg] = self.rows(PaymentLeg)
        return leg

    def legs(self) -> list[PaymentLeg]:
        return self.rows(PaymentLeg)

    def checkouts(self) -> list[CheckoutSession]:
        return self.rows(CheckoutSession)

    def refunds(self) -> list[Refund]:
        return self.rows(Refund)

    def messages(self) -> list[WebhookEvent]:
        return self.rows(WebhookEvent)

    def rows(self, model: Any) -> list[Any]:
        with transaction() as session:
            return list(session.exec(select(model).order_by(model.id)))

    def balances(self) -> dict[str, int]:
        """Account -> balance, without those at zero."""
        with transaction() as session:
            rows = ledger.balances(session.connection())
        return {row.account.value: int(row.amount_minor) for row in rows if row.amount_minor}

    def told(self, event: str) -> int:
        """How many letters about an event have been decided on."""
        query = text(
            "select count(*) from procrastinate_jobs j join event e on e.id = (j.args ->> 'event_id')::uuid"
            " where j.task_name = 'mail.announce' and e.name = :name and e.order_id = :order"
        )
        with transaction() as session:
            return session.execute(query, {"name": event, "order": self.order_id}).scalar_one()


#: what the books say when the deposit is paid and nothing else has happened
PAID = {"stripe_clearing": DEPOSIT - FEE, "order_held": -DEPOSIT, "fees": FEE}
#: what they say when the balance is paid too
ALL_PAID = {
    "stripe_clearing": DEPOSIT + BALANCE - FEE - BALANCE_FEE,
    "order_held": -DEPOSIT - BALANCE,
    "fees": FEE + BALANCE_FEE,
}
#: what they say when a payment has come and gone again
RETURNED = {"stripe_clearing": -FEE, "fees": FEE}
