"""Money passed on to connected accounts, and taken back. https://docs.stripe.com/api/transfers"""

from typing import Any

from stripe.params import (
    TransferCreateParams,
    TransferListParams,
    TransferRetrieveParams,
    TransferReversalCreateParams,
    TransferReversalListParams,
    TransferReversalRetrieveParams,
    TransferReversalUpdateParams,
    TransferUpdateParams,
)

from sandbox.stripe.api import checks, listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.currencies import shown
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import accounts, balance, charges
from sandbox.stripe.resources.shape import blank, merged_metadata

KIND, REVERSAL = "transfer", "transfer_reversal"
SHOWN_REVERSALS = 10


def create(work: Work, params: dict[str, Any]) -> Body:
    """Pass money on: out of one charge where `source_transaction` names it, else out of what is available."""
    currency = params["currency"].lower()
    checks.check_currency(currency, "currency")
    destination = _destination(work, params["destination"])
    charge = _source(work, params, currency)
    if charge is None:
        checks.required(params, "amount")
    amount = params.get("amount", charge["amount"] if charge else 0)
    checks.check_positive(amount, "amount")
    if charge:
        _count_on(work, charge, amount)
    else:
        balance.check_available(work, amount, currency)
    return _book(work, _body(params, amount, currency, destination, charge), _available_on(work, charge))


def _destination(work: Work, account_id: str) -> Body:
    account = work.find(account_id)
    if account is None or account["object"] != accounts.KIND:
        raise StripeError(f"No such destination: '{account_id}'", code="resource_missing", param="destination")
    if account["capabilities"].get("transfers") != "active":
        raise StripeError(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers,"
            " crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return account


def _source(work: Work, params: dict[str, Any], currency: str) -> Body | None:
    if "source_transaction" not in params:
        return None
    charge = work.get(charges.KIND, params["source_transaction"], "source_transaction")
    if not charge["paid"]:
        raise StripeError("Cannot use a charge that has not succeeded as a source.", param="source_transaction")
    if charge["currency"] != currency:
        raise StripeError(
            f"The currency of source_transaction's balance transaction ({charge['currency']}) must be the same as the"
            f" transfer currency ({currency})",
            param="currency",
        )
    group = params.get("transfer_group")
    if group and charge["transfer_group"] not in (None, group):
        raise StripeError(
            f"The transfer_group of a transfer must be that of its source_transaction ({charge['transfer_group']}).",
            param="transfer_group",
        )
    if charge["transfer_group"] is None:
        charge["transfer_group"] = group or f"group_{charge['id'].removeprefix('ch_')}"
        work.save(charge)
    return charge


def _count_on(work: Work, charge: Body, amount: int) -> None:
    """Add to what is kept beside a charge as `passed_on`, of which no more than the charge can be.

    What was transferred counts also when it was taken back; what the buyer got back cannot be passed on.
    """
    passed_on = work.hidden(charge["id"]).get("passed_on", 0)
    whole = charge["amount"] - charge["amount_refunded"]
    if amount + passed_on <= whole:
        work.hide(charge["id"], passed_on=passed_on + amount)
        return
    said = shown(whole, charge["currency"], "en")
    message = f"Transfers using this transaction as a source must not exceed the source amount of {said}."
    if passed_on:
        before = shown(passed_on, charge["currency"], "en")
        message += f" (There is already a transfer using this source, amounting to {before}.)"
    raise StripeError(message, param="amount")


def _available_on(work: Work, charge: Body | None) -> int:
    """A transfer out of a charge waits for that charge's money."""
    if charge is None:
        return work.now
    if charge["balance_transaction"] is None:
        return work.now + balance.PENDING_FOR
    return max(work.get(balance.KIND, charge["balance_transaction"])["available_on"], work.now)


def _body(params: dict[str, Any], amount: int, currency: str, destination: Body, charge: Body | None) -> Body:
    transfer_id = new_id("tr")
    url = f"/v1/transfers/{transfer_id}/reversals"
    return blank(KIND) | {
        "id": transfer_id,
        "amount": amount,
        "amount_reversed": 0,
        "currency": currency,
        "description": params.get("description"),
        "destination": destination["id"],
        "destination_payment": new_id("py"),
        "metadata": params.get("metadata") or {},
        "reversals": {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": url},
        "reversed": False,
        "source_transaction": charge["id"] if charge else None,
        "source_type": "card",
        "transfer_group": charge["transfer_group"] if charge else params.get("transfer_group"),
    }


def _book(work: Work, transfer: Body, available_on: int) -> Body:
    amount, destination = transfer["amount"], transfer["destination"]
    transaction = balance.book(work, "transfer", transfer, -amount, available_on=available_on)
    payment = {"id": transfer["destination_payment"], "currency": transfer["currency"]}
    balance.book(work, "payment", payment, amount, available_on=available_on, category="charge", owner=destination)
    transfer["balance_transaction"] = transaction["id"]
    transfer = work.add("tr", transfer)
    work.emit("transfer.created", transfer)
    return transfer


def update(work: Work, params: dict[str, Any], transfer_id: str) -> Body:
    """Change what is written on a transfer."""
    transfer = work.get(KIND, transfer_id, "transfer")
    before = {name: transfer[name] for name in ("description", "metadata")}
    transfer["metadata"] = merged_metadata(transfer["metadata"], params.get("metadata"))
    transfer["description"] = params.get("description", transfer["description"])
    work.save(transfer)
    changed = {name: value for name, value in before.items() if transfer[name] != value}
    if changed:
        work.emit("transfer.updated", transfer, previous=changed)
    return transfer


def retrieve(work: Work, params: dict[str, Any], transfer_id: str) -> Body:
    """One transfer."""
    return work.get(KIND, transfer_id, "transfer")


def list_transfers(work: Work, params: dict[str, Any]) -> Body:
    """Transfers, newest first."""
    return listing.page(work, KIND, params, "/v1/transfers")


def reverse(work: Work, params: dict[str, Any], transfer_id: str) -> Body:
    """Take a transfer back, or a part of what is left of it."""
    transfer = work.get(KIND, transfer_id, "transfer")
    amount = _amount_to_reverse(work, transfer, params.get("amount"))
    reversal = blank(REVERSAL) | {
        "id": new_id("trr"),
        "amount": amount,
        "currency": transfer["currency"],
        "destination_payment_refund": new_id("pyr"),
        "metadata": params.get("metadata") or {},
        "transfer": transfer_id,
    }
    _book_reversal(work, transfer, reversal)
    reversal = work.add("trr", reversal)
    _count_against(work, transfer, reversal)
    return reversal


def _amount_to_reverse(work: Work, transfer: Body, wanted: int | None) -> int:
    left = transfer["amount"] - transfer["amount_reversed"]
    if not left:
        raise StripeError(f"Transfer {transfer['id']} is already fully reversed.")
    amount = left if wanted is None else wanted
    checks.check_positive(amount, "amount")
    if amount > left:
        raise StripeError(
            f"Transfer reversal amount ({amount}) is greater than unreversed amount on transfer ({left})",
            param="amount",
        )
    if amount > balance.held(work, transfer["currency"], transfer["destination"]):
        raise StripeError(
            f"Insufficient funds in the connected account {transfer['destination']} to reverse this transfer.",
            code="balance_insufficient",
        )
    return amount


def _book_reversal(work: Work, transfer: Body, reversal: Body) -> None:
    amount, destination = reversal["amount"], transfer["destination"]
    passed_on = work.get(balance.KIND, transfer["balance_transaction"])
    when = max(passed_on["available_on"], work.now)
    transaction = balance.book(
        work, "transfer_refund", reversal, amount, available_on=when, category="transfer_reversal"
    )
    refund = {"id": reversal["destination_payment_refund"], "currency": reversal["currency"]}
    balance.book(work, "payment_refund", refund, -amount, available_on=when, category="refund", owner=destination)
    reversal["balance_transaction"] = transaction["id"]


def _count_against(work: Work, transfer: Body, reversal: Body) -> None:
    before = {name: transfer[name] for name in ("amount_reversed", "reversed")}
    reversals = transfer["reversals"]
    transfer["amount_reversed"] += reversal["amount"]
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    reversals["total_count"] += 1
    reversals["data"] = [reversal, *reversals["data"]][:SHOWN_REVERSALS]
    reversals["has_more"] = reversals["total_count"] > SHOWN_REVERSALS
    work.save(transfer)
    work.emit("transfer.reversed", transfer, previous=before)


def update_reversal(work: Work, params: dict[str, Any], transfer_id: str, reversal_id: str) -> Body:
    """Change what is written on a reversal."""
    reversal = retrieve_reversal(work, params, transfer_id, reversal_id)
    reversal["metadata"] = merged_metadata(reversal["metadata"], params.get("metadata"))
    work.save(reversal)
    transfer = work.get(KIND, transfer_id)
    transfer["reversals"]["data"] = [
        reversal if found["id"] == reversal_id else found for found in transfer["reversals"]["data"]
    ]
    work.save(transfer)
    return reversal


def retrieve_reversal(work: Work, params: dict[str, Any], transfer_id: str, reversal_id: str) -> Body:
    """One reversal of a transfer."""
    work.get(KIND, transfer_id, "transfer")
    reversal = work.get(REVERSAL, reversal_id)
    if reversal["transfer"] != transfer_id:
        raise StripeError(f"No such transfer reversal: '{reversal_id}'", status=404, code="resource_missing")
    return reversal


def list_reversals(work: Work, params: dict[str, Any], transfer_id: str) -> Body:
    """The reversals of a transfer, newest first."""
    work.get(KIND, transfer_id, "transfer")
    return listing.page(work, REVERSAL, params | {"transfer": transfer_id}, f"/v1/transfers/{transfer_id}/reversals")


_ONE = "/v1/transfers/<id>"
_REVERSALS = f"{_ONE}/reversals"
ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/transfers",
        TransferCreateParams,
        create,
        "amount currency description destination expand metadata source_transaction transfer_group",
    ),
    Endpoint("GET", "/v1/transfers", TransferListParams, list_transfers),
    Endpoint("GET", _ONE, TransferRetrieveParams, retrieve),
    Endpoint("POST", _ONE, TransferUpdateParams, update),
    Endpoint("POST", _REVERSALS, TransferReversalCreateParams, reverse, "amount expand metadata"),
    Endpoint("GET", _REVERSALS, TransferReversalListParams, list_reversals),
    Endpoint("GET", f"{_REVERSALS}/<reversal_id>", TransferReversalRetrieveParams, retrieve_reversal),
    Endpoint("POST", f"{_REVERSALS}/<reversal_id>", TransferReversalUpdateParams, update_reversal),
)
