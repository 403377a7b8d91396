"""Telling a story: every step through the portal's own operations, with the clock set to its day."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlmodel import Session, select

from portal.accounts.models import Membership, Person
from portal.core import clock
from portal.core.actor import CLOCK, Actor, Role
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.designs import keys, storage, uploads
from portal.designs import operations as designs
from portal.designs import tasks as design_tasks
from portal.factories.models import Capability, Factory, PriceTier
from portal.orders import operations as orders
from portal.orders.models import Order
from portal.payments.models import LegKind
from portal.sourcing import assumptions, brief_operations, matching, quote_operations
from portal.sourcing import invitation_operations as invitations
from portal.sourcing.lifecycle import InvitationStage
from portal.sourcing.models import Brief, Invitation
from portal.specs import operations as specs
from portal.specs import tasks as spec_tasks
from portal.specs.models import SpecRevision
from sandbox.demo.artwork import FILES
from sandbox.demo.browser import put
from sandbox.demo.making import Making
from sandbox.demo.paying import pay
from sandbox.demo.stories import MADE, Story, Until
from sandbox.demo.talking import propose_change, talk

_QUOTED = (Until.QUOTED, Until.REVISED, Until.WITHDRAWN, Until.EXPIRED)
_PAID = (Until.PAID, Until.HALF_ACCEPTED, *MADE)


class Telling:
    """One story being told. Each step runs in transactions of its own, at `hours` after the story's beginning."""

    def __init__(self, story: Story, creator: Actor) -> None:
        self.story, self.creator = story, creator
        self.began = clock.now() - timedelta(days=story.days)
        self.random = Random(story.title)
        self.firm_id: UUID | None = None

    def at(self, hours: float) -> datetime:
        """A moment of the story, never later than now."""
        return min(self.began + timedelta(hours=hours), clock.now() - timedelta(seconds=30))

    def tell(self) -> None:
        until = self.story.until
        self._draft()
        if until == Until.DRAFT:
            return
        self._submit()
        self._answers()
        if until == Until.WITHDRAWN:
            with clock.at(self.at(90)), transaction() as session:
                brief_operations.withdraw(session, lock(session, Brief, self.brief_id), actor=self.creator)
        elif until == Until.EXPIRED:
            with clock.at(self.at(24 * 30.1)), transaction() as session:
                invitations.expire_brief(session, lock(session, Brief, self.brief_id), actor=CLOCK)
        elif until not in (*_QUOTED, Until.OPEN):
            self._order()

    # --- the brief ---

    def _draft(self) -> None:
        story = self.story
        with clock.at(self.began), transaction() as session:
            brief = brief_operations.start(session, story.category, actor=self.creator)
            brief.title, brief.description, brief.values = story.title, story.description, story.spec
            brief.quantities, brief.target_cost_minor = list(story.quantities), story.target
            brief.currency, brief.confidential = story.currency, story.confidential
            brief.needed_by = (clock.now() + timedelta(days=100)).date()
            brief.ship_country, brief.ship_region, brief.ship_city = story.where
            session.add(brief)
            self.brief_id = brief.id
        for name in story.artwork:
            self._upload(name)

    def _upload(self, name: str) -> None:
        data = FILES[name]()
        with clock.at(self.at(0.5)), transaction() as session:
            file = designs.begin_file(
                session, self.brief_id, actor=self.creator, name=name, size=len(data), declared_type=""
            )
            file_id = file.id
        etag = put(storage.grant(keys.upload_key(file_id), len(data), uploads.media_type(name)), data, name)
        with clock.at(self.at(0.5)), transaction() as session:
            designs.receive(session, file_id, actor=self.creator, etag=etag)
        with transaction() as session:
            event = session.exec(select(Event.id).where(Event.subject_id == file_id)).first()
        design_tasks.inspect(event_id=str(event))

    def _submit(self) -> None:
        with clock.at(self.at(1)), transaction() as session:
            brief = lock(session, Brief, self.brief_id)
            found = matching.suggest(session.connection(), matching.Ask.of(brief, clock.now().date()))
            if not found:
                raise LookupError(f"no factory fits the demo brief {self.story.title!r}")
            brief.shortlist = [one.factory_id for one in found[: self.story.quotes + 2]]
            if self.story.firm:
                self.firm_id = session.exec(select(Factory.id).where(Factory.name == self.story.firm)).one()
                brief.shortlist = list({*brief.shortlist, self.firm_id})
            made = brief_operations.submit(session, brief, actor=self.creator)
            if self.firm_id and self.firm_id not in {one.factory_id for one in made}:
                raise LookupError(f"{self.story.firm!r} does not fit the demo brief {self.story.title!r}")

    # --- the factories' answers ---

    def _answers(self) -> None:
        with transaction() as session:
            query = select(Invitation.id).where(Invitation.brief_id == self.brief_id)
            asked = list(session.exec(query.order_by(Invitation.factory_id != self.firm_id, Invitation.score.desc())))
        if self.story.waits:
            self._wait(asked.pop(0))
        for number, invitation_id in enumerate(asked[: self.story.quotes]):
            self._answer(invitation_id, number)
        if self.story.quotes and len(asked) > self.story.quotes:
            self._decline(asked[self.story.quotes])
        if self.story.until == Until.REVISED:
            self._quote(asked[0], hours=70, factor=0.94)

    def _answer(self, invitation_id: UUID, number: int) -> None:
        with clock.at(self.at(3 + 5 * number)), transaction() as session:
            who = _member(session, invitation_id)
            invitation = invitations.own(session, invitation_id, who)
            invitations.mark_opened(session, invitation)
            if self.story.confidential:
                invitations.accept_nda(session, invitation, actor=who)
            if number == 0 and not self.story.waits:
                self._ask(session, invitation, who)
        self._quote(invitation_id, hours=6 + 9 * number, factor=1 + self.random.uniform(-0.06, 0.16))

    def _wait(self, invitation_id: UUID) -> None:
        """The firm has asked its question and not quoted yet; without a question it has not even looked."""
        if not self.story.question:
            return
        with clock.at(self.at(4)), transaction() as session:
            who = _member(session, invitation_id)
            invitation = invitations.own(session, invitation_id, who)
            invitations.mark_opened(session, invitation)
            self._ask(session, invitation, who)

    def _ask(self, session: Session, invitation: Invitation, who: Actor) -> None:
        if not self.story.question:
            return
        text, answer = self.story.question
        question = invitations.ask(session, invitation, text, actor=who)
        brief = lock(session, Brief, self.brief_id)
        invitations.answer(session, brief, question.id, answer, to_all=True, actor=self.creator)

    def _quote(self, invitation_id: UUID, *, hours: float, factor: float) -> None:
        with clock.at(self.at(hours)), transaction() as session:
            who = _member(session, invitation_id)
            invitation = invitations.own(session, invitation_id, who)
            offer = self._offer(session, invitation, factor)
            quote_operations.send(session, invitation, offer, actor=who)

    def _offer(self, session: Session, invitation: Invitation, factor: float) -> quote_operations.Offer:
        brief = session.get_one(Brief, self.brief_id)
        factory = session.get_one(Factory, invitation.factory_id)
        own = (Capability.factory_id == factory.id, Capability.category == brief.category)
        capability = session.exec(select(Capability).where(*own)).one()
        rate = {"CNY": 1.0, "USD": 7.1, "EUR": 7.8}[brief.currency]
        city = brief.ship_city if brief.ship_country != "CN" else factory.city
        local = brief.ship_country == "CN"
        return quote_operations.Offer(
            lines=tuple(self._line(session, factory, brief, quantity, factor, rate) for quantity in brief.quantities),
            tooling_minor=round(capability.tooling_fee_minor / rate),
            plate_minor=round(capability.plate_fee_minor / rate),
            sample_minor=round(capability.sample_fee_minor / rate),
            sample_days=capability.sample_days,
            sample_rounds=self.random.choice((1, 2, 2)),
            extra_sample_minor=round(capability.sample_fee_minor / rate),
            deposit_percent=factory.deposit_percent,
            advance_percent=self.story.advance,
            incoterm="DAP" if not local else "EXW",
            incoterm_place=city,
            tax_included=not local or self.random.random() < 0.5,
            tax_percent=13 if local else 0,
            valid_until=clock.now() + timedelta(days=self.random.choice((21, 30))),
            assumptions={one.path: one.suggestion or "与确认样一致 as the approved sample"
                         for one in assumptions.blanks(brief.category, brief.values)},
            note=self.random.choice(("含两次打样修改。", "大货前寄产前样。", "国庆、春节放假除外。", "")),
        )  # fmt: skip

    def _line(
        self, session: Session, factory: Factory, brief: Brief, quantity: int, factor: float, rate: float
    ) -> quote_operations.OfferLine:
        tiers = session.exec(
            select(PriceTier)
            .where(
                PriceTier.factory_id == factory.id,
                PriceTier.category == brief.category,
                PriceTier.currency == "CNY",
                PriceTier.min_quantity <= quantity,
            )
            .order_by(PriceTier.min_quantity.desc())
        ).first() or session.exec(
            select(PriceTier)
            .where(PriceTier.factory_id == factory.id, PriceTier.currency == "CNY")
            .order_by(PriceTier.min_quantity)
        ).first()  # fmt: skip
        price = max(round(tiers.unit_price_minor * factor / rate), 1)
        freight = 0 if brief.ship_country == "CN" else round(quantity * price * 0.12) + round(9000 / rate * 10)
        days = self.story.lead if self.story.until in MADE else tiers.lead_days + self.random.randrange(4)
        return quote_operations.OfferLine(quantity, price, days, freight)

    def _decline(self, invitation_id: UUID) -> None:
        with clock.at(self.at(30)), transaction() as session:
            who = _member(session, invitation_id)
            invitation = invitations.own(session, invitation_id, who)
            reason = self.random.choice(("capacity", "quantity", "time"))
            invitations.decline(session, invitation, reason, "本月产线已排满，下次合作。", actor=who)

    # --- the order ---

    def _order(self) -> None:
        with clock.at(self.at(40)), transaction() as session:
            query = select(Invitation).where(
                Invitation.brief_id == self.brief_id, Invitation.stage == InvitationStage.QUOTED
            )
            chosen = session.exec(
                query.order_by(Invitation.factory_id != self.firm_id, Invitation.score.desc())
            ).first()
            quantity = self.story.quantities[len(self.story.quantities) // 2]
            order = orders.award(session, self.brief_id, chosen.current_quote_id, quantity, actor=self.creator)
            self.order_id, self.invitation_id = order.id, chosen.id
        until = self.story.until
        if until == Until.CANCELLED:
            with clock.at(self.at(120)), transaction() as session:
                orders.cancel(session, lock(session, Order, self.order_id), "改了主意", actor=self.creator)
        elif until == Until.LAPSED:
            with clock.at(self.at(40 + 24 * 7.1)), transaction() as session:
                orders.expire(session, lock(session, Order, self.order_id), actor=CLOCK)
        elif until in _PAID:
            pay(self.order_id, LegKind.DEPOSIT, self.story.title, self.at(44), actor=self.creator)
            self._spec()
        if until in MADE:
            self._make()

    def _spec(self) -> None:
        with transaction() as session:
            query = select(Event.id).where(Event.order_id == self.order_id, Event.name == "deposit_paid")
            event = session.exec(query).one()
        with clock.at(self.at(44.2)):
            spec_tasks.freeze(event_id=str(event))
        sides = 2 if self.story.until in MADE else int(self.story.until == Until.HALF_ACCEPTED)
        for number in range(sides):
            with clock.at(self.at(47 + 3 * number)), transaction() as session:
                who = self.creator if number else _member(session, self.invitation_id)
                spec = session.exec(select(SpecRevision).where(SpecRevision.order_id == self.order_id)).one()
                order = lock(session, Order, self.order_id)
                specs.accept(session, order, revision=spec.revision, pdf_sha256=spec.pdf_sha256, actor=who)

    def _make(self) -> None:
        with transaction() as session:
            factory = _member(session, self.invitation_id)
        change = self.story.change
        if change and not change.accepted:
            propose_change(change, self.order_id, self.at(54), by=self.creator, to=factory)
        Making(self.story, self.order_id, self.creator, factory, self.at(50)).tell()
        if change and change.accepted:
            propose_change(change, self.order_id, clock.now() - timedelta(hours=22), by=self.creator, to=factory)
        talk(self.story, self.invitation_id, creator=self.creator, factory=factory)


def _member(session: Session, invitation_id: UUID) -> Actor:
    """One of the invited factory's people."""
    invitation = session.get_one(Invitation, invitation_id)
    query = select(Person).join(Membership).where(Membership.factory_id == invitation.factory_id)
    person = session.exec(query).first()
    factory = session.get_one(Factory, invitation.factory_id)
    return Actor(
        Role.FACTORY, person.id, factory.id, person.name, person.email, factory.name_zh, owner=True, locale="zh_Hans"
    )
