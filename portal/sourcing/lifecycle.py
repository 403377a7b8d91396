"""From an idea to a chosen quote: the steps of a brief and of each factory's invitation to quote on it."""

from enum import StrEnum

from portal.core.actor import Role
from portal.core.clock import days, hours
from portal.core.i18n import N_
from portal.core.lifecycle import Deadline, Lifecycle, Step

CREATOR, FACTORY, CLOCK = frozenset({Role.CREATOR}), frozenset({Role.FACTORY}), frozenset({Role.CLOCK})


class BriefStage(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"  # its order ended before the deposit


class InvitationStage(StrEnum):
    INVITED = "invited"
    QUOTED = "quoted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # the factory took its quote back; it may quote again
    EXPIRED = "expired"  # the quote's validity ended; it may quote again
    LAPSED = "lapsed"  # no answer by the time quotes were due; it may still quote while the brief is open
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"  # the brief ended without an award


_B, _I = BriefStage, InvitationStage

BRIEF = Lifecycle(
    "brief",
    BriefStage,
    (
        Step(
            "submit",
            by=CREATOR,
            source=frozenset({_B.DRAFT}),
            target=_B.OPEN,
            event="brief_submitted",
            label=N_("Send to factories"),
            said=N_("Brief sent to factories"),
            tell=CREATOR,
            deadline=Deadline("expire", field="closes_at", remind=(days(3),), event="brief_expiring", tell=CREATOR),
        ),
        Step(
            "invite",
            by=CREATOR,
            source=frozenset({_B.OPEN}),
            target=None,
            event="factories_invited",
            label=N_("Invite more factories"),
            said=N_("More factories invited"),
        ),
        Step(
            "answer",
            by=CREATOR,
            source=frozenset({_B.OPEN}),
            target=None,
            event="question_answered",
            label=N_("Answer"),
            said=N_("Question answered"),
        ),
        Step(
            "award",
            by=CREATOR,
            source=frozenset({_B.OPEN}),
            target=_B.AWARDED,
            event="brief_awarded",
            label=N_("Choose this quote"),
            said=N_("Quote chosen"),
        ),
        Step(
            "withdraw",
            by=CREATOR,
            source=frozenset({_B.OPEN}),
            target=_B.WITHDRAWN,
            event="brief_withdrawn",
            label=N_("Withdraw the brief"),
            said=N_("Brief withdrawn"),
        ),
        Step(
            "expire",
            by=CLOCK,
            source=frozenset({_B.OPEN}),
            target=_B.EXPIRED,
            event="brief_expired",
            label=N_("Expire"),
            said=N_("Brief expired without an award"),
            tell=CREATOR,
        ),
        Step(
            "order_cancelled",
            by=CREATOR | FACTORY,
            source=frozenset({_B.AWARDED}),
            target=_B.CLOSED,
            event="brief_closed_cancelled",
            label=N_("Close"),
            said=N_("Brief closed: its order was cancelled before the deposit"),
        ),
        Step(
            "order_unpaid",
            by=CLOCK,
            source=frozenset({_B.AWARDED}),
            target=_B.CLOSED,
            event="brief_closed_unpaid",
            label=N_("Close"),
            said=N_("Brief closed: the deposit of its order did not come in time"),
        ),
    ),
)

#: stages at which the factory may still come to a quote
OPEN_STAGES = frozenset({_I.INVITED, _I.QUOTED, _I.WITHDRAWN, _I.EXPIRED, _I.LAPSED})
_quote_expiry = Deadline(
    "expire_quote", field="quote_valid_until", remind=(days(2),), event="quote_expiring", tell=CREATOR
)

INVITATION = Lifecycle(
    "invitation",
    InvitationStage,
    (
        Step(
            "invite",
            by=CREATOR,
            source=frozenset({_I.INVITED}),
            target=_I.INVITED,
            event="factory_invited",
            label=N_("Invite"),
            said=N_("Factory invited"),
            tell=FACTORY,
            deadline=Deadline("lapse", field="quote_due_at", remind=(hours(24),), event="quote_due_soon", tell=FACTORY),
        ),
        Step(
            "accept_nda",
            by=FACTORY,
            source=OPEN_STAGES,
            target=None,
            event="nda_accepted",
            label=N_("Accept and open the brief"),
            said=N_("The factory accepted the NDA"),
        ),
        Step(
            "ask",
            by=FACTORY,
            source=OPEN_STAGES,
            target=None,
            event="question_asked",
            label=N_("Ask a question"),
            said=N_("The factory asked a question"),
            tell=CREATOR,
        ),
        Step(
            "hear",
            by=CREATOR,
            source=OPEN_STAGES,
            target=None,
            event="answer_received",
            label=N_("Answer"),
            said=N_("The creator answered a question"),
            tell=FACTORY,
        ),
        Step(
            "decline",
            by=FACTORY,
            source=frozenset({_I.INVITED, _I.LAPSED}),
            target=_I.DECLINED,
            event="invitation_declined",
            label=N_("Decline"),
            said=N_("The factory declined"),
            tell=CREATOR,
        ),
        Step(
            "send_quote",
            by=FACTORY,
            source=frozenset({_I.INVITED, _I.LAPSED}),
            target=_I.QUOTED,
            event="quote_sent",
            label=N_("Send the quote"),
            said=N_("Quote sent"),
            tell=CREATOR,
            deadline=_quote_expiry,
        ),
        Step(
            "revise_quote",
            by=FACTORY,
            source=frozenset({_I.QUOTED, _I.WITHDRAWN, _I.EXPIRED}),
            target=_I.QUOTED,
            event="quote_revised",
            label=N_("Send the new quote"),
            said=N_("Quote revised"),
            tell=CREATOR,
            deadline=_quote_expiry,
        ),
        Step(
            "withdraw_quote",
            by=FACTORY,
            source=frozenset({_I.QUOTED}),
            target=_I.WITHDRAWN,
            event="quote_withdrawn",
            label=N_("Withdraw the quote"),
            said=N_("Quote withdrawn"),
            tell=CREATOR,
        ),
        Step(
            "expire_quote",
            by=CLOCK,
            source=frozenset({_I.QUOTED}),
            target=_I.EXPIRED,
            event="quote_expired",
            label=N_("Expire"),
            said=N_("The quote's validity ended"),
            tell=CREATOR | FACTORY,
        ),
        Step(
            "lapse",
            by=CLOCK,
            source=frozenset({_I.INVITED}),
            target=_I.LAPSED,
            event="invitation_lapsed",
            label=N_("Lapse"),
            said=N_("No quote by the time it was due"),
            tell=FACTORY,
        ),
        Step(
            "win",
            by=CREATOR,
            source=frozenset({_I.QUOTED}),
            target=_I.WON,
            event="quote_won",
            label=N_("Choose this quote"),
            said=N_("This quote was chosen"),
            tell=FACTORY,
        ),
        Step(
            "lose",
            by=CREATOR,
            source=OPEN_STAGES,
            target=_I.LOST,
            event="quote_lost",
            label=N_("Choose another"),
            said=N_("Another quote was chosen"),
            tell=FACTORY,
        ),
        Step(
            "close",
            by=CREATOR | CLOCK,
            source=OPEN_STAGES,
            target=_I.CLOSED,
            event="invitation_closed",
            label=N_("Close"),
            said=N_("The brief ended without an award"),
            tell=FACTORY,
        ),
    ),
)
