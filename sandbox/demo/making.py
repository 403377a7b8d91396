"""What becomes of a demo order once both sides have accepted its spec: samples, production, parcels, a claim."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, select

from portal import products
from portal.accounts.models import Person
from portal.catalogue import operations as catalogue
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import lock, reader, transaction
from portal.core.events import Event
from portal.designs import keys, photo_operations, photo_tasks, storage
from portal.orders import operations as orders
from portal.orders import tasks as order_tasks
from portal.orders.address import operations as address
from portal.orders.ending import claims
from portal.orders.inspections import concessions
from portal.orders.inspections import operations as inspections
from portal.orders.models import Order, Parcel
from portal.orders.parcels import operations as parcels
from portal.orders.production import operations as production
from portal.orders.repeats import operations as repeats
from portal.orders.samples import measuring
from portal.orders.samples import operations as samples
from portal.orders.samples import queries as sample_queries
from portal.payments.models import LegKind
from portal.payments.subsidies import operations as subsidies
from sandbox.demo import collecting, people, pictures
from sandbox.demo.browser import put
from sandbox.demo.paying import pay
from sandbox.demo.stories import Story, Until


@dataclass
class Making:
    """An order of a story being made. Its moments are parts of the lead time, counted from the paid deposit."""

    story: Story
    order_id: UUID
    creator: Actor
    factory: Actor
    paid_at: datetime

    def tell(self) -> None:
        """Take the order as far as its story goes."""
        for reached, act in self._way():
            act()
            if reached == self.story.until:
                return

    def _way(self) -> Iterator[tuple[Until | None, Callable[[], None]]]:
        until = self.story.until
        yield Until.SAMPLING, self._rejected_rounds
        yield Until.SAMPLE_REVIEW, self._sample
        yield Until.PRODUCTION, self._produce
        if until == Until.LATE:
            yield Until.LATE, self._fall_late
        yield Until.INSPECTION, self._finish
        if until in (Until.REWORK, Until.CONCESSION):
            yield Until.REWORK, self._fail
            yield Until.CONCESSION, self._ask_concession
        yield Until.AWAITING_BALANCE, self._pass
        yield Until.READY_TO_SHIP, self._balance
        yield Until.SHIPPED, self._ship_last
        yield Until.DELIVERED, self._arrive
        if until in (Until.DISPUTED, Until.SETTLED):
            yield Until.DISPUTED, self._dispute
            yield Until.SETTLED, self._settle
        yield Until.CLOSED, self._close

    # --- moments and photos ---

    def at(self, part: float, days: float = 0) -> datetime:
        """When so much of the lead time was over, and so many days more; never later than now."""
        moment = self.paid_at + timedelta(days=self.story.lead * part + days)
        return min(moment, clock.now() - timedelta(seconds=20))

    @contextmanager
    def _step(self, part: float, days: float = 0) -> Iterator[tuple[Session, Order]]:
        with clock.at(self.at(part, days)), transaction() as session:
            yield session, lock(session, Order, self.order_id)

    def _photo(self, view: str, part: float, *, who: Actor | None = None, ready: bool = False) -> str:
        """Upload a photo of the goods. Unless it must be `ready` at once, the worker makes it anew when it starts."""
        data, who = pictures.photo(self.story.picture, view), who or self.factory
        with clock.at(self.at(part)), transaction() as session:
            name = f"IMG_{len(data) % 10_000:04}.jpg"
            photo = photo_operations.begin(
                session, "order", self.order_id, actor=who, name=name, size=len(data)
            )  # fmt: skip
            ident = photo.id
        address = storage.grant(keys.upload_key(ident), len(data), photo_operations.media_type(""))
        etag = put(address, data, name)
        with clock.at(self.at(part)), transaction() as session:
            photo_operations.receive(session, ident, actor=who, etag=etag)
        if ready:
            with transaction() as session:
                event = session.exec(select(Event.id).where(Event.subject_id == ident)).one()
            photo_tasks.remake(event_id=str(event))
        return str(ident)

    # --- samples ---

    def _rejected_rounds(self) -> None:
        for number, (x, y, text) in enumerate(self.story.pins):
            photo = self._send(0.12 + 0.12 * number, off=Decimal("0.02"), ready=False)
            with self._step(0.17 + 0.12 * number) as (session, order):
                pin = samples.Pin(photo, x, y, text)
                samples.ask_changes(session, order, number + 1, [pin], actor=self.creator)

    def _sample(self) -> None:
        self._send(0.38, off=Decimal("0.004"), ready=True)

    def _send(self, part: float, off: Decimal, *, ready: bool) -> str:
        """A round of samples, every measure of which is a little `off`. Its photos must be `ready` to be sealed."""
        views = [self._photo(view, part, ready=ready) for view in ("front", "angle")[: self.story.views]]
        with self._step(part) as (session, order):
            listed = measuring.listed(session.connection(), order)[:6]
            found = {one.path: (one.target * (1 + off)).quantize(Decimal("0.1")) for one in listed}
            sent = samples.Sent(views, found, "sf", f"SF1{order.number:012}", "样品已寄出，请查收。")
            samples.send(session, order, sent, actor=self.factory)
        return views[0]

    # --- production and inspection ---

    def _produce(self) -> None:
        with self._step(0.45) as (session, order):
            samples.approve(session, order, len(self.story.pins) + 1, actor=self.creator)
        collecting.release_advance(self.order_id, self.at(0.45))
        codes = [option.code for option in products.category(self.story.category).milestones]
        self._report(0.52, codes[0], 100, "材料已到，开始生产。")
        self._report(0.6, codes[len(codes) // 2], 60, "")

    def _report(self, part: float, milestone: str, percent: int, note: str) -> None:
        views = [self._photo("heap", part)]
        with self._step(part) as (session, order):
            pieces, expected = order.quantity * percent // 250, clock.now() + timedelta(days=self.story.lead * 0.3)
            said = production.Report(milestone, percent, pieces, expected.date(), views, note)
            production.report(session, order, said, actor=self.factory)

    def _fall_late(self) -> None:
        with clock.at(self.at(1, 1.2)), transaction() as session:
            order_tasks.note_lateness(session, self.order_id)

    def _finish(self) -> None:
        with self._step(0.77) as (session, order):
            self._give_address(session, order)
        with self._step(0.78) as (session, order):
            production.finish(session, order, order.quantity - self.story.short, actor=self.factory)

    def _give_address(self, session: Session, order: Order) -> None:
        street, postcode, phone = people.HOMES[self.story.by]
        brief = order.terms["brief"]
        to = {"recipient": self.creator.name, "phone": phone, "street": street, "postcode": postcode}
        to |= {"city": brief["ship_city"], "region": brief["ship_region"]}
        address.give(session, order, to, actor=self.creator)

    def _inspect(self, part: float, found: dict[str, int], *defects: inspections.Defect, note: str) -> None:
        golden = sample_queries.golden(reader(), self.order_id)
        beside = {photo: self._photo("angle", part) for photo in (golden.photos if golden else [])}
        with self._step(part) as (session, order):
            lot = order.made_quantity or order.quantity
            findings = inspections.Findings(lot, found, defects, beside, note=note)
            inspections.inspect_finally(session, order, findings, actor=self.factory)

    def _fail(self) -> None:
        stain = inspections.Defect("major", self.story.flaw, [self._photo("flaw", 0.84)])
        self._inspect(0.84, {"critical": 0, "major": 9, "minor": 0}, stain, note="")

    def _ask_concession(self) -> None:
        with self._step(0.87) as (session, order):
            words, allowance = "九件封口附近有小墨点，不影响使用，愿意让价。", order.balance_minor // 12
            concessions.ask(session, order, words, allowance, actor=self.factory)

    def _pass(self) -> None:
        self._inspect(0.84, dict.fromkeys(("critical", "major", "minor"), 0), note="全部合格。")

    # --- balance, parcels, what comes after ---

    def _balance(self) -> None:
        pay(self.order_id, LegKind.BALANCE, self.story.title, self.at(0.9), actor=self.creator)
        self._ship(0.93, 1, last=False)

    def _ship_last(self) -> None:
        self._ship(0.97, 2, last=True)

    def _ship(self, part: float, number: int, *, last: bool) -> None:
        views = [self._photo("cartons", part)]
        with self._step(part) as (session, order):
            pieces = parcels.made(order) - parcels.sent_before(session, order.id) if last else order.quantity // 2
            weight, cartons = pieces * 120, max(pieces // 100, 1)
            carrier, tracking = self.story.carrier, f"{order.number:06}00{number}88"
            load = parcels.Load(
                pieces, cartons, weight, weight + 900 * cartons, carrier, tracking, clock.now().date(), photos=views
            )  # fmt: skip
            parcels.ship(session, order, load, last=last, actor=self.factory)

    def _arrive(self) -> None:
        with transaction() as session:
            of_order = select(Parcel.id).where(Parcel.order_id == self.order_id).order_by(Parcel.number)
            sent = session.exec(of_order).all()
        for days, ident in zip((6.5, 8), sent, strict=True):
            with self._step(0.97, days) as (session, order):
                parcels.arrive(session, order, parcels.own_parcel(session, order, ident), actor=self.creator)

    def _dispute(self) -> None:
        views = [self._photo("flaw", 1.2, who=self.creator)]
        with self._step(0.97, 9) as (session, order):
            claims.dispute(session, order, self.story.flaw, claims.Remedy.PART, views, actor=self.creator)

    def _settle(self) -> None:
        """The claim's evidence leaves it open whose fault it is: the portal pays."""
        words = "The colour is within what was agreed, and yet not what you saw. We give you a tenth of the price."
        with self._step(0.97, 11) as (session, order):
            operator = people.actor(session.exec(select(Person).where(Person.role == Role.OPERATOR)).one())
            subsidies.set_budget(session, order.currency, 50_000, actor=operator)
            claims.settle(session, order, words, 0, order.total_minor // 10, actor=operator)
        collecting.release(self.order_id, self.at(0.97, 11), "claim_settled")

    def _close(self) -> None:
        with self._step(0.97, 12) as (session, order):
            orders.close(session, order, actor=self.creator)
        collecting.release(self.order_id, self.at(0.97, 12))
        with self._step(0.97, 14) as (session, order):
            said = catalogue.Said(order.id, self.story.sku, self.story.retail)
            catalogue.price(session, [said], actor=self.creator)
        if self.story.again:
            with clock.at(clock.now() - timedelta(hours=20)), transaction() as session:
                order = lock(session, Order, self.order_id)
                repeats.repeat(session, order, list(self.story.quantities), actor=self.creator)
