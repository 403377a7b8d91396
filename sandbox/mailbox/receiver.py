"""The SMTP side of the mailbox."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mailbox.store import Store

_LARGEST = 40 * 1024 * 1024  # bytes


class Receiver:
    """Accepts every message for everybody; says 250 only when it is on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        try:
            name = self._store.add(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content or b"")
        except OSError as error:
            return f"451 Cannot keep the message: {error.strerror}"
        return f"250 Kept as {name}"


def protocol(store: Store) -> SMTP:
    """One connection's protocol."""
    return SMTP(Receiver(store), data_size_limit=_LARGEST, enable_SMTPUTF8=True, hostname="mailbox.localhost")
