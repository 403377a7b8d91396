"""Threads on pages: both sides, the polling fragment, the badge, refusals, an operator's reason."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.events import Event
from portal.factories.models import Factory
from portal.mail.models import Email
from portal.mail.tasks import announce
from portal.messages import tasks
from portal.messages.models import Message, ThreadSide
from portal.sourcing.invitation_operations import DECLINE_REASONS
from tests import deals, make, photographs
from tests.messages.conftest import ordered, say, side

HTMX = {"HX-Request": "true"}
NASTY = "<script>alert(1)</script> \"quoted\" & 'both' {{ 7*7 }} <img src=x onerror=alert(1)>"


@pytest.fixture
def made(client: FlaskClient) -> deals.Deal:
    with transaction() as session:
        made = deals.deal(session, 2)
        for worker in made.workers:
            worker.locale = "en"
    return made


@pytest.fixture
def path(made: deals.Deal) -> str:
    return f"/messages/{made.invitations[0].id}"


def said(made: deals.Deal, *texts: str, by_factory: bool = False) -> list[Message]:
    with transaction() as session:
        return [say(session, made, made.factories[0] if by_factory else made.creator, text) for text in texts]


def unread(made: deals.Deal) -> int:
    with transaction() as session:
        return side(session, made.factories[0]).unread


def test_a_conversation(client, sign_in, made, path):
    sign_in(made.buyer)
    answer = client.post(path, data={"text": "Which pink?\nThe pale one?"})
    assert (answer.status_code, answer.location) == (303, f"{path}#end")
    sign_in(made.workers[0])
    page = client.get(path).text
    assert "Which pink?" in page
    assert "Nothing has been written" not in page
    answer = client.post(path, data={"text": "This one"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.index("Which pink?") < answer.text.index("This one")
    assert "<textarea" in answer.text
    assert "This one</textarea>" not in answer.text, "the place to write is empty again"


def test_what_is_written_runs_nowhere(client, sign_in, made, path):
    [message] = said(made, NASTY)
    with transaction() as session:
        worker = session.get_one(Person, made.workers[0].id)
        worker.locale, worker.name = "zh_Hans", "<b>Li</b>"
    sign_in(made.workers[0])
    client.post(f"{path}/{message.id}/translation", data={"text": NASTY})
    client.post(path, data={"text": NASTY})
    sign_in(made.buyer)
    for page in (client.get(path).text, client.get("/messages").text, client.get(f"{path}/new").text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Li" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


def test_new_ones_come_without_a_reload_and_cost_little(client, sign_in, made, path):
    said(made, "First")
    sign_in(made.workers[0])
    page = client.get(path).text
    address = re.search(r'hx-get="([^"]+/new\?seen=\d+)"', page)[1]
    with deals.statements() as sent:
        assert client.get(address, headers=HTMX).status_code == 204
    assert len(sent) <= 3, sent
    said(made, "Second")
    answer = client.get(address, headers=HTMX)
    assert "Second" in answer.text
    assert re.search(r"seen=(\d+)", answer.text)[1] != re.search(r"seen=(\d+)", address)[1]


def test_reading_is_marked_by_the_page_that_shows_it(client, sign_in, made, path):
    messages = said(made, "First", "Second")
    sign_in(made.workers[0])
    page = client.get(path).text
    assert unread(made) == 2, "fetching alone is not reading"
    assert f'hx-post="{path}/read"' in page
    assert f'name="upto" value="{messages[1].id}"' in page
    assert client.post(f"{path}/read", data={"upto": messages[1].id}, headers=HTMX).status_code == 204
    assert unread(made) == 0
    assert "/read" not in client.get(path).text
    for nonsense in ({}, {"upto": "x"}, {"upto": made.brief.id}):
        assert client.post(f"{path}/read", data=nonsense).status_code == 404
    sign_in(made.buyer)
    assert "Seen</p>" in client.get(path).text


def test_the_bar_says_how_many_wait_in_one_query(client, sign_in, made, path):
    said(made, "First", "Second")
    sign_in(made.workers[0])
    first = client.get("/orders")
    assert re.search(r'href="/messages">Messages <span class="badge">2', first.text)
    said(made, "Third")
    again = client.get("/orders", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200, "a page that was kept does not hide what is new"
    with deals.statements() as sent:
        client.get("/orders")
    assert len([one for one in sent if "thread_side" in one]) == 1
    sign_in(made.workers[1])
    assert "badge" not in client.get("/orders").text


def test_the_list_of_threads(client, sign_in, made, path):
    sign_in(made.workers[0])
    assert "No messages yet" in client.get("/messages").text
    said(made, "First", "Newest")
    page = client.get("/messages").text
    assert f'href="{path}"' in page
    assert "Newest" in page
    assert "First" not in page
    assert "2 new messages" in page
    sign_in(made.workers[1])
    assert "Newest" not in client.get("/messages").text


def test_nothing_typed_is_lost_when_it_is_refused(client, sign_in, made, path):
    sign_in(made.buyer)
    for headers in ({}, HTMX):
        answer = client.post(path, data={"text": "x" * 4001}, headers=headers)
        assert answer.status_code == 422
        assert "x" * 4001 in answer.text
        assert "Keep this to 4000 characters" in answer.text
    answer = client.post(path, data={"text": "  "})
    assert answer.status_code == 422
    assert "Write something" in answer.text
    with transaction() as session:
        strangers_photo = photographs.ready(session, "invitation", made.invitations[0].id, made.factories[0])
    answer = client.post(path, data={"text": "Look", "photos": [strangers_photo]})
    assert answer.status_code == 422
    assert "Look</textarea>" in answer.text
    assert strangers_photo not in answer.text, "and nobody else's photo is shown for it"


def test_photos_are_part_of_a_message(client, sign_in, made, path):
    with transaction() as session:
        photo = photographs.ready(session, "invitation", made.invitations[0].id, made.creator)
    sign_in(made.buyer)
    assert client.post(path, data={"text": "", "photos": [photo]}).status_code == 303
    assert f"{photo}-320.webp" in client.get(path).text


def test_too_many_at_once_are_refused_with_the_text_kept(client, sign_in, made, path, app):
    sign_in(made.buyer)
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"RATE_LIMITS": True})
    try:
        answers = [client.post(path, data={"text": f"no. {number}"}) for number in range(31)]
    finally:
        app.extensions["settings"] = settings
    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    assert "Go on in a few minutes" in answers[-1].text
    assert "no. 30</textarea>" in answers[-1].text


def test_earlier_messages_are_a_page_away(client, sign_in, made, path):
    said(made, *(f"word {number}." for number in range(60)))
    sign_in(made.workers[0])
    page = client.get(path).text
    assert "word 59." in page
    assert "word 9." not in page
    earlier = re.search(r'href="([^"]+before=[^"]+)"', page)[1]
    page = client.get(earlier).text
    assert "word 9." in page
    assert "word 10." not in page
    assert "tick" not in page, "what is old does not change"


def test_a_translation_stands_beside_the_message(client, sign_in, made, path):
    [message] = said(made, "Paler, please")
    with transaction() as session:
        session.get_one(Person, made.workers[0].id).locale = "zh_Hans"
    sign_in(made.workers[0])
    address = f"{path}/{message.id}/translation"
    assert address in client.get(path).text
    assert "Paler, please" in client.get(address).text
    assert client.post(address, data={"text": " "}).status_code == 422
    assert client.post(address, data={"text": "请淡一点"}).status_code == 303
    assert "请淡一点</textarea>" in client.get(address).text, "and may be bettered"
    sign_in(made.buyer)
    page = client.get(path).text
    assert 'lang="zh-Hans"' in page
    assert page.index("Paler, please") < page.index("请淡一点")
    assert client.get(address).status_code == 404, "not of one's own message"


def test_an_operator_says_why_and_both_sides_see_it(client, sign_in, made, path):
    said(made, "Between us")
    with transaction() as session:
        order = ordered(session, made)
        operator, other = (make.person(session, Role.OPERATOR, locale="zh_Hant") for _which in range(2))
        operator.locale = other.locale = "en"
    sign_in(operator)
    assert "Between us" not in client.get(f"/orders/{order.id}").text
    page = client.get(path)
    assert (page.status_code, "Between us" in page.text) == (200, False)
    assert client.get(f"{path}/new").status_code == 404
    assert client.post(f"{path}/look", data={"reason": " "}).status_code == 422
    assert client.post(f"{path}/look", data={"reason": "Claim about the pink"}).status_code == 303
    page = client.get(path).text
    assert "Between us" in page
    assert "<textarea" not in page
    assert client.post(path, data={"text": "I"}).status_code == 404
    sign_in(other)
    assert "Between us" not in client.get(path).text, "a reason is one person's"
    for side_of in (made.buyer, made.workers[0]):
        sign_in(side_of)
        assert "Claim about the pink" in client.get(path).text
        timeline = client.get(f"/orders/{order.id}").text
        assert "Xiaodan looked at the messages" in timeline
        assert "Claim about the pink" in timeline
    sign_in(made.buyer)
    brief = client.get(f"/briefs/{made.brief.id}").text
    assert "Works 0: Xiaodan looked at the messages" in brief
    assert "Claim about the pink" in brief
    sign_in(operator)
    with clock.at(clock.now() + timedelta(hours=25)):
        assert "Between us" not in client.get(path).text, "and it ends"


def test_strangers_see_nothing(client, sign_in, made, path):
    [message] = said(made, "Between us")
    with transaction() as session:
        stranger = make.person(session)
    for who in (stranger, made.workers[1], None):
        sign_in(who)
        for address in (path, f"{path}/new", f"{path}/{message.id}/translation"):
            assert client.get(address).status_code in (303, 404)
        for address in (path, f"{path}/read", f"{path}/look", f"{path}/{message.id}/translation"):
            answer = client.post(address, data={"text": "x", "upto": message.id, "reason": "x"})
            assert answer.status_code in (303, 404)
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_the_order_page_shows_the_last_three_and_both_chapters(client, sign_in, made, path):
    said(made, "one", "two", "three", "four")
    with transaction() as session:
        order = ordered(session, made)
    said(made, "after the award")
    sign_in(made.workers[0])
    page = client.get(f"/orders/{order.id}").text
    assert 'id="messages"' in page
    assert "after the award" in page
    assert ">two<" not in page
    assert f'href="{path}"' in page
    assert f"Since order {order.number}" in client.get(path).text


def test_the_brief_and_the_invitation_lead_to_the_thread(client, sign_in, made, path):
    sign_in(made.buyer)
    assert f'href="{path}"' in client.get(f"/briefs/{made.brief.id}").text
    sign_in(made.workers[0])
    assert f'href="{path}"' in client.get(f"/inbox/{made.invitations[0].id}").text


def test_a_thread_that_is_over_can_be_read_and_not_written(client, sign_in, made, path):
    said(made, "First")
    sign_in(made.workers[0])
    client.post(f"/inbox/{made.invitations[0].id}/decline", data={"reason": next(iter(DECLINE_REASONS)), "note": ""})
    page = client.get(path).text
    assert "First" in page
    assert "<textarea" not in page
    assert client.post(path, data={"text": "x"}).status_code == 409


def test_one_letter_reaches_each_who_missed_it(made, context):
    said(made, "One", "Two")
    with transaction() as session:
        side(session, made.factories[0]).untold_since = clock.now() - timedelta(minutes=11)
        make.member(session, session.get_one(Factory, made.factories[0].factory_id))
    tasks.tell(timestamp=0)
    tasks.tell(timestamp=0)
    with transaction() as session:
        event = session.scalars(select(Event).where(Event.name == "messages_waiting")).one()
    for _time in range(2):
        announce(event_id=str(event.id), roles=["factory"])
    with transaction() as session:
        letters = session.scalars(select(Email).where(Email.template == "messages_waiting")).all()
        assert len(letters) == 2, "one for each of the factory's people"
        assert len({letter.recipient for letter in letters}) == 2
        assert all("Two" in letter.body_text for letter in letters)
        assert session.scalars(select(ThreadSide.untold_since).where(ThreadSide.role == Role.FACTORY)).one() is None
