"""Rounds of samples: what is kept of each, what it costs, who may judge it, and what nobody can change any more."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.designs.lifecycle import PhotoStage
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Sample, SamplePin, Verdict
from portal.orders.samples import operations, queries, seals
from portal.orders.samples.operations import Pin, Sent
from tests import deals, photographs
from tests.orders.stages import at_stage, sides

_S = OrderStage


def photo(session: Session, order: Order, actor: Actor, **fields: Any) -> str:
    return photographs.ready(session, "order", order.id, actor, **fields)


def send(session: Session, order: Order, **fields: Any) -> Sample:
    factory = sides(session, order)[1]
    sent = Sent(**({"photos": [photo(session, order, factory)]} | fields))
    return operations.send(session, order, sent, actor=factory)


def ask(session: Session, order: Order, number: int) -> Sample:
    creator = sides(session, order)[0]
    return operations.ask_changes(session, order, number, [], "Rounder, please.", actor=creator)


def approve(session: Session, order: Order, number: int = 1) -> Sample:
    return operations.approve(session, order, number, actor=sides(session, order)[0])


def events(session: Session, order: Order, name: str) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.order_id == order.id, Event.name == name)))


def test_what_was_measured_is_judged_row_by_row(session):
    order = at_stage(session, _S.SAMPLING)
    found = {"height_sitting": Decimal("19.5"), "stranger": Decimal(1)}
    sample = send(session, order, found=found, note="Fur from the new roll.")
    assert order.stage == _S.SAMPLE_REVIEW
    assert sample.round == 1
    height = {"path": "height_sitting", "label": "Height sitting", "unit": "cm", "target": "18", "plus": "1"}
    assert sample.measured == [height | {"minus": "1", "found": "19.5", "good": False}]
    [told] = events(session, order, "sample_sent")
    assert (told.data["round"], told.data["measured"], told.data["bad"]) == (1, 1, 1)


def test_nothing_needs_to_be_measured(session):
    assert send(session, at_stage(session, _S.SAMPLING)).measured == []


def test_a_sample_needs_photos_of_its_own_order(session):
    order, other = at_stage(session, _S.SAMPLING), at_stage(session, _S.SAMPLING)
    with pytest.raises(Invalid) as refusal:
        send(session, order, photos=[])
    assert "photos" in refusal.value.fields
    with pytest.raises(Invalid):
        send(session, order, photos=[photo(session, other, sides(session, other)[1])])
    assert order.stage == _S.SAMPLING


def test_a_piece_that_travels_has_a_tracking_number(session):
    order = at_stage(session, _S.SAMPLING)
    with pytest.raises(Invalid) as refusal:
        send(session, order, carrier="sf", tracking_number="")
    assert "tracking_number" in refusal.value.fields
    sample = send(session, order, carrier="sf", tracking_number="sf1234567890")
    assert (sample.carrier, sample.tracking_number) == ("sf", "SF1234567890")


def test_rounds_beyond_the_included_ones_are_added_to_the_balance(session):
    made = deals.deal(session)
    deals.quoted(session, made, sample_rounds=2, extra_sample_minor=6000)
    order = at_stage(session, _S.SAMPLING, made)
    before = order.balance_minor
    for number in (1, 2):
        assert send(session, order).fee_minor == 0
        ask(session, order, number)
    assert order.balance_minor == before
    [*_first, told] = events(session, order, "sample_rejected")
    assert told.data["next_fee_minor"] == 6000
    assert send(session, order).fee_minor == 6000
    assert (order.extras_minor, order.balance_minor) == (6000, before + 6000)
    assert order.total_minor == order.deposit_minor + order.balance_minor
    ask(session, order, 3)
    send(session, order)
    assert order.extras_minor == 12000


def test_terms_from_before_further_rounds_had_a_price_charge_nothing(session):
    order = at_stage(session, _S.SAMPLING)
    quote = {key: value for key, value in order.terms["quote"].items() if key != "extra_sample_minor"}
    assert operations.fee_of(quote, 9) == 0


def test_changes_are_asked_for_by_comments_on_the_photos(session):
    order = at_stage(session, _S.SAMPLE_REVIEW)
    sample = session.scalars(select(Sample).where(Sample.order_id == order.id)).one()
    first, second = sample.photos
    pins = [Pin(second, 120, 900, "Seam is open."), Pin(first, 0, 1000, "Ears 5 mm higher.")]
    before = clock.now()
    operations.ask_changes(session, order, 1, pins, actor=sides(session, order)[0])
    assert (order.stage, sample.verdict, sample.judged_by) == (_S.SAMPLING, Verdict.CHANGES, order.creator_id)
    kept = session.scalars(select(SamplePin).order_by(SamplePin.number)).all()
    assert [(str(pin.photo_id), pin.number, pin.x, pin.y, pin.text) for pin in kept] == [
        (second, 1, 120, 900, "Seam is open."),
        (first, 2, 0, 1000, "Ears 5 mm higher."),
    ]
    assert order.sample_due_at >= before + clock.days(order.terms["quote"]["sample_days"])


def test_whoever_asks_for_changes_says_which(session):
    order = at_stage(session, _S.SAMPLE_REVIEW)
    creator = sides(session, order)[0]
    with pytest.raises(Invalid) as refusal:
        operations.ask_changes(session, order, 1, [], actor=creator)
    assert "reply" in refusal.value.fields
    stranger = Pin(str(order.id), 1, 1, "Here.")
    with pytest.raises(Invalid):
        operations.ask_changes(session, order, 1, [stranger], actor=creator)
    many = [Pin("", 1, 1, "Here.")] * (operations.MOST_PINS + 1)
    with pytest.raises(Invalid):
        operations.ask_changes(session, order, 1, many, actor=creator)


def test_the_approved_sample_is_sealed_with_all_that_it_stands_for(session):
    order = at_stage(session, _S.SAMPLE_REVIEW)
    assert queries.golden(session, order.id) is None
    sample = approve(session, order)
    assert (order.stage, sample.verdict) == (_S.PRODUCTION, Verdict.APPROVED)
    seal = sample.seal
    assert [one["id"] for one in seal["photos"]] == sample.photos
    assert len({one["sha256"] for one in seal["photos"]}) == 2
    assert seal["measured"] == sample.measured
    assert (seal["order"], seal["round"], seal["spec"]["revision"]) == (order.number, 1, "A")
    assert len(seal["spec"]["content_hash"]) == 64
    assert seal["by"]["id"] == str(order.creator_id)
    assert seal["at"] == sample.judged_at.isoformat()
    assert sample.seal_hash == seals.digest(seal)
    assert queries.golden(session, order.id).seal == seal
    assert events(session, order, "sample_approved")[0].data["seal_hash"] == sample.seal_hash


def test_a_sample_is_not_sealed_before_its_photos_are_made_ready(session):
    order = at_stage(session, _S.SAMPLING)
    factory = sides(session, order)[1]
    waiting = photo(session, order, factory, stage=PhotoStage.CHECKING, sha256="")
    send(session, order, photos=[photo(session, order, factory), waiting])
    with pytest.raises(Invalid):
        approve(session, order)


def test_a_photo_that_cannot_be_used_is_left_out_of_the_seal(session):
    order = at_stage(session, _S.SAMPLING)
    factory = sides(session, order)[1]
    good, bad = photo(session, order, factory), photo(session, order, factory, stage=PhotoStage.CHECKING, sha256="")
    send(session, order, photos=[good, bad])
    session.execute(text("update photo set stage = 'rejected' where id = :id"), {"id": bad})
    assert [one["id"] for one in approve(session, order).seal["photos"]] == [good]


@pytest.mark.parametrize(
    "change",
    [
        "update sample set photos = '[]'",
        "update sample set measured = '[]'",
        "update sample set seal_hash = ''",
        "delete from sample",
    ],
)
def test_the_database_refuses_to_change_a_sealed_sample(session, change: str):
    at_stage(session, _S.PRODUCTION)
    with pytest.raises(DBAPIError, match="sealed"):
        session.execute(text(change))


def test_the_database_keeps_rejected_samples_and_their_comments(session):
    order = at_stage(session, _S.SAMPLE_REVIEW)
    sample = session.scalars(select(Sample)).one()
    operations.ask_changes(session, order, 1, [Pin(sample.photos[0], 5, 5, "Here.")], actor=sides(session, order)[0])
    session.flush()
    for change in ("delete from sample", "delete from sample_pin", "update sample_pin set text = 'nothing'"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change))


def test_a_verdict_is_on_the_newest_round_only(session):
    order = at_stage(session, _S.SAMPLE_REVIEW)
    ask(session, order, 1)
    send(session, order)
    with pytest.raises(Gone):
        approve(session, order, 1)
    with pytest.raises(Gone):
        ask(session, order, 3)
    assert approve(session, order, 2).round == 2


def repeat(session: Session, before: Order) -> Order:
    """Another order by the same people, which repeats `before`."""
    order = at_stage(session, _S.SAMPLING)
    order.repeats_id = before.id
    session.flush()
    return order


def test_a_reorder_may_go_by_the_last_golden_sample(session):
    before = at_stage(session, _S.CLOSED)
    order = repeat(session, before)
    sealed = queries.golden(session, before.id)
    sample = operations.keep(session, order, actor=sides(session, order)[0])
    assert order.stage == _S.PRODUCTION
    assert sample.photos == sealed.photos
    assert sample.seal["photos"] == sealed.seal["photos"]
    assert sample.seal["from"] == {"order": before.number, "round": 1, "seal_hash": sealed.seal_hash}
    assert queries.golden(session, order.id).seal_hash == seals.digest(sample.seal) != sealed.seal_hash


def test_without_an_earlier_golden_sample_there_is_nothing_to_keep(session):
    order = at_stage(session, _S.SAMPLING)
    creator = sides(session, order)[0]
    with pytest.raises(NotAllowed):
        operations.keep(session, order, actor=creator)
    order.repeats_id = at_stage(session, _S.SAMPLING).id
    with pytest.raises(NotAllowed):
        operations.keep(session, order, actor=creator)


def tooled(session: Session) -> Order:
    made = deals.deal(session)
    deals.quoted(session, made, tooling_minor=50000)
    return at_stage(session, _S.SAMPLING, made)


def test_tooling_is_reported_once_and_only_where_it_is_paid_for(session):
    order = tooled(session)
    factory = sides(session, order)[1]
    shown = photo(session, order, factory)
    operations.tooling_made(session, order, [shown], "First shot is clean.", actor=factory)
    kept = queries.tooling(session, order.id)
    assert (kept.data["photos"], kept.data["reason"]) == ([shown], "First shot is clean.")
    assert order.stage == _S.SAMPLING
    with pytest.raises(NotAllowed):
        operations.tooling_made(session, order, actor=factory)
    plain = at_stage(session, _S.SAMPLING)
    with pytest.raises(NotAllowed):
        operations.tooling_made(session, plain, actor=sides(session, plain)[1])


Act = Callable[[Session, Order, Actor], Any]
ACTS: dict[str, tuple[Act, OrderStage, int]] = {
    "send": (lambda s, o, who: operations.send(s, o, Sent(photos=[]), actor=who), _S.SAMPLING, 1),
    "tooling": (lambda s, o, who: operations.tooling_made(s, o, actor=who), _S.SAMPLING, 1),
    "keep": (lambda s, o, who: operations.keep(s, o, actor=who), _S.SAMPLING, 0),
    "ask": (lambda s, o, who: operations.ask_changes(s, o, 1, [], "No.", actor=who), _S.SAMPLE_REVIEW, 0),
    "approve": (lambda s, o, who: operations.approve(s, o, 1, actor=who), _S.SAMPLE_REVIEW, 0),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_of_another_order_takes_part(session, act: str):
    run, stage, own = ACTS[act]
    order = at_stage(session, stage)
    stranger = sides(session, at_stage(session, stage))[own]
    with pytest.raises(NotFound):
        run(session, order, stranger)


@pytest.mark.parametrize("act", ACTS)
def test_the_other_side_does_not_act_for_one(session, act: str):
    run, stage, own = ACTS[act]
    order = at_stage(session, stage)
    with pytest.raises(NotAllowed):
        run(session, order, sides(session, order)[1 - own])


@pytest.mark.parametrize("act", ACTS)
def test_no_step_out_of_turn(session, act: str):
    run, stage, own = ACTS[act]
    order = at_stage(session, _S.SAMPLE_REVIEW if stage == _S.SAMPLING else _S.SAMPLING)
    with pytest.raises(NotAllowed):
        run(session, order, sides(session, order)[own])
