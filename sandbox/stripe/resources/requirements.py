"""What Stripe still has to know of a connected account, and what the account may do meanwhile.

Beside the account is kept: `due` (what is still asked for), `deadline` (until when it may be missing; None where it
already bars the account) and `reason` (why the account is barred for good).
"""

import json
from collections.abc import Iterable
from typing import Any

from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.resources.shape import blank

ASKED_AT_FIRST = (
    "business_type",
    "company.name",
    "external_account",
    "representative.first_name",
    "representative.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
)
SAMPLES = {"business_type": "company", "company.name": "Test Factory", "external_account": "000123456789"}
PAST_DUE = "requirements.past_due"


def initial(params: dict[str, Any]) -> dict[str, Any]:
    """What is kept beside a new account."""
    return {"due": [name for name in ASKED_AT_FIRST if name not in params], "deadline": None, "reason": None}


def listed(**found: Any) -> Body:
    """A list of requirements as Stripe answers it."""
    lists = ("alternatives", "currently_due", "errors", "eventually_due", "past_due", "pending_verification")
    return {"current_deadline": None, "disabled_reason": None, **{name: [] for name in lists}, **found}


def reckon(work: Work, account: Body, *, before: Body | None = None, announce: bool = True) -> None:
    """Work out what the account may do, save it, and tell the platform what has changed since `before`."""
    before = before or json.loads(json.dumps(account))
    kept = work.hidden(account["id"])
    due, deadline, reason = kept["due"], kept["deadline"], kept["reason"]
    late = due if deadline is None or deadline <= work.now else []
    reason = reason or (PAST_DUE if late else None)
    account["requirements"] = listed(
        current_deadline=deadline if due and not late else None,
        currently_due=due,
        disabled_reason=reason,
        eventually_due=due,
        past_due=late,
    )
    enabled = account["details_submitted"] and reason is None
    account |= {"charges_enabled": enabled, "payouts_enabled": enabled}
    if "transfers" in account["capabilities"]:
        account["capabilities"]["transfers"] = "active" if enabled else "inactive"
    work.save(account)
    changed = {name: before.get(name) for name in account if account[name] != before.get(name)}
    if announce and changed:
        work.emit("account.updated", account, previous=changed, owner=account["id"])


def provide(work: Work, account_id: str, *names: str) -> None:
    """Something is not missing any more."""
    work.hide(account_id, due=[name for name in work.hidden(account_id)["due"] if name not in names])


def submit(work: Work, account: Body, answers: dict[str, str]) -> None:
    """Its owner has filled in the form: `answers` by requirement, those left out stay due.

    `external_account` is the number of a bank account.
    """
    before = json.loads(json.dumps(account))
    bank = answers.get("external_account")
    if bank:
        account["external_accounts"]["data"] = [_bank_account(account, bank)]
        work.hide(account["id"], bank=bank)
    if "company.name" in answers:
        account["business_profile"]["name"] = answers["company.name"]
    account["business_type"] = answers.get("business_type", account["business_type"])
    if "tos_acceptance.date" in answers:
        account["tos_acceptance"] |= {"date": work.now, "ip": "127.0.0.1"}
    provide(work, account["id"], *answers)
    account["details_submitted"] = account["details_submitted"] or not work.hidden(account["id"])["due"]
    reckon(work, account, before=before)


def require(work: Work, account: Body, names: Iterable[str], within: int, reason: str | None) -> None:
    """Ask for more: it bars the account once `within` seconds have passed. A `reason` bars it for good."""
    due = sorted({*work.hidden(account["id"])["due"], *names})
    deadline = work.now + within if within else None
    work.hide(account["id"], due=due, deadline=deadline, reason=reason)
    if deadline:
        work.at(deadline, "requirements.fall_due", account["id"])
    reckon(work, account)


def fall_due(work: Work, account_id: str) -> None:
    """The time to answer is over."""
    account = work.find(account_id)
    if account:
        reckon(work, account)


def _bank_account(account: Body, number: str) -> Body:
    return blank("bank_account") | {
        "id": new_id("ba"),
        "account": account["id"],
        "account_holder_type": "company",
        "available_payout_methods": ["standard"],
        "bank_name": "STRIPE TEST BANK",
        "country": account["country"],
        "currency": account["default_currency"],
        "default_for_currency": True,
        "fingerprint": new_id("fp", 16),
        "future_requirements": _of_bank_account(),
        "last4": number[-4:],
        "metadata": {},
        "requirements": _of_bank_account(),
        "routing_number": "110000000",
        "status": "new",
    }


def _of_bank_account() -> Body:
    return {name: [] for name in ("currently_due", "errors", "past_due", "pending_verification")}


TIMERS = {"requirements.fall_due": fall_due}
