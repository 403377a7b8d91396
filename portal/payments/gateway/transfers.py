"""Transfers to factories' accounts at Stripe, and what is taken back of them."""

from typing import Any

from portal.payments.gateway.base import Client, first, moment, operation_of, translated
from portal.payments.reports import ReversalReport, TransferReport


class Transfers(Client):
    """Calls about transfers and their reversals."""

    def transfer(self, params: dict[str, Any], key: str) -> TransferReport:
        """Move money to a factory's account; `params` as Stripe names them."""
        with translated():
            return _transfer_report(self._v1.transfers.create(params, {"idempotency_key": key}))  # type: ignore[arg-type]

    def find_transfer(self, operation_id: str, transfer_group: str) -> TransferReport | None:
        """The transfer that an operation has made, if it has."""
        with translated():
            transfers = self._v1.transfers.list({"transfer_group": transfer_group, "limit": 100})
            return first(transfers, lambda t: operation_of(t) == operation_id, _transfer_report)

    def charge_of_payment(self, payment_id: str) -> str:
        """The id of the charge that a payment was made with."""
        with translated():
            return str(self._v1.payment_intents.retrieve(payment_id).latest_charge)

    def reverse(self, transfer_id: str, params: dict[str, Any], key: str) -> ReversalReport:
        """Take money back from a factory's account; `params` as Stripe names them."""
        with translated():
            made = self._v1.transfers.reversals.create(transfer_id, params, {"idempotency_key": key})  # type: ignore[arg-type]
            return ReversalReport(made.id, operation_of(made))

    def find_reversal(self, operation_id: str, transfer_id: str) -> ReversalReport | None:
        """The reversal that an operation has made, if it has."""
        with translated():
            reversals = self._v1.transfers.reversals.list(transfer_id, {"limit": 100})
            return first(
                reversals, lambda r: operation_of(r) == operation_id, lambda r: ReversalReport(r.id, operation_of(r))
            )


def _transfer_report(transfer: Any) -> TransferReport:
    return TransferReport(transfer.id, operation_of(transfer), moment(transfer.created))
