"""What a card's owner contests at the bank. https://docs.stripe.com/disputes

Beside a charge is kept `contested`: what banks have taken of it and not given back. Beside a dispute, `verdict`: how
the bank will decide once it has looked at the evidence.
"""

import json
from typing import Any

import stripe
from stripe.params import DisputeCloseParams, DisputeListParams, DisputeRetrieveParams, DisputeUpdateParams

from sandbox.stripe.api import listing
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.store import index_name
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.currencies import exponent
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import balance, files
from sandbox.stripe.resources.shape import blank, merged_metadata

KIND, CHARGE = "dispute", "charge"
RESPOND_WITHIN = 7 * 86_400
DECIDED_AFTER = 3
WAITING = {"needs_response": "under_review", "warning_needs_response": "warning_under_review"}
"""The statuses in which evidence is taken, and what they become by it."""
OPEN = frozenset((*WAITING, *WAITING.values()))
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost", "escalate_inquiry_evidence": "escalated"}
"""What `uncategorized_text` says in place of a bank. https://docs.stripe.com/testing#disputes"""
MOST_TEXT = 150_000

_FEES = {"aud": 2500, "eur": 2000, "gbp": 2000, "hkd": 8500, "jpy": 1300, "usd": 1500}
_REASON_CODES = {
    "fraudulent": "10.4",
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "credit_not_processed": "13.6",
    "duplicate": "12.6.1",
    "subscription_canceled": "13.2",
    "general": "13.9",
    "unrecognized": "10.4",
}
REASONS = tuple(_REASON_CODES)
_EVIDENCE = tuple(name for name in stripe.Dispute.Evidence.__annotations__ if not name.startswith("enhanced"))
_FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
_TEXTS = tuple(name for name in _EVIDENCE if name not in _FILES and name != "appeal")


def fee(currency: str) -> int:
    """What Stripe takes for a dispute: 15 dollars, or about as much."""
    return _FEES.get(currency, 15 * 10 ** exponent(currency))


def contested(work: Work, charge: Body) -> int:
    """What banks have taken of a charge, and not given back."""
    return work.hidden(charge["id"]).get("contested", 0)


def start(work: Work, charge: Body, reason: str, amount: int | None = None, *, inquiry: bool = False) -> Body:
    """The owner of the card contests a charge. An inquiry only asks; else the bank takes the money at once."""
    left = charge["amount"] - charge["amount_refunded"] - contested(work, charge)
    amount = left if amount is None else amount
    if not charge["paid"] or not 0 < amount <= left:
        raise StripeError(f"Only {left} of charge {charge['id']} can be disputed.", param="amount")
    dispute = work.add("du", _body(work, charge, reason, amount, inquiry=inquiry))
    charge["disputed"] = True
    work.save(charge)
    if not inquiry:
        _withdraw(work, dispute)
    work.emit("charge.dispute.created", dispute)
    if not inquiry:
        work.emit("charge.dispute.funds_withdrawn", dispute)
    work.at(dispute["evidence_details"]["due_by"], "disputes.lapse", dispute["id"])
    return dispute


def _body(work: Work, charge: Body, reason: str, amount: int, *, inquiry: bool) -> Body:
    card = charge["payment_method_details"]["card"]
    details = {"brand": card["brand"], "case_type": "inquiry" if inquiry else "chargeback", "network": card["network"]}
    details["network_reason_code"] = _REASON_CODES[reason]
    return blank(KIND) | {
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": work.now + RESPOND_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "metadata": {},
        "network_reason_code": _REASON_CODES[reason],
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": details},
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def _withdraw(work: Work, dispute: Body) -> None:
    _move(work, dispute, -1, fee(dispute["currency"]), "withdrawal", "dispute")


def _move(work: Work, dispute: Body, sign: int, taken: int, said: str, category: str) -> None:
    source = {
        "id": dispute["id"],
        "currency": dispute["currency"],
        "description": f"Chargeback {said} for {dispute['charge']}",
    }
    amount = sign * dispute["amount"]
    transaction = balance.book(work, "adjustment", source, amount, fee=taken, available_on=work.now, category=category)
    dispute["balance_transactions"].append(transaction)
    work.save(dispute)
    work.hide(dispute["charge"], contested=work.hidden(dispute["charge"]).get("contested", 0) - amount)


def decide(work: Work, dispute: Body, outcome: str) -> Body:
    """The bank decides: `won`, `lost`, or `escalated` where it was an inquiry."""
    before, inquiry = dispute["status"], dispute["status"].startswith("warning")
    if before not in OPEN:
        raise StripeError(f"This dispute is already closed: {before}.")
    if inquiry and outcome != "won":
        return _escalate(work, dispute)
    if outcome == "escalated":
        raise StripeError("Only an inquiry can be escalated.")
    dispute |= {"status": "warning_closed" if inquiry else outcome, "is_charge_refundable": False}
    if outcome == "won" and not inquiry:
        returned = fee(dispute["currency"]) if work.control.dispute_fee_returned else 0
        _move(work, dispute, 1, -returned, "reversal", "dispute_reversal")
    work.save(dispute)
    work.emit("charge.dispute.closed", dispute, previous={"status": before})
    if dispute["status"] == "won":
        work.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def _escalate(work: Work, dispute: Body) -> Body:
    before = dispute["status"]
    left = work.get(CHARGE, dispute["charge"])
    dispute["amount"] = min(dispute["amount"], left["amount"] - left["amount_refunded"] - contested(work, left))
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    dispute["evidence_details"] |= {"due_by": work.now + RESPOND_WITHIN, "submission_count": 0}
    dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    _withdraw(work, dispute)
    work.emit("charge.dispute.updated", dispute, previous={"status": before})
    work.emit("charge.dispute.funds_withdrawn", dispute)
    work.at(dispute["evidence_details"]["due_by"], "disputes.lapse", dispute["id"])
    return dispute


def lapse(work: Work, dispute_id: str) -> None:
    """The time to answer is over: what nobody answered is lost, an inquiry forgotten."""
    dispute = work.get(KIND, dispute_id)
    if dispute["status"] in WAITING and dispute["evidence_details"]["due_by"] <= work.now:
        decide(work, dispute, "won" if dispute["status"].startswith("warning") else "lost")


def decide_later(work: Work, dispute_id: str) -> None:
    """The bank has looked at evidence that says how it decides."""
    dispute = work.get(KIND, dispute_id)
    if dispute["status"] in WAITING.values():
        decide(work, dispute, work.hidden(dispute_id)["verdict"])


def refunded(work: Work, charge: Body) -> None:
    """An inquiry into a charge ends when all of it has been given back."""
    rows = work.db.execute(
        f"SELECT body FROM objects INDEXED BY {index_name(KIND, 'charge')}"  # noqa: S608
        f" WHERE kind = '{KIND}' AND json_extract(body, '$.charge') = ?",
        (charge["id"],),
    )
    for dispute in [json.loads(row["body"]) for row in rows]:
        if charge["refunded"] and dispute["status"].startswith("warning") and dispute["status"] in OPEN:
            decide(work, dispute, "won")


def update(work: Work, params: dict[str, Any], dispute_id: str) -> Body:
    """Keep evidence, and hand it to the bank unless `submit` says to wait. That is possible once."""
    dispute = work.get(KIND, dispute_id, "dispute")
    before = json.loads(json.dumps(dispute))
    dispute["metadata"] = merged_metadata(dispute["metadata"], params.get("metadata"))
    if "evidence" in params or params.get("submit"):
        _check_waits(dispute)
        _take(work, dispute, params.get("evidence", {}))
    if params.get("submit", "evidence" in params):
        _submit(work, dispute)
    work.save(dispute)
    changed = {name: before[name] for name in before if before[name] != dispute[name]}
    if changed:
        work.emit("charge.dispute.updated", dispute, previous=changed)
    return dispute


def _check_waits(dispute: Body) -> None:
    if dispute["status"] in WAITING.values():
        raise StripeError("Evidence for this dispute has already been submitted.")
    if dispute["status"] not in WAITING:
        raise StripeError("This dispute is already closed.", code="dispute_already_closed")


def _take(work: Work, dispute: Body, evidence: dict[str, Any]) -> None:
    kept = dispute["evidence"]
    for name, value in evidence.items():
        kept[name] = value or None
    size = sum(files.of_evidence(work, kept[name], f"evidence[{name}]")["size"] for name in _FILES if kept[name])
    if size > files.LARGEST:
        raise StripeError("The evidence files of a dispute can be at most 5 MB together.", param="evidence")
    if sum(len(kept[name] or "") for name in _TEXTS) > MOST_TEXT:
        raise StripeError(f"Evidence can have at most {MOST_TEXT} characters in all.", param="evidence")
    dispute["evidence_details"]["has_evidence"] = any(kept[name] for name in (*_FILES, *_TEXTS))


def _submit(work: Work, dispute: Body) -> None:
    details = dispute["evidence_details"]
    details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
    dispute["status"] = WAITING[dispute["status"]]
    verdict = VERDICTS.get((dispute["evidence"]["uncategorized_text"] or "").strip())
    if verdict:
        work.hide(dispute["id"], verdict=verdict)
        work.later(DECIDED_AFTER, "disputes.decide", dispute["id"])


def close(work: Work, params: dict[str, Any], dispute_id: str) -> Body:
    """Give in."""
    dispute = work.get(KIND, dispute_id, "dispute")
    if dispute["status"] not in WAITING or dispute["status"].startswith("warning"):
        raise StripeError(f"Only disputes that need a response can be closed; this one is {dispute['status']}.")
    return decide(work, dispute, "lost")


def retrieve(work: Work, params: dict[str, Any], dispute_id: str) -> Body:
    """One dispute."""
    return work.get(KIND, dispute_id, "dispute")


def list_disputes(work: Work, params: dict[str, Any]) -> Body:
    """Disputes, newest first."""
    return listing.page(work, KIND, params, "/v1/disputes")


_ONE = "/v1/disputes/<id>"
ENDPOINTS = (
    Endpoint("GET", "/v1/disputes", DisputeListParams, list_disputes),
    Endpoint("GET", _ONE, DisputeRetrieveParams, retrieve),
    Endpoint(
        "POST",
        _ONE,
        DisputeUpdateParams,
        update,
        " ".join(("expand metadata submit", *(f"evidence.{name}" for name in (*_FILES, *_TEXTS)))),
    ),
    Endpoint("POST", f"{_ONE}/close", DisputeCloseParams, close),
)
TIMERS = {"disputes.lapse": lapse, "disputes.decide": decide_later}
