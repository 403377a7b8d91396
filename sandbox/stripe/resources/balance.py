"""The account's balance, and the transactions that it is the sum of."""

from typing import Any

from stripe.params import (
    BalanceRetrieveParams,
    BalanceTransactionListParams,
    BalanceTransactionRetrieveParams,
)

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.resources.shape import blank

KIND = "balance_transaction"
PENDING_FOR = 2 * 86_400
FEE_PER_MILLE = 29
FEE_FIXED = 30
DEFAULT_CURRENCY = "usd"


def card_fee(amount: int) -> int:
    """Stripe's fee for a card charge: 2.9 % + 30, in minor units, halves rounded up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def book(work: Work, transaction_type: str, source: Body, amount: int, *, fee: int = 0, at_once: bool = False) -> Body:
    """Move the balance by amount - fee, in the currency of the source: the transaction.

    The money counts as pending for two days, or is available `at_once`.
    """
    fee_details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    transaction = work.add(
        "txn",
        blank(KIND)
        | {
            "amount": amount,
            "available_on": work.now + (0 if at_once else PENDING_FOR),
            "balance_type": "payments",
            "currency": source["currency"],
            "description": source.get("description"),
            "fee": fee,
            "fee_details": fee_details if fee else [],
            "net": amount - fee,
            "reporting_category": transaction_type,
            "source": source["id"],
            "status": "available" if at_once else "pending",
            "type": transaction_type,
        },
    )
    if not at_once:
        work.at(transaction["available_on"], "balance.make_available", transaction["id"])
    return transaction


def make_available(work: Work, transaction_id: str) -> None:
    """The money of a transaction can be paid out."""
    work.save(work.get(KIND, transaction_id) | {"status": "available"})


def retrieve(work: Work, params: dict[str, Any]) -> Body:
    """What is available, and what will be."""
    rows = work.db.execute(
        "SELECT json_extract(body, '$.status') AS status, json_extract(body, '$.currency') AS currency,"
        " sum(json_extract(body, '$.net')) AS net FROM objects WHERE kind = ? GROUP BY 1, 2",
        (KIND,),
    )
    sums = {(row["status"], row["currency"]): row["net"] for row in rows}
    currencies = sorted({currency for _, currency in sums}) or [DEFAULT_CURRENCY]
    answer = blank("balance")
    for status in ("available", "pending"):
        answer[status] = [_sum(sums.get((status, currency), 0), currency) for currency in currencies]
    return answer


def _sum(amount: int, currency: str) -> Body:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve_transaction(work: Work, params: dict[str, Any], transaction_id: str) -> Body:
    """One movement of the balance."""
    return work.get(KIND, transaction_id)


def list_transactions(work: Work, params: dict[str, Any]) -> Body:
    """Movements of the balance, newest first."""
    return listing.page(work, KIND, params, "/v1/balance_transactions")


ENDPOINTS = (
    Endpoint("GET", "/v1/balance", BalanceRetrieveParams, retrieve),
    Endpoint("GET", "/v1/balance_transactions", BalanceTransactionListParams, list_transactions),
    Endpoint("GET", "/v1/balance_transactions/<id>", BalanceTransactionRetrieveParams, retrieve_transaction),
)

TIMERS = {"balance.make_available": make_available}
