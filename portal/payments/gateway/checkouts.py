"""Hosted payment pages."""

from datetime import datetime
from typing import Any

from portal.payments.gateway.base import Client, first, moment, operation_of, translated
from portal.payments.reports import CheckoutReport, OpenedCheckout, Refused


class Checkouts(Client):
    """Calls about hosted payment pages."""

    def open_checkout(self, params: dict[str, Any], key: str) -> OpenedCheckout:
        """Open a hosted payment page; `params` as Stripe names them."""
        with translated():
            return _opened(self._v1.checkout.sessions.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_checkout(self, operation_id: str, since: datetime) -> OpenedCheckout | None:
        """The payment page that an operation has opened, if it has. Looks through those opened `since`."""
        with translated():
            pages = self._v1.checkout.sessions.list({"created": {"gte": int(since.timestamp())}, "limit": 100})
            return first(pages, lambda s: operation_of(s) == operation_id, _opened)

    def fetch_checkout(self, stripe_id: str) -> CheckoutReport:
        """A payment page with its payment, as they are now."""
        expand = ["payment_intent.latest_charge.balance_transaction"]
        with translated():
            return _checkout_report(self._v1.checkout.sessions.retrieve(stripe_id, {"expand": expand}))

    def checkout_of_payment(self, payment_id: str) -> str | None:
        """The id of the payment page on which a payment was made."""
        with translated():
            found = self._v1.checkout.sessions.list({"payment_intent": payment_id, "limit": 1}).data
            return found[0].id if found else None

    def payment_of_charge(self, charge_id: str) -> str | None:
        """The id of the payment that a charge belongs to."""
        with translated():
            return self._v1.charges.retrieve(charge_id).payment_intent  # type: ignore[return-value]

    def expire_checkout(self, stripe_id: str, key: str) -> None:
        """Close a payment page. One that has ended already, paid or not, is left as it is."""
        try:
            with translated():
                self._v1.checkout.sessions.expire(stripe_id, {}, {"idempotency_key": key})
        except Refused:
            if self.fetch_checkout(stripe_id).status == "open":
                raise


def _opened(session: Any) -> OpenedCheckout:
    return OpenedCheckout(session.id, session.url or "", moment(session.expires_at))


def _checkout_report(session: Any) -> CheckoutReport:
    intent = session.payment_intent
    charge = intent.latest_charge if intent else None
    transaction = charge.balance_transaction if charge else None
    error = intent.last_payment_error if intent else None
    paid = session.payment_status == "paid"
    return CheckoutReport(
        stripe_id=session.id,
        operation_id=operation_of(session),
        status=session.status,
        paid=paid,
        processing=bool(intent) and intent.status == "processing",
        amount_minor=intent.amount_received if paid and intent else session.amount_total,
        currency=session.currency.upper(),
        payment_id=intent.id if intent else None,
        paid_at=moment(charge.created) if paid and charge else None,
        fee_minor=transaction.fee if paid and transaction else None,
        refusal=(getattr(error, "decline_code", None) or error.code or "") if error else "",
    )
