"""Refunds after release in words."""

from portal.core.i18n import N_
from portal.payments.givebacks.lifecycle import GiveBackStage

#: stage -> (words, tone of its tag)
STAGES = {
    GiveBackStage.ASKED: (N_("Waits for the factory"), "warn"),
    GiveBackStage.GRANTED: (N_("Given back"), "good"),
    GiveBackStage.DECLINED: (N_("Declined"), "neutral"),
    GiveBackStage.WITHDRAWN: (N_("Withdrawn"), "neutral"),
}
