"""What an account's balance is: running sums, moved by transactions only."""

from typing import Any

from stripe.params import (
    BalanceRetrieveParams,
    BalanceTransactionListParams,
    BalanceTransactionRetrieveParams,
)

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources.shape import blank

KIND = "balance_transaction"
PENDING_FOR = 2 * 86_400
FEE_PER_MILLE = 29
FEE_FIXED = 30
DEFAULT_CURRENCY = "usd"
FILTERS = (
    "created created.gt created.gte created.lt created.lte currency ending_before expand limit source starting_after"
    " type"
)


def card_fee(amount: int) -> int:
    """Stripe's fee for a card charge: 2.9 % + 30, in minor units, halves rounded up."""
    return (amount * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED


def book(
    work: Work,
    transaction_type: str,
    source: Body,
    amount: int,
    *,
    fee: int = 0,
    available_on: int | None = None,
    category: str | None = None,
    owner: str | None = None,
) -> Body:
    """Move the balance of the account acted for, or of `owner`, by amount - fee, in the currency of the source.

    The money counts as pending until `available_on`, which is two days from now where it is not given.
    """
    available_on = work.now + PENDING_FOR if available_on is None else available_on
    pending = available_on > work.now
    transaction = work.add(
        "txn",
        blank(KIND)
        | {
            "amount": amount,
            "available_on": available_on,
            "balance_type": "payments",
            "currency": source["currency"],
            "description": source.get("description"),
            "fee": fee,
            "fee_details": _fee_details(fee, source["currency"]),
            "net": amount - fee,
            "reporting_category": category or transaction_type,
            "source": source["id"],
            "status": "pending" if pending else "available",
            "type": transaction_type,
        },
        owner=owner,
    )
    _move(work, work.account if owner is None else owner, transaction, pending=pending)
    if pending:
        work.at(available_on, "balance.make_available", transaction["id"])
    return transaction


def _fee_details(fee: int, currency: str) -> list[Body]:
    if not fee:
        return []
    said = {"application": None, "description": "Stripe processing fees", "type": "stripe_fee"}
    return [{"amount": fee, "currency": currency, **said}]


def _move(work: Work, account: str, transaction: Body, *, pending: bool) -> None:
    net = transaction["net"]
    amounts = (0, net) if pending else (net, 0)
    work.db.execute(
        "INSERT INTO balances (account, currency, available, pending) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET available = available + excluded.available, pending = pending + excluded.pending",
        (account, transaction["currency"], *amounts),
    )


def make_available(work: Work, transaction_id: str) -> None:
    """The money of a transaction can be paid out."""
    transaction, account = work.find(transaction_id), work.owner(transaction_id)
    assert transaction
    work.save(transaction | {"status": "available"})
    work.db.execute(
        "UPDATE balances SET available = available + ?, pending = pending - ? WHERE account = ? AND currency = ?",
        (transaction["net"], transaction["net"], account, transaction["currency"]),
    )


def drift(work: Work, amount: int, currency: str, charge_id: str | None) -> Body:
    """A transaction out of nothing, or that of a charge made one of another amount: the transaction."""
    if charge_id is None:
        nothing = {"id": None, "currency": currency}
        return book(work, "adjustment", nothing, amount, available_on=work.now, category="other_adjustment")
    transaction = work.get(KIND, work.get("charge", charge_id)["balance_transaction"])
    change = amount - transaction["amount"]
    _move(work, work.account, transaction | {"net": change}, pending=transaction["status"] == "pending")
    transaction |= {"amount": amount, "net": transaction["net"] + change}
    work.save(transaction)
    return transaction


def available(work: Work, currency: str, account: str | None = None) -> int:
    """What an account, by default the one acted for, can pay out at once."""
    return sums(work, work.account if account is None else account).get(currency, (0, 0))[0]


def held(work: Work, currency: str, account: str) -> int:
    """What an account has, available or not."""
    return sum(sums(work, account).get(currency, (0, 0)))


def is_empty(work: Work, account: str) -> bool:
    """It neither has nor owes anything."""
    return not any(any(amounts) for amounts in sums(work, account).values())


def check_available(work: Work, amount: int, currency: str) -> None:
    """Raises StripeError where the account acted for has less."""
    if amount > available(work, currency):
        raise StripeError(
            "You have insufficient available funds in your Stripe account. Try adding funds directly to your available"
            " balance by creating Charges using the 4000000000000077 test card. See:"
            " https://docs.stripe.com/testing#available-balance",
            code="balance_insufficient",
        )


def sums(work: Work, account: str) -> dict[str, tuple[int, int]]:
    """What is available and what is pending in an account, by currency."""
    rows = work.db.execute(
        "SELECT currency, available, pending FROM balances WHERE account = ? ORDER BY currency", (account,)
    )
    return {row["currency"]: (row["available"], row["pending"]) for row in rows}


def retrieve(work: Work, params: dict[str, Any]) -> Body:
    """What is available, and what will be."""
    found = sums(work, work.account) or {DEFAULT_CURRENCY: (0, 0)}
    return blank("balance") | {
        "available": [_sum(amounts[0], currency) for currency, amounts in found.items()],
        "pending": [_sum(amounts[1], currency) for currency, amounts in found.items()],
    }


def _sum(amount: int, currency: str) -> Body:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def retrieve_transaction(work: Work, params: dict[str, Any], transaction_id: str) -> Body:
    """One movement of the balance."""
    return work.get(KIND, transaction_id)


def list_transactions(work: Work, params: dict[str, Any]) -> Body:
    """Movements of the balance, newest first."""
    return listing.page(work, KIND, params, "/v1/balance_transactions")


ENDPOINTS = (
    Endpoint("GET", "/v1/balance", BalanceRetrieveParams, retrieve, for_accounts=True),
    Endpoint(
        "GET", "/v1/balance_transactions", BalanceTransactionListParams, list_transactions, FILTERS, for_accounts=True
    ),
    Endpoint(
        "GET",
        "/v1/balance_transactions/<id>",
        BalanceTransactionRetrieveParams,
        retrieve_transaction,
        for_accounts=True,
    ),
)

TIMERS = {"balance.make_available": make_available}
