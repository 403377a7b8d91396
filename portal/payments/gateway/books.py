"""Stripe's messages, its balance, and its own books."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal.payments.gateway.base import Client, moment, translated
from portal.payments.reports import BalanceLine, Message, PayoutReport


class Books(Client):
    """Calls about what has happened at Stripe."""

    def undelivered(self, since: datetime, account: str = "") -> Iterator[Message]:
        """Messages since a moment that Stripe could not deliver, newest first: ours, or those of a factory's
        account."""
        params: Any = {"delivery_success": False, "created": {"gte": int(since.timestamp())}, "limit": 100}
        options: Any = {"stripe_account": account} if account else {}
        with translated():
            for event in self._v1.events.list(params, options).auto_paging_iter():
                yield _message(event, account)

    def balance(self) -> dict[str, int]:
        """What Stripe holds for us, available or not yet, by currency."""
        with translated():
            held = self._v1.balance.retrieve()
        sums: dict[str, int] = {}
        for entry in (*held.available, *held.pending):
            currency = entry.currency.upper()
            sums[currency] = sums.get(currency, 0) + entry.amount
        return sums

    def movements(self, since: datetime, until: datetime) -> Iterator[BalanceLine]:
        """Stripe's own books from a moment up to another, newest first."""
        span = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
        params: Any = {"created": span, "limit": 100, "expand": ["data.source"]}
        with translated():
            for line in self._v1.balance_transactions.list(params).auto_paging_iter():
                yield _movement(line)

    def fetch_payout(self, stripe_id: str) -> PayoutReport:
        """A payout to our own bank."""
        with translated():
            payout = self._v1.payouts.retrieve(stripe_id)
            return PayoutReport(payout.id, payout.status, payout.amount, payout.currency.upper())


def _message(event: Any, account: str) -> Message:
    subject_id = getattr(event.data.object, "id", "")  # a balance has none
    owner = getattr(event, "account", None) or account
    return Message(event.id, event.type, subject_id, owner, event.livemode)


def _movement(line: Any) -> BalanceLine:
    source = line.source
    payment_id = getattr(source, "payment_intent", None) or ""
    of_payment = payment_id and line.type in ("charge", "payment")
    return BalanceLine(
        stripe_id=line.id,
        type=line.type,
        source=payment_id if of_payment else getattr(source, "id", ""),
        amount_minor=line.amount,
        fee_minor=line.fee,
        currency=line.currency.upper(),
        created_at=moment(line.created),
        payment_id=payment_id,
        order_id=_order_of(source),
    )


def _order_of(source: Any) -> str:
    kept = getattr(source, "metadata", None)
    return (kept.to_dict().get("order") if kept else "") or getattr(source, "transfer_group", None) or ""
