"""People of both sides write in the same moment: every message counts once, in one order."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from portal.core.db import transaction
from portal.messages import operations
from portal.messages.models import Message, Thread
from tests import deals
from tests.messages.conftest import say, side

_EACH = 6


def test_a_thread_begun_from_both_sides_at_once(app: Flask, clean: None):
    with transaction() as session:
        made = deals.deal(session, 1)

    def write(number: int) -> None:
        with app.app_context(), transaction() as session:
            say(session, made, (made.creator, made.factories[0])[number % 2], f"no. {number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(2 * _EACH)))
    with transaction() as session:
        assert session.scalars(select(Thread.version)).one() == 1 + 2 * _EACH
        messages = session.scalars(select(Message).order_by(Message.id)).all()
        assert len(messages) == 2 * _EACH
        for actor in (made.creator, made.factories[0]):
            own = [number for number, message in enumerate(messages) if message.role == actor.role]
            assert side(session, actor).unread == 2 * _EACH - 1 - own[-1], "what came after one's own last word"


def test_two_workers_tell_once(app: Flask, clean: None):
    with transaction() as session:
        made = deals.deal(session, 1)
        say(session, made, made.creator)
        waiting = side(session, made.factories[0])
        waiting.untold_since -= operations.UNREAD_FOR

    def tell(_worker: int) -> None:
        with app.app_context(), transaction() as session:
            operations.tell(session, waiting.id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, range(2)))
    with transaction() as session:
        told = session.connection().exec_driver_sql("select count(*) from event where name = 'messages_waiting'")
        assert told.scalar_one() == 1
        assert session.scalar(select(func.count()).select_from(Message)) == 1
