"""SMTP. The only importer of smtplib: builds the message, refuses what could forge a header, hands it over."""

import re
import smtplib
import ssl
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from portal.core.config import Settings
from portal.core.errors import PortalError
from portal.mail.models import Email

TIMEOUT = 20  # seconds, for every step of the conversation
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]|=\?.*\?=")


class Refused(PortalError):
    """The server, or this module, will never take this email; trying again is of no use."""


class Postponed(PortalError):
    """The server does not take it now; trying again later is right."""


def safe_header(value: str) -> str:
    """`value` when it is fit for a header. Raises `Refused` for control characters and encoded words, which some
    versions of Python turn into headers of their own."""
    if _UNSAFE.search(value):
        raise Refused("a header would carry control characters or an encoded word")
    return value


def build(email: Email, settings: Settings, files: list[tuple[str, str, bytes]]) -> EmailMessage:
    """The message of an outbox row, from and with answers to the addresses of the settings. `files`: (filename, type,
    bytes). Raises `Refused`."""
    name, address = parseaddr(settings.MAIL_FROM)
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = safe_header(email.subject)
    message["From"] = Address(safe_header(name), addr_spec=address)
    message["To"] = Address(addr_spec=safe_header(email.recipient))
    if settings.MAIL_REPLY_TO:
        message["Reply-To"] = Address(addr_spec=safe_header(settings.MAIL_REPLY_TO))
    message["Date"] = format_datetime(email.created_at)
    message["Message-ID"] = f"<{email.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    for header, value in email.headers.items():
        message[header] = safe_header(value)
    message.set_content(email.body_text)
    message.add_alternative(email.body_html, subtype="html")
    for filename, kind, body in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(body, maintype=main, subtype=sub, filename=safe_header(filename))
    _prove(message)
    return message


def _prove(message: EmailMessage) -> None:
    """Read the message back as a server would: the headers must be those we set, and no others."""
    again = message_from_bytes(message.as_bytes(), policy=policy.SMTP)
    if sorted(k.lower() for k in again.keys()) != sorted(k.lower() for k in message.keys()):
        raise Refused("the message would carry headers that nobody wrote")
    if again["To"].addresses != message["To"].addresses:
        raise Refused("the message would reach somebody else")


def send(message: EmailMessage, settings: Settings) -> None:
    """Hand the message to the server. Raises `Postponed` or `Refused`; returns once the server said 250."""
    try:
        with _connect(settings) as server:
            if settings.SMTP_USER:
                server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
            server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        code = _code(error)
        raise (Refused if 500 <= code < 600 else Postponed)(f"{code}: {error}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise Postponed(str(error)) from error


def _code(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _text in error.recipients.values())
    return getattr(error, "smtp_code", 400)


def _connect(settings: Settings) -> smtplib.SMTP:
    where = (settings.SMTP_HOST, settings.SMTP_PORT)
    if settings.SMTP_SECURITY == "tls":
        return smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(*where, timeout=TIMEOUT)
    if settings.SMTP_SECURITY == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
