"""People of both sides write in the same moment: every message counts once, in one order."""

import re
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core.db import transaction
from portal.messages import operations
from portal.messages.models import Message, Thread
from tests import deals, make
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


def test_a_form_that_is_sent_five_times_at_once_is_one_message(app: Flask, clean: None):
    """And each of the five is answered as the first: with the thread and a form of its own."""
    with transaction() as session:
        made = deals.deal(session, 1)
    key = make.sign_in_key(made.buyer)
    path = f"/messages/{made.invitations[0].id}"

    def browser() -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as kept:
            kept["_user_id"], kept["_fresh"] = key, True
        return client

    token = _token(browser().get(path).text)

    def post(_time: int) -> tuple[int, str]:
        answer = browser().post(path, data={"text": "Which pink?", "token": token}, headers={"HX-Request": "true"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(post, range(5)))
    for status, text in answers:
        assert status == 200
        assert text.count("Which pink?") == 1
        assert _token(text) != token
    with transaction() as session:
        assert session.scalars(select(Message.text)).all() == ["Which pink?"]
        assert side(session, made.factories[0]).unread == 1
        assert session.scalars(select(Thread.version)).one() == 2


def _token(page: str) -> str:
    return re.search('name="token" value="([0-9a-f]+)"', page)[1]  # type: ignore[index]


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
