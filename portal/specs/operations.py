"""What changes a production spec: freezing a revision, recording its files, accepting it."""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import WORKER, Actor, Role
from portal.core.clock import now
from portal.core.db import lock, new_id
from portal.core.errors import Gone, NotAllowed, NotFound
from portal.core.i18n import N_
from portal.core.lifecycle import advance, follow, record
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import ChangeOrder, Order
from portal.orders.operations import begin_sampling
from portal.specs.content import Yes, next_revision, revised
from portal.specs.models import OrderPaper, PaperKind, SpecAcceptance, SpecRevision

SIDES = frozenset({Role.CREATOR, Role.FACTORY})


def canonical(content: dict[str, Any]) -> bytes:
    """The one way to write a spec's content as bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()


def freeze(session: Session, order: Order, content: dict[str, Any]) -> SpecRevision:
    """Freeze `content` as revision A of the order's spec. A second call returns the first one's row."""
    query = select(SpecRevision).where(SpecRevision.order_id == order.id, SpecRevision.revision == "A")
    found = session.scalars(query).first()
    if found:
        return found
    frozen = SpecRevision(order_id=order.id, revision="A", content=content, content_hash=content_hash(content))
    session.add(frozen)
    session.flush()
    return frozen


def finish(session: Session, order: Order, spec_id: UUID, *, pdf_key: str, pdf_sha256: str, pages: list[str]) -> None:
    """Record the files of a revision and tell both sides, once."""
    spec = lock(session, SpecRevision, spec_id)
    if spec.ready_at:
        return
    spec.pdf_key, spec.pdf_sha256, spec.page_keys, spec.ready_at = pdf_key, pdf_sha256, pages, now()
    session.add(spec)
    advance(session, order, "spec_ready", actor=WORKER, revision=spec.revision, pdf_sha256=pdf_sha256)


def revise(session: Session, order: Order) -> list[SpecRevision]:
    """Freeze a revision for each accepted change order of an order (locked) that has none yet, in their order. Returns
    the revisions whose files are still to be made, the first first."""
    query = select(ChangeOrder).where(ChangeOrder.order_id == order.id, ChangeOrder.stage == ChangeStage.ACCEPTED)
    for change in session.scalars(query.order_by(ChangeOrder.number)).all():
        if not change.revision:
            _freeze_next(session, order, change)
    unready = select(SpecRevision).where(SpecRevision.order_id == order.id, SpecRevision.ready_at.is_(None))
    return list(session.scalars(unready.order_by(SpecRevision.id)))


def _freeze_next(session: Session, order: Order, change: ChangeOrder) -> None:
    query = select(SpecRevision).where(SpecRevision.order_id == order.id)
    last = session.scalars(query.order_by(SpecRevision.id.desc()).limit(1)).one()
    letter = next_revision(last.revision)
    proposed, accepted = _yeses(session, order, change)
    content = revised(last.content, letter, change, proposed, accepted)
    session.add(SpecRevision(order_id=order.id, revision=letter, content=content, content_hash=content_hash(content)))
    change.revision = letter
    session.add(change)
    session.flush()


def _yeses(session: Session, order: Order, change: ChangeOrder) -> tuple[Yes, Yes]:
    """Who proposed an accepted change order, and who accepted it."""
    other = Role.FACTORY if change.side == Role.CREATOR else Role.CREATOR
    at = change.decided_at or now()
    return _yes(session, order, change.side, change.proposed_by, change.created_at), _yes(
        session, order, other, change.decided_by, at
    )


def _yes(session: Session, order: Order, side: Role, person_id: UUID | None, at: datetime) -> Yes:
    person = session.get_one(Person, person_id)
    factory = order.terms["factory"]
    firm = f", {factory.get('name_zh') or factory['name']}" if side == Role.FACTORY else ""
    return Yes(side, f"{person.name}{firm}", at)


def finish_revision(
    session: Session, order: Order, spec_id: UUID, *, pdf_key: str, pdf_sha256: str, pages: list[str]
) -> None:
    """Record the files of a later revision, once: it takes the place of the one before and counts as accepted by both,
    who agreed to its change order. Both are told; the order's stage stays as it is."""
    spec = lock(session, SpecRevision, spec_id)
    if spec.ready_at:
        return
    change = session.scalars(
        select(ChangeOrder).where(ChangeOrder.order_id == order.id, ChangeOrder.revision == spec.revision)
    ).one()
    spec.pdf_key, spec.pdf_sha256, spec.page_keys, spec.ready_at = pdf_key, pdf_sha256, pages, now()
    session.add(spec)
    former = select(SpecRevision).where(SpecRevision.order_id == order.id, SpecRevision.id != spec.id)
    for old in session.scalars(former.where(SpecRevision.superseded_at.is_(None), SpecRevision.ready_at.is_not(None))):
        old.superseded_at = spec.ready_at
        session.add(old)
    persons = (change.proposed_by, change.decided_by)
    for yes, person_id in zip(_yeses(session, order, change), persons, strict=True):
        hashes = {"content_hash": spec.content_hash, "pdf_sha256": pdf_sha256}
        given = {"side": yes.side, "person_id": person_id, "created_at": yes.at, "change_id": change.id}
        session.add(SpecAcceptance(spec_id=spec.id, **given, **hashes))
    facts = {"revision": spec.revision, "replaces": spec.content["changes"]["against"], "number": change.number}
    event = record(session, order, "spec_revised", actor=WORKER, **facts, pdf_sha256=pdf_sha256)
    follow(session, event, SIDES)


def accept(session: Session, order: Order, *, revision: str, pdf_sha256: str, actor: Actor) -> SpecAcceptance:
    """`actor`'s side accepts exactly the PDF with `pdf_sha256`. The second side's yes moves the order on.

    The order is locked by the caller. Raises `Gone` when the revision shown is no longer the current one,
    `NotAllowed` when this side has accepted already.
    """
    spec = _ready(session, order.id)
    if (spec.revision, spec.pdf_sha256) != (revision, pdf_sha256):
        raise Gone(N_("The spec has changed since this page was made. Read the new revision before you accept it."))
    given = set(session.scalars(select(SpecAcceptance.side).where(SpecAcceptance.spec_id == spec.id)))
    if actor.role in given:
        raise NotAllowed(N_("Your side has accepted this spec already."))
    if actor.role not in SIDES or actor.person_id is None:
        raise NotAllowed(N_("Only the creator and the factory accept a spec."))
    accepted = SpecAcceptance(
        spec_id=spec.id,
        side=actor.role,
        person_id=actor.person_id,
        content_hash=spec.content_hash,
        pdf_sha256=spec.pdf_sha256,
    )
    session.add(accepted)
    session.flush()
    name = actor.factory_name or actor.name
    facts = {"name": name, "side": actor.role.value, "revision": spec.revision, "pdf_sha256": spec.pdf_sha256}
    begin_sampling(order)
    step = "seal_spec" if {*given, actor.role} == SIDES else "accept_spec"
    advance(session, order, step, actor=actor, **facts)
    return accepted


def _ready(session: Session, order_id: UUID) -> SpecRevision:
    query = select(SpecRevision).where(SpecRevision.order_id == order_id, SpecRevision.ready_at.is_not(None))
    spec = session.scalars(query.order_by(SpecRevision.id.desc()).limit(1)).first()
    if spec is None:
        raise NotFound()
    return spec


def file_paper(
    session: Session,
    order_id: UUID,
    kind: PaperKind,
    subject_id: UUID,
    *,
    pdf_key: str,
    pdf_sha256: str,
    number: str = "",
) -> None:
    """Keep a paper that is made once. Another hand may have made it in the meantime: the first one counts."""
    row = {"id": new_id(), "created_at": now(), "order_id": order_id, "kind": kind, "subject_id": subject_id}
    kept = insert(OrderPaper).values(**row, pdf_key=pdf_key, pdf_sha256=pdf_sha256, number=number)
    session.execute(kept.on_conflict_do_nothing())
