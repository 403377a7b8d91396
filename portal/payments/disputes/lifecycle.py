"""The steps of a card dispute. The bank takes most of them; we only follow, answer, and settle what a lost one cost."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.clock import days
from portal.core.i18n import N_
from portal.core.lifecycle import Deadline, Lifecycle, Step

PAYMENTS, OPERATOR, CLOCK = frozenset({Role.PAYMENTS}), frozenset({Role.OPERATOR}), frozenset({Role.CLOCK})
SIDES = frozenset({Role.CREATOR, Role.FACTORY})
ALL = SIDES | OPERATOR


class DisputeStage(StrEnum):
    OPENED = "opened"  # the bank waits for our evidence
    ANSWERED = "answered"  # the bank decides
    WON = "won"
    LOST = "lost"
    DROPPED = "dropped"  # an inquiry that ended without taking money


_D = DisputeStage
#: Stages at which the bank may still decide either way.
OPEN_STAGES = frozenset({_D.OPENED, _D.ANSWERED})
#: How long operators have to say who answers for a lost dispute before they are told again.
SETTLED_WITHIN = days(5)


def at(*stages: StrEnum) -> frozenset[StrEnum]:
    return frozenset(stages)


_EVIDENCE_DUE = Deadline(
    "miss_evidence", field="evidence_due_at", remind=(days(3), days(1)), event="dispute_due_soon", tell=OPERATOR
)
_TO_SETTLE = Deadline("press_settling", after=SETTLED_WITHIN)

DISPUTE = Lifecycle(
    "dispute",
    DisputeStage,
    (
        Step("open", PAYMENTS, at(_D.OPENED), _D.OPENED, "dispute_opened",
             N_("Opened"), N_("The payer’s bank asks for a payment back"), tell=ALL, deadline=_EVIDENCE_DUE),
        Step("escalate", PAYMENTS, at(_D.OPENED, _D.ANSWERED, _D.DROPPED), _D.OPENED, "dispute_escalated",
             N_("Grown to a dispute"), N_("The bank’s question has become a dispute"), tell=ALL,
             deadline=_EVIDENCE_DUE),
        Step("miss_evidence", CLOCK, at(_D.OPENED), None, "dispute_unanswered",
             N_("Evidence overdue"), N_("The bank was given no evidence in time"), tell=OPERATOR),
        Step("submit", OPERATOR, at(_D.OPENED), None, "dispute_evidence_sent",
             N_("Send the evidence to the bank"), N_("Evidence on its way to the bank")),
        Step("answer", PAYMENTS, at(_D.OPENED), _D.ANSWERED, "dispute_answered",
             N_("Answered"), N_("The bank has our evidence and decides"), tell=SIDES),
        Step("win", PAYMENTS, OPEN_STAGES, _D.WON, "dispute_won",
             N_("Won"), N_("The bank has decided for this order"), tell=ALL),
        Step("lose", PAYMENTS, OPEN_STAGES, _D.LOST, "dispute_lost",
             N_("Lost"), N_("The bank has given the payment back to the card"), tell=ALL, deadline=_TO_SETTLE),
        Step("drop", PAYMENTS, OPEN_STAGES, _D.DROPPED, "dispute_dropped",
             N_("Ended"), N_("The bank’s question has ended; no money was taken"), tell=ALL),
        Step("press_settling", CLOCK, at(_D.LOST), None, "dispute_unsettled",
             N_("Not settled"), N_("Nobody has said yet what follows from the lost dispute"), tell=OPERATOR),
        Step("settle", OPERATOR, at(_D.LOST), None, "dispute_settled",
             N_("Say what follows"), N_("The portal has said what follows from the lost dispute"), tell=SIDES),
    ),
)  # fmt: skip
