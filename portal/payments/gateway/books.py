"""Stripe's messages, its balance, and its own books."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from portal.payments.gateway.base import SEARCHED, Client, moment, stripe, translated
from portal.payments.reports import BadSignature, BalanceLine, Message

_TOLERANCE = 300  # seconds that a webhook may be old


class Books(Client):
    """Calls about what has happened at Stripe."""

    def undelivered(self, since: datetime) -> list[Message]:
        """Messages that Stripe could not deliver, oldest first."""
        with translated():
            params: Any = {"delivery_success": False, "created": {"gte": int(since.timestamp())}, "limit": 100}
            found = islice(self._v1.events.list(params).auto_paging_iter(), SEARCHED)
            return [_message(event) for event in found][::-1]

    def balance(self) -> dict[str, int]:
        """What Stripe holds for us, available or not yet, by currency."""
        with translated():
            held = self._v1.balance.retrieve()
        sums: dict[str, int] = {}
        for entry in (*held.available, *held.pending):
            currency = entry.currency.upper()
            sums[currency] = sums.get(currency, 0) + entry.amount
        return sums

    def movements(self, since: datetime) -> Iterator[BalanceLine]:
        """Stripe's own books since a moment, newest first."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.source"]}
        with translated():
            for line in self._v1.balance_transactions.list(params).auto_paging_iter():
                yield _movement(line)

    def read_message(self, body: bytes, signature: str) -> Message:
        """A webhook whose raw body was signed with one of our secrets, recently; its `account` is set when it is about
        a factory's. Raises `BadSignature`."""
        for secret in self._webhook_secrets:
            try:
                event = stripe.Webhook.construct_event(body, signature, secret, tolerance=_TOLERANCE)
            except (stripe.SignatureVerificationError, ValueError):
                continue
            message = _message(event)
            if message.livemode != self.livemode:
                break
            return message
        raise BadSignature("This message is not from our Stripe account.")


def _message(event: Any) -> Message:
    subject_id = getattr(event.data.object, "id", "")  # a balance has none
    return Message(event.id, event.type, subject_id, getattr(event, "account", None) or "", event.livemode)


def _movement(line: Any) -> BalanceLine:
    source = line.source
    return BalanceLine(
        stripe_id=line.id,
        type=line.type,
        source=(source.payment_intent if line.type == "charge" else source.id) if source else "",
        amount_minor=line.amount,
        fee_minor=line.fee,
        currency=line.currency.upper(),
        created_at=moment(line.created),
    )
