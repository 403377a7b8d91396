"""Where a factory stands, as pages show it."""

from typing import Any

from portal.payments.recipients import queries, words
from portal.payments.recipients.lifecycle import RecipientStage
from portal.sourcing.destinations import country_name


def standing(recipient: Any) -> dict[str, Any]:
    """What `_standing.html` shows of a recipient (a row, or None)."""
    by_bank = queries.is_by_bank(recipient)
    asked = recipient.requirements if recipient and not by_bank else {}
    country = queries.paid_in(recipient)
    return {
        "recipient": recipient,
        "stage": RecipientStage(recipient.stage) if recipient else RecipientStage.NONE,
        "stages": words.STAGES,
        "schedules": words.SCHEDULES,
        "by_bank": by_bank,
        "country": country_name(country) if country else "",
        "asked": asked,
        "asked_for": words.asked_for(asked.get("due", ())),
        "until": words.moment(asked.get("until")),
    }
