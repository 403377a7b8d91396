"""The answer to a bank: an operator's words and chosen fields, one paper made of the order's record, sent once."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.core import jobs
from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import lock
from portal.core.errors import Gone
from portal.core.i18n import KEPT, N_
from portal.core.lifecycle import advance
from portal.designs import storage
from portal.messages import operations as messages
from portal.orders.models import Order
from portal.payments.acts import ACTS, Act
from portal.payments.disputes import operations, record
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute
from portal.payments.disputes.words import FIELDS
from portal.payments.gateway import Gateway
from portal.payments.intents import have_done
from portal.payments.models import Operation, OperationKind
from portal.payments.reports import DisputeReport

_LOOKED = "Evidence for a card dispute"
KEPT[_LOOKED] = N_("Evidence for a card dispute")


def suggested(said: dict[str, Any]) -> dict[str, str]:
    """What the order's record says for each of the bank's own fields; those it says nothing for are missing."""
    parcels, terms = said["parcels"], said["terms"]
    found = {
        "product_description": f"{said['category']}: {terms['brief']['title']}, {terms['line']['quantity']} pieces, "
        "made to the buyer's own specification",
        "customer_name": terms["creator"]["name"],
        "customer_email_address": terms["creator"]["email"],
        "shipping_address": said["ship_to"],
        "shipping_carrier": ", ".join(dict.fromkeys(parcel["carrier"] for parcel in parcels)),
        "shipping_date": ", ".join(dict.fromkeys(parcel["shipped"] for parcel in parcels)),
        "shipping_tracking_number": ", ".join(filter(None, (parcel["tracking"] for parcel in parcels))),
        "service_date": said["placed"][:10],
        "refund_refusal_explanation": "The buyer accepted the terms of the order, which say what a cancellation costs "
        "at each stage.",
    }
    return {name: text for name, text in found.items() if text and name in FIELDS}


def prepare(session: Session, dispute: Dispute, statement: str, chosen: list[str], *, actor: Actor) -> None:
    """Keep an operator's words and the fields they have chosen for a dispute (locked), and have the paper made. Both
    sides see that their messages were read for it. Raises `Gone` once the evidence is on its way or the bank decides.
    """
    _must_wait(dispute)
    order = session.get_one(Order, dispute.order_id)
    if not dispute.pack_asked_at:
        messages.look(session, order.invitation_id, _LOOKED, actor=actor)
    fields = suggested(record.of(session, dispute))
    dispute.statement = statement
    dispute.fields = {name: fields[name] for name in chosen if name in fields}
    dispute.pack_key, dispute.pack_sha256, dispute.pack_pages, dispute.pack_made_at = "", "", [], None
    dispute.pack_asked_at = now()
    session.add(dispute)
    jobs.defer(session, "payments.make_evidence", dispute_id=dispute.id)


def _must_wait(dispute: Dispute) -> None:
    if dispute.stage != DisputeStage.OPENED or dispute.submitted_at:
        raise Gone(N_("The evidence is with the bank already, or the bank has decided."))


def keep_paper(session: Session, dispute_id: UUID, asked: str, *, key: str, sha256: str, pages: list[str]) -> None:
    """Keep the paper that was made for the words of the moment `asked`; one for older words is dropped."""
    dispute = lock(session, Dispute, dispute_id)
    if dispute.pack_asked_at and dispute.pack_asked_at.isoformat() == asked:
        dispute.pack_key, dispute.pack_sha256, dispute.pack_pages = key, sha256, pages
        dispute.pack_made_at = now()
        session.add(dispute)


def submit(session: Session, dispute: Dispute, *, sha256: str, actor: Actor) -> None:
    """Give the bank the paper (the one with the hash `sha256`, which the operator has seen) and the chosen fields of a
    dispute (locked, after its order). Raises `Gone` when another paper has been made, or the evidence was sent."""
    _must_wait(dispute)
    if not dispute.pack_key or dispute.pack_sha256 != sha256:
        raise Gone(N_("Another paper has been made since. Look at it before you send it."))
    text = {"uncategorized_text": dispute.statement} if dispute.statement else {}
    number = session.get_one(Order, dispute.order_id).number
    params = {
        "dispute": dispute.stripe_id,
        "evidence": dict(dispute.fields) | text,
        "pdf_key": dispute.pack_key,
        "name": f"order-{number}-evidence.pdf",
    }
    dispute.submitted_at, dispute.failure = now(), ""
    advance(session, dispute, "submit", actor=actor)
    have_done(session, OperationKind.SUBMIT_EVIDENCE, params, order_id=dispute.order_id, subject_id=dispute.id)


def _call(gateway: Gateway, operation: Operation, key: str) -> DisputeReport:
    params = operation.params
    pdf = storage.get(params["pdf_key"])
    return gateway.submit_evidence(
        params["dispute"], params["evidence"], pdf, params["name"], operation_id=str(operation.id), key=key
    )


def _look(gateway: Gateway, operation: Operation) -> DisputeReport | None:
    report = gateway.fetch_dispute(operation.params["dispute"])
    return report if report.operation_id == str(operation.id) and report.submissions else None


def _record(session: Session, operation: Operation, report: DisputeReport) -> None:
    operations.take_report(session, report)


def _record_refused(session: Session, operation: Operation, why: str) -> None:
    """Stripe did not take it: an operator reads why, and can send it again."""
    dispute = lock(session, Dispute, operation.subject_id)
    dispute.failure, dispute.submitted_at = why[:300], None
    session.add(dispute)


ACTS[OperationKind.SUBMIT_EVIDENCE] = Act(_call, _look, _record, _record_refused)
