"""From a step to the mailbox, over real SMTP: once, whole, and only to whom it is for."""

from email import message_from_bytes, policy

import pytest
from sqlmodel import select

from portal.core import jobs
from portal.core.actor import Role
from portal.core.config import Settings
from portal.core.db import transaction
from portal.core.lifecycle import advance
from portal.mail import delivery, tasks
from portal.mail.models import Email, EmailStage
from tests import make

SENDER = Settings(MAIL_FROM="Xiaodan 小单 <no-reply@portal.test>", MAIL_REPLY_TO="help@portal.test")


@pytest.fixture
def told(clean):
    """An invited factory of two members, one unconfirmed; the invitation's event."""
    with transaction() as session:
        creator, factory = make.person(session), make.factory(session)
        member = make.member(session, factory)
        make.member(session, factory, confirmed_at=None)
        brief = make.brief(session, creator, title="=?utf-8?q?a=0ABcc:x@y.z?= tote")
        invitation = make.invitation(session, brief, factory)
        event = advance(session, invitation, "invite", actor=make.actor(creator))
        return event.id, member.email


def emails() -> list[Email]:
    with transaction() as session:
        return list(session.exec(select(Email)))


def test_an_event_is_told_once_however_often_the_job_runs(told):
    event_id, address = told
    for _ in range(3):
        tasks.announce(event_id=str(event_id), roles=[Role.FACTORY.value])
    assert [email.recipient for email in emails()] == [address]


def test_it_arrives_whole_and_once(told, mailbox):
    event_id, address = told
    tasks.announce(event_id=str(event_id), roles=["factory"])
    [email] = emails()
    for _ in range(2):
        tasks.send(email_id=str(email.id))
    [message] = mailbox.messages(to=address)
    assert message["Message-ID"] == f"<{email.id}@{tasks.settings().MAIL_FROM.rpartition('@')[2].rstrip('>')}>"
    assert message["Bcc"] is None
    assert "小单" in message.get_body(("plain",)).get_content()
    assert message.get_body(("html",)) is not None
    assert emails()[0].stage == EmailStage.SENT


def test_a_server_that_is_down_loses_nothing(told, app, monkeypatch):
    event_id, _address = told
    tasks.announce(event_id=str(event_id), roles=["factory"])
    [email] = emails()
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"SMTP_PORT": 1}))
    with pytest.raises(delivery.Postponed):
        tasks.send(email_id=str(email.id))
    assert emails()[0].stage == EmailStage.QUEUED
    monkeypatch.setitem(app.extensions, "settings", settings)
    tasks.send(email_id=str(email.id))
    assert emails()[0].stage == EmailStage.SENT


def test_an_email_that_waits_without_a_job_is_found_again(told, session):
    event_id, _address = told
    tasks.announce(event_id=str(event_id), roles=["factory"])
    with transaction() as other:
        email = other.exec(select(Email)).one()
        email.created_at = email.created_at.replace(year=2020)
        other.add(email)
        other.connection().exec_driver_sql("delete from procrastinate_jobs")
    tasks.sweep(timestamp=0)
    with transaction() as other:
        rows = other.connection().exec_driver_sql("select args->>'email_id' from procrastinate_jobs").scalars().all()
    assert rows == [str(email.id)]
    assert "mail.send" in jobs.app.tasks


@pytest.mark.parametrize("field", ["subject", "recipient"])
@pytest.mark.parametrize("nasty", ["a\r\nBcc: x@y.z", "=?utf-8?q?a=0ABcc:x@y.z?=", "a\nb"])
def test_nothing_forges_a_header(field: str, nasty: str):
    email = Email(template="x", recipient="a@example.com", locale="en", subject="s", body_text="t", body_html="h")
    setattr(email, field, nasty)
    with pytest.raises((delivery.Refused, ValueError)):
        delivery.build(email, SENDER, [])


def test_an_optional_letter_can_be_ended_from_the_mail_program(client, told, app):
    with transaction() as session:
        creator = make.person(session)
        person_id = creator.id
    with app.app_context():
        from portal.mail.unsubscribe import unsubscribe_headers

        header = unsubscribe_headers(person_id, "quote_expired")["List-Unsubscribe"]
    link = header.strip("<>").removeprefix("http://portal.test")
    assert client.get(link).status_code == 200
    with transaction() as session:
        assert session.get_one(type(creator), person_id).notify == {}
    client.post(link)
    with transaction() as session:
        assert session.get_one(type(creator), person_id).notify == {"quote_expired": False}
    assert client.post(link[:-2] + "xx").status_code == 404


def test_a_message_reads_back_as_it_was_written():
    email = Email(
        template="x", recipient="a@example.com", locale="zh_Hans", subject="新询价单：毛绒 & 玩具", body_text="正文\n",
        body_html="<p>正文</p>",
    )  # fmt: skip
    message = delivery.build(email, SENDER, [("规格.pdf", "application/pdf", b"%PDF-")])
    again = message_from_bytes(message.as_bytes(), policy=policy.SMTP)
    assert again["Subject"] == email.subject
    assert again["Reply-To"] == "help@portal.test", "letters ask people to write to us"
    assert [part.get_filename() for part in again.iter_attachments()] == ["规格.pdf"]
