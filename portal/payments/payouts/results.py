"""Our bank's results read back: first what they would do, line by line; then all of it, or nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.core import money
from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import lock
from portal.core.errors import Gone, Invalid
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.factories.models import Factory
from portal.payments import breaks, ledger
from portal.payments.accounts import Movement
from portal.payments.books.models import BreakKind
from portal.payments.payouts import bank_failures, batches
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from portal.payments.payouts.models import PayoutBatch, PayoutLine, ReleasePart
from portal.payments.payouts.result_file import Result


class Verdict(StrEnum):
    """What a line of a result file comes to."""

    PAYS = "pays"
    FAILS = "fails"
    RETURNS = "returns"  # it was paid, and came back
    KNOWN = "known"  # read before: nothing happens
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"
    NOT_EXPORTED = "not_exported"  # the bank can't have it yet
    OTHER_AMOUNT = "other_amount"
    TWICE = "twice"  # another line of the file speaks of it too
    GIVEN_UP = "given_up"  # it has failed, and its money has gone back among what is owed


#: What keeps a file from being taken.
PROBLEMS = frozenset(Verdict) - {Verdict.PAYS, Verdict.FAILS, Verdict.RETURNS, Verdict.KNOWN}


class Batched(NamedTuple):
    """What is known of the payment that a line speaks of."""

    line_id: UUID
    batch_id: UUID
    batch_number: int
    batch_stage: BatchStage
    stage: LineStage
    amount_minor: int
    currency: str
    name: str
    name_zh: str


@dataclass(frozen=True)
class Finding:
    """A line of the file, the payment it speaks of (None when there is no such), and what it comes to."""

    result: Result
    payment: Batched | None
    verdict: Verdict


def foresee(session: Session, results: Sequence[Result]) -> list[Finding]:
    """What the lines of a result file come to at this moment. Changes nothing."""
    known = _payments(session, {result.reference for result in results})
    counts: dict[str, int] = {}
    for result in results:
        counts[result.reference] = counts.get(result.reference, 0) + 1
    return [
        Finding(result, payment, _verdict(result, payment, twice=counts[result.reference] > 1))
        for result in results
        for payment in (known.get(result.reference),)
    ]


def _payments(session: Session, references: set[str]) -> dict[str, Batched]:
    query = (
        select(
            PayoutLine.reference, PayoutLine.id, PayoutBatch.id, PayoutBatch.number, PayoutBatch.stage,
            PayoutLine.stage, PayoutLine.amount_minor, PayoutLine.currency, Factory.name, Factory.name_zh,
        )
        .join(PayoutBatch, PayoutBatch.id == PayoutLine.batch_id)
        .join(Factory, Factory.id == PayoutLine.factory_id)
        .where(col(PayoutLine.reference).in_(references))
    )  # fmt: skip
    return {reference: Batched(*rest) for reference, *rest in session.execute(query)}


def _verdict(result: Result, payment: Batched | None, *, twice: bool) -> Verdict:
    if result.problem:
        return Verdict.UNREADABLE
    if payment is None:
        return Verdict.UNKNOWN
    if twice:
        return Verdict.TWICE
    if payment.batch_stage not in (BatchStage.EXPORTED, BatchStage.SETTLED):
        return Verdict.NOT_EXPORTED
    if not _same_amount(result, payment):
        return Verdict.OTHER_AMOUNT
    if payment.stage == LineStage.WAITING:
        return Verdict.PAYS if result.paid else Verdict.FAILS
    if (payment.stage == LineStage.PAID) == result.paid:
        return Verdict.KNOWN
    return Verdict.GIVEN_UP if result.paid else Verdict.RETURNS


def _same_amount(result: Result, payment: Batched) -> bool:
    """What the file does not say is not compared."""
    if result.currency and result.currency != payment.currency:
        return False
    try:
        return not result.amount or money.parse(result.amount, payment.currency) == payment.amount_minor
    except Invalid:
        return False


def fingerprint(findings: Iterable[Finding]) -> str:
    """What somebody has seen, in short: the same as long as the file would do the same."""
    said = [(finding.result.number, finding.result.reference, finding.verdict.value) for finding in findings]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def take(session: Session, results: Sequence[Result], *, seen: str, digest: str, actor: Actor) -> list[Finding]:
    """Book what a result file says, all of it. `seen`: the fingerprint of what the operator was shown; `digest`: the
    file's SHA-256, for the record. A second call changes nothing.

    Raises `Invalid` for a file with a line that can't be taken, `Gone` when it would do something else than was shown.
    """
    locked = _lock(session, {result.reference for result in results})
    findings = foresee(session, results)
    if any(finding.verdict in PROBLEMS for finding in findings):
        raise Invalid(N_("This file has lines that can't be taken. Nothing was booked."))
    if fingerprint(findings) != seen:
        raise Gone(N_("Something has changed since you looked at the results. Look at them again."))
    for finding in findings:
        if finding.payment and finding.verdict != Verdict.KNOWN:
            _book(session, locked[1][finding.payment.line_id], finding, digest, actor)
    session.flush()
    for batch in locked[0]:
        batches.settle_if_over(session, batch, actor=actor)
    return findings


def _lock(session: Session, references: set[str]) -> tuple[list[PayoutBatch], dict[UUID, PayoutLine]]:
    query = select(PayoutLine.id, PayoutLine.batch_id).where(col(PayoutLine.reference).in_(references))
    rows = session.execute(query.order_by(PayoutLine.id)).all()
    found = [lock(session, PayoutBatch, ident) for ident in sorted({row.batch_id for row in rows})]
    return found, {row.id: lock(session, PayoutLine, row.id) for row in rows}


def _book(session: Session, line: PayoutLine, finding: Finding, digest: str, actor: Actor) -> None:
    day = finding.result.value_date
    facts = {
        "amount_minor": line.amount_minor,
        "currency": line.currency,
        "reference": line.reference,
        "value_date": day.isoformat() if day else "",
        "file": digest,
    }
    if finding.verdict == Verdict.PAYS:
        _pay(session, line)
        advance(session, line, "pay", actor=actor, **facts)
        return
    if finding.verdict == Verdict.RETURNS:
        _come_back(session, line)
    batches.give_up(session, line)
    line.failure = finding.result.reason
    advance(session, line, "fail", actor=actor, why=line.failure, **facts)
    bank_failures.found(session, line)


def _pay(session: Session, line: PayoutLine) -> None:
    moment = now()
    for part in _parts(session, line):
        part.paid_at = moment
        session.add(part)
        _post(session, Movement.BANK_PAID, ledger.bank_source(line.id, part.id), part)
        breaks.resolve(session, BreakKind.TRANSFER_FAILED, str(part.id))
    bank_failures.paid_later(session, line)


def _come_back(session: Session, line: PayoutLine) -> None:
    """A payment that was booked comes back days later."""
    for part in _parts(session, line):
        _post(session, Movement.BANK_RETURNED, ledger.bank_return_source(line.id, part.id), part)


def _parts(session: Session, line: PayoutLine) -> list[ReleasePart]:
    query = select(ReleasePart).where(ReleasePart.line_id == line.id).order_by(ReleasePart.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _post(session: Session, movement: Movement, source: str, part: ReleasePart) -> None:
    ledger.post(
        session,
        movement,
        source=source,
        amount_minor=part.net_minor,
        currency=part.currency,
        order_id=part.order_id,
    )
