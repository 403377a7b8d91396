"""From the browser to the object store: what a grant allows, resuming, cancelling, faults, and who may."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.core import clock
from portal.core.db import transaction
from portal.core.errors import Unavailable
from portal.designs import keys, parts, storage, tasks
from portal.designs.lifecycle import FileStage
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests import make
from tests.designs import samples
from tests.designs.conftest import JSON, Desk, check, jobs, row, send

MiB = 1024 * 1024
BIG = bytes(range(256)) * (4 * 1024 * 9)  # 9 MiB: two parts


def test_a_small_file_goes_up_in_one_piece_and_is_checked(desk: Desk):
    data = samples.png()
    plan = desk.begin("logo.png", len(data))
    assert (plan["parts"], plan["type"]) == (1, "image/png")
    desk.put(plan, data)
    assert desk.ask(plan, "complete") == {"missing": []}
    assert row(plan["id"]).stage == FileStage.UPLOADED
    assert [name for name, _args in jobs()] == ["designs.inspect"]
    assert desk.ask(plan, "complete") == {"missing": []}, "asking again does no harm"
    assert len(jobs()) == 1


def test_a_large_file_goes_up_in_parts(desk: Desk):
    ident = desk.upload("big.zip", BIG)
    stored = storage.arrived(keys.upload_key(ident))
    assert stored.size == len(BIG)
    assert row(ident).etag == stored.etag


def test_an_upload_goes_on_where_it_stopped(desk: Desk):
    plan = desk.begin("big.zip", len(BIG))
    desk.put(plan, BIG, 2)
    assert desk.client.get(f"/uploads/{plan['id']}", headers=JSON).json == {**plan, "missing": [1]}
    assert desk.ask(plan, "complete") == {"missing": [1]}
    assert row(plan["id"]).stage == FileStage.UPLOADING
    assert "Not finished" in desk.list()
    desk.put(plan, BIG, 1)
    assert desk.ask(plan, "complete") == {"missing": []}


def test_completing_again_after_a_lost_answer(desk: Desk):
    """The parts were joined, and the portal died before it could write that down."""
    plan = desk.begin("big.zip", len(BIG))
    desk.put(plan, BIG)
    file = row(plan["id"])
    key = keys.upload_key(file.id)
    storage.complete_multipart(key, file.multipart_id, storage.arrived_parts(key, file.multipart_id))
    assert desk.ask(plan, "complete") == {"missing": []}
    assert row(plan["id"]).stage == FileStage.UPLOADED


def test_a_grant_is_for_one_key_one_size_one_type(desk: Desk):
    plan = desk.begin("logo.png", 5)
    url = desk.sign(plan, 1)["1"]
    other = desk.begin("other.png", 5)
    assert send(url, b"longer", "image/png") == 403
    assert send(url, b"four", "image/png") == 403
    assert send(url, b"12345", "text/html") == 403
    assert send(url.replace(plan["id"], other["id"]), b"12345", "image/png") == 403
    assert send(url.replace("uploads/", "elsewhere/"), b"12345", "image/png") == 403
    assert send(url.replace("inbox", "files"), b"12345", "image/png") == 403
    assert send(url, b"12345", "image/png") == 200


def test_a_part_s_grant_is_for_that_part_and_its_size(desk: Desk):
    plan = desk.begin("big.zip", len(BIG))
    urls = desk.sign(plan, 1, 2)
    last = parts.size_of(2, len(BIG))
    assert send(urls["2"], BIG[: last + 1]) == 403
    assert send(urls["2"].replace("partNumber=2", "partNumber=3"), BIG[:last]) == 403
    assert send(urls["2"], BIG[:last]) == 200
    desk.ask(plan, "sign", {"parts": [3]}, status=422)
    desk.ask(plan, "sign", {"parts": [0]}, status=422)
    desk.ask(plan, "sign", {"parts": []}, status=422)
    desk.ask(plan, "sign", {"parts": ["1"]}, status=422)


def test_a_grant_does_not_last(desk: Desk):
    plan = desk.begin("logo.png", 5)
    with clock.at(clock.now() - timedelta(hours=2)):
        url = desk.sign(plan, 1)["1"]
    assert send(url, b"12345", "image/png") == 403


def test_what_arrived_must_be_what_was_announced(desk: Desk, s3):
    """Nobody can write another size with a grant, so the store itself is made to hold one."""
    plan = desk.begin("logo.png", 5)
    client = storage._quick()
    client.put_object(Bucket=s3.settings["S3_BUCKET_INBOX"], Key=keys.upload_key(UUID(plan["id"])), Body=b"sixsix")
    assert "announced" in desk.ask(plan, "complete", status=422)["error"]
    with pytest.raises(storage.Missing):
        storage.arrived(keys.upload_key(UUID(plan["id"])))


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("logo.png", 0, "empty"),
        ("logo.png", -1, "empty"),
        ("logo.png", 1024**3 + 1, "1 GB"),
        ("letter.docx", 10, ".docx"),
        ("  ", 10, "no name"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_the_first_byte(desk: Desk, name, size, words):
    assert words in desk.begin(name, size, status=422)["error"]
    assert desk.begin("logo.png", 1024**3)["parts"] == 128


@pytest.mark.parametrize("body", [[], {"name": 3, "size": 3}, {"name": "a.png", "size": "3"}, {"name": "a.png"}])
def test_nonsense_is_refused(desk: Desk, body):
    answer = desk.client.post(f"/briefs/{desk.brief.id}/uploads", json=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"name": "a.png", "size": 1e999}', "NaN"])
def test_json_that_leads_nowhere_is_refused_in_words(desk: Desk, body: str):
    kind = "application/json"
    answer = desk.client.post(f"/briefs/{desk.brief.id}/uploads", data=body, content_type=kind, headers=JSON)
    assert answer.status_code == 422
    assert answer.json["error"]


@pytest.mark.parametrize("odd", ["\x00", "\ud800"])
def test_no_letter_that_cannot_be_kept_breaks_an_upload(desk: Desk, odd: str):
    plan = desk.begin(f"lo{odd}go.png", 10, type=f"image{odd}/png")
    assert (row(plan["id"]).name, row(plan["id"]).declared_type) == ("logo.png", "image/png")


def test_the_parts_may_be_joined_by_another_request_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    plan = desk.begin("big.zip", len(BIG))
    desk.put(plan, BIG)
    join = storage.complete_multipart

    def too_late(*said: Any) -> None:
        join(*said)
        raise storage.Missing()

    monkeypatch.setattr(storage, "complete_multipart", too_late)
    assert desk.ask(plan, "complete") == {"missing": []}
    assert row(plan["id"]).stage == FileStage.UPLOADED


def test_a_brief_takes_twenty_pieces(desk: Desk):
    for number in range(20):
        desk.begin(f"{number}.png", 5)
    assert "20" in desk.begin("more.png", 5, status=422)["error"]


def test_cancelling_leaves_nothing(desk: Desk):
    plan = desk.begin("big.zip", len(BIG))
    desk.put(plan, BIG, 1)
    file = row(plan["id"])
    desk.ask(plan, "cancel")
    with pytest.raises(storage.Missing):
        storage.arrived_parts(keys.upload_key(file.id), file.multipart_id)
    assert "No artwork yet" in desk.list()
    desk.ask(plan, "complete", status=404)


def test_a_finished_upload_cannot_be_cancelled(desk: Desk):
    ident = desk.upload("logo.png", samples.png())
    desk.ask({"id": str(ident)}, "cancel", status=409)
    assert row(ident).stage == FileStage.UPLOADED


def test_only_the_creator_may(desk: Desk, sign_in):
    plan = desk.begin("big.zip", len(BIG))
    with transaction() as session:
        stranger, factory = make.person(session), make.factory(session)
        member = make.member(session, factory)
    for who in (stranger, member, None):
        sign_in(who)
        desk.begin("logo.png", 5, status=404)
        for verb in ("sign", "complete", "cancel"):
            desk.ask(plan, verb, {"parts": [1]}, status=404)
        assert desk.client.get(f"/uploads/{plan['id']}", headers=JSON).status_code == 404
        assert desk.client.get(f"/briefs/{desk.brief.id}/artworks").status_code == 404


def test_a_visitor_may_with_the_draft_of_their_browser(desk: Desk, sign_in):
    sign_in(None)
    with transaction() as session:
        draft = Brief(category="plush", draft_key="k" * 32, stage=BriefStage.DRAFT)
        session.add(draft)
    visitor = Desk(desk.client, desk.creator, draft)
    visitor.begin("logo.png", 5, status=404)
    with desk.client.session_transaction() as browser:
        browser["draft_key"] = "k" * 32
    assert visitor.upload_and_check("logo.png", samples.png()).stage == FileStage.READY
    assert "1200 × 800 pixels" in visitor.list()


def test_writing_needs_the_page_s_token(desk: Desk, app):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        body = {"name": "a.png", "size": 5}
        answer = desk.client.post(f"/briefs/{desk.brief.id}/uploads", json=body, headers=JSON)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert answer.json["error"]


def test_too_many_at_once_are_refused(desk: Desk):
    for number in range(60):
        plan = desk.begin(f"{number}.png", 5)
        desk.ask(plan, "cancel")
    # what was cancelled is gone with its artwork: the pace is kept by the replaced ones
    artwork = row(desk.begin("first.png", 5)["id"]).artwork_id
    for number in range(59):
        desk.begin(f"{number}.png", 5, artwork=str(artwork))
    assert "hour" in desk.begin("more.png", 5, artwork=str(artwork), status=422)["error"]


@pytest.mark.withstand
def test_the_store_is_down_and_comes_back(desk: Desk, s3):
    plan = desk.begin("big.zip", len(BIG))
    desk.put(plan, BIG)
    s3.kill()
    try:
        assert "Nothing is lost" in desk.ask(plan, "complete", status=503)["error"]
        desk.begin("other.zip", len(BIG), status=503)
        assert desk.client.get(f"/briefs/{desk.brief.id}/artworks").status_code == 200
    finally:
        s3.start()
    assert desk.ask(plan, "complete") == {"missing": []}
    assert "other.zip" not in desk.list()


@pytest.mark.withstand
def test_a_check_waits_for_the_store(desk: Desk, s3):
    ident = desk.upload("logo.png", samples.png())
    s3.kill()
    try:
        with pytest.raises(Unavailable):
            check(ident)
    finally:
        s3.start()
    assert row(ident).stage == FileStage.CHECKING
    check(ident)
    assert row(ident).stage == FileStage.READY


def test_what_was_left_is_swept_away(desk: Desk, s3):
    left = desk.begin("big.zip", len(BIG))
    desk.put(left, BIG, 1)
    file = row(left["id"])
    orphan = storage.begin_multipart("uploads/nobody", "image/png")
    client, inbox = storage._quick(), s3.settings["S3_BUCKET_INBOX"]
    client.put_object(Bucket=inbox, Key="uploads/forgotten", Body=b"x")
    waiting = desk.upload("logo.png", samples.png())
    before = len(jobs())
    with clock.at(clock.now() + timedelta(days=3)):
        tasks.sweep(timestamp=0)
    assert not [one for one in desk.list().splitlines() if "big.zip" in one]
    for key, multipart_id in ((keys.upload_key(file.id), file.multipart_id), ("uploads/nobody", orphan)):
        with pytest.raises(storage.Missing):
            storage.arrived_parts(key, multipart_id)
    with pytest.raises(storage.Missing):
        storage.arrived("uploads/forgotten")
    assert storage.arrived(keys.upload_key(waiting)), "a file that waits for its check stays"
    assert len(jobs()) == before + 1, "and is checked again"
