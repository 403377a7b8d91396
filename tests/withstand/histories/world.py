"""The real thing under a random history: orders in PostgreSQL, the stand-in, the portal's own operations and jobs."""

import random
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self
from uuid import UUID

from sqlalchemy import text

from portal.core import jobs, lifecycle
from portal.core.actor import Actor, Role
from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.errors import Gone, Invalid
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments import calls, ledger, operations, reconcile, tasks
from portal.payments import messages as handling
from portal.payments.gateway import Gateway
from portal.payments.models import LegKind
from portal.payments.reports import Message, Unreachable
from tests.payments.shop import PAGE
from tests.withstand.histories import awarding, people
from tests.withstand.histories.awarding import Wish
from tests.withstand.histories.people import CURRENCIES, OWN, People

CLOCK = Actor(Role.CLOCK)
__all__ = ["tasks"]
BEGIN = datetime(2027, 3, 1, 8, tzinfo=UTC)  # the same for every replay
#: Each of these tells of a payment. Where one is heard, or the reconciler looks, the others may be missed for good.
_TELLING = ("checkout.session.completed", "payment_intent.succeeded")
_REDUNDANT = (*_TELLING, "checkout.session.expired", "charge.updated", "payment_intent.payment_failed")
#: Jobs of other queues are nobody's here; letters are counted.
_JOBS = text(
    "with gone as (delete from procrastinate_jobs"
    " where queue_name <> 'payments' or coalesce(scheduled_at, now()) <= now()"
    " returning id, queue_name, task_name, args)"
    " select queue_name, task_name, args from gone"
    " where queue_name = 'payments' or task_name = 'mail.announce' order by id"
)
_MOVED = text(
    "select coalesce(t.order_id::text, '') as order_id, p.account, p.currency, sum(p.amount_minor) as minor,"
    " max(t.id::text) as last from ledger_transaction t join posting p on p.transaction_id = t.id"
    " where t.id > :since group by 1, 2, 3"
)
_FIRST = UUID(int=0)


class Bank(Protocol):
    """The stand-in, in this process or another."""

    v1: Any

    def control(self, path: str = "", **settings: Any) -> Any: ...
    def pay(self, address: str, card: str) -> int: ...
    def news(self) -> Any: ...


@dataclass
class World:
    """Everybody there is, and what they can do. `chance` decides what is left to it, so that a seed tells all. Its
    clock, and Stripe's, stand still until `pass_time`."""

    standin: Bank
    stripe: Gateway
    chance: random.Random
    all: People = field(default_factory=People)
    letters: int = 0  # that were decided on
    _lost: list[Message] = field(default_factory=list)
    _now: datetime = BEGIN
    _clock: ExitStack = field(default_factory=ExitStack)
    _since: UUID = _FIRST
    _disturbed: bool = False

    def __enter__(self) -> Self:
        self.pass_time(timedelta())
        return self

    def __exit__(self, *trouble: object) -> None:
        self._clock.close()

    def people(self) -> None:
        self.all = people.gather(self.standin, self.by_stripe)
        list(self.standin.news())

    @property
    def operator(self) -> Actor:
        return self.all.operators[0]

    def by_stripe(self, number: int) -> bool:
        """Whether Stripe can pay this factory."""
        return number % 2 != 0

    # --- orders ---

    def award(self, wishes: list[Wish]) -> list[Order]:
        """Creators award quotes."""
        with transaction() as session:
            return awarding.award(session, wishes)

    def open(self, order_id: UUID, kind: LegKind, creator: Actor) -> str:
        """The address of the payment page, however often Stripe stumbles."""
        while True:
            with suppress(Unreachable):
                return calls.payment_page(self.stripe, order_id, kind, PAGE, actor=creator)

    def pay(self, address: str, card: str) -> bool:
        """Whether the card was charged on the hosted page."""
        return self.standin.pay(address, card) == 303

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

    def refuses(self, act: Callable[..., Any], *arguments: Any, **more: Any) -> bool:
        """Whether the portal will not do this."""
        try:
            act(*arguments, **more)
        except (Gone, Invalid):
            return True
        return False

    def step(self, order_id: UUID, name: str, actor: Actor) -> None:
        self.act(order_id, lifecycle.advance, name, actor=actor)

    # --- time, messages, jobs ---

    @property
    def month(self) -> str:
        return f"{self._now:%Y-%m}"

    @property
    def now(self) -> datetime:
        return self._now

    def pass_time(self, span: timedelta) -> None:
        """Let the clocks go on: banks decide, pages end."""
        self._now += span
        self.standin.control(stopped_at=int(self._now.timestamp()))
        self._clock.close()
        self._clock.enter_context(at(self._now))

    def stumble(self, **how: int) -> None:
        """The next calls of Stripe go wrong in such a way."""
        self._disturbed = True
        self.standin.control(**how)

    def messages(self, stormy: float = 0) -> None:
        """What Stripe has to say since the last time. On a calm day each thing is told once; in a storm everything,
        some of it twice, and some of it late or, where another message tells the same, never."""
        found, storm = list(self.standin.news()), self.chance.random() < stormy
        self.chance.shuffle(found)
        told, heard, coming = self.chance.choice(_TELLING), set(), []
        for event in found:
            message = Message(event.id, event.type, event.subject, event.account, livemode=False)
            redundant, luck = event.type in _REDUNDANT, self.chance.random()
            if not storm:
                coming += [message] * (event.type == told or (not redundant and event.subject not in heard))
                heard |= {event.subject} if message.type in handling.HANDLERS else set()
            elif luck < 0.9:
                coming += [message] * self.chance.choice((1, 1, 2))
            elif not redundant:
                self._lost.append(message)
        self._disturbed = self._disturbed or storm
        self._take(coming)

    def fetch_lost(self) -> None:
        """What the hourly look at undelivered messages brings."""
        self._take(self._lost)
        self._lost = []

    def _take(self, messages: list[Message]) -> None:
        if messages:
            with transaction() as session:
                for message in messages:
                    if message.type in handling.HANDLERS or self.chance.random() < 0.05:
                        operations.take_message(session, message)

    def work(self) -> None:
        """Every job of payments that is due, one after the other; one that meets trouble is left to the reconciler."""
        while True:
            with transaction() as session:
                found = session.execute(_JOBS).all()
            if not found:
                return
            for job in found:
                if job.queue_name == "payments":
                    self._do(job)
                else:
                    self.letters += 1

    def _do(self, job: Any) -> None:
        try:
            jobs.app.tasks[job.task_name].func(**job.args)
        except Unreachable:
            self._disturbed = True

    def hear(self, stormy: float = 0) -> None:
        """Let every message come, and what follows from it happen; so likely in a storm."""
        self.messages(stormy)
        self.work()
        if self._lost:
            self.fetch_lost()
            self.work()

    def settle(self) -> None:
        """Messages, jobs and, when anything may be left to do, the reconciler."""
        if self.chance.random() < 0.3:
            self.work()
        self.hear(stormy=0.12)
        if self._disturbed or self.chance.random() < 0.03:
            self.reconcile()
            self.work()
            self._disturbed = False

    def reconcile(self) -> None:
        """What happens every five minutes."""
        with at(now() + timedelta(minutes=6)):
            run = reconcile.what_has_not_ended(self.stripe)
        assert not run.troubles, run.troubles

    # --- the books ---

    def moved(self) -> dict[tuple[str, str, str], int]:
        """(order, account, currency) -> what was booked since this was asked last, in minor units."""
        with transaction() as session:
            rows = session.execute(_MOVED, {"since": self._since}).all()
        self._since = max((UUID(row.last) for row in rows), default=self._since)
        return {(row.order_id, row.account, row.currency): int(row.minor) for row in rows}

    def books(self) -> dict[tuple[str, str, str], int]:
        """The same, of everything that was ever booked."""
        with transaction() as session:
            rows = session.execute(_MOVED, {"since": _FIRST}).all()
        return {(row.order_id, row.account, row.currency): int(row.minor) for row in rows}

    def balances(self) -> dict[tuple[str, str], int]:
        """(account, currency) -> minor units of the portal's ledger, without those at zero."""
        with transaction() as session:
            rows = ledger.balances(session.connection())
        return {(row.account.value, row.currency): int(row.amount_minor) for row in rows if row.amount_minor}

    def held_by_stripe(self) -> dict[str, int]:
        """Without the portal's own."""
        held = {currency: minor - OWN for currency, minor in self.stripe.balance().items() if currency in CURRENCIES}
        return {currency: minor for currency, minor in held.items() if minor}
