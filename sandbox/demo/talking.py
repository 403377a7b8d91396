"""What the two sides of a demo order say to each other while it is made: messages, and a change after the freeze."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import select

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.events import Event
from portal.messages import operations as messages
from portal.orders.changes import operations as changes
from portal.orders.changes import queries
from portal.orders.changes.proposal import Proposal
from portal.orders.models import Order
from portal.specs import tasks as spec_tasks
from sandbox.demo.stories import Change, Story


def propose_change(said: Change, order_id: UUID, at: datetime, *, by: Actor, to: Actor) -> None:
    """Propose a change order at a moment that has passed; the other side accepts it, or has still to answer."""
    with clock.at(at), transaction() as session:
        order = lock(session, Order, order_id)
        seen = queries.newest(session, order_id)
        later = order.ship_by + timedelta(days=said.days) if order.ship_by and said.days else None
        proposal = Proposal(said.reason, dict(said.values), price_minor=said.price_minor, ship_by=later, seen=seen)
        changes.propose(session, order, proposal, actor=by)
    if said.accepted:
        _accept(order_id, seen + 1, at + timedelta(hours=4), by=to)


def _accept(order_id: UUID, number: int, at: datetime, *, by: Actor) -> None:
    """The spec's next revision follows at once: nobody who looks for it has to wait for the worker."""
    with clock.at(at), transaction() as session:
        change = changes.accept(session, lock(session, Order, order_id), number, actor=by)
    with transaction() as session:
        of_change = select(Event.id).where(Event.subject_id == change.id, Event.name == "change_accepted")
        event = session.exec(of_change).one()
    with clock.at(at + timedelta(minutes=2)):
        spec_tasks.revise(event_id=str(event))


def talk(story: Story, invitation_id: UUID, *, creator: Actor, factory: Actor) -> None:
    """Write the story's messages, hours apart; the other side puts into its own language what it was sent."""
    for number, (side, text, translated) in enumerate(story.thread):
        author, reader = (creator, factory) if side == Role.CREATOR else (factory, creator)
        with clock.at(clock.now() - timedelta(hours=3.5 * (len(story.thread) - number))), transaction() as session:
            message = messages.send(session, invitation_id, actor=author, text=text, photo_ids=[])
            if translated:
                messages.translate(session, invitation_id, message.id, actor=reader, text=translated)
