"""A creator at a desk and a factory's phone write to each other: photos, files, what is new and read, translations."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import pyvips
from flask_security import hash_password
from playwright.sync_api import Locator, Route, expect

from portal.core.db import transaction
from tests import deals, photographs
from tests.designs import samples
from tests.journeys.people import PASSWORD, PHONE, Person
from tests.journeys.stage import Stage, until

pytestmark = pytest.mark.journey


#: Keeps what the page sends to the object store.
_KEEP = """(() => { window.kept = []; const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) { window.kept.push(body); return send.call(this, body); }; })()"""
_KEPT = """async () => Promise.all(window.kept.map(
  async (blob) => Array.from(new Uint8Array(await blob.arrayBuffer()))))"""


class Writer(Person):
    """Somebody with a thread to write in."""

    thread: str

    def sent(self) -> list[bytes]:
        """What this page has sent to the object store."""
        return [bytes(body) for body in self.page.evaluate(_KEPT)]

    def choose(self, *files: Path) -> None:
        self.page.locator("[data-photo-files][multiple]").set_input_files([str(file) for file in files])

    @property
    def bubbles(self) -> Locator:
        return self.page.locator(".bubble")

    def send(self) -> None:
        self.button("Send").click()


@pytest.fixture
def pair(arrive, stage: Stage) -> tuple[Writer, Writer]:
    """A creator at a desk in English and a merchandiser at a phone in Chinese, both in their thread."""
    with stage.portal.app_context(), transaction() as session:
        made = deals.deal(session, 1)
        for who, address in ((made.buyer, "buyer"), (made.workers[0], "worker")):
            who.email, who.password = f"{address}-{uuid4().hex[:8]}@example.com", hash_password(PASSWORD)
        emails, ident = (made.buyer.email, made.workers[0].email), made.invitations[0].id
    creator, factory = arrive(Writer, emails[0]), arrive(Writer, emails[1], "zh_Hans", window=PHONE)
    for one in (creator, factory):
        one.thread = f"/messages/{ident}"
        one.page.add_init_script(_KEEP)
        one.sign_in()
        one.open(one.thread)
    return creator, factory


def test_a_conversation_with_photos(pair: tuple[Writer, Writer], tmp_path: Path):
    creator, factory = pair
    picture = samples.write(tmp_path, "IMG_1.jpg", photographs.phone_jpeg(3000, 2200))
    creator.fill(text="Is this the pink?")
    creator.choose(picture, samples.write(tmp_path, "IMG_2.png", samples.png()))
    creator.send()  # at once: the message follows its photos
    expect(creator.bubbles).to_have_count(1, timeout=20_000)
    expect(creator.page.locator(".bubble img")).to_have_count(2, timeout=20_000)
    assert creator.page.locator("textarea").input_value() == ""

    expect(factory.bubbles).to_have_count(1, timeout=12_000)
    expect(factory.bubbles.first).to_contain_text("Is this the pink?")
    expect(factory.page.locator(".bubble img")).to_have_count(2, timeout=12_000)
    expect(creator.bubbles.first).to_contain_text("Seen", timeout=12_000)
    factory.look()
    creator.look()
    bodies = creator.sent()
    assert len(bodies) == 2
    for body in bodies:
        notes = [name for name in photographs.exif(body) if not name.startswith("icc")]
        assert notes == [], "the browser itself leaves behind what the camera wrote"
        image = pyvips.Image.new_from_buffer(body, "")
        assert max(image.width, image.height) <= 2000


def test_an_answer_from_the_phone_and_its_translation(pair: tuple[Writer, Writer]):
    creator, factory = pair
    creator.fill(text="Paler, please")
    creator.send()
    expect(creator.bubbles).to_have_count(1)
    expect(factory.bubbles).to_have_count(1, timeout=12_000)
    factory.fill(text="好的，再淡一点")
    factory.send()
    expect(factory.bubbles).to_have_count(2)
    factory.press("Add a translation")
    factory.fill(text="请再淡一点")
    factory.press("Save")
    expect(creator.bubbles).to_have_count(2, timeout=12_000)
    expect(creator.bubbles.first).to_contain_text("请再淡一点", timeout=12_000)
    beside = creator.bubbles.first.locator(".bubble-text")
    first, second = (beside.nth(number).bounding_box() for number in range(2))
    assert first["y"] == second["y"], "side by side where there is room"
    creator.look()
    creator.open("/messages")


def test_a_photo_whose_connection_fails(pair: tuple[Writer, Writer], tmp_path: Path):
    creator, _factory = pair
    failures = []

    def fail(route: Route) -> None:
        failures.append(route.request.url)
        route.abort() if len(failures) < 3 else route.continue_()

    creator.page.route(re.compile(r"/uploads/"), lambda r: fail(r) if r.request.method == "PUT" else r.continue_())
    creator.inspector.complaints.clear()
    picture = samples.write(tmp_path, "IMG_1.jpg", photographs.phone_jpeg())
    creator.choose(picture, samples.write(tmp_path, "letter.jpg", b"no picture at all"))
    items = creator.page.locator("[data-photo-list] > li")
    expect(items).to_have_count(2)
    expect(items.nth(1)).to_contain_text("Choose a JPEG")
    expect(items.nth(1)).to_contain_text("letter.jpg")
    expect(items.first.locator("input[type=hidden]")).to_have_count(1, timeout=20_000)
    assert len(failures) == 3
    items.nth(1).get_by_role("button", name="Remove").click()
    creator.send()
    expect(creator.page.locator(".bubble img")).to_have_count(1, timeout=20_000)
    creator.inspector.complaints.clear()


def test_of_many_photos_those_that_fit_are_taken_and_the_rest_is_told(pair: tuple[Writer, Writer], tmp_path: Path):
    creator, _factory = pair
    creator.choose(*(samples.write(tmp_path, f"IMG_{n}.jpg", photographs.phone_jpeg(64, 48)) for n in range(11)))
    expect(creator.page.locator("[data-photo-list] > li")).to_have_count(9)
    expect(creator.page.locator("[data-photo-say]")).to_have_text("9 photos and files at most: 2 were left out.")


def test_files_go_beside_the_words(pair: tuple[Writer, Writer], tmp_path: Path):
    creator, factory = pair
    prices, report = samples.xlsx(), samples.pdf_with_text()
    factory.choose(
        samples.write(tmp_path, "IMG_1.jpg", photographs.phone_jpeg()),
        samples.write(tmp_path, "价格表 2027.xlsx", prices),
        samples.write(tmp_path, "report.pdf", report),
    )
    factory.send()
    tiles = creator.page.locator(".bubble a.file")
    expect(tiles).to_have_count(2, timeout=25_000)
    expect(creator.page.locator(".bubble .photo img")).to_have_count(1, timeout=25_000)
    assert {prices, report} < set(factory.sent()), "files go as they are"
    for number, kind, name, data in (
        (0, "Excel (XLSX)", "价格表 2027.xlsx", prices),
        (1, "PDF", "report.pdf", report),
    ):
        expect(tiles.nth(number)).to_contain_text(kind)
        with creator.page.expect_download() as download:
            tiles.nth(number).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes() == data
    expect(tiles.locator("img")).to_have_count(1)
    creator.look()
    expect(factory.page.locator(".bubble a.file")).to_have_count(2, timeout=12_000)
    factory.look()


def test_a_file_that_cannot_be_used_says_why(pair: tuple[Writer, Writer], tmp_path: Path, stage: Stage):
    creator, factory = pair
    items = factory.page.locator("[data-photo-list] > li")
    factory.inspector.expect(422)
    factory.choose(samples.write(tmp_path, "旧价格表.xls", b"old"))
    expect(items).to_contain_text("不支持 .xls 文件")
    factory.look()
    factory.button("移除").click()
    factory.fill(text="价格表")
    factory.choose(samples.write(tmp_path, "价格表.xlsx", b"MZ" + bytes(300)))
    expect(items.locator("input[type=hidden]")).to_have_count(1, timeout=20_000)
    until(lambda: stage.count("photo", "stage = 'rejected' and name = %s", "价格表.xlsx"), "the worker to refuse it")
    factory.send()
    expect(items).to_contain_text("这是 EXE 文件")
    expect(factory.page.locator(".error-summary")).to_contain_text("无法使用")
    factory.look()
    factory.button("移除").click()
    factory.send()
    expect(creator.bubbles).to_have_count(1, timeout=12_000)
    expect(creator.page.locator(".file")).to_have_count(0)


def test_nothing_lost_when_it_is_refused(pair: tuple[Writer, Writer], tmp_path: Path, stage: Stage):
    _creator, factory = pair
    factory.inspector.expect(422)
    factory.choose(samples.write(tmp_path, "IMG_1.jpg", photographs.phone_jpeg()))
    items = factory.page.locator("[data-photo-list] > li")
    expect(items.locator("input[type=hidden]")).to_have_count(1, timeout=20_000)
    factory.page.locator("textarea").evaluate("area => { area.removeAttribute('maxlength'); }")
    factory.fill(text="长" * 4001)
    factory.send()
    expect(factory.page.locator(".error-summary")).to_be_visible()
    assert factory.page.locator("textarea").input_value() == "长" * 4001
    expect(items).to_have_count(1)
    factory.look()
    factory.fill(text="短")
    factory.send()
    expect(factory.bubbles).to_have_count(1)
    assert UUID(stage.rows("select photos from message order by id desc limit 1")[0]["photos"][0])
