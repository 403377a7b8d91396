"""What each email is: whom its button leads where, whether it may be switched off, what is attached.

The words stand in templates/emails/<event>/. A step of a lifecycle table that tells somebody needs an entry
here and a folder there; a test says so.
"""

from dataclasses import dataclass
from typing import Any

from portal.core.actor import Role
from portal.core.i18n import N_

_BRIEF, _INVITATION = ("sourcing.brief", "brief_id"), ("sourcing.invitation", "invitation_id")
_ORDER, _COMPARE = ("orders.order", "order_id"), ("sourcing.compare", "brief_id")
_QUESTIONS = ("sourcing.questions", "brief_id")
_GETTING_PAID: tuple[str, str | None] = ("recipients.own", None)


@dataclass(frozen=True)
class Letter:
    """`link` is (endpoint, the event's column that is its argument); by role where they differ.

    `optional` names it in a person's settings: such a letter may be switched off and carries List-Unsubscribe.
    `skip_actor`: whoever did it needs no letter about it. `owners`: of a factory's people, only its owners get it.
    """

    link: tuple[str, str | None] | dict[Role, tuple[str, str | None]]
    optional: Any = None
    attach_spec: bool = False
    skip_actor: bool = False
    owners: bool = False

    def target(self, role: Role) -> tuple[str, str | None]:
        return self.link[role] if isinstance(self.link, dict) else self.link


_BOTH_SOURCING = {Role.CREATOR: _BRIEF, Role.FACTORY: _INVITATION}

LETTERS: dict[str, Letter] = {
    "factory_submitted": Letter(("factories.review", "factory_id")),
    "factory_verified": Letter(("factories.profile", None)),
    "factory_refused": Letter(("factories.profile", None)),
    "factory_suspended": Letter(("factories.profile", None)),
    "brief_submitted": Letter(_BRIEF),
    "brief_expiring": Letter(_BRIEF, optional=N_("A brief is about to end")),
    "brief_expired": Letter(_BRIEF),
    "factory_invited": Letter(_INVITATION),
    "quote_due_soon": Letter(_INVITATION, optional=N_("A quote is due soon")),
    "question_asked": Letter(_QUESTIONS),
    "answer_received": Letter(_INVITATION),
    "invitation_declined": Letter(_BRIEF, optional=N_("A factory declined")),
    "quote_sent": Letter(_COMPARE),
    "quote_revised": Letter(_COMPARE),
    "quote_withdrawn": Letter(_BRIEF, optional=N_("A quote was withdrawn")),
    "quote_expiring": Letter(_COMPARE, optional=N_("A quote is about to expire")),
    "quote_expired": Letter(_BOTH_SOURCING, optional=N_("A quote has expired")),
    "invitation_lapsed": Letter(_INVITATION, optional=N_("An invitation ended without a quote")),
    "quote_won": Letter(_ORDER),
    "quote_lost": Letter(_INVITATION),
    "invitation_closed": Letter(_INVITATION, optional=N_("A brief ended without an award")),
    "order_placed": Letter(_ORDER),
    "deposit_due_soon": Letter(_ORDER),
    "deposit_paid": Letter(_ORDER),
    "payment_returned": Letter(_ORDER),
    "spec_ready": Letter(_ORDER, attach_spec=True),
    "spec_accepted": Letter(_ORDER, skip_actor=True),
    "spec_sealed": Letter(_ORDER, attach_spec=True),
    "spec_waiting": Letter(_ORDER),
    "spec_unanswered": Letter(_ORDER),
    "address_given": Letter(_ORDER),
    "address_changed": Letter(_ORDER),
    "tooling_made": Letter(_ORDER, optional=N_("The tooling is ready")),
    "sample_due_soon": Letter(_ORDER),
    "sample_overdue": Letter(_ORDER),
    "sample_sent": Letter(_ORDER),
    "sample_waiting": Letter(_ORDER),
    "sample_unanswered": Letter(_ORDER),
    "sample_rejected": Letter(_ORDER),
    "sample_approved": Letter(_ORDER),
    "golden_sample_kept": Letter(_ORDER),
    "messages_waiting": Letter(("messages.thread", "invitation_id"), optional=N_("Messages that nobody has read")),
    "change_proposed": Letter(_ORDER, skip_actor=True),
    "change_waiting": Letter(_ORDER),
    "change_accepted": Letter(_ORDER, skip_actor=True),
    "change_declined": Letter(_ORDER, skip_actor=True),
    "change_withdrawn": Letter(_ORDER, skip_actor=True),
    "change_lapsed": Letter(_ORDER),
    "spec_revised": Letter(_ORDER, attach_spec=True),
    "progress_reported": Letter(_ORDER, optional=N_("The factory reports progress")),
    "inline_inspected": Letter(_ORDER, optional=N_("An in-line inspection is reported")),
    "production_finished": Letter(_ORDER),
    "inspection_passed": Letter(_ORDER),
    "inspection_failed": Letter(_ORDER),
    "rework_finished": Letter(_ORDER),
    "concession_asked": Letter(_ORDER),
    "concession_waiting": Letter(_ORDER),
    "concession_unanswered": Letter(_ORDER),
    "concession_granted": Letter(_ORDER),
    "concession_refused": Letter(_ORDER),
    "ship_date_near": Letter(_ORDER, optional=N_("The day of shipping is near")),
    "order_late": Letter(_ORDER),
    "order_cancelled": Letter(_ORDER),
    "order_expired": Letter(_ORDER),
    "balance_due_soon": Letter(_ORDER),
    "balance_paid": Letter(_ORDER),
    "balance_overdue": Letter(_ORDER),
    "parcel_shipped": Letter(_ORDER),
    "order_shipped": Letter(_ORDER),
    "arrival_near": Letter(_ORDER, optional=N_("Parcels should arrive soon")),
    "arrival_unconfirmed": Letter(_ORDER),
    "order_delivered": Letter(_ORDER),
    "claims_ending": Letter(_ORDER),
    "order_closed": Letter(_ORDER),
    "order_called_off": Letter(_ORDER),
    "order_given_up": Letter(_ORDER),
    "order_ended": Letter(_ORDER),
    "claim_opened": Letter(_ORDER),
    "claim_waiting": Letter(_ORDER),
    "claim_unanswered": Letter(_ORDER),
    "claim_withdrawn": Letter(_ORDER),
    "remake_settled": Letter(_ORDER),
    "claim_settled": Letter(_ORDER),
    "money_released": Letter(_GETTING_PAID),
    "transfer_created": Letter(_GETTING_PAID, optional=N_("Money was transferred to you"), owners=True),
    "payout_paid": Letter(_GETTING_PAID, owners=True),
    "payout_failed": Letter(_GETTING_PAID, owners=True),
    "recipient_active": Letter(_GETTING_PAID, owners=True),
    "recipient_restricted": Letter(_GETTING_PAID, owners=True),
    "recipient_disconnected": Letter(_GETTING_PAID, owners=True),
    "bank_details_given": Letter(_GETTING_PAID, owners=True),
    "dispute_opened": Letter(_ORDER),
    "dispute_escalated": Letter(_ORDER),
    "dispute_due_soon": Letter(_ORDER),
    "dispute_unanswered": Letter(_ORDER),
    "dispute_answered": Letter(_ORDER),
    "dispute_won": Letter(_ORDER),
    "dispute_lost": Letter(_ORDER),
    "dispute_dropped": Letter(_ORDER),
    "dispute_unsettled": Letter(_ORDER),
    "dispute_settled": Letter(_ORDER),
    "refund_asked": Letter(_ORDER),
    "refund_ask_waiting": Letter(_ORDER),
    "refund_unanswered": Letter(_ORDER),
    "refund_granted": Letter(_ORDER, skip_actor=True),
    "refund_declined": Letter(_ORDER, skip_actor=True),
    "refund_ask_withdrawn": Letter(_ORDER),
    "refund_given": Letter(_ORDER, skip_actor=True),
    "subsidy_granted": Letter(_ORDER),
}


def optional_letters() -> dict[str, Any]:
    """event -> its name for people, of every letter that may be switched off."""
    return {event: letter.optional for event, letter in LETTERS.items() if letter.optional}
