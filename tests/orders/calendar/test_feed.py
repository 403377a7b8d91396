"""A calendar that a phone subscribes to: what stands in it for each side, who can read it and until when."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlmodel import Session

from portal.accounts.models import Membership, Person
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import transaction
from portal.core.lifecycle import LIFECYCLES
from portal.orders.calendar import operations, queries
from portal.orders.calendar.writing import WORDS, written
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from tests import make
from tests.accounts.conftest import variant
from tests.deals import Deal, deal, quoted
from tests.orders.placing import paid, placed
from tests.orders.stages import at_stage, sides

KEY = "test-secret-key-of-forty-characters-here"


def subscribe(session: Session, person: Person) -> str:
    return f"/calendar/{operations.renew(session, person.id, KEY)}.ics"


def read(client: FlaskClient, path: str) -> list[icalendar.Event]:
    answer = client.get(path)
    assert answer.status_code == 200
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def summaries(client: FlaskClient, path: str) -> list[str]:
    return [str(event["summary"]) for event in read(client, path)]


@pytest.fixture
def under_way(clean: None) -> tuple[Deal, Order, str, str]:
    """A paid order, its creator's and its factory's calendars."""
    with transaction() as session:
        made = deal(session, title="Stinky tofu plush")
        quoted(session, made)
        order = paid(session, made)
        calendars = subscribe(session, made.buyer), subscribe(session, made.workers[0])
    return made, order, *calendars


def test_every_deadline_of_the_tables_has_words():
    wanted = {
        (name, step.deadline.step)
        for name in ("order", "change", "invitation", "brief")
        for step in LIFECYCLES[name].steps
        if step.deadline
    }
    assert wanted - {("order", "fall_late")} <= set(WORDS)


def test_a_creators_dates_from_the_brief_to_the_deposit(client: FlaskClient):
    with transaction() as session:
        made = deal(session, title="Stinky tofu plush")
        path = subscribe(session, made.buyer)
    said = f"{made.brief.number} Stinky tofu plush"
    assert summaries(client, path) == [f"Quotes due: {said}", f"Brief closes: {said}"]
    with transaction() as session:
        made.brief = session.merge(made.brief)
        made.invitations = [session.merge(one) for one in made.invitations]
        quoted(session, made)
    assert summaries(client, path) == [f"Quotes due: {said}", f"Quote expires: {said}", f"Brief closes: {said}"]
    with transaction() as session:
        made.brief = session.merge(made.brief)
        made.invitations = [session.merge(one) for one in made.invitations]
        order = placed(session, made)
    (event,) = read(client, path)
    assert str(event["summary"]) == f"Deposit due: {order.number} Stinky tofu plush"
    assert event.decoded("dtstart") == order.deposit_due_at.replace(microsecond=0)
    assert event.decoded("url") == f"http://portal.test/orders/{order.id}"


def test_a_factory_reads_its_dates_in_its_own_language(client: FlaskClient):
    with transaction() as session:
        made = deal(session, title="臭豆腐毛绒玩具")
        path = subscribe(session, made.workers[0])
    (event,) = read(client, path)
    assert "臭豆腐毛绒玩具" in event["summary"]
    assert event["summary"] == f"报价截止：{made.brief.number} 臭豆腐毛绒玩具"
    assert event.decoded("url") == f"http://portal.test/inbox/{made.invitations[0].id}"


def test_a_confidential_brief_has_no_title_before_the_nda(client: FlaskClient):
    with transaction() as session:
        made = deal(session, title="Secret plush", confidential=True)
        path = subscribe(session, made.workers[0])
    (event,) = read(client, path)
    assert "Secret" not in event.to_ical().decode()


def test_both_sides_see_the_promised_day_as_a_whole_day(client: FlaskClient, under_way):
    _made, order, creators, factorys = under_way
    for path in (creators, factorys):
        days = [event for event in read(client, path) if event.decoded("dtstart") == order.ship_by]
        assert len(days) == 1
        assert days[0].decoded("dtend") == order.ship_by + timedelta(days=1)


def test_nobody_else_is_in_it(client: FlaskClient, under_way):
    made, _order, creators, _factorys = under_way
    with transaction() as session:
        stranger, rival = subscribe(session, make.person(session)), subscribe(session, made.workers[1])
    assert read(client, stranger) == []
    assert read(client, rival) == []
    text = client.get(creators).text
    assert made.buyer.email not in text
    assert made.buyer.name not in text
    assert made.workers[0].name not in text


def test_a_removed_member_loses_the_factorys_dates_at_once(client: FlaskClient, under_way):
    made, _order, _creators, factorys = under_way
    assert read(client, factorys)
    with transaction() as session:
        session.execute(delete(Membership).where(Membership.person_id == made.workers[0].id))
    assert read(client, factorys) == []


def test_who_may_no_longer_sign_in_has_no_calendar(client: FlaskClient, under_way):
    made, _order, creators, _factorys = under_way
    with transaction() as session:
        session.get_one(Person, made.buyer.id).active = False
    assert client.get(creators).status_code == 404


def test_an_unchanged_calendar_is_not_sent_again(client: FlaskClient, under_way):
    _made, order, creators, _factorys = under_way
    first = client.get(creators)
    assert first.content_type == "text/calendar; charset=utf-8"
    again = client.get(creators, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction() as session:
        session.get_one(Order, order.id).ship_by += timedelta(days=1)
    assert client.get(creators, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_entries_keep_their_names_when_their_date_moves(client: FlaskClient, under_way):
    _made, order, creators, _factorys = under_way
    before = {str(event["uid"]) for event in read(client, creators)}
    with transaction() as session:
        session.get_one(Order, order.id).ship_by += timedelta(days=9)
    assert {str(event["uid"]) for event in read(client, creators)} == before


def test_long_and_spiteful_titles_stay_within_their_line(app: Flask, session: Session):
    title = "毛绒\r\nATTENDEE:mailto:x@example.com;,\\" + "很长" * 30
    order = at_stage(session, OrderStage.PRODUCTION)
    order.title = title
    session.flush()
    reader, _factory = sides(session, order)
    entries = queries.entries(session.connection(), reader)
    text = written(entries, "portal.test", lambda entry: "http://portal.test/")
    lines = text.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(line.startswith(b"ATTENDEE") for line in lines)
    summary = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["summary"]
    assert "ATTENDEE:mailto:x@example.com;,\\很长" in summary


@pytest.mark.parametrize("stage", OrderStage)
def test_every_stage_can_be_written(session: Session, stage: OrderStage):
    order = at_stage(session, stage)
    for reader in sides(session, order):
        entries = queries.entries(session.connection(), reader)
        text = written(entries, "portal.test", lambda entry: "http://portal.test/")
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
            at = event.decoded("dtstart")
            assert not hasattr(at, "tzinfo") or at.tzinfo.utcoffset(at) == timedelta()


def test_the_settings_show_make_and_revoke_the_address(sign_in: Callable[..., FlaskClient]):
    with transaction() as session:
        ada = make.person(session)
    browser = sign_in(ada)
    assert ".ics" not in browser.get("/settings").text
    addresses = []
    for old in (False, True):
        assert browser.post("/settings/calendar").status_code == 303
        shown = browser.get("/settings").text
        assert ("The old one no longer works" in shown) == old
        addresses.append(shown.split("http://portal.test/calendar/")[1].split(".ics")[0])
    first, second = (f"/calendar/{token}.ics" for token in addresses)
    assert first != second
    assert (browser.get(first).status_code, browser.get(second).status_code) == (404, 200)
    assert browser.post("/settings/calendar/off").status_code == 303
    assert browser.get(second).status_code == 404
    assert ".ics" not in browser.get("/settings").text


def test_the_database_knows_no_address(session: Session):
    token = operations.renew(session, make.person(session).id, KEY)
    rows = session.connection().exec_driver_sql("select c::text from calendar_feed c").scalars().all()
    assert len(token) >= 43
    assert not any(token in row for row in rows)


def test_an_operator_has_no_calendar_and_visitors_make_none(sign_in: Callable[..., FlaskClient]):
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    assert sign_in(operator).post("/settings/calendar").status_code == 404
    assert sign_in(None).post("/settings/calendar").location.startswith("/login")


def test_it_can_be_asked_for_only_so_often(settings, under_way):
    _made, _order, creators, _factorys = under_way
    browser = variant(settings, RATE_LIMITS=True).test_client()
    answers = [browser.get(creators).status_code for _time in range(61)]
    assert set(answers[:60]) == {200}
    assert answers[60] == 429


def test_moments_are_the_same_wherever_the_reader_is(session: Session):
    order = at_stage(session, OrderStage.AWAITING_DEPOSIT)
    reader, _factory = sides(session, order)
    (entry,) = queries.entries(session.connection(), reader)
    assert entry.at.astimezone(ZoneInfo("Asia/Shanghai")) == order.deposit_due_at > now()
