"""The real thing under a random history: orders in PostgreSQL, the stand-in, the portal's own operations and jobs."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import requests
from sqlalchemy import text

from portal.core import jobs, lifecycle
from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.orders import operations as orders
from portal.orders.ending import claims
from portal.orders.ending import operations as ending
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls, ledger, operations, reconcile
from portal.payments.gateway import Gateway
from portal.payments.models import LegKind
from portal.payments.payouts import taking_back
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient, Schedule
from portal.payments.reports import Message, Unreachable
from tests import make
from tests.payments.shop import PAGE, StandIn

OPERATOR = Actor(Role.OPERATOR)
FACTORIES, CREATORS = 6, 4
_JOB = text(
    "delete from procrastinate_jobs where id = (select id from procrastinate_jobs where queue_name = 'payments'"
    " and status = 'todo' and coalesce(scheduled_at, now()) <= now() order by id limit 1) returning task_name, args"
)


@dataclass
class Factory:
    """A factory with somebody of it; `stripe_id` where Stripe can pay it."""

    actor: Actor
    row: Any
    stripe_id: str | None


@dataclass
class World:
    """Everybody there is, and what they can do. `chance` decides what is left to it, so that a seed tells all."""

    standin: StandIn
    stripe: Gateway
    chance: random.Random
    factories: list[Factory] = field(default_factory=list)
    creators: list[Actor] = field(default_factory=list)
    _web: requests.Session = field(default_factory=requests.Session)
    _seen: str = ""
    _lost: list[Message] = field(default_factory=list)
    _now: float = field(default_factory=time.time)

    def people(self) -> None:
        """Factories, every other one with an account at Stripe, and creators."""
        self.pass_time(0)
        with transaction() as session:
            self.creators = [make.actor(make.person(session)) for _ in range(CREATORS)]
            made = [make.factory(session) for _ in range(FACTORIES)]
            members = [make.actor(make.member(session, row), row) for row in made]
        for number, (row, member) in enumerate(zip(made, members, strict=True)):
            stripe_id = self._account() if number % 2 else None
            with transaction() as session:
                rail = Rail.STRIPE if stripe_id else Rail.BANK
                stage = RecipientStage.ACTIVE if stripe_id else RecipientStage.NONE
                fields = {"rail": rail, "stage": stage, "stripe_id": stripe_id, "schedule": Schedule.DAILY}
                session.add(Recipient(factory_id=row.id, **fields))
            self.factories.append(Factory(member, row, stripe_id))

    def _account(self) -> str:
        wish = {"type": "express", "country": "US", "capabilities": {"transfers": {"requested": True}}}
        account = self.standin.v1.accounts.create(wish)  # type: ignore[arg-type]
        self.standin.control(f"/accounts/{account.id}/complete")
        return str(account.id)

    def award(self, currency: str, price: int, **terms: int) -> tuple[UUID, Factory, Actor]:
        """A creator awards a quote of 100 pieces; `terms` are those of the quote."""
        creator, factory = self.chance.choice(self.creators), self.chance.choice(self.factories)
        with transaction() as session:
            brief = make.brief(session, _person(creator), currency=currency)
            invitation = make.invitation(session, brief, factory.row)
            quote = make.quote(session, invitation, _person(factory.actor), {100: price}, currency=currency, **terms)
            order = orders.award(session, brief.id, quote.id, 100, actor=creator)
        return order.id, factory, creator

    def order(self, order_id: UUID) -> Order:
        with transaction() as session:
            return session.get_one(Order, order_id)

    def open(self, order_id: UUID, kind: LegKind, creator: Actor) -> str:
        """The address of the payment page, however often Stripe stumbles."""
        while True:
            with suppress(Unreachable):
                return calls.payment_page(self.stripe, order_id, kind, PAGE, actor=creator)

    def pay(self, address: str, card: str) -> bool:
        """Whether the card was charged on the hosted page."""
        answer = self._web.post(address, data={"card": card}, allow_redirects=False, timeout=10)
        return answer.status_code == 303

    def put(self, order_id: UUID, stage: OrderStage, **columns: Any) -> None:
        """An order that has gone to `stage` without money."""
        with transaction() as session:
            order = lock(session, Order, order_id)
            order.stage = stage
            for name, value in columns.items():
                setattr(order, name, value)
            session.add(order)

    def act(self, order_id: UUID, verb: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """Do something to the locked order."""
        with transaction() as session:
            return verb(session, lock(session, Order, order_id), *arguments, **more)

    def step(self, order_id: UUID, name: str, actor: Actor) -> None:
        self.act(order_id, lifecycle.advance, name, actor=actor)

    def call_off(self, order_id: UUID, creator: Actor, fee_minor: int) -> None:
        self.act(order_id, ending.call_off, "Changed my mind", fee_minor=fee_minor, actor=creator)

    def give_up(self, order_id: UUID, factory: Factory) -> None:
        self.act(order_id, ending.give_up, "Too busy", actor=factory.actor)

    def end(self, order_id: UUID, refund_minor: int) -> None:
        self.act(order_id, ending.end, "They can't agree", refund_minor, actor=OPERATOR)

    def settle_claim(self, order_id: UUID, refund_minor: int) -> None:
        self.act(order_id, claims.settle, "Half of it", refund_minor, actor=OPERATOR)

    def give_back(self, order_id: UUID, minor: int) -> None:
        """The factory gives back of what it was paid."""

        def decide(session: Any, order: Order) -> None:
            event = lifecycle.record(session, order, "given_back", actor=OPERATOR, amount_minor=minor)
            taking_back.give_back_released(session, order, event, minor)

        self.act(order_id, decide)

    def pass_time(self, seconds: int) -> None:
        """Let Stripe's clock, which stands still otherwise, go on: banks decide."""
        self._now += seconds
        self.standin.control(stopped_at=self._now)

    def messages(self) -> None:
        """What Stripe would send since the last time: shuffled, some twice, some lost."""
        params: dict[str, Any] = {"limit": 100} | ({"ending_before": self._seen} if self._seen else {})
        found = list(self.standin.v1.events.list(params).auto_paging_iter())  # type: ignore[arg-type]
        if not found:
            return
        self._seen = found[-1].id if self._seen else found[0].id
        self.chance.shuffle(found)
        for event in found:
            subject = getattr(event.data.object, "id", "")
            message = Message(event.id, event.type, subject, getattr(event, "account", None) or "", livemode=False)
            if self.chance.random() < 0.1:
                self._lost.append(message)
            else:
                self._take(message, self.chance.choice((1, 1, 2)))

    def fetch_lost(self) -> None:
        """What the hourly look at undelivered messages brings."""
        for message in self._lost:
            self._take(message)
        self._lost.clear()

    def _take(self, message: Message, times: int = 1) -> None:
        for _ in range(times):
            with transaction() as session:
                operations.take_message(session, message)

    def work(self) -> None:
        """Every job of payments that is due, one after the other; one that meets trouble is left to the reconciler."""
        while True:
            with transaction() as session:
                job = session.execute(_JOB).first()
            if job is None:
                return
            with suppress(Unreachable):  # the reconciler comes back to it
                jobs.app.tasks[job.task_name].func(**job.args)

    def settle(self) -> None:
        """Messages, jobs and the reconciler until nothing is left to do."""
        self.messages()
        self.work()
        self.fetch_lost()
        self.reconcile()
        self.work()

    def reconcile(self) -> None:
        """What happens every five minutes."""
        with at(now() + timedelta(minutes=6)):
            run = reconcile.what_has_not_ended(self.stripe)
        assert not run.troubles, run.troubles

    def balances(self) -> dict[tuple[str, str], int]:
        """(account, currency) -> minor units of the portal's ledger, without those at zero."""
        with transaction() as session:
            rows = ledger.balances(session.connection())
        return {(row.account.value, row.currency): int(row.amount_minor) for row in rows if row.amount_minor}

    def held_by_stripe(self) -> dict[str, int]:
        return {currency: minor for currency, minor in self.stripe.balance().items() if minor}


def _person(actor: Actor) -> Any:
    """What `make` needs of a person who is committed already."""
    return type("Known", (), {"id": actor.person_id})()
