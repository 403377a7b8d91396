"""Sending artwork in a real browser: progress, going on after a reload, retries, cancelling, what is then shown."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask_security import hash_password
from playwright.sync_api import Route, expect

from portal.core.db import transaction
from portal.designs import parts
from portal.sourcing.lifecycle import BriefStage
from tests import make
from tests.designs import samples
from tests.journeys.people import PASSWORD, PHONE, Person
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


class Sender(Person):
    """A creator on the artwork page of a draft of theirs."""

    brief_id: UUID
    puts: list[str]

    def choose(self, *files: Path) -> None:
        self.page.locator("#artwork-files").set_input_files([str(file) for file in files])

    def progress(self) -> float:
        return self.page.locator(".upload progress").first.evaluate("bar => bar.value")

    def slow_down(self, bytes_per_second: int) -> None:
        tools = self.page.context.new_cdp_session(self.page)
        tools.send("Network.enable")
        speed = {"downloadThroughput": -1, "uploadThroughput": bytes_per_second}
        tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **speed})


@pytest.fixture
def sit_down(arrive, stage: Stage) -> Callable[..., Sender]:
    """Somebody new, signed in, with a draft of printed goods."""

    def sit(**how: object) -> Sender:
        with stage.portal.app_context(), transaction() as session:
            creator = make.person(session, email=f"{uuid4().hex[:8]}@example.com", password=hash_password(PASSWORD))
            brief = make.brief(session, creator, "printed_goods", stage=BriefStage.DRAFT)
        sender = arrive(Sender, creator.email, **how)
        sender.brief_id, sender.puts = brief.id, []
        sender.page.on("request", lambda r: sender.puts.append(r.url) if r.method == "PUT" else None)
        sender.page.on("dialog", lambda dialog: dialog.accept())
        sender.sign_in()
        sender.open(f"/briefs/{brief.id}/edit/artwork")
        return sender

    return sit


@pytest.fixture
def desk(sit_down: Callable[..., Sender]) -> Sender:
    return sit_down()


def big_file(folder: Path, pieces: float) -> Path:
    """A ZIP of about so many pieces, which nothing can squeeze."""
    return samples.write(folder, "all.zip", samples.archive({"noise.bin": os.urandom(int(parts.PART * pieces))}))


def test_several_files_at_once(desk: Sender, tmp_path: Path):
    names = ("photo.png", "logo.svg", "logo.pdf", "part.step")
    desk.choose(*(samples.write(tmp_path, name, samples.GOOD[name]()) for name in names))
    cards = desk.page.locator("article.artwork")
    expect(cards).to_have_count(4, timeout=20_000)
    expect(cards.filter(has_text="being checked")).to_have_count(0, timeout=20_000)
    expect(desk.page.locator(".artwork img")).to_have_count(3)
    expect(desk.page.locator(".upload")).to_have_count(0)
    expect(desk.page.get_by_text("1200 × 800 pixels")).to_be_visible()
    expect(desk.page.locator("#artwork-list")).not_to_have_attribute("hx-trigger", re.compile("every"))
    loaded = "images => images.every(image => image.complete && image.naturalWidth > 0)"
    desk.page.wait_for_function(f"({loaded})([...document.querySelectorAll('.artwork img')])")
    asked = []
    desk.page.on("request", lambda request: asked.append(request.url))
    desk.page.wait_for_timeout(2500)
    assert asked == [], "the page asks for nothing once everything is checked"
    desk.look()


def test_progress_and_going_on_after_a_reload(desk: Sender, tmp_path: Path):
    file = big_file(tmp_path, 4.5)
    desk.slow_down(12 * 1024 * 1024)
    seen = []
    desk.choose(file)
    while not seen or seen[-1] < 70:
        desk.page.wait_for_timeout(50)
        seen.append(desk.progress())
    assert seen == sorted(seen)
    assert len(set(seen)) > 4, "the bar moves while a piece is on its way"
    desk.page.reload()
    expect(desk.page.get_by_text("Not finished: all.zip")).to_be_visible()
    desk.puts.clear()
    desk.choose(file)
    expect(desk.page.locator(".artwork-meta", has_text="ZIP")).to_be_visible(timeout=30_000)
    assert 1 <= len(desk.puts) < parts.count(file.stat().st_size), "only what was missing is sent again"
    (kept,) = desk.stage.rows("select sha256 from artwork_file where brief_id = %s", desk.brief_id)
    assert kept["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_piece_that_fails_is_sent_again(desk: Sender, tmp_path: Path):
    failures = []

    def fail_twice(route: Route) -> None:
        if route.request.method == "PUT" and len(failures) < 2:
            failures.append(route.request.url)
            if len(failures) == 1:
                route.abort("connectionreset")
            else:
                route.fulfill(status=403)
        else:
            route.continue_()

    desk.page.route("**/uploads/*", fail_twice)
    desk.choose(big_file(tmp_path, 2.5))
    expect(desk.page.locator(".artwork-meta", has_text="ZIP")).to_be_visible(timeout=30_000)
    assert len(failures) == 2


def test_cancelling(desk: Sender, tmp_path: Path):
    desk.slow_down(2 * 1024 * 1024)
    desk.choose(big_file(tmp_path, 3))
    expect(desk.page.locator(".upload progress")).to_have_js_property("max", 100)
    while not desk.progress():
        desk.page.wait_for_timeout(50)
    desk.page.get_by_role("button", name="Cancel").click()
    expect(desk.page.locator(".upload")).to_have_count(0)
    expect(desk.page.get_by_text("No artwork yet")).to_be_visible()
    expect(desk.page.locator("#artwork-files")).to_be_focused()


def test_what_cannot_be_taken_is_said_at_once_and_a_bad_file_after_its_check(desk: Sender, tmp_path: Path):
    desk.inspector.expect(422)
    desk.choose(samples.write(tmp_path, "letter.docx", b"x"))
    expect(desk.page.get_by_text("We cannot use .docx files")).to_be_visible()
    desk.choose(samples.write(tmp_path, "logo.jpg", samples.half(samples.jpeg())))
    expect(desk.page.get_by_text("The end of the file is missing")).to_be_visible(timeout=20_000)


def test_replacing_keeps_the_label_that_is_being_written(desk: Sender, tmp_path: Path):
    desk.choose(samples.write(tmp_path, "photo.png", samples.png()))
    label = desk.page.get_by_label("What is it?")
    expect(label).to_be_visible(timeout=20_000)
    label.press_sequentially("Front lo")
    with desk.page.expect_file_chooser() as chooser:
        desk.page.get_by_role("button", name="Replace the file").click()
    label.focus()
    chooser.value.set_files(samples.write(tmp_path, "logo.svg", samples.svg()))
    expect(desk.page.get_by_text("revision 2")).to_be_visible(timeout=20_000)
    expect(label).to_have_value("Front lo")
    label.press("End")
    label.press_sequentially("go")
    label.press("Enter")
    expect(desk.page.get_by_role("heading", name="Front logo")).to_be_visible()
    desk.page.get_by_text("Earlier revisions").click()
    expect(desk.page.locator(".revisions").get_by_role("link", name="photo.png")).to_be_visible()
    desk.page.get_by_role("button", name="Remove Front logo").click()
    expect(desk.page.get_by_text("No artwork yet")).to_be_visible()


def test_files_dropped_on_the_page(desk: Sender):
    data = desk.page.evaluate_handle(
        """svg => { const data = new DataTransfer(); data.items.add(new File([svg], 'dropped.svg')); return data; }""",
        samples.svg().decode(),
    )
    desk.page.locator(".uploader-drop").dispatch_event("drop", {"dataTransfer": data})
    expect(desk.page.locator(".artwork-meta", has_text="dropped.svg")).to_be_visible(timeout=20_000)


def test_on_a_phone_in_chinese(sit_down: Callable[..., Sender], tmp_path: Path):
    phone = sit_down(locale="zh_Hans", window=PHONE)
    phone.choose(samples.write(tmp_path, "照片.png", samples.png()), samples.write(tmp_path, "坏.jpg", b"GIF89a" * 9))
    expect(phone.page.locator(".findings")).to_be_visible(timeout=20_000)
    expect(phone.page.locator(".notice-bad")).to_be_visible(timeout=20_000)
    phone.look()


@pytest.mark.withstand
def test_the_worker_is_killed_while_it_checks(desk: Sender, tmp_path: Path):
    """Another worker takes the file over, and nothing is done twice."""
    desk.choose(samples.write(tmp_path, "large.png", samples.png(width=9000, height=9000)))
    expect(desk.page.get_by_text("is being checked")).to_be_visible(timeout=20_000)
    desk.stage.kill("worker")
    expect(desk.page.get_by_text("9000 × 9000 pixels")).to_be_visible(timeout=60_000)
    found = desk.stage.rows("select revision from artwork_file where brief_id = %s", desk.brief_id)
    assert [file["revision"] for file in found] == [1]


def test_without_scripts_the_page_says_so(sit_down: Callable[..., Sender]):
    desk = sit_down(scripts=False)
    # this browser shows no <noscript> when scripts are switched off from outside
    assert "Sending files needs JavaScript" in (desk.page.locator("noscript").first.text_content() or "")
    expect(desk.page.locator("#artwork-files")).to_be_hidden()
