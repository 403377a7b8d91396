"""Rounds of samples: sent by the factory, judged by the creator, the last one sealed as the golden sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.orders import bill
from portal.orders.acting import must
from portal.orders.models import Order, Sample, SamplePin, Verdict
from portal.orders.operations import begin_sampling
from portal.orders.parcels import carriers
from portal.orders.samples import measuring, queries, seals
from portal.orders.samples.fees import fee_of

MOST_PINS = 30
LONGEST_PIN = 500


@dataclass(frozen=True)
class Sent:
    """What the factory sends: photos, what it measured (path of a measure -> figure in that measure's unit), and by
    whom the piece travels, where it does."""

    photos: Sequence[str]
    found: Mapping[str, Decimal] = field(default_factory=dict)
    carrier: str = ""
    tracking_number: str = ""
    note: str = ""


@dataclass(frozen=True)
class Pin:
    """A comment at `x`, `y` thousandths of a photo's width and height."""

    photo: str
    x: int
    y: int
    text: str


def tooling_made(session: Session, order: Order, pictures: Sequence[str] = (), note: str = "", *, actor: Actor) -> None:
    """The factory has made the tooling that the creator pays for. Once an order (locked); else raises `NotAllowed`."""
    must(order, "tooling_made", actor)
    if not order.terms["quote"]["tooling_minor"]:
        raise NotAllowed(N_("This order has no tooling."))
    if queries.tooling(session, order.id) is not None:
        raise NotAllowed(N_("The tooling has been reported already."))
    kept = photos.taken(session, "order", order.id, pictures, actor=actor)
    advance(session, order, "tooling_made", actor=actor, photos=kept, reason=note)


def send(session: Session, order: Order, sent: Sent, *, actor: Actor) -> Sample:
    """Send the next round of an order (locked). A round that the sample fee does not include adds its price to the
    balance. Raises `Invalid` without photos, or for photos that can't be taken, or for
    a tracking number that none is."""
    must(order, "send_sample", actor)
    pictures = photos.taken(session, "order", order.id, sent.photos, actor=actor)
    if not pictures:
        raise Invalid(photos=N_("Add at least one photo of the sample."))
    tracking = carriers.checked_number(sent.carrier, sent.tracking_number) if sent.carrier else ""
    last = _last(session, order.id)
    number = last.round + 1 if last else 1
    sample = Sample(
        order_id=order.id,
        round=number,
        sent_by=actor.person_id,
        photos=pictures,
        measured=measuring.judged(session.connection(), order, sent.found),
        note=sent.note,
        carrier=sent.carrier,
        tracking_number=tracking,
        fee_minor=fee_of(order.terms["quote"], number),
    )
    session.add(sample)
    session.flush()
    order.extras_minor += sample.fee_minor
    bill.reckon(order)
    advance(session, order, "send_sample", actor=actor, **_told(order, sample))
    return sample


def _told(order: Order, sample: Sample) -> dict[str, Any]:
    bad = measuring.out_of_tolerance(sample.measured)
    told = {"sample_id": str(sample.id), "round": sample.round, "measured": len(sample.measured), "bad": bad}
    return told | {"fee_minor": sample.fee_minor, "currency": order.currency, "reason": sample.note}


def ask_changes(
    session: Session, order: Order, number: int, pins: Sequence[Pin], reply: str = "", *, actor: Actor
) -> Sample:
    """Ask for another round instead of round `number` of an order (locked): by comments on its photos, by words, or
    both. Raises `Invalid` where neither is given, `Gone` where another round has been sent since."""
    must(order, "ask_changes", actor)
    sample = _waiting(session, order, number)
    if not pins and not reply:
        raise Invalid(reply=N_("Say what should be different: pin a comment on a photo, or write it here."))
    if len(pins) > MOST_PINS:
        raise Invalid(N_("At most %(most)d comments; put the rest into words below.", most=MOST_PINS))
    if any(pin.photo not in sample.photos for pin in pins):
        raise Invalid(N_("A comment is on a photo that does not belong to this sample."))
    _judge(sample, Verdict.CHANGES, actor)
    sample.reply = reply
    session.add_all(
        SamplePin(sample_id=sample.id, photo_id=UUID(pin.photo), number=n, x=pin.x, y=pin.y, text=pin.text)
        for n, pin in enumerate(pins, 1)
    )
    begin_sampling(order)
    told = {"round": number, "pins": len(pins), "reason": reply, "currency": order.currency}
    told["next_fee_minor"] = fee_of(order.terms["quote"], number + 1)
    advance(session, order, "ask_changes", actor=actor, **told)
    return sample


def approve(session: Session, order: Order, number: int, *, actor: Actor) -> Sample:
    """Approve round `number` of an order (locked) and seal it as the golden sample; nothing changes it after.

    Raises `Gone` where another round has been sent since, `Invalid` while its photos are still being made ready.
    """
    must(order, "approve_sample", actor)
    sample = _waiting(session, order, number)
    _judge(sample, Verdict.APPROVED, actor)
    sample.seal = seals.sealed(session.connection(), order, sample, actor)
    sample.seal_hash = seals.digest(sample.seal)
    session.flush()
    advance(session, order, "approve_sample", actor=actor, round=number, seal_hash=sample.seal_hash)
    return sample


def keep(session: Session, order: Order, *, actor: Actor) -> Sample:
    """Take the golden sample of the order that this one (locked) repeats as its own, and begin production.

    Raises `NotAllowed` where it repeats none, or that one has no golden sample.
    """
    must(order, "keep_sample", actor)
    before = queries.golden(session, order.repeats_id) if order.repeats_id else None
    if before is None or order.repeats_id is None:
        raise NotAllowed(N_("There is no golden sample of an earlier order to go by."))
    last = _last(session, order.id)
    seal = seals.kept(before, order, queries.number_of(session, order.repeats_id), actor)
    sample = Sample(
        order_id=order.id,
        round=last.round + 1 if last else 1,
        sent_by=before.sent_by,
        photos=before.photos,
        measured=before.measured,
        note=before.note,
        verdict=Verdict.APPROVED,
        judged_by=actor.person_id,
        judged_at=clock.now(),
        seal=seal,
        seal_hash=seals.digest(seal),
    )
    session.add(sample)
    session.flush()
    told = {"from_order": seal["from"]["order"], "seal_hash": sample.seal_hash}
    advance(session, order, "keep_sample", actor=actor, **told)
    return sample


def _last(session: Session, order_id: UUID) -> Sample | None:
    return session.exec(select(Sample).where(Sample.order_id == order_id).order_by(Sample.round.desc())).first()


def _waiting(session: Session, order: Order, number: int) -> Sample:
    """Round `number`, while it is the newest and nobody has judged it."""
    sample = _last(session, order.id)
    if sample is None or sample.round != number or sample.verdict is not None:
        raise Gone(N_("The factory has sent another sample since you opened this page. Look at that one first."))
    return sample


def _judge(sample: Sample, verdict: Verdict, actor: Actor) -> None:
    sample.verdict, sample.judged_by, sample.judged_at = verdict, actor.person_id, clock.now()
