"""A batch of bank payments from its making to its file: prepared, approved, exported, or discarded."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from portal.core import jobs
from portal.core.actor import Actor
from portal.core.db import lock
from portal.core.errors import Gone, NotAllowed
from portal.core.events import Event
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.core.sealing import Sealer, Unreadable
from portal.orders.models import Order
from portal.payments import holds
from portal.payments.payouts import bank_file, planning, setting_off
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from portal.payments.payouts.models import PayoutBatch, PayoutLine, ReleasePart
from portal.payments.recipients import operations as recipients
from portal.payments.recipients.bank import unseal
from portal.payments.recipients.models import Rail, Recipient

#: Above these, in minor units, another operator than the one who has prepared it approves a batch: about five thousand
#: US dollars. Of a currency that is not here every batch.
SECOND_PERSON_ABOVE = {
    "USD": 500_000,
    "EUR": 500_000,
    "GBP": 400_000,
    "CNY": 3_500_000,
    "HKD": 4_000_000,
    "TWD": 15_000_000,
    "JPY": 750_000,
    "SGD": 650_000,
    "AUD": 750_000,
    "CAD": 700_000,
}


def needs_two(total_minor: int, currency: str) -> bool:
    """Whether a batch needs two people."""
    return total_minor > SECOND_PERSON_ABOVE.get(currency, 0)


def prepare(session: Session, currency: str, *, actor: Actor, seen_minor: int | None = None) -> PayoutBatch:
    """Make a batch of all that waits for factories' banks in a currency; what they owe is set off first. Two who do it
    at once never pay the same twice: the second finds nothing.

    Raises `Gone` when nothing waits, and when it is not the total that the operator has seen.
    """
    locked = _locked_recipients(session, currency)
    found = planning.plan(session, currency)
    payees = [payee for payee in found.payees if payee.factory_id in locked]
    if not payees:
        raise Gone(N_("Nothing waits that could be paid in this currency."))
    if seen_minor is not None and (len(payees) != len(found.payees) or found.total_minor != seen_minor):
        raise Gone(N_("What waits has changed since you looked. Look at it again."))
    total = sum(payee.net_minor for payee in payees)
    batch = PayoutBatch(currency=currency, total_minor=total, prepared_by=actor.person_id)
    session.add(batch)
    session.flush()
    rows = [
        _add_line(session, batch, payee, locked[payee.factory_id], number) for number, payee in enumerate(payees, 1)
    ]
    advance(session, batch, "prepare", actor=actor, amount_minor=total, currency=currency, lines=dict(rows))
    return batch


def _locked_recipients(session: Session, currency: str) -> dict[UUID, Recipient]:
    """The factories that are paid by bank and that something waits for, each locked: nothing else takes their money
    until this is over."""
    waits = (
        select(1)
        .where(
            ReleasePart.factory_id == Recipient.factory_id,
            ReleasePart.currency == currency,
            col(ReleasePart.paid_at).is_(None),
            col(ReleasePart.line_id).is_(None),
        )
        .exists()
    )
    query = select(Recipient.id).where(Recipient.rail == Rail.BANK, waits).order_by(Recipient.id)
    found = [lock(session, Recipient, ident) for ident in session.scalars(query).all()]
    return {recipient.factory_id: recipient for recipient in found if recipient.rail == Rail.BANK}


def _add_line(
    session: Session, batch: PayoutBatch, payee: planning.Payee, recipient: Recipient, number: int
) -> tuple[str, list[list[object]]]:
    """Pay a factory with a batch. Returns the line's reference and, for the record, what it pays of which orders."""
    _set_off(session, payee)
    line = PayoutLine(
        batch_id=batch.id,
        factory_id=payee.factory_id,
        reference=f"XD-P{batch.number}-{number}",
        amount_minor=payee.net_minor,
        currency=batch.currency,
        sealed_bank=recipient.sealed_bank,
    )
    session.add(line)
    session.flush()
    taken = session.scalars(
        update(ReleasePart)
        .where(
            col(ReleasePart.id).in_([portion.part_id for portion in payee.portions]),
            col(ReleasePart.line_id).is_(None),
            col(ReleasePart.paid_at).is_(None),
        )
        .values(line_id=line.id)
        .returning(ReleasePart.gross_minor - ReleasePart.fee_minor - ReleasePart.offset_minor)
    ).all()
    if len(taken) != len(payee.portions) or sum(taken) != line.amount_minor:
        raise Gone(N_("What waits has changed since you looked. Look at it again."))
    return line.reference, [[portion.number, portion.net_minor] for portion in payee.portions]


def _set_off(session: Session, payee: planning.Payee) -> None:
    query = select(ReleasePart).where(
        ReleasePart.factory_id == payee.factory_id,
        ReleasePart.currency == payee.portions[0].currency,
        col(ReleasePart.paid_at).is_(None),
        col(ReleasePart.line_id).is_(None),
        ~holds.open_on(ReleasePart.order_id),
    )
    query = query.order_by(ReleasePart.id).execution_options(populate_existing=True)
    setting_off.set_off(session, payee.factory_id, list(session.scalars(query)))


def approve(session: Session, batch_id: UUID, *, actor: Actor) -> PayoutBatch:
    """Let a batch be exported.

    Raises `NotAllowed` for who has prepared one above the threshold, `Gone` while the money of one of its orders stands
    still.
    """
    batch = lock(session, PayoutBatch, batch_id)
    if needs_two(batch.total_minor, batch.currency) and batch.prepared_by == actor.person_id:
        raise NotAllowed(N_("Somebody else has to approve a batch of this size that you have prepared."))
    _must_be_free(session, batch)
    batch.approved_by = actor.person_id
    advance(session, batch, "approve", actor=actor, amount_minor=batch.total_minor, currency=batch.currency)
    return batch


def _must_be_free(session: Session, batch: PayoutBatch) -> None:
    query = (
        select(Order.number)
        .join(ReleasePart, ReleasePart.order_id == Order.id)
        .join(PayoutLine, PayoutLine.id == ReleasePart.line_id)
        .where(PayoutLine.batch_id == batch.id, holds.open_on(Order.id))
        .distinct()
    )
    if numbers := sorted(session.scalars(query)):
        held = ", ".join(str(number) for number in numbers)
        raise Gone(
            N_(
                "The money of order %(numbers)s stands still by now. Discard the batch and prepare it anew.",
                numbers=held,
            )
        )


def lines_of(session: Session, batch: PayoutBatch) -> list[PayoutLine]:
    """The lines of a batch in their order, locked."""
    query = select(PayoutLine).where(PayoutLine.batch_id == batch.id).order_by(PayoutLine.id)
    return list(session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)))


def export(session: Session, batch_id: UUID, sealer: Sealer, *, actor: Actor) -> bytes:
    """The file of an approved batch: each time the same. That somebody is given the factories' bank details is
    recorded with each of them.

    Raises `NotAllowed` unless it is approved and not over, `Gone` while the money of an order stands still, when the
    details can't be opened, and when the file would not be the one that was exported before.
    """
    batch = lock(session, PayoutBatch, batch_id)
    if batch.stage == BatchStage.APPROVED:
        _must_be_free(session, batch)
    lines = lines_of(session, batch)
    try:
        body = bank_file.write(
            bank_file.Payment(line.reference, unseal(sealer, line.sealed_bank), line.amount_minor, line.currency)
            for line in lines
        )
    except Unreadable:
        raise Gone(N_("Bank details of this batch can't be opened: their key is not among the portal's.")) from None
    digest = hashlib.sha256(body).hexdigest()
    if _exported_before(session, batch) not in (None, digest):
        raise Gone(N_("The file would differ from the one that was exported before. Nothing was written."))
    _note_looks(session, batch, lines, actor)
    advance(session, batch, "export", actor=actor, sha256=digest, lines=len(lines))
    return body


def _exported_before(session: Session, batch: PayoutBatch) -> str | None:
    query = select(Event).where(
        Event.subject == "payout_batch", Event.subject_id == batch.id, Event.name == "batch_exported"
    )
    event = session.scalars(query.order_by(Event.id)).first()
    return event.data["sha256"] if event else None


def _note_looks(session: Session, batch: PayoutBatch, lines: Iterable[PayoutLine], actor: Actor) -> None:
    factories = [line.factory_id for line in lines]
    query = select(Recipient).where(col(Recipient.factory_id).in_(factories)).order_by(Recipient.id)
    for recipient in session.scalars(query).all():
        recipients.seen(session, recipient, "", actor=actor, batch=batch.number)


def discard(session: Session, batch_id: UUID, *, actor: Actor) -> PayoutBatch:
    """Give a batch up before it is exported: its money waits as before. Raises `NotAllowed` once it is."""
    batch = lock(session, PayoutBatch, batch_id)
    for line in lines_of(session, batch):
        give_up(session, line)
        advance(session, line, "drop", actor=actor)
    advance(session, batch, "discard", actor=actor)
    return batch


def give_up(session: Session, line: PayoutLine) -> None:
    """What a line should have paid waits again, and what its factory owes by now is set off."""
    session.execute(update(ReleasePart).where(col(ReleasePart.line_id) == line.id).values(line_id=None, paid_at=None))
    jobs.defer(session, "payments.pay_out", factory_id=line.factory_id)


def settle_if_over(session: Session, batch: PayoutBatch, *, actor: Actor) -> bool:
    """Close an exported batch (locked) of which every line has its result."""
    waiting = select(func.count()).where(PayoutLine.batch_id == batch.id, PayoutLine.stage == LineStage.WAITING)
    if batch.stage != BatchStage.EXPORTED or session.scalar(waiting):
        return False
    advance(session, batch, "settle", actor=actor)
    return True
