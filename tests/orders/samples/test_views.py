"""The pages on samples: what is typed is kept, what is refused is said, and of two at once one is told."""

import re
from collections.abc import Callable
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.errors import NotAllowed
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Sample, SamplePin
from portal.orders.samples import operations
from tests import deals, make, photographs
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
_S = OrderStage


def world(stage: OrderStage, **quote: int) -> tuple[Order, Person, Person, str]:
    """An order at a stage, its creator, its factory's owner (who reads English here), and a photo of that factory."""
    with transaction() as session:
        made = deals.deal(session)
        deals.quoted(session, made, **quote)
        order = at_stage(session, stage, made)
        creator, worker = (session.get_one(Person, who.person_id) for who in sides(session, order))
        worker.locale = "en"
        return order, creator, worker, photographs.ready(session, "order", order.id, sides(session, order)[1])


def samples(order: Order) -> list[Sample]:
    with transaction() as session:
        return list(session.scalars(select(Sample).where(Sample.order_id == order.id).order_by(Sample.round)))


def pins(order: Order) -> list[tuple[str, int, int, str]]:
    with transaction() as session:
        found = session.scalars(select(SamplePin).order_by(SamplePin.number))
        return [(str(pin.photo_id), pin.x, pin.y, pin.text) for pin in found]


def test_the_factory_sends_a_sample_and_the_creator_sees_what_is_out_of_tolerance(sign_in: SignIn):
    order, creator, worker, photo = world(_S.SAMPLING)
    client, path = sign_in(worker), f"/orders/{order.id}/samples/send"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    form = client.get(path).text
    assert "Wanted: 18 ± 1 cm" in form
    assert 'inputmode="decimal"' in form
    typed = {"photos": photo, "found-height_sitting": "19,2 cm", "note": "Fur from the new roll."}
    answer = client.post(path, data=typed, follow_redirects=True)
    assert "The sample is sent." in answer.text
    assert samples(order)[0].measured[0]["found"] == "19.2"
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    for words in ("out of tolerance", "19.2</td>", "18 ± 1 cm", "Fur from the new roll.", "silence is never a yes"):
        assert words in shown
    assert f'href="{path}"' not in shown


def test_one_measure_is_no_measures(sign_in: SignIn):
    order, creator, worker, photo = world(_S.SAMPLING)
    sign_in(worker).post(f"/orders/{order.id}/samples/send", data={"photos": photo, "found-height_sitting": "18"})
    assert "1 measure, not out of tolerance" in sign_in(creator).get(f"/orders/{order.id}").text


def test_what_was_typed_stays_when_the_sample_is_refused(sign_in: SignIn):
    order, _creator, worker, photo = world(_S.SAMPLING)
    client, path = sign_in(worker), f"/orders/{order.id}/samples/send"
    typed = {"found-height_sitting": "about 18", "note": "Kept words", "carrier": "sf", "photos": photo}
    answer = client.post(path, data=typed)
    assert answer.status_code == 422
    for words in ("about 18", "Kept words", photo, "in figures"):
        assert words in answer.text
    late = client.post(path, data=typed | {"found-height_sitting": ""})
    assert late.status_code == 422
    assert "Write the tracking number" in late.text
    assert samples(order) == []


def test_the_creator_knows_the_price_before_asking_for_changes(sign_in: SignIn):
    order, creator, worker, photo = world(_S.SAMPLE_REVIEW, sample_rounds=1, extra_sample_minor=6000)
    client = sign_in(creator)
    for path in ("", "/samples/1/changes"):
        assert "Round 2 costs" in client.get(f"/orders/{order.id}{path}").text
        assert "60.00; it is added to the balance" in client.get(f"/orders/{order.id}{path}").text
    client.post(f"/orders/{order.id}/samples/1/changes", data={"reply": "Rounder."})
    client = sign_in(worker)
    assert "60.00 is added to the balance" in client.get(f"/orders/{order.id}/samples/send").text
    client.post(f"/orders/{order.id}/samples/send", data={"photos": photo})
    with transaction() as session:
        assert session.get_one(Order, order.id).extras_minor == 6000


def test_without_a_script_a_press_on_a_photo_adds_a_comment_and_loses_nothing(sign_in: SignIn):
    order, creator, _worker, _photo = world(_S.SAMPLE_REVIEW)
    first, second = samples(order)[0].photos
    client, path = sign_in(creator), f"/orders/{order.id}/samples/1/changes"
    assert f'type="image" class="pin-press" name="at-{first}"' in client.get(path).text
    begun = {"reply": "Otherwise fine.", "pin_photo": first, "pin_x": "100", "pin_y": "200", "pin_text": "Ear"}
    answer = client.post(path, data=begun | {f"at-{second}.x": "80", f"at-{second}.y": "120"})
    assert answer.status_code == 200
    places = [re.findall(f'name="pin_{axis}" value="(\\d+)"', answer.text) for axis in "xy"]
    assert places == [["100", "250"], ["200", "500"]], "320 px wide and 240 px high for 1600 × 1200"
    assert "Otherwise fine." in answer.text
    assert samples(order)[0].verdict is None
    dropped = client.post(path, data=begun | {"drop": "0"})
    assert 'name="pin_x" value="100"' not in dropped.text
    assert "Otherwise fine." in dropped.text


def test_a_photo_pressed_by_keyboard_is_pinned_in_its_middle(sign_in: SignIn):
    order, creator, _worker, _photo = world(_S.SAMPLE_REVIEW)
    photo = samples(order)[0].photos[0]
    answer = sign_in(creator).post(
        f"/orders/{order.id}/samples/1/changes", data={f"at-{photo}.x": "0", f"at-{photo}.y": "0"}
    )
    assert re.findall(r'name="pin_[xy]" value="(\d+)"', answer.text) == ["500", "500"]


def test_comments_reach_the_factory_where_they_were_pinned(sign_in: SignIn):
    order, creator, worker, _photo = world(_S.SAMPLE_REVIEW)
    first, second = samples(order)[0].photos
    client, path = sign_in(creator), f"/orders/{order.id}/samples/1/changes"
    sent = {"pin_photo": [second, first], "pin_x": ["120", "5000"], "pin_y": ["900", "0"], "pin_text": ["Seam", "Ear"]}
    client.post(path, data=sent)
    assert pins(order) == [(first, 1000, 0, "Ear"), (second, 120, 900, "Seam")], "counted photo by photo"
    shown = sign_in(worker).get(f"/orders/{order.id}").text
    assert "Seam" in shown
    assert 'transform="translate(192.0 1080.0)"' in shown, "12 % of 1600, 90 % of 1200"
    assert 'transform="translate(1542.86 57.14)"' in shown, "at the edge the whole number is seen"
    history = sign_in(creator).get(f"/orders/{order.id}/samples").text
    assert "Ear" in history


def test_photos_that_are_still_being_made_are_not_missed(sign_in: SignIn):
    order, creator, _worker, _photo = world(_S.SAMPLE_REVIEW)
    path, said = f"/orders/{order.id}/samples/1/changes", "being made ready"
    assert said not in sign_in(creator).get(path).text
    with transaction() as session:
        session.get_one(Photo, UUID(samples(order)[0].photos[0])).stage = PhotoStage.CHECKING
    assert said in sign_in(creator).get(path).text


def test_a_comment_without_words_is_refused_and_stays(sign_in: SignIn):
    order, creator, _worker, _photo = world(_S.SAMPLE_REVIEW)
    photo = samples(order)[0].photos[0]
    client, path = sign_in(creator), f"/orders/{order.id}/samples/1/changes"
    answer = client.post(path, data={"pin_photo": photo, "pin_x": "1", "pin_y": "2", "pin_text": " ", "reply": "x"})
    assert answer.status_code == 422
    assert 'href="#pin-text-1"' in answer.text
    assert "Comment 1: " in answer.text, "of many it is known which"
    assert client.post(path, data={"pin_x": "1"}).status_code == 422, "neither comment nor words"
    strange = {"pin_photo": str(order.id), "pin_x": "-1", "pin_y": "٣", "pin_text": "Here"}
    assert client.post(path, data=strange).status_code == 422
    assert samples(order)[0].verdict is None


def test_approval_seals_and_the_panel_shows_the_hash(sign_in: SignIn):
    order, creator, worker, _photo = world(_S.SAMPLE_REVIEW)
    client, path = sign_in(creator), f"/orders/{order.id}/samples/1/approve"
    assert "Approve and seal" in client.get(path).text
    assert client.post(path).status_code == 303
    [sample] = samples(order)
    assert sample.seal_hash
    for person in (creator, worker):
        shown = sign_in(person).get(f"/orders/{order.id}").text
        assert sample.seal_hash in shown
        assert "Golden sample" in shown


def test_who_comes_with_the_page_of_an_earlier_round_is_told(sign_in: SignIn):
    order, creator, worker, photo = world(_S.SAMPLE_REVIEW)
    sign_in(creator).post(f"/orders/{order.id}/samples/1/changes", data={"reply": "Rounder."})
    sign_in(worker).post(f"/orders/{order.id}/samples/send", data={"photos": photo})
    answer = sign_in(creator).post(f"/orders/{order.id}/samples/1/approve")
    assert answer.status_code == 409
    assert "sent another sample" in answer.text
    assert f'href="/orders/{order.id}"' in answer.text
    assert [sample.verdict for sample in samples(order)] == ["changes", None]


def test_two_tabs_approving_and_asking_for_changes_at_once(sign_in: SignIn, app: Flask):
    order, creator, _worker, _photo = world(_S.SAMPLE_REVIEW)
    actor = make.actor(creator)
    refused: list[Exception] = []

    def judge(verdict: Callable[..., object]) -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    locked = session.get_one(Order, order.id, with_for_update={"key_share": True})
                    verdict(session, locked)
            except NotAllowed as refusal:
                refused.append(refusal)

    tabs = [
        Thread(target=judge, args=(lambda s, o: operations.approve(s, o, 1, actor=actor),)),
        Thread(target=judge, args=(lambda s, o: operations.ask_changes(s, o, 1, [], "No.", actor=actor),)),
    ]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(refused) == 1, "one wins, the other is told"
    [sample] = samples(order)
    with transaction() as session:
        stage = session.get_one(Order, order.id).stage
    assert (sample.verdict, stage) in {("approved", _S.PRODUCTION), ("changes", _S.SAMPLING)}
    late = sign_in(creator).post(f"/orders/{order.id}/samples/1/approve")
    assert late.status_code == 409
    assert "moved on" in late.text


def test_the_tooling_is_reported_with_photos_once(sign_in: SignIn):
    order, creator, worker, photo = world(_S.SAMPLING, tooling_minor=50000)
    client, path = sign_in(worker), f"/orders/{order.id}/tooling"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    assert client.post(path, data={"photos": photo, "note": "First shot is clean."}).status_code == 303
    assert f'href="{path}"' not in client.get(f"/orders/{order.id}").text
    assert client.post(path).status_code == 409
    shown = sign_in(creator).get(f"/orders/{order.id}").text
    assert "Tooling made on" in shown
    assert "First shot is clean." in shown


def test_a_reorder_offers_the_last_golden_sample(sign_in: SignIn):
    with transaction() as session:
        before, order = at_stage(session, _S.CLOSED), at_stage(session, _S.SAMPLING)
        order.repeats_id = before.id
        creator = session.get_one(Person, order.creator_id)
    client, path = sign_in(creator), f"/orders/{order.id}/samples/keep"
    assert f'href="{path}"' in client.get(f"/orders/{order.id}").text
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 303
    assert "Taken over from" in client.get(f"/orders/{order.id}").text


@pytest.mark.parametrize("path", ["send", "1/approve", "1/changes", "keep", ""])
def test_a_stranger_finds_nothing(sign_in: SignIn, path: str):
    order, *_people = world(_S.SAMPLE_REVIEW)
    with transaction() as session:
        stranger = make.person(session, Role.CREATOR)
        other = make.member(session, make.factory(session))
    for person in (stranger, other):
        assert sign_in(person).get(f"/orders/{order.id}/samples/{path}".rstrip("/")).status_code == 404


def test_no_panel_before_there_is_anything_to_sample(sign_in: SignIn):
    order, creator, _worker, _photo = world(_S.AWAITING_ACCEPTANCE)
    assert 'id="samples"' not in sign_in(creator).get(f"/orders/{order.id}").text
    assert "No samples yet" in sign_in(creator).get(f"/orders/{order.id}/samples").text
