"""Photos: from the phone to the row on a page, what is left behind on the way, and who may."""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import new_id, reader, transaction
from portal.core.errors import Invalid
from portal.core.events import Event
from portal.core.forms import Form
from portal.designs import keys, photo_forms, photo_tasks, photos, storage, tasks
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo
from portal.factories.models import Factory
from portal.orders.models import Order
from tests import deals, make, photographs
from tests.designs import samples
from tests.designs.conftest import JSON, send


@dataclass
class Bench:
    """A factory's phone at one of its orders."""

    client: FlaskClient
    order: Order
    buyer: Person
    worker: Person
    actor: Actor
    creator: Actor

    def begin(self, data: bytes, *, status: int = 201, **more: Any) -> dict[str, Any]:
        body = {"subject": "order", "subject_id": str(self.order.id), "name": "IMG_1.jpg", "size": len(data)}
        answer = self.client.post("/photos", json=body | more, headers=JSON)
        assert answer.status_code == status, answer.text
        return answer.json

    def arrived(self, plan: dict[str, Any], *, status: int = 200) -> Any:
        answer = self.client.post(f"/photos/{plan['id']}/arrived", json={}, headers=JSON)
        assert answer.status_code == status, answer.text
        return answer.json

    def upload(self, data: bytes, **more: Any) -> str:
        plan = self.begin(data, **more)
        assert send(plan["url"], data, plan["type"]) == 200
        self.arrived(plan)
        return plan["id"]

    def upload_and_make(self, data: bytes, **more: Any) -> str:
        ident = self.upload(data, **more)
        remake(ident)
        return ident

    def take(self, *ids: str, actor: Actor | None = None, **more: Any) -> list[str]:
        with transaction() as session:
            return photos.taken(session, "order", self.order.id, list(ids), actor=actor or self.actor, **more)

    def page(self, ident: str, *, status: int = 200) -> str:
        answer = self.client.get(f"/photos/{ident}")
        assert answer.status_code == status
        return answer.text


def remake(ident: str) -> None:
    """What the worker does after an upload."""
    with transaction() as session:
        query = select(Event.id).where(Event.subject_id == UUID(ident), Event.name == "photo_uploaded")
        event_id = session.scalars(query).one()
    photo_tasks.remake(event_id=str(event_id))


def row(ident: str) -> Photo:
    with transaction() as session:
        return session.get_one(Photo, UUID(ident))


def kept(ident: str) -> list[bytes]:
    """The pictures that are kept of a photo, the small one first."""
    return [storage.get(keys.photo_key(UUID(ident), row(ident).sha256, side)) for side in keys.PHOTO_SIDES]


@pytest.fixture
def bench(client: FlaskClient, sign_in) -> Bench:
    with transaction() as session:
        made = deals.deal(session, 1)
        quote = deals.quoted(session, made)
        order = make.order(session, made.invitations[0], quote, made.brief)
        made.workers[0].locale = "en"
    sign_in(made.workers[0])
    return Bench(client, order, made.buyer, made.workers[0], made.factories[0], made.creator)


def test_a_photo_goes_up_and_is_made_anew(bench: Bench):
    data = photographs.phone_jpeg(1900, 1200)
    ident = bench.upload(data)
    assert row(ident).stage == PhotoStage.CHECKING
    assert "every 2s" in bench.page(ident), "the row asks again"
    remake(ident)
    photo = row(ident)
    assert (photo.stage, photo.width, photo.height) == (PhotoStage.READY, 1600, 1011)
    shown = photos.shown(reader(), [ident])[ident]
    assert (shown.ready, shown.width, shown.sha256) == (True, 1600, photo.sha256)
    assert shown.thumb in (text := bench.page(ident)).replace("&amp;", "&")
    assert "every 2s" not in text
    for address in (shown.thumb, shown.url):
        with urllib.request.urlopen(address) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == "image/webp"
            assert answer.read(4) == b"RIFF"
    with pytest.raises(storage.Missing):
        storage.arrived(keys.upload_key(photo.id))


def test_what_the_camera_wrote_is_gone_whatever_the_browser_did(bench: Bench):
    data = photographs.phone_jpeg()
    assert any("GPSLatitude" in name for name in photographs.exif(data)), "the sample says where it was taken"
    for picture in kept(bench.upload_and_make(data)):
        assert photographs.exif(picture) == []
        for secret in (b"Pocketphone", b"back door", b"Exif", b"GPS"):
            assert secret not in picture


def test_a_photo_stands_upright(bench: Bench):
    photo = row(bench.upload_and_make(photographs.phone_jpeg(640, 480, turned=True)))
    assert (photo.width, photo.height) == (480, 640)


def bomb() -> bytes:
    """A JPEG that says it has 60,000 x 60,000 pixels."""
    data = bytearray(samples.jpeg())
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = (60000).to_bytes(2) * 2
    return bytes(data)


def says(words: str) -> Callable[[Invalid], bool]:
    """That a refusal says so, beside the photos."""
    return lambda refused: words in str(refused.fields["photos"])


@pytest.mark.parametrize(
    "data",
    [
        samples.png(), samples.svg(), samples.pdf(), b"\xff\xd8\xff" + b"x" * 500, samples.jpeg()[:4000], bomb(),
        b"<html><script>alert(1)</script>", samples.jpeg() + samples.archive(),
    ],
    ids=["png", "svg", "pdf", "nonsense", "truncated", "bomb", "html", "a ZIP behind it"],
)  # fmt: skip
def test_what_is_no_photo_is_never_shown(bench: Bench, data: bytes):
    ident = bench.upload_and_make(data)
    assert row(ident).stage == PhotoStage.REJECTED
    shown = photos.shown(reader(), [ident])[ident]
    assert (shown.ready, shown.refused, shown.thumb, shown.url) == (False, True, None, None)
    assert "cannot be used" in bench.page(ident)
    with pytest.raises(Invalid, check=says("cannot be used")):
        bench.take(ident)


def test_a_grant_is_for_one_key_one_size_one_type(bench: Bench):
    plan, other = bench.begin(b"12345"), bench.begin(b"12345")
    assert send(plan["url"], b"123456", "image/jpeg") == 403
    assert send(plan["url"], b"12345", "text/html") == 403
    assert send(plan["url"].replace(plan["id"], other["id"]), b"12345", "image/jpeg") == 403
    assert send(plan["url"], b"12345", "image/jpeg") == 200
    with clock.at(clock.now() - timedelta(hours=2)):
        late = bench.begin(b"12345")
    assert send(late["url"], b"12345", "image/jpeg") == 403


def test_what_cannot_be_taken_is_refused_before_the_first_byte(bench: Bench):
    assert "15 MB" in bench.begin(b"", size=15 * 1024**2 + 1, status=422)["error"]
    assert "empty" in bench.begin(b"", status=422)["error"]
    for nonsense in ({"size": "5"}, {"subject": 3}, {"subject_id": "x"}, {"subject_id": None}, {"name": []}):
        assert bench.begin(b"12345", status=422, **nonsense)["error"]
    assert bench.client.post("/photos", json=[], headers=JSON).status_code == 422
    bench.begin(b"12345", subject="factory", status=404)
    bench.begin(b"12345", subject_id=str(new_id()), status=404)


def test_only_what_has_arrived_can_be_used(bench: Bench):
    plan = bench.begin(b"12345")
    assert "not arrived" in bench.arrived(plan, status=422)["error"]
    with pytest.raises(Invalid, check=says("not arrived")):
        bench.take(plan["id"])
    waiting = bench.upload(photographs.phone_jpeg())
    assert bench.take(waiting) == [waiting], "it need not be made anew yet"
    assert bench.arrived({"id": waiting}) == {"id": waiting}, "said twice"


def test_a_form_s_photos_are_of_its_subject_and_its_side(bench: Bench):
    with transaction() as session:
        other_order = photographs.ready(session, "invitation", bench.order.invitation_id, bench.actor)
        buyers = photographs.ready(session, "order", bench.order.id, bench.creator)
        factory = session.get_one(Factory, bench.order.factory_id)
        colleague = make.actor(make.member(session, factory), factory)
        mine, theirs = (photographs.ready(session, "order", bench.order.id, who) for who in (bench.actor, colleague))
    assert bench.take(mine, theirs, mine) == [mine, theirs], "a colleague's is of the same side; each once, in order"
    for wrong in (other_order, buyers, str(new_id()), "x", ""):
        with pytest.raises(Invalid, check=says("not arrived")):
            bench.take(mine, wrong)
    with pytest.raises(Invalid, check=says("at most 1")):
        bench.take(mine, theirs, most=1)
    assert bench.take() == []
    assert bench.take(buyers, actor=bench.creator) == [buyers]


def test_a_form_shown_again_shows_only_one_s_own(bench: Bench):
    with transaction() as session:
        buyers = photographs.ready(session, "order", bench.order.id, bench.creator)
        mine = photographs.ready(session, "order", bench.order.id, bench.actor)
    ids = [buyers, mine, "x", str(new_id())]
    assert [one.id for one in photos.chosen(reader(), bench.actor, "order", bench.order.id, ids)] == [mine]
    assert list(photos.shown(reader(), ids)) == [buyers, mine]
    assert [one.id for one in photos.row([mine, "x"], photos.shown(reader(), ids))] == [mine]


def test_both_sides_see_it_and_nobody_else(bench: Bench, sign_in):
    ident = bench.upload_and_make(photographs.phone_jpeg())
    with transaction() as session:
        strangers = [make.person(session), make.member(session, make.factory(session)), None]
        operator = make.person(session, Role.OPERATOR)
    sign_in(bench.buyer)
    bench.page(ident)
    bench.arrived({"id": ident}, status=404)
    bench.begin(b"12345")
    for who in [*strangers, operator]:
        sign_in(who)
        assert bench.client.get(f"/photos/{ident}").status_code in (303, 404)
        assert bench.client.post("/photos", json={}).status_code in (303, 404, 422)
        assert bench.client.post(f"/photos/{ident}/arrived", json={}).status_code in (303, 404)
    for who in strangers[:2]:
        sign_in(who)
        bench.begin(b"12345", status=404)


def test_an_invitation_s_photos_are_between_its_two(bench: Bench, sign_in):
    with transaction() as session:
        invitation = {"subject": "invitation", "subject_id": str(bench.order.invitation_id)}
        other = make.member(session, make.factory(session))
    bench.begin(b"12345", **invitation)
    sign_in(bench.buyer)
    bench.begin(b"12345", **invitation)
    sign_in(other)
    bench.begin(b"12345", status=404, **invitation)


def test_what_nobody_used_is_swept_away(bench: Bench):
    loose, used = (bench.upload_and_make(photographs.phone_jpeg()) for _which in range(2))
    bench.begin(b"12345")
    bench.take(used)
    gone = keys.photo_key(UUID(loose), row(loose).sha256, 1600)
    with clock.at(clock.now() + timedelta(days=3)):
        tasks.sweep(timestamp=0)
    with transaction() as session:
        assert [str(ident) for ident in session.scalars(select(Photo.id))] == [used]
    with pytest.raises(storage.Missing):
        storage.get(gone)
    assert len(kept(used)) == 2


def test_what_waits_for_the_worker_survives_a_sweep_and_is_asked_for_again(bench: Bench):
    ident = bench.upload(photographs.phone_jpeg())
    bench.take(ident)
    with clock.at(clock.now() + timedelta(days=3)):
        tasks.sweep(timestamp=0)
    remake(ident)
    remake(ident)
    assert row(ident).stage == PhotoStage.READY


def test_another_file_in_its_place_is_not_taken(bench: Bench, s3):
    ident = bench.upload(photographs.phone_jpeg())
    client = storage._quick()
    client.put_object(Bucket=s3.settings["S3_BUCKET_INBOX"], Key=keys.upload_key(UUID(ident)), Body=samples.jpeg())
    remake(ident)
    assert row(ident).refusal["code"] == "changed"


def test_a_field_reads_what_the_picker_sends(app):
    class Report(Form):
        photos = photo_forms.PhotosField("Photos", most=2, required=True)

    a, b, c = (str(new_id()) for _which in range(3))
    for sent, data, problem in (
        ([a, b, a, "x"], [a, b], None), ([], [], "at least one"), ([a, b, c], [a, b, c], "at most 2"),
    ):  # fmt: skip
        with app.test_request_context(method="POST", data={"photos": sent}):
            form = Report()
            assert form.validate() is (problem is None)
            assert form.photos.data == data
            assert problem is None or problem in form.photos.errors[0]


def test_the_picker_shows_again_what_was_chosen(app, bench: Bench):
    ident = bench.upload_and_make(photographs.phone_jpeg())
    chosen = photos.chosen(reader(), bench.actor, "order", bench.order.id, [ident])
    source = (
        '{% from "designs/_photos.html" import photo_picker, photo_row %}'
        '{{ photo_picker("photos", "order", order_id, chosen=chosen, errors=["Wrong"]) }}{{ photo_row(chosen) }}'
    )
    with app.test_request_context():
        text = app.jinja_env.from_string(source).render(order_id=bench.order.id, chosen=chosen)
    assert f'<input type="hidden" name="photos" value="{ident}">' in text
    assert text.count("<img src=") == 2
    assert "Wrong" in text
