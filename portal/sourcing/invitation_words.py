"""Where an invitation stands, in the words of each side."""

from portal.core.i18n import N_
from portal.sourcing.lifecycle import InvitationStage

_I = InvitationStage
#: stage -> (words, tone of the tag), as the factory reads it
FOR_FACTORY = {
    _I.INVITED: (N_("Your turn: quote"), "warn"),
    _I.LAPSED: (N_("Overdue: you can still quote"), "bad"),
    _I.QUOTED: (N_("The creator's turn"), "info"),
    _I.WITHDRAWN: (N_("Taken back: you can quote again"), "neutral"),
    _I.EXPIRED: (N_("Quote expired: you can quote again"), "warn"),
    _I.DECLINED: (N_("You declined"), "neutral"),
    _I.WON: (N_("Chosen: this is an order"), "good"),
    _I.LOST: (N_("Another quote was chosen"), "neutral"),
    _I.CLOSED: (N_("Ended without an order"), "neutral"),
}
#: the same as the creator reads it
FOR_CREATOR = {
    _I.INVITED: (N_("Quote awaited"), "neutral"),
    _I.LAPSED: (N_("No quote so far"), "neutral"),
    _I.QUOTED: (N_("Open"), "good"),
    _I.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    _I.EXPIRED: (N_("Expired"), "neutral"),
    _I.DECLINED: (N_("Declined"), "neutral"),
    _I.WON: (N_("Chosen"), "good"),
    _I.LOST: (N_("Not chosen"), "neutral"),
    _I.CLOSED: (N_("Closed"), "neutral"),
}
