"""Refunds."""

from typing import Any

from portal.payments.gateway.base import Client, first, operation_of, translated
from portal.payments.reports import RefundReport


class Refunds(Client):
    """Calls about payments that go back to the card."""

    def refund(self, params: dict[str, Any], key: str) -> RefundReport:
        """Give a payment back; `params` as Stripe names them."""
        with translated():
            return _refund_report(self._v1.refunds.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_refund(self, operation_id: str, payment_id: str) -> RefundReport | None:
        """The refund that an operation has made, if it has."""
        with translated():
            refunds = self._v1.refunds.list({"payment_intent": payment_id, "limit": 100})
            return first(refunds, lambda r: operation_of(r) == operation_id, _refund_report)

    def fetch_refund(self, stripe_id: str) -> RefundReport:
        with translated():
            return _refund_report(self._v1.refunds.retrieve(stripe_id))


def _refund_report(refund: Any) -> RefundReport:
    paid, booked = refund.payment_intent or "", bool(refund.balance_transaction)
    return RefundReport(refund.id, operation_of(refund), refund.status, refund.failure_reason or "", paid, booked)
