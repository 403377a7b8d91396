"""Card disputes, and the evidence that answers them."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any

from portal.payments.gateway.base import SEARCHED, Client, moment, operation_of, translated
from portal.payments.reports import DisputeMovement, DisputeReport

_PURPOSE = "dispute_evidence"
_FILE_FIELD = "uncategorized_file"


def _named(content: bytes, name: str) -> BytesIO:
    """A file as the SDK takes it: what it is called is asked of the file itself."""
    file = BytesIO(content)
    file.name = name
    return file


class Disputes(Client):
    """Calls about payments that the payer's bank asks back."""

    def fetch_dispute(self, stripe_id: str) -> DisputeReport:
        """A dispute as it is now, with what it has moved."""
        with translated():
            return self._report(self._v1.disputes.retrieve(stripe_id))

    def disputes(self, since: datetime) -> Iterator[DisputeReport]:
        """Every dispute opened since a moment, newest first."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100}
        with translated():
            for dispute in islice(self._v1.disputes.list(params).auto_paging_iter(), SEARCHED):
                yield self._report(dispute)

    def submit_evidence(
        self, stripe_id: str, evidence: dict[str, str], pdf: bytes, name: str, *, operation_id: str, key: str
    ) -> DisputeReport:
        """Upload the paper and give the bank everything; the operation's id stays with the dispute. `evidence` as
        Stripe names its fields."""
        with translated():
            options: Any = {"idempotency_key": f"{key}-file"}
            upload: Any = {"purpose": _PURPOSE, "file": _named(pdf, name)}
            kept = self._v1.files.create(upload, options)
            params: Any = {
                "evidence": {**evidence, _FILE_FIELD: kept.id},
                "submit": True,
                "metadata": {"operation": operation_id},
            }
            return self._report(self._v1.disputes.update(stripe_id, params, {"idempotency_key": key}))

    def _report(self, dispute: Any) -> DisputeReport:
        payment = dispute.payment_intent or self._v1.charges.retrieve(dispute.charge).payment_intent
        details = dispute.evidence_details
        return DisputeReport(
            stripe_id=dispute.id,
            operation_id=operation_of(dispute),
            payment_id=str(payment),
            status=dispute.status,
            reason=dispute.reason,
            amount_minor=dispute.amount,
            currency=dispute.currency.upper(),
            began_at=moment(dispute.created),
            evidence_due_at=moment(details.due_by) if details and details.due_by else None,
            submissions=details.submission_count if details else 0,
            movements=tuple(
                DisputeMovement(line.id, line.amount, line.fee, line.currency.upper())
                for line in dispute.balance_transactions or ()
            ),
        )
