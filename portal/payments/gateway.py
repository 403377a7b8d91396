"""The only door to Stripe. Everything that goes through it is in our words; nothing else imports `stripe`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from portal.core.config import Settings
from portal.core.lazy import lazy
from portal.payments.reports import (
    BadSignature,
    BalanceLine,
    CheckoutReport,
    Doubtful,
    Message,
    OpenedCheckout,
    RefundReport,
    Refused,
    Unreachable,
)

stripe = lazy("stripe")  # only who pays, and the worker, needs it
T = TypeVar("T")
_TIMEOUT = (3.05, 12.0)  # seconds to connect, and between two bytes of an answer
_TOLERANCE = 300  # seconds that a webhook may be old
_SEARCHED = 1000  # objects looked through for one of ours
_LIVE_KEY = "sk_live_"


def connect(settings: Settings) -> "Gateway":
    """The gateway of these settings, one for each process."""
    return _connect(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, tuple(settings.webhook_secrets))


@lru_cache(8)
def _connect(api_key: str, api_base: str, webhook_secrets: tuple[str, ...]) -> "Gateway":
    client = stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base},
        max_network_retries=0,  # an operation is tried again by us, with what we know by then
        http_client=stripe.RequestsClient(timeout=_TIMEOUT),
    )
    return Gateway(client, webhook_secrets, livemode=api_key.startswith(_LIVE_KEY))


class Gateway:
    """Calls to Stripe. All raise `Unreachable` when there is no answer, `Doubtful` when it failed but may have acted,
    `Refused` when it will not."""

    def __init__(self, client: Any, webhook_secrets: tuple[str, ...], *, livemode: bool) -> None:
        self._v1 = client.v1
        self._webhook_secrets = webhook_secrets
        self.livemode = livemode

    def open_checkout(self, params: dict[str, Any], key: str) -> OpenedCheckout:
        """Open a hosted payment page; `params` as Stripe names them."""
        with _translated():
            return _opened(self._v1.checkout.sessions.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_checkout(self, operation_id: str, since: datetime) -> OpenedCheckout | None:
        """The payment page that an operation has opened, if it has. Looks through those opened `since`."""
        with _translated():
            pages = self._v1.checkout.sessions.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
            return _first(pages, lambda s: _operation_of(s) == operation_id, _opened)

    def fetch_checkout(self, stripe_id: str) -> CheckoutReport:
        """A payment page with its payment, as they are now."""
        expand = ["payment_intent.latest_charge.balance_transaction"]
        with _translated():
            return _checkout_report(self._v1.checkout.sessions.retrieve(stripe_id, {"expand": expand}))

    def checkout_of_payment(self, payment_id: str) -> str | None:
        """The id of the payment page on which a payment was made."""
        with _translated():
            found = self._v1.checkout.sessions.list({"payment_intent": payment_id, "limit": 1}).data
            return found[0].id if found else None

    def payment_of_charge(self, charge_id: str) -> str | None:
        """The id of the payment that a charge belongs to."""
        with _translated():
            return self._v1.charges.retrieve(charge_id).payment_intent  # type: ignore[return-value]

    def expire_checkout(self, stripe_id: str, key: str) -> None:
        """Close a payment page. One that has ended already, paid or not, is left as it is."""
        try:
            with _translated():
                self._v1.checkout.sessions.expire(stripe_id, {}, {"idempotency_key": key})
        except Refused:
            if self.fetch_checkout(stripe_id).status == "open":
                raise

    def refund(self, params: dict[str, Any], key: str) -> RefundReport:
        """Give a payment back; `params` as Stripe names them."""
        with _translated():
            return _refund_report(self._v1.refunds.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_refund(self, operation_id: str, payment_id: str) -> RefundReport | None:
        """The refund that an operation has made, if it has."""
        with _translated():
            refunds = self._v1.refunds.list({"payment_intent": payment_id, "limit": 100})
            return _first(refunds, lambda r: _operation_of(r) == operation_id, _refund_report)

    def fetch_refund(self, stripe_id: str) -> RefundReport:
        with _translated():
            return _refund_report(self._v1.refunds.retrieve(stripe_id))

    def undelivered(self, since: datetime) -> list[Message]:
        """Messages that Stripe could not deliver, oldest first."""
        with _translated():
            params: Any = {"delivery_success": False, "created": {"gte": int(since.timestamp())}, "limit": 100}
            found = islice(self._v1.events.list(params).auto_paging_iter(), _SEARCHED)
            return [_message(event) for event in found][::-1]

    def balance(self) -> dict[str, int]:
        """What Stripe holds for us, available or not yet, by currency."""
        with _translated():
            held = self._v1.balance.retrieve()
        sums: dict[str, int] = {}
        for entry in (*held.available, *held.pending):
            currency = entry.currency.upper()
            sums[currency] = sums.get(currency, 0) + entry.amount
        return sums

    def movements(self, since: datetime) -> Iterator[BalanceLine]:
        """Stripe's own books since a moment, newest first."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.source"]}
        with _translated():
            for line in self._v1.balance_transactions.list(params).auto_paging_iter():
                yield _movement(line)

    def read_message(self, body: bytes, signature: str) -> Message:
        """A webhook whose raw body was signed with one of our secrets, recently. Raises `BadSignature`."""
        for secret in self._webhook_secrets:
            try:
                event = stripe.Webhook.construct_event(body, signature, secret, tolerance=_TOLERANCE)
            except (stripe.SignatureVerificationError, ValueError):
                continue
            message = _message(event)
            if message.account or message.livemode != self.livemode:
                break
            return message
        raise BadSignature("This message is not from our Stripe account.")


@contextmanager
def _translated() -> Iterator[None]:
    """Stripe's errors as ours."""
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as error:
        raise Unreachable(str(error)) from error
    except stripe.APIError as error:
        # 409: another request with this key is being carried out, and its answer will be ours.
        raise (Unreachable if error.http_status == 409 else Doubtful)(str(error)) from error
    except stripe.StripeError as error:
        raise Refused(str(error), error.code or "") from error


def _first(pages: Any, wanted: Callable[[Any], bool], read: Callable[[Any], T]) -> T | None:
    for found in islice(pages.auto_paging_iter(), _SEARCHED):
        if wanted(found):
            return read(found)
    return None


def _operation_of(thing: Any) -> str:
    return thing.metadata.to_dict().get("operation", "") if thing.metadata else ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _opened(session: Any) -> OpenedCheckout:
    return OpenedCheckout(session.id, session.url or "", _moment(session.expires_at))


def _checkout_report(session: Any) -> CheckoutReport:
    intent = session.payment_intent
    charge = intent.latest_charge if intent else None
    transaction = charge.balance_transaction if charge else None
    error = intent.last_payment_error if intent else None
    paid = session.payment_status == "paid"
    return CheckoutReport(
        stripe_id=session.id,
        operation_id=_operation_of(session),
        status=session.status,
        paid=paid,
        processing=bool(intent) and intent.status == "processing",
        amount_minor=intent.amount_received if paid and intent else session.amount_total,
        currency=session.currency.upper(),
        payment_id=intent.id if intent else None,
        paid_at=_moment(charge.created) if paid and charge else None,
        fee_minor=transaction.fee if paid and transaction else None,
        refusal=(getattr(error, "decline_code", None) or error.code or "") if error else "",
    )


def _refund_report(refund: Any) -> RefundReport:
    return RefundReport(refund.id, _operation_of(refund), refund.status, refund.failure_reason or "")


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
        created_at=_moment(line.created),
    )
