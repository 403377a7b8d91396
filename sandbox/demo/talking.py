"""What the two sides of a demo order say to each other while it is made: messages, and a change after the freeze."""

from datetime import timedelta
from uuid import UUID

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.messages import operations as messages
from portal.orders.changes import operations as changes
from portal.orders.changes import queries
from portal.orders.changes.proposal import Proposal
from portal.orders.models import Order
from sandbox.demo.stories import Story


def propose_change(story: Story, order_id: UUID, *, by: Actor, to: Actor) -> None:
    """Propose the story's change order; the other side accepts it, or has still to answer."""
    if story.change is None:
        return
    said = story.change
    with clock.at(clock.now() - timedelta(hours=26)), transaction() as session:
        order = lock(session, Order, order_id)
        seen = queries.newest(session, order_id)
        proposal = Proposal(said.reason, dict(said.values), price_minor=said.price_minor, seen=seen)
        changes.propose(session, order, proposal, actor=by)
    if said.accepted:
        with clock.at(clock.now() - timedelta(hours=21)), transaction() as session:
            changes.accept(session, lock(session, Order, order_id), seen + 1, actor=to)


def talk(story: Story, invitation_id: UUID, *, creator: Actor, factory: Actor) -> None:
    """Write the story's messages, hours apart; the other side puts into its own language what it was sent."""
    for number, (side, text, translated) in enumerate(story.thread):
        author, reader = (creator, factory) if side == Role.CREATOR else (factory, creator)
        with clock.at(clock.now() - timedelta(hours=3.5 * (len(story.thread) - number))), transaction() as session:
            message = messages.send(session, invitation_id, actor=author, text=text, photo_ids=[])
            if translated:
                messages.translate(session, invitation_id, message.id, actor=reader, text=translated)
