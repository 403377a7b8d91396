"""The mailbox: what is acknowledged is kept, and what was sent is shown as it is, harmlessly."""

import smtplib
from email.message import EmailMessage
from uuid import uuid4

import pytest
import requests

PDF = b"%PDF-1.7 not really\n" + bytes(range(256))


def send(mailbox, **changes: str) -> str:
    """Send a message with text, HTML, a picture and an attachment. Returns the address it went to."""
    to = f"{uuid4().hex}@example.com"
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", to, changes.get("subject", "询价 quote")
    message.set_content("Plain words: https://example.com/x")
    message.add_alternative("<script>alert(1)</script><p>Rich</p><img src='cid:logo'>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="工艺单 A.pdf")
    with smtplib.SMTP(mailbox.settings["SMTP_HOST"], int(mailbox.settings["SMTP_PORT"])) as client:
        client.send_message(message, "a@example.com", [to, "blind@example.com"])
    return to


def get(mailbox, path: str) -> requests.Response:
    return requests.get(mailbox.url + path, timeout=10)


def listed(mailbox, to: str) -> list[dict]:
    return get(mailbox, f"/api/messages?to={to}").json()


def test_a_message_is_listed_for_each_recipient_blind_copies_too(mailbox):
    to = send(mailbox)
    [message] = listed(mailbox, to.upper())
    assert message["subject"] == "询价 quote"
    assert "Plain words" in message["text"]
    assert message["to"] == [to, "blind@example.com"]
    assert message["id"] in [other["id"] for other in listed(mailbox, "blind@example.com")]
    assert listed(mailbox, "nobody@example.com") == []


def test_the_newest_comes_first(mailbox):
    to = [send(mailbox), send(mailbox)]
    shown = [message["to"][0] for message in listed(mailbox, "blind@example.com")]
    assert shown.index(to[1]) < shown.index(to[0])


def test_attachments_come_back_byte_for_byte(mailbox):
    [message] = listed(mailbox, send(mailbox))
    pdf = next(part for part in message["attachments"] if part["type"] == "application/pdf")
    answer = get(mailbox, pdf["url"])
    assert (answer.content, pdf["name"], pdf["size"]) == (PDF, "工艺单 A.pdf", len(PDF))
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_html_is_shown_with_its_pictures_and_may_run_nothing(mailbox):
    [message] = listed(mailbox, send(mailbox))
    answer = get(mailbox, f"/messages/{message['id']}/html")
    picture = next(part for part in message["attachments"] if part["type"] == "image/png")
    assert f"<img src='{picture['url']}'>" in answer.text
    assert "sandbox allow-popups" in answer.headers["Content-Security-Policy"]
    assert "script" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/messages/{id}"])
def test_what_a_message_says_is_only_text_on_the_pages(mailbox, path):
    to = send(mailbox, subject="<script>alert(2)</script>")
    [message] = listed(mailbox, to)
    page = get(mailbox, path.format(**message)).text
    assert "&lt;script&gt;alert(2)" in page
    assert "<script" not in page


@pytest.mark.parametrize("path", ["/messages/../../state.json", "/messages/0000000000000000-00000000", "/nothing"])
def test_only_messages_are_served(mailbox, path):
    assert get(mailbox, path).status_code == 404


def test_what_was_acknowledged_survives_a_kill(mailbox):
    to = send(mailbox)
    mailbox.kill()
    mailbox.start()
    assert len(listed(mailbox, to)) == 1
