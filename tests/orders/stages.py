"""An order at any stage with plausible rows behind it, set directly, for tests that are not about the way there."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from portal.accounts.models import Membership, Person
from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.factories.models import Factory
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Inspection, InspectionKind, Order, Parcel, Progress, Sample, Verdict
from portal.orders.operations import begin_sampling
from portal.orders.samples import seals
from portal.specs import content, operations
from tests import deals, make, photographs
from tests.orders.placing import paid, placed

_S = OrderStage
#: The way of an order that nothing goes wrong with, and beside it the stages that lie as far along.
_WAY = (
    _S.AWAITING_DEPOSIT, _S.AWAITING_ACCEPTANCE, _S.SAMPLING, _S.SAMPLE_REVIEW, _S.PRODUCTION, _S.INSPECTION,
    _S.AWAITING_BALANCE, _S.READY_TO_SHIP, _S.SHIPPED, _S.DELIVERED, _S.CLOSED,
)  # fmt: skip
_BESIDE = {
    _S.REWORK: _S.INSPECTION,
    _S.CONCESSION: _S.INSPECTION,
    _S.DISPUTED: _S.DELIVERED,
    _S.EXPIRED: _S.AWAITING_DEPOSIT,
    _S.CANCELLED: _S.AWAITING_DEPOSIT,
}
MEASURED = [
    {"path": "height_sitting", "label": "Sitting height", "unit": "cm", "target": "18", "plus": "1", "minus": "1",
     "found": "18.2", "good": True}
]  # fmt: skip


def at_stage(session: Session, stage: OrderStage, made: deals.Deal | None = None) -> Order:
    """An order of 100 pieces (plush, USD) at `stage`: spec from AWAITING_ACCEPTANCE on, a sample from SAMPLE_REVIEW,
    sealed from PRODUCTION, the pieces made from INSPECTION, an inspection from AWAITING_BALANCE (failed ones at REWORK
    and CONCESSION), two parcels from SHIPPED, and the dates of each."""
    made = made or _quoted(session)
    far = _WAY.index(_BESIDE.get(stage, stage))
    order = placed(session, made) if far == 0 else paid(session, made)
    for after, prepare in _PREPARE:
        if far >= _WAY.index(after):
            prepare(session, order)
    if stage in (_S.REWORK, _S.CONCESSION):
        _failed(session, order, stage)
    order.stage = stage
    session.add(order)
    session.flush()
    return order


def sides(session: Session, order: Order) -> tuple[Actor, Actor]:
    """The order's creator and an owner of its factory."""
    factory = session.get_one(Factory, order.factory_id)
    member = select(Membership.person_id).where(Membership.factory_id == factory.id)
    worker = session.get_one(Person, session.scalars(member).first())
    return make.actor(session.get_one(Person, order.creator_id)), make.actor(worker, factory)


def _quoted(session: Session) -> deals.Deal:
    made = deals.deal(session)
    deals.quoted(session, made)
    return made


def _spec(session: Session, order: Order) -> None:
    frozen = operations.freeze(session, order, content.content_of(order, "A"))
    frozen.pdf_key, frozen.pdf_sha256, frozen.ready_at = f"specs/{order.id}/A.pdf", "a" * 64, now()


def _sampling(_session: Session, order: Order) -> None:
    begin_sampling(order)


def _sample(session: Session, order: Order) -> None:
    factory = sides(session, order)[1]
    pictures = [photographs.ready(session, "order", order.id, factory, taken_at=now()) for _ in range(2)]
    session.add(Sample(order_id=order.id, round=1, sent_by=factory.person_id, photos=pictures, measured=MEASURED))
    session.flush()


def _sealed(session: Session, order: Order) -> None:
    sample = session.scalars(select(Sample).where(Sample.order_id == order.id)).one()
    sample.verdict, sample.judged_by, sample.judged_at = Verdict.APPROVED, order.creator_id, now()
    sample.seal = seals.sealed(session.connection(), order, sample, sides(session, order)[0])
    sample.seal_hash = seals.digest(sample.seal)
    session.flush()


def _made(session: Session, order: Order) -> None:
    order.made_quantity = order.quantity
    worker = _worker(session, order)
    session.add(Progress(order_id=order.id, reported_by=worker, milestone="packing", percent=100, quantity=100))


def _inspected(session: Session, order: Order) -> None:
    _inspect(session, order, passed=True)
    order.balance_due_at = now() + timedelta(days=7)


def _inspect(session: Session, order: Order, *, passed: bool) -> Inspection:
    plan = {
        "critical": {"aql": "0", "sample": 20, "accept": 0},
        "major": {"aql": "2.5", "sample": 20, "accept": 1},
        "minor": {"aql": "4.0", "sample": 20, "accept": 2},
    }
    report = Inspection(
        order_id=order.id, kind=InspectionKind.FINAL, reported_by=_worker(session, order), lot=order.quantity,
        plan=plan, found={"critical": 0, "major": 0 if passed else 4, "minor": 1}, passed=passed,
    )  # fmt: skip
    session.add(report)
    session.flush()
    return report


def _failed(session: Session, order: Order, stage: OrderStage) -> None:
    report = _inspect(session, order, passed=False)
    if stage == _S.CONCESSION:
        report.concession_reason, report.concession_asked_at = "The blush is 2 mm too high on four pieces.", now()
        report.allowance_minor = 2000
        session.flush()


def _shipped(session: Session, order: Order) -> None:
    pieces = order.made_quantity or order.quantity
    for number, load in ((1, pieces // 2), (2, pieces - pieces // 2)):
        parcel = Parcel(
            order_id=order.id, number=number, sent_by=_worker(session, order), pieces=load, cartons=2,
            net_grams=9000, gross_grams=10_000, lines=[{"text": order.title, "pieces": load}], carrier="sf",
            tracking_number=f"SF100000000{number}", shipped_on=now().date(),
        )  # fmt: skip
        session.add(parcel)
    order.shipped_at, order.arrival_due_at = now(), now() + timedelta(days=14)
    session.flush()


def _delivered(session: Session, order: Order) -> None:
    for parcel in session.scalars(select(Parcel).where(Parcel.order_id == order.id)):
        parcel.delivered_at, parcel.delivered_by = now(), Role.CREATOR
    order.delivered_at, order.claims_until = now(), now() + timedelta(days=14)


def _closed(_session: Session, order: Order) -> None:
    order.closed_at = now()


def _worker(session: Session, order: Order) -> UUID:
    person_id = sides(session, order)[1].person_id
    assert person_id
    return person_id


#: What stands behind an order from each stage on.
_PREPARE = (
    (_S.AWAITING_ACCEPTANCE, _spec),
    (_S.SAMPLING, _sampling),
    (_S.SAMPLE_REVIEW, _sample),
    (_S.PRODUCTION, _sealed),
    (_S.INSPECTION, _made),
    (_S.AWAITING_BALANCE, _inspected),
    (_S.SHIPPED, _shipped),
    (_S.DELIVERED, _delivered),
    (_S.CLOSED, _closed),
)
