"""What the people of a deal do in the thread of its first invitation."""

from sqlalchemy import select
from sqlmodel import Session

from portal.core.actor import Actor
from portal.messages import operations
from portal.messages.models import Message, ThreadSide
from portal.orders.models import Order
from tests import deals, make


def say(session: Session, made: deals.Deal, actor: Actor, text: str = "Hello", photos: tuple[str, ...] = ()) -> Message:
    """The actor writes in the thread."""
    return operations.send(session, made.invitations[0].id, actor=actor, text=text, photo_ids=list(photos))


def side(session: Session, actor: Actor) -> ThreadSide:
    """The actor's side of the only thread, as it stands now."""
    query = select(ThreadSide).where(ThreadSide.role == actor.role).execution_options(populate_existing=True)
    return session.scalars(query).one()


def ordered(session: Session, made: deals.Deal) -> Order:
    """The deal's first factory has won."""
    return make.order(session, made.invitations[0], deals.quoted(session, made), made.brief)
