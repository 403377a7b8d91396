"""Getting paid in words: where a factory stands, what Stripe asks for, where its money is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.core.i18n import N_, _
from portal.payments.models import LegKind
from portal.payments.payouts.models import ReleaseKind
from portal.payments.recipients.lifecycle import RECIPIENT, RecipientStage
from portal.payments.recipients.models import Schedule

#: stage -> (words, tone of its tag)
STAGES = {
    RecipientStage.NONE: (N_("Not set up"), "warn"),
    RecipientStage.ONBOARDING: (N_("Being set up"), "warn"),
    RecipientStage.ACTIVE: (N_("Ready to be paid"), "good"),
    RecipientStage.RESTRICTED: (N_("Payments stopped"), "bad"),
    RecipientStage.DISCONNECTED: (N_("Disconnected"), "bad"),
}
SCHEDULES = {
    Schedule.DAILY: N_("Every day, as soon as money is released"),
    Schedule.WEEKLY: N_("Every Monday"),
    Schedule.MONTHLY: N_("On the first of each month"),
}
#: where a released part is -> (words, tone of its tag)
STATES = {
    "waiting": (N_("Waiting"), "neutral"),
    "held": (N_("Stands still"), "warn"),
    "under_way": (N_("Being sent"), "info"),
    "paid": (N_("Paid"), "good"),
}
#: what a released part came out of
OF_LEG = {LegKind.DEPOSIT: N_("Deposit"), LegKind.BALANCE: N_("Balance")}
OF_RELEASE = {
    ReleaseKind.ADVANCE: N_("Advance for materials"),
    ReleaseKind.FINAL: N_("Order completed"),
    ReleaseKind.KEPT: N_("Kept of an order that ended"),
}
#: How Stripe's code begins -> what is to be given. The first that fits counts.
_ASKED_FOR = (
    ("business_type", N_("Whether you are a company or an individual")),
    ("company.tax_id", N_("The company's registration or tax number")),
    ("company.verification", N_("A document of the company")),
    ("company.address", N_("The company's address")),
    ("company.phone", N_("The company's telephone number")),
    ("company", N_("The company's name and details")),
    ("external_account", N_("The bank account that Stripe pays to")),
    ("tos_acceptance", N_("Your agreement to Stripe's terms")),
    ("business_profile", N_("What your business does")),
    ("documents", N_("A document of the company")),
)
_OF_A_PERSON = N_("Details of the person responsible")
_DOCUMENT = N_("A document that shows who the person responsible is")
_SOMETHING = N_("Something else; Stripe's page says what")
_PEOPLE = ("representative.", "individual.", "owners.", "directors.", "executives.", "person_", "relationship.")


def asked_for(codes: Iterable[str]) -> list[Any]:
    """What Stripe asks for, in words, each once."""
    return list(dict.fromkeys(_word(code) for code in codes))


def _word(code: str) -> Any:
    if code.startswith(_PEOPLE):
        return _DOCUMENT if ".verification" in code else _OF_A_PERSON
    return next((words for prefix, words in _ASKED_FOR if code.startswith(prefix)), _SOMETHING)


def moment(text: str | None) -> datetime | None:
    """A moment that was kept as text."""
    return datetime.fromisoformat(text) if text else None


_SAID = {step.event: step.said for step in RECIPIENT.steps} | {
    "bank_details_seen": N_("The whole bank details were shown"),
    "schedule_chosen": N_("Another schedule chosen"),
}


def why_seen(data: dict[str, Any]) -> str:
    """Why somebody has seen the whole bank details."""
    if batch := data.get("batch"):
        return _("For the bank's file of payout batch %(number)d", number=batch)
    return data.get("why", "")


def happened(event: Any) -> dict[str, Any]:
    """A line of a recipient's timeline."""
    data = event.data
    note = [why_seen(data), " ".join(filter(None, (data.get("bank"), data.get("number"))))]
    if "schedule" in data:
        note.append(str(SCHEDULES[Schedule(data["schedule"])]))
    return {
        "title": _SAID.get(event.name, event.name),
        "at": event.created_at,
        "actor": data.get("name", ""),
        "note": " · ".join(filter(None, note)),
    }
