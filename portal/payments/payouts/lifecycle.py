"""The steps of a transfer and its reversal, of a batch of bank payments and of its lines."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step

PAYMENTS, OPERATOR, FACTORY = (frozenset({role}) for role in (Role.PAYMENTS, Role.OPERATOR, Role.FACTORY))


class TransferStage(StrEnum):
    REQUESTED = "requested"
    CREATED = "created"
    PARTLY_REVERSED = "partly_reversed"
    REVERSED = "reversed"
    FAILED = "failed"  # Stripe refused it: the money is still owed, and another transfer may carry it


_T = TransferStage


def at(*stages: StrEnum) -> frozenset[StrEnum]:
    return frozenset(stages)


TRANSFER = Lifecycle(
    "transfer",
    TransferStage,
    (
        Step("create", PAYMENTS, at(_T.REQUESTED), _T.CREATED, "transfer_created",
             N_("Transferred"), N_("Money transferred to the factory"), tell=FACTORY),
        Step("refuse", PAYMENTS, at(_T.REQUESTED), _T.FAILED, "transfer_failed",
             N_("Transfer refused"), N_("The transfer to the factory was refused; we are looking after it")),
        Step("reverse_part", PAYMENTS, at(_T.CREATED, _T.PARTLY_REVERSED), _T.PARTLY_REVERSED,
             "transfer_partly_reversed", N_("Partly taken back"), N_("A part of the transfer was taken back")),
        Step("reverse", PAYMENTS, at(_T.CREATED, _T.PARTLY_REVERSED), _T.REVERSED, "transfer_reversed",
             N_("Taken back"), N_("The transfer was taken back")),
    ),
)  # fmt: skip


class ReversalStage(StrEnum):
    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # an operator sees it; the factory owes the money


_R = ReversalStage

REVERSAL = Lifecycle(
    "reversal",
    ReversalStage,
    (
        Step("settle", PAYMENTS, at(_R.REQUESTED), _R.SUCCEEDED, "reversal_settled",
             N_("Taken back"), N_("Money taken back from the factory")),
        Step("fail", PAYMENTS, at(_R.REQUESTED), _R.FAILED, "reversal_failed",
             N_("Could not be taken back"), N_("The money could not be taken back from the factory; it owes it now")),
        Step("retry", OPERATOR, at(_R.FAILED), _R.REQUESTED, "reversal_retried",
             N_("Take back again"), N_("Taking the money back is tried again")),
    ),
)  # fmt: skip


class BatchStage(StrEnum):
    PREPARED = "prepared"  # by one operator; one above the threshold waits for another
    APPROVED = "approved"
    EXPORTED = "exported"  # the bank may have it
    SETTLED = "settled"  # every line's result has been read back
    DISCARDED = "discarded"


_B = BatchStage

BATCH = Lifecycle(
    "payout_batch",
    BatchStage,
    (
        Step("prepare", OPERATOR, at(_B.PREPARED), _B.PREPARED, "batch_prepared",
             N_("Prepare a batch"), N_("Batch prepared")),
        Step("approve", OPERATOR, at(_B.PREPARED), _B.APPROVED, "batch_approved",
             N_("Approve the batch"), N_("Batch approved")),
        Step("export", OPERATOR, at(_B.APPROVED, _B.EXPORTED), _B.EXPORTED, "batch_exported",
             N_("Export the file"), N_("File exported")),
        Step("settle", OPERATOR, at(_B.EXPORTED), _B.SETTLED, "batch_settled",
             N_("All results are read"), N_("Every result read back")),
        Step("discard", OPERATOR, at(_B.PREPARED, _B.APPROVED), _B.DISCARDED, "batch_discarded",
             N_("Discard the batch"), N_("Batch discarded; its money is owed as before")),
    ),
)  # fmt: skip


class LineStage(StrEnum):
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"  # its money is owed as before
    DROPPED = "dropped"  # its batch was discarded


_N = LineStage

#: Whoever takes "pay" and "fail" says `amount_minor`, `currency`, the line's `reference`, and `why` it failed: letters
#: speak of them.
LINE = Lifecycle(
    "payout_line",
    LineStage,
    (
        Step("pay", OPERATOR, at(_N.WAITING), _N.PAID, "payout_paid",
             N_("Paid"), N_("Money paid to the factory's bank"), tell=FACTORY),
        Step("fail", OPERATOR, at(_N.WAITING, _N.PAID), _N.FAILED, "payout_failed",
             N_("Failed"), N_("The factory's bank did not take the money"), tell=FACTORY),
        Step("drop", OPERATOR, at(_N.WAITING), _N.DROPPED, "payout_dropped",
             N_("Taken out"), N_("Taken out of the batch")),
    ),
)  # fmt: skip
