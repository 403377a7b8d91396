"""Files that go with messages: each kind the whole way through the store and the worker, and what is turned away."""

import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import Role
from portal.core.db import new_id, reader, transaction
from portal.core.errors import Invalid
from portal.core.events import Event
from portal.designs import formats, keys, names, photo_tasks, photos, storage, tasks
from portal.designs.examine import examine
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo
from tests import deals, make, photographs
from tests.designs import samples
from tests.designs.conftest import JSON, send
from tests.messages.conftest import say

GOOD = samples.OFFICE | {name: one for name, one in samples.GOOD.items() if formats.of_name(name, formats.FILES)}


@dataclass
class Desk:
    """A factory's browser at its thread with a creator."""

    client: FlaskClient
    made: deals.Deal

    @property
    def invitation_id(self) -> UUID:
        return self.made.invitations[0].id

    def begin(self, name: str, size: int, *, status: int = 201, **more: Any) -> dict[str, Any]:
        body = {
            "subject": "invitation",
            "subject_id": str(self.invitation_id),
            "name": name,
            "size": size,
            "file": True,
        }
        answer = self.client.post("/photos", json=body | more, headers=JSON)
        assert answer.status_code == status, answer.text
        return answer.json

    def send(self, name: str, data: bytes) -> str:
        """The whole way to the worker's decision; the file's id."""
        plan = self.begin(name, len(data))
        assert send(plan["url"], data, plan["type"]) == 200
        assert self.client.post(f"/photos/{plan['id']}/arrived", json={}, headers=JSON).status_code == 200
        with transaction() as session:
            event = select(Event.id).where(Event.subject_id == UUID(plan["id"]), Event.name == "photo_uploaded")
            event_id = session.scalars(event).one()
        photo_tasks.remake(event_id=str(event_id))
        return plan["id"]

    def say(self, *ids: str, status: int = 303) -> str:
        answer = self.client.post(f"/messages/{self.invitation_id}", data={"text": "", "photos": list(ids)})
        assert answer.status_code == status
        return answer.text

    @property
    def thread(self) -> str:
        return self.client.get(f"/messages/{self.invitation_id}").text


def row(ident: str) -> Photo:
    with transaction() as session:
        return session.get_one(Photo, UUID(ident))


def shown(ident: str) -> photos.Shown:
    return photos.shown(reader(), [ident])[ident]


@pytest.fixture
def desk(client: FlaskClient, sign_in) -> Desk:
    with transaction() as session:
        made = deals.deal(session, 2)
        for worker in made.workers:
            worker.locale = "en"
    sign_in(made.workers[0])
    return Desk(client, made)


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith("eps") or samples.ghostscript()])
def test_every_kind_arrives_as_it_was_sent(desk: Desk, name: str):
    data = GOOD[name]()
    ident = desk.send(name, data)
    file = shown(ident)
    assert file.ready, row(ident).refusal
    with urllib.request.urlopen(file.file) as answer:  # noqa: S310
        assert answer.read() == data
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(name)}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
    assert f"/files/{row(ident).file_sha256}/{ident}" in file.file, "its hash is part of its address"
    assert bool(file.thumb) == (file.kind.code in ("pdf", "ai", "eps", "svg", "tiff", "psd"))
    desk.say(ident)
    text = desk.thread
    for part in (name, file.kind.label, file.file, file.thumb or f'<span class="file-face">{file.kind.code.upper()}<'):
        assert part in text.replace("&amp;", "&")


def test_every_kind_is_tried():
    assert {formats.of_name(name, formats.FILES) for name in GOOD} == set(formats.FILES)
    assert set(formats.FORMATS) - set(formats.FILES) == {"png", "jpeg", "webp"}, "these go as photos"


HTML = b'<!doctype html>\n<script>fetch("/orders")</script>'
_VBA = '<Override PartName="/xl/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("prices.xlsx", b"MZ" + bytes(300), "EXE"),
        ("prices.csv", b"MZ" + bytes(300), "EXE"),
        ("note.txt", b"\x7fELF" + bytes(300), "ELF"),
        ("note.txt", b"#!/bin/sh\nrm -rf ~\n", "script"),
        ("prices.csv", HTML, "HTML"),
        ("note.txt", HTML, "HTML"),
        ("note.txt", b"Dear all,\n<SCRIPT src=//example.com></SCRIPT>", "HTML"),
        ("note.txt", HTML.decode().encode("utf-16"), "HTML"),
        ("note.txt", b"words " * 20_000 + bytes(9), "not a file that we can use"),
        ("prices.xlsx", samples.xlsm(), "macros"),
        ("prices.xlsx", samples.xlsx(parts={"xl/vbaProject.bin": b"x"}), "macros"),
        ("prices.xlsx", samples.xlsx(parts={"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
        ("prices.xlsx", samples.xlsx(more_types=_VBA), "macros"),
        ("letter.docx", samples.docx(parts={"word/activeX/activeX1.bin": b"x"}), "macros"),
        ("slides.docx", samples.office("presentationml.presentation"), "PowerPoint"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0" + bytes(2000), "DOC/XLS/PPT"),
        ("locked.xlsx", samples.office_locked(), "password"),
        ("locked.zip", samples.zip_locked(), "password"),
        ("cut.xlsx", samples.half(samples.xlsx()), "end of the file is missing"),
        ("prices.xlsx", samples.archive(), "called .xlsx, but inside it is ZIP."),
        ("prices.xlsx", samples.docx(), "called .xlsx, but inside it is Word (DOCX)."),
        ("all.zip", samples.xlsx(), "called .zip, but inside it is Excel (XLSX)."),
        ("drawing.pdf", samples.png(), "called .pdf, but inside it is PNG."),
        ("drawing.pdf", samples.eps(), "called .pdf, but inside it is EPS."),
        ("note.txt", samples.svg(), "called .txt, but inside it is SVG."),
        ("program.zip", samples.archive({"META-INF/MANIFEST.MF": b"x"}), "JAR"),
        ("report.pdf", samples.pdf_script(), "script"),
        ("report.pdf", samples.pdf_launch(), "command"),
        ("report.pdf", samples.pdf_recursive(), "too long"),
        ("logo.svg", samples.svg("<script>alert(1)</script>"), "script"),
        ("table.csv", bytes((n * 7919) % 251 for n in range(5000)), "not a file that we can use"),
    ],
)  # fmt: skip
def test_what_it_is_not_is_said_on_its_tile(desk: Desk, name: str, data: bytes, why: str):
    ident = desk.send(name, data)
    assert row(ident).stage == PhotoStage.REJECTED
    assert row(ident).file_sha256 == ""
    file = shown(ident)
    assert (file.ready, file.file, file.thumb) == (False, None, None)
    tile = desk.client.get(f"/photos/{ident}").text
    assert "This file cannot be used." in tile
    assert why in tile
    assert name in tile
    assert "cannot be used" in desk.say(ident, status=422)
    with pytest.raises(storage.Missing):
        storage.arrived(keys.upload_key(UUID(ident)))


def test_the_tile_says_it_in_the_reader_s_language(desk: Desk, sign_in):
    ident = desk.send("prices.xlsx", samples.xlsm())
    with transaction() as session:
        worker = session.merge(desk.made.workers[0])
        worker.locale = "zh_Hans"
    sign_in(desk.made.workers[0])
    assert "宏" in desk.client.get(f"/photos/{ident}").text


def test_a_bomb_is_not_unpacked(desk: Desk, tmp_path: Path):
    """One that says what it would become is refused by its list; one inside another archive is as good as any file."""
    ident = desk.send("bomb.zip", samples.zip_bomb())
    assert row(ident).refusal == {"code": "archive_bomb"}
    outer = samples.archive({f"{n}.zip": samples.zip_bomb() for n in range(3)})
    ident = desk.send("nested.zip", outer)
    assert storage.get(keys.file_key(UUID(ident), row(ident).file_sha256)) == outer
    ident = desk.send("bomb.xlsx", samples.xlsx(parts={"xl/worksheets/sheet1.xml": bytes(200 * 1024**2)}))
    assert row(ident).refusal == {"code": "archive_bomb"}


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("prices.xlsx", 0, "empty"),
        ("prices.xlsx", 60 * 1024**2, "larger than 50 MB"),
        ("prices.xls", 9, "We cannot use .xls files. Send one of: PDF, XLSX, DOCX"),
        ("prices.xlsm", 9, "We cannot use .xlsm files"),
        ("page.html", 9, "We cannot use .html files"),
        ("setup.exe", 9, "We cannot use .exe files"),
        ("prices.xlsx.exe", 9, "We cannot use .exe files"),
        ("prices\u202excod.exe", 9, "We cannot use .exe files"),
        ("prices.xlsx ", 9, "We cannot use .xlsx  files"),
        ("prices", 9, "does not end in its kind"),
        ("", 9, "does not end in its kind"),
        ("photo.jpg", 9, "We cannot use .jpg files"),
    ],
)
def test_what_would_be_refused_is_so_before_its_first_byte(desk: Desk, name: str, size: int, why: str):
    assert why in desk.begin(name, size, status=422)["error"]


def test_what_arrives_has_the_size_and_type_that_were_announced(desk: Desk):
    plan = desk.begin("prices.xlsx", 5)
    assert plan["type"].endswith("spreadsheetml.sheet")
    assert send(plan["url"], bytes(60 * 1024**2), plan["type"]) == 403
    assert send(plan["url"], b"12345", "text/html") == 403
    assert "not arrived" in desk.client.post(f"/photos/{plan['id']}/arrived", json={}, headers=JSON).json["error"]


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("../../etc/passwd.txt", "etc_passwd.txt"),
        ("C:\\Users\\me\\价格 1.txt", "C__Users_me_价格 1.txt"),
        ("a\r\nSet-Cookie: x=1\r\n.txt", "aSet-Cookie_ x=1.txt"),
        ('a"; filename="b.exe.txt', "a__ filename=_b.exe.txt"),
        ("cod\u202efdp.exe.txt", "codfdp.exe.txt"),
        ("<img src=x onerror=alert(1)>.txt", "img src=x onerror=alert(1)_.txt"),
        ("价" * 300 + ".txt", "价" * 116 + ".txt"),
    ],
)
def test_a_name_stays_a_name(desk: Desk, name: str, called: str):
    ident = desk.send(name, b"words")
    with urllib.request.urlopen(shown(ident).file) as answer:  # noqa: S310
        said = answer.headers["Content-Disposition"]
        assert answer.headers["Set-Cookie"] is None
    assert said == names.disposition(called)
    assert said.count("filename=") == 1 + called.count("filename=")
    desk.say(ident)
    assert "<img src=x" not in desk.thread


def test_they_are_for_whoever_may_read_the_thread(desk: Desk, sign_in):
    ident = desk.send("prices.xlsx", samples.xlsx())
    desk.say(ident)
    sign_in(desk.made.buyer)
    assert f"/{ident}" in desk.thread
    assert "prices.xlsx" in desk.client.get(f"/photos/{ident}").text
    assert desk.client.post(f"/photos/{ident}/arrived", json={}).status_code == 404
    desk.say(ident, status=422)  # the factory's: the creator cannot send it as their own
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
        others = [make.person(session), desk.made.workers[1], operator, None]
    for who in others:
        sign_in(who)
        for path in (f"/photos/{ident}", f"/messages/{desk.invitation_id}"):
            answer = desk.client.get(path)
            assert answer.status_code in (303, 404) or who is operator
            assert "prices.xlsx" not in answer.text
    sign_in(desk.made.workers[1])
    desk.begin("prices.xlsx", 9, status=404)
    elsewhere = desk.client.post(f"/messages/{desk.made.invitations[1].id}", data={"text": "", "photos": [ident]})
    assert elsewhere.status_code == 422


def test_a_factory_that_has_not_accepted_the_nda_sees_none(desk: Desk, sign_in):
    with transaction() as session:
        ident = photographs.ready(
            session, "invitation", desk.invitation_id, desk.made.creator, name="a.csv", kind="csv", file_sha256="0" * 64
        )
        say(session, desk.made, desk.made.creator, "", (ident,))
    assert desk.client.get(f"/photos/{ident}").status_code == 200
    with transaction() as session:
        session.merge(desk.made.brief).confidential = True
    assert desk.client.get(f"/photos/{ident}").status_code == 404
    desk.begin("prices.xlsx", 9, status=404)


def test_everywhere_else_photos_only(desk: Desk):
    with transaction() as session:
        order = make.order(session, desk.made.invitations[0], deals.quoted(session, desk.made), desk.made.brief)
        file = photographs.ready(
            session, "order", order.id, desk.made.factories[0], name="a.pdf", kind="pdf", file_sha256="0" * 64
        )
    desk.begin("a.pdf", 9, status=404, subject="order", subject_id=str(order.id))
    desk.begin("a.jpg", 9, subject="order", subject_id=str(order.id), file=False)
    with transaction() as session, pytest.raises(Invalid):
        photos.taken(session, "order", order.id, [file], actor=desk.made.factories[0])


def test_what_nobody_sent_is_swept_away(desk: Desk):
    loose, sent = (desk.send(name, GOOD[name]()) for name in ("价格表.xlsx", "logo.pdf"))
    desk.say(sent)
    gone = keys.file_key(UUID(loose), row(loose).file_sha256)
    assert storage.get(gone)
    with clock.at(clock.now() + timedelta(days=3)):
        tasks.sweep(timestamp=0)
    with pytest.raises(storage.Missing):
        storage.get(gone)
    assert shown(sent).ready
    assert storage.get(keys.file_key(UUID(sent), row(sent).file_sha256))
    assert photos.shown(reader(), [loose]) == {}


def test_artwork_is_still_artwork(tmp_path: Path):
    for name, make_one in samples.OFFICE.items():
        folder = tmp_path / f"{name}.out"
        folder.mkdir()
        found = examine(samples.write(tmp_path, name, make_one()), folder)
        assert found.refused["code"] == "unsupported_kind", name


def test_an_id_of_nobody_s_is_not_taken(desk: Desk):
    desk.say(str(new_id()), status=422)
    desk.say("../../x", status=422)
