"""What the order's own record says about a disputed payment: plain values for the paper that the bank reads, in
English, because its clerks read English wherever the card is from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlmodel import Session, col

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.i18n import in_locale
from portal.core.money import show
from portal.messages.models import Message, MessageTranslation, Thread
from portal.orders import queries as orders
from portal.orders import words as order_words
from portal.orders.ending import queries as claims
from portal.orders.inspections import queries as inspections
from portal.orders.models import Order
from portal.orders.parcels import carriers
from portal.orders.parcels import queries as parcels
from portal.orders.samples import queries as samples
from portal.payments import words
from portal.payments.disputes.models import Dispute
from portal.payments.models import PaymentLeg, Refund
from portal.products.registry import category
from portal.sourcing.destinations import country_name
from portal.specs import queries as specs
from portal.specs.models import SpecRevision

ENGLISH = "en"
MOST_MESSAGES = 60  # the latest; more would bury the rest
_PHOTOS_OF_GOLDEN, _PHOTOS_OF_PARCEL = 2, 2
_WHO = {Role.CREATOR: "Buyer", Role.FACTORY: "Factory", Role.OPERATOR: "Xiaodan"}
_CARRIER = "The carrier"  # whom the worker has asked about parcels; in all else it is us
_ARRIVALS = ("parcel_delivered", "order_delivered")
_DEFECTS = ("critical", "major", "minor")


def of(session: Session, dispute: Dispute) -> dict[str, Any]:
    """All that the paper says of the order of a dispute. Photos are ids; moments and amounts are text."""
    order, conn = session.get_one(Order, dispute.order_id), session.connection()
    with in_locale(ENGLISH):
        return {
            "made_at": moment(now()),
            "order": order.number,
            "terms": order.terms,
            "terms_hash": order.terms_hash,
            "placed": moment(order.created_at),
            "category": str(category(order.category).name),
            "ship_to": _ship_to(order),
            "disputed": _disputed(session, dispute),
            "payments": _payments(session, order),
            "refunds": _refunds(session, order),
            "specs": _specs(conn, order.id),
            "samples": _samples(conn, order.id),
            "golden": _golden(conn, order.id),
            "inspections": _inspections(conn, order.id),
            "parcels": _parcels(conn, order),
            "claims": [_claim(claim, order) for claim in claims.claims(conn, order)],
            "messages": _messages(conn, order.id),
            "history": _history(conn, order),
        }


def moment(at: datetime | None) -> str:
    """'2026-12-14 09:30 UTC': read alike everywhere."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _sum(minor: int, currency: str) -> str:
    return f"{show(minor, currency, ENGLISH)} {currency}"


def _ship_to(order: Order) -> str:
    brief, to = order.terms["brief"], order.address
    country = country_name(brief["ship_country"]) if brief.get("ship_country") else ""
    place = [to.get(name) or brief.get(f"ship_{name}") for name in ("postcode", "city", "region")]
    return ", ".join(filter(None, (to.get("recipient"), *to.get("street", "").splitlines(), *place, country)))


def _disputed(session: Session, dispute: Dispute) -> dict[str, Any]:
    query = select(PaymentLeg).where(PaymentLeg.payment_id == dispute.payment_id)
    leg = session.scalars(query).first()
    return {
        "stripe_id": dispute.stripe_id,
        "reason": dispute.reason,
        "amount": _sum(dispute.amount_minor, dispute.currency),
        "opened": moment(dispute.began_at),
        "payment_id": dispute.payment_id,
        "what": str(words.LEGS[leg.kind]) if leg else "",
        "paid": moment(leg.paid_at) if leg else "",
    }


def _payments(session: Session, order: Order) -> list[tuple[str, str, str, str]]:
    """(what for, when, how much, reference) of each payment that has arrived."""
    query = select(PaymentLeg).where(PaymentLeg.order_id == order.id, col(PaymentLeg.paid_at).is_not(None))
    legs = session.scalars(query.order_by(col(PaymentLeg.paid_at)))
    return [
        (str(words.LEGS[leg.kind]), moment(leg.paid_at), _sum(leg.amount_minor, leg.currency), leg.payment_id or "")
        for leg in legs
    ]


def _refunds(session: Session, order: Order) -> list[tuple[str, str, str, str]]:
    """(why, asked for, how much, how it stands) of each refund."""
    rows = session.scalars(select(Refund).where(Refund.order_id == order.id).order_by(col(Refund.id)))
    return [
        (
            str(words.REFUND_REASONS[row.reason]),
            moment(row.created_at),
            _sum(row.amount_minor, row.currency),
            str(words.REFUND_STAGES[row.stage][0]),
        )
        for row in rows
    ]


_REVISIONS = (
    select(SpecRevision.id, SpecRevision.revision, SpecRevision.content_hash, SpecRevision.pdf_sha256,
           SpecRevision.ready_at)
    .where(SpecRevision.order_id == bindparam("order_id"), col(SpecRevision.ready_at).is_not(None))
    .order_by(SpecRevision.id)
)  # fmt: skip


def _specs(conn: Connection, order_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "revision": row.revision,
            "hash": row.content_hash,
            "pdf": row.pdf_sha256,
            "frozen": moment(row.ready_at),
            "accepted": [(_WHO[yes.side], yes.name, moment(yes.created_at)) for yes in specs.acceptances(conn, row.id)],
        }
        for row in conn.execute(_REVISIONS, {"order_id": order_id})
    ]


def _samples(conn: Connection, order_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "round": row.round,
            "sent": moment(row.created_at),
            "tracking": row.tracking_number,
            "verdict": {"approved": "Approved by the buyer", "changes": "Changes asked for"}.get(row.verdict or "", ""),
            "judged": moment(row.judged_at),
            "reply": row.reply,
        }
        for row in reversed(samples.rounds(conn, order_id))
    ]


def _golden(conn: Connection, order_id: UUID) -> dict[str, Any] | None:
    row = samples.golden(conn, order_id)
    if row is None:
        return None
    by = row.seal.get("by", {}).get("name", "")
    photos = [photo["id"] for photo in row.seal.get("photos", [])][:_PHOTOS_OF_GOLDEN]
    return {"round": row.round, "at": moment(row.judged_at), "by": by, "seal": row.seal_hash, "photos": photos}


def _inspections(conn: Connection, order_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "kind": {"inline": "During production", "final": "Final"}[row.kind],
            "at": moment(row.created_at),
            "by": row.inspector or f"{row.reporter} (factory)",
            "lot": row.lot,
            "found": ", ".join(f"{row.found[name]} {name}" for name in _DEFECTS if name in row.found),
            "passed": row.passed,
            "conceded": bool(row.conceded),
        }
        for row in reversed(inspections.inspections(conn, order_id))
    ]


def _parcels(conn: Connection, order: Order) -> list[dict[str, Any]]:
    proofs = _proofs(conn, order.id)
    return [
        {
            "number": row.number,
            "pieces": row.pieces,
            "carrier": carriers.name_of(row.carrier),
            "tracking": row.tracking_number,
            "url": carriers.tracking_url(row.carrier, row.tracking_number),
            "shipped": row.shipped_on.isoformat(),
            "delivered": moment(row.delivered_at),
            "by": (_WHO | {Role.WORKER: _CARRIER}).get(row.delivered_by, "") if row.delivered_by else "",
            "proof": proofs.get(str(row.id), ""),
            "photos": list(row.photos[:_PHOTOS_OF_PARCEL]),
        }
        for row in parcels.parcels(conn, order.id)
    ]


def _proofs(conn: Connection, order_id: UUID) -> dict[str, str]:
    """parcel -> what was said to show its delivery."""
    rows = (row.data for row in orders.history(conn, order_id) if row.name == "parcel_delivered")
    return {data["parcel_id"]: data.get("reason", "") for data in rows if "parcel_id" in data}


def _claim(claim: claims.Claim, order: Order) -> dict[str, str]:
    return {
        "at": moment(claim.opened_at),
        "text": claim.text,
        "end": {
            "": "Open",
            "claim_withdrawn": "Withdrawn by the buyer",
            "remake_settled": "Settled: made again",
            "claim_settled": "Settled",
        }[claim.end],
        "ended": moment(claim.ended_at),
        "back": _sum(claim.refund_minor, order.currency) if claim.refund_minor else "",
    }


_SAID = (
    select(
        Message.id,
        Message.created_at,
        Message.role,
        Message.text,
        Message.photos,
        Person.name,
        MessageTranslation.text.label("english"),  # type: ignore[attr-defined]
    )
    .join(Thread, Thread.id == Message.thread_id)
    .join(Person, Person.id == Message.author_id)
    .outerjoin(
        MessageTranslation, (MessageTranslation.message_id == Message.id) & (MessageTranslation.locale == ENGLISH)
    )
    .where(Thread.order_id == bindparam("order_id"))
    .order_by(col(Message.id).desc())
    .limit(MOST_MESSAGES)
)


def _messages(conn: Connection, order_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "at": moment(row.created_at),
            "who": f"{_WHO[row.role]}: {row.name}",
            "text": row.text,
            "english": row.english or "",
            "photos": len(row.photos),
        }
        for row in reversed(conn.execute(_SAID, {"order_id": order_id}).all())
    ]


def _history(conn: Connection, order: Order) -> list[tuple[str, str, str]]:
    """(when, what, who) of all that has happened with the order itself, the oldest first."""
    rows: Sequence[Any] = [row for row in orders.history(conn, order.id) if row.subject in ("order", "change")]
    return [
        (moment(row.created_at), str(title), _who(row))
        for row in reversed(rows)
        if (title := order_words.said(row.subject, row.name)) is not None
    ]


def _who(event: Any) -> str:
    by_carrier = event.actor_role == Role.WORKER and event.name in _ARRIVALS
    return _CARRIER if by_carrier else _WHO.get(event.actor_role, "Xiaodan")


def photo_ids(record: dict[str, Any]) -> list[str]:
    """Every photo that the paper shows, each once."""
    golden = record["golden"]["photos"] if record["golden"] else []
    return list(dict.fromkeys([*golden, *(ident for parcel in record["parcels"] for ident in parcel["photos"])]))
