"""The steps of a correcting entry."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.lifecycle import Lifecycle, Step

OPERATOR = frozenset({Role.OPERATOR})


class CorrectionStage(StrEnum):
    PROPOSED = "proposed"  # one above the threshold waits for a second person
    POSTED = "posted"
    WITHDRAWN = "withdrawn"


_C = CorrectionStage
_PROPOSED = frozenset({_C.PROPOSED})

CORRECTION = Lifecycle(
    "correction",
    CorrectionStage,
    (
        Step("propose", OPERATOR, _PROPOSED, _C.PROPOSED, "correction_proposed",
             N_("Propose the entry"), N_("Correcting entry proposed")),
        Step("post", OPERATOR, _PROPOSED, _C.POSTED, "correction_posted",
             N_("Approve and book"), N_("Correcting entry booked")),
        Step("withdraw", OPERATOR, _PROPOSED, _C.WITHDRAWN, "correction_withdrawn",
             N_("Withdraw"), N_("Correcting entry withdrawn")),
    ),
)  # fmt: skip
