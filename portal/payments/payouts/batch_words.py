"""Bank batches in words: how a batch and its payments stand, who is left out and why, what a result comes to."""

from typing import Any

from portal.core.i18n import N_, _
from portal.payments.payouts.lifecycle import BATCH, BatchStage, LineStage
from portal.payments.payouts.planning import LeftOut
from portal.payments.payouts.results import Finding, Verdict

#: stage -> (words, tone of its tag)
BATCHES = {
    BatchStage.PREPARED: (N_("Waits for approval"), "warn"),
    BatchStage.APPROVED: (N_("Ready for the bank"), "info"),
    BatchStage.EXPORTED: (N_("At the bank"), "info"),
    BatchStage.SETTLED: (N_("Every result read back"), "good"),
    BatchStage.DISCARDED: (N_("Discarded"), "neutral"),
}
LINES = {
    LineStage.WAITING: (N_("Waiting"), "neutral"),
    LineStage.PAID: (N_("Paid"), "good"),
    LineStage.FAILED: (N_("Failed"), "bad"),
    LineStage.DROPPED: (N_("Taken out"), "neutral"),
}
LEFT_OUT = {
    LeftOut.NO_DETAILS: N_("It has given no bank details."),
    LeftOut.NO_SWIFT: N_("Its bank details have no SWIFT code, which this currency needs."),
    LeftOut.HELD: N_("The money of the order stands still."),
    LeftOut.NOT_DUE: N_("By the schedule that it has chosen its day has not come."),
    LeftOut.TOO_LITTLE: N_("It is less than the least that is sent."),
}
#: what a line of a result file comes to -> (words, tone of its tag)
VERDICTS = {
    Verdict.PAYS: (N_("Paid"), "good"),
    Verdict.FAILS: (N_("Failed"), "warn"),
    Verdict.RETURNS: (N_("Came back"), "warn"),
    Verdict.KNOWN: (N_("Read before"), "neutral"),
    Verdict.UNREADABLE: (N_("Can't be read"), "bad"),
    Verdict.UNKNOWN: (N_("No such reference"), "bad"),
    Verdict.NOT_EXPORTED: (N_("Not at the bank"), "bad"),
    Verdict.OTHER_AMOUNT: (N_("Another amount"), "bad"),
    Verdict.TWICE: (N_("Twice in the file"), "bad"),
    Verdict.GIVEN_UP: (N_("Failed before"), "bad"),
}
_SAID = {step.event: step.said for step in BATCH.steps}


def explained(finding: Finding) -> Any:
    """What a line of a result file will do, or why it can't be taken."""
    if finding.verdict == Verdict.UNREADABLE:
        return finding.result.problem
    return _EXPLAINED[finding.verdict]


_EXPLAINED = {
    Verdict.PAYS: N_("The payment is booked, and the factory told."),
    Verdict.FAILS: N_("The money is owed as before, and the factory told."),
    Verdict.RETURNS: N_("It was booked as paid. The money is owed again, and the factory told."),
    Verdict.KNOWN: N_("This result has been booked already. Nothing happens."),
    Verdict.UNKNOWN: N_("No payment of ours has this reference."),
    Verdict.NOT_EXPORTED: N_("The file of its batch has not been exported."),
    Verdict.OTHER_AMOUNT: N_("The batch pays another amount or currency."),
    Verdict.TWICE: N_("Two lines of the file speak of this payment. Leave one."),
    Verdict.GIVEN_UP: N_("It was read back as failed, and its money may be in a later batch. Ask the bank."),
}


def happened(event: Any) -> dict[str, Any]:
    """A line of a batch's timeline."""
    digest = event.data.get("sha256", "")
    return {
        "title": _SAID.get(event.name, event.name),
        "at": event.created_at,
        "actor": event.who or "",
        "note": _("SHA-256 %(digest)s", digest=digest) if digest else "",
    }
