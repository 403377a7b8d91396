"""The steps of a refund after release. Whether there is one is the factory's own decision."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.clock import days
from portal.core.i18n import N_
from portal.core.lifecycle import Deadline, Lifecycle, Step

CREATOR, FACTORY, CLOCK = frozenset({Role.CREATOR}), frozenset({Role.FACTORY}), frozenset({Role.CLOCK})
#: An operator may say it for a factory that has told the portal so.
GIVERS = FACTORY | frozenset({Role.OPERATOR})
SIDES = CREATOR | FACTORY
ALL = SIDES | frozenset({Role.OPERATOR})
#: How long a factory has to answer.
ANSWERED_WITHIN = days(5)


class GiveBackStage(StrEnum):
    ASKED = "asked"  # the creator has asked, the factory has not answered
    GRANTED = "granted"  # all or a part
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_G = GiveBackStage
_ASKED = frozenset({_G.ASKED})

GIVE_BACK = Lifecycle(
    "give_back",
    GiveBackStage,
    (
        Step("ask", CREATOR, _ASKED, _G.ASKED, "refund_asked",
             N_("Ask for money back"), N_("Money back asked for"), tell=FACTORY,
             deadline=Deadline("press_answer", after=ANSWERED_WITHIN, remind=(days(3), days(1)),
                               event="refund_ask_waiting", tell=FACTORY)),
        Step("grant", GIVERS, _ASKED, _G.GRANTED, "refund_granted",
             N_("Give money back"), N_("The factory gives money back"), tell=SIDES),
        Step("decline", GIVERS, _ASKED, _G.DECLINED, "refund_declined",
             N_("Give nothing back"), N_("The factory gives nothing back"), tell=SIDES),
        Step("withdraw", CREATOR, _ASKED, _G.WITHDRAWN, "refund_ask_withdrawn",
             N_("Take the request back"), N_("The request for money back was taken back"), tell=FACTORY),
        Step("press_answer", CLOCK, _ASKED, None, "refund_unanswered",
             N_("Not answered"), N_("The factory has not answered the request in time; the portal asks it"), tell=ALL),
        Step("give", GIVERS, frozenset({_G.GRANTED}), _G.GRANTED, "refund_given",
             N_("Give money back"), N_("The factory gives money back of its own accord"), tell=SIDES),
    ),
)  # fmt: skip
