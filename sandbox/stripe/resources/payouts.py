"""Money on its way from a balance to a bank. https://docs.stripe.com/api/payouts"""

from typing import Any

from stripe.params import (
    PayoutCancelParams,
    PayoutCreateParams,
    PayoutListParams,
    PayoutRetrieveParams,
    PayoutUpdateParams,
)

from sandbox.stripe.api import checks, listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import accounts, balance
from sandbox.stripe.resources.shape import blank, merged_metadata

KIND = "payout"
SENT_AFTER, ARRIVES_AFTER = 3600, 2 * 86_400
FAILURES = {
    "account_closed": "The bank account has been closed",
    "account_frozen": "The bank account has been frozen",
    "could_not_process": "The bank could not process this payout",
    "debit_not_authorized": "Debit transactions are not approved on the bank account",
    "insufficient_funds": "The bank account has insufficient funds",
    "invalid_account_number": "The bank account number is invalid",
    "invalid_currency": "The bank account cannot take this currency",
    "no_account": "The bank account could not be located",
}
FAILS_WITH = {
    "000111111113": "account_closed",
    "000111111116": "no_account",
    "000222222227": "insufficient_funds",
    "000333333335": "debit_not_authorized",
    "000444444440": "invalid_currency",
}
"""Bank accounts that return every payout. https://docs.stripe.com/connect/testing#payouts"""


def create(work: Work, params: dict[str, Any]) -> Body:
    """Send money to the bank: at most what is available in that currency."""
    currency = params["currency"].lower()
    checks.check_currency(currency, "currency")
    checks.check_positive(params["amount"], "amount")
    if params.get("method", "standard") != "standard":
        raise StripeError("This stand-in simulates payouts by the method `standard` only.", param="method")
    bank_id = _bank(work)
    balance.check_available(work, params["amount"], currency)
    return _send(work, params | {"currency": currency}, bank_id)


def _bank(work: Work) -> str:
    if not work.account:
        return "ba_platform"
    account = accounts.get(work, work.account)
    if not account["payouts_enabled"]:
        raise StripeError("Cannot create payouts: this account has requirements that need to be met first.")
    return account["external_accounts"]["data"][0]["id"]


def _send(work: Work, params: dict[str, Any], bank_id: str, *, automatic: bool = False) -> Body:
    payout = blank(KIND) | {
        "id": new_id("po"),
        "amount": params["amount"],
        "arrival_date": work.now + ARRIVES_AFTER,
        "automatic": automatic,
        "currency": params["currency"],
        "description": params.get("description"),
        "destination": bank_id,
        "metadata": params.get("metadata") or {},
        "method": "standard",
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "source_type": "card",
        "statement_descriptor": params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
    transaction = balance.book(work, "payout", payout, -payout["amount"], available_on=work.now)
    payout["balance_transaction"] = transaction["id"]
    payout = work.add("po", payout)
    work.emit("payout.created", payout)
    work.later(SENT_AFTER, "payouts.leave", payout["id"])
    work.at(payout["arrival_date"], "payouts.arrive", payout["id"])
    return payout


def pay_out_everything(work: Work) -> list[Body]:
    """A payout of what is available, in each currency, for the account acted for."""
    bank_id = _bank(work)
    found = balance.sums(work, work.account)
    return [
        _send(work, {"amount": ready, "currency": currency}, bank_id, automatic=True)
        for currency, (ready, _) in found.items()
        if ready > 0
    ]


def _change(work: Work, payout: Body, event: str, **changes: Any) -> Body:
    previous = {name: payout[name] for name in changes}
    payout |= changes
    work.save(payout)
    work.emit(event, payout, previous=previous, owner=work.owner(payout["id"]))
    return payout


def leave(work: Work, payout_id: str) -> None:
    """The bank has it, so it cannot be cancelled any more."""
    payout = work.find(payout_id)
    if payout and payout["status"] == "pending":
        _change(work, payout, "payout.updated", status="in_transit")


def arrive(work: Work, payout_id: str) -> None:
    """The bank has credited it, or sends it back."""
    payout = work.find(payout_id)
    if payout is None or payout["status"] not in ("pending", "in_transit"):
        return
    failure = FAILS_WITH.get(_bank_number(work, work.owner(payout_id)))
    if failure:
        fail(work, payout, failure)
    else:
        trace = {"status": "supported", "value": payout_id[-10:]}
        done = "completed" if payout["automatic"] else payout["reconciliation_status"]
        _change(work, payout, "payout.paid", status="paid", trace_id=trace, reconciliation_status=done)


def _bank_number(work: Work, account_id: str) -> str:
    return work.hidden(account_id).get("bank", "") if account_id else work.control.bank_account


def fail(work: Work, payout: Body, code: str) -> Body:
    """The bank returns a payout, sometimes days after it was paid: the money is in the balance again."""
    if payout["status"] in ("failed", "canceled"):
        raise StripeError(f"Payout {payout['id']} has {payout['status']} already.")
    reason = {"failure_code": code, "failure_message": FAILURES[code]}
    return _change(
        work, payout, "payout.failed", status="failed", **reason, **_returned(work, payout, "payout_failure")
    )


def cancel(work: Work, params: dict[str, Any], payout_id: str) -> Body:
    """Call a payout back before the bank has it."""
    payout = work.get(KIND, payout_id, "payout")
    if payout["status"] != "pending":
        raise StripeError(f"Payouts can be canceled only while they are pending; this one is {payout['status']}.")
    return _change(work, payout, "payout.canceled", status="canceled", **_returned(work, payout, "payout_cancel"))


def _returned(work: Work, payout: Body, kind: str) -> Body:
    owner = work.owner(payout["id"])
    transaction = balance.book(
        work, kind, payout, payout["amount"], available_on=work.now, category="payout_reversal", owner=owner
    )
    return {"failure_balance_transaction": transaction["id"]}


def update(work: Work, params: dict[str, Any], payout_id: str) -> Body:
    """Change what is written on a payout."""
    payout = work.get(KIND, payout_id, "payout")
    return _change(work, payout, "payout.updated", metadata=merged_metadata(payout["metadata"], params.get("metadata")))


def retrieve(work: Work, params: dict[str, Any], payout_id: str) -> Body:
    """One payout."""
    return work.get(KIND, payout_id, "payout")


def list_payouts(work: Work, params: dict[str, Any]) -> Body:
    """Payouts, newest first."""
    return listing.page(work, KIND, params, "/v1/payouts")


_ALL, _ONE = "/v1/payouts", "/v1/payouts/<id>"
ENDPOINTS = (
    Endpoint(
        "POST",
        _ALL,
        PayoutCreateParams,
        create,
        "amount currency description expand metadata method statement_descriptor",
        for_accounts=True,
    ),
    Endpoint(
        "GET",
        _ALL,
        PayoutListParams,
        list_payouts,
        "created created.gt created.gte created.lt created.lte destination ending_before expand limit starting_after"
        " status",
        for_accounts=True,
    ),
    Endpoint("GET", _ONE, PayoutRetrieveParams, retrieve, for_accounts=True),
    Endpoint("POST", _ONE, PayoutUpdateParams, update, for_accounts=True),
    Endpoint("POST", f"{_ONE}/cancel", PayoutCancelParams, cancel, for_accounts=True),
)
TIMERS = {"payouts.leave": leave, "payouts.arrive": arrive}
