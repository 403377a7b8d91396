"""Sending artwork in a real browser: progress, going on after a reload, retries, cancelling, what is then shown."""

import hashlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from portal import create_app
from portal.core.config import Settings
from portal.core.db import transaction
from portal.designs import parts
from portal.designs.models import ArtworkFile
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests import make
from tests.designs import samples

pytestmark = pytest.mark.journey
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def base_url(settings: Settings) -> Iterator[str]:
    """The portal as it is served, tokens checked, with a worker beside it."""
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def worker(settings: Settings, clean: None) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, **{name: str(value) for name, value in settings.model_dump().items()}}
    process = subprocess.Popen([sys.executable, "-m", "portal.worker"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    yield process
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Desk:
    """A creator's page with the artwork of one brief."""

    page: Page
    brief: Brief
    problems: list[str]
    puts: list[str]

    def choose(self, *files: Path) -> None:
        self.page.locator("#artwork-files").set_input_files([str(file) for file in files])

    def progress(self) -> float:
        return self.page.locator(".upload progress").first.evaluate("bar => bar.value")

    def files(self) -> list[ArtworkFile]:
        with transaction() as session:
            return list(session.scalars(select(ArtworkFile).where(ArtworkFile.brief_id == self.brief.id)))


@pytest.fixture
def desk(app, client, sign_in, base_url: str, worker, chromium: Browser) -> Iterator[Desk]:
    with transaction() as session:
        creator = make.person(session)
        brief = make.brief(session, creator, "printed_goods", stage=BriefStage.DRAFT)
    sign_in(creator)
    context = chromium.new_context()
    cookie = client.get_cookie("session")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": base_url}])
    page = context.new_page()
    found = Desk(page, brief, [], [])
    page.on("console", lambda m: found.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: found.problems.append(str(error)))
    page.on("request", lambda r: found.puts.append(r.url) if r.method == "PUT" else None)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base_url}/briefs/{brief.id}/artworks")
    yield found
    context.close()


def big_file(folder: Path, pieces: float) -> Path:
    """A ZIP of about so many pieces, which nothing can squeeze."""
    return samples.write(folder, "all.zip", samples.archive({"noise.bin": os.urandom(int(parts.PART * pieces))}))


def slow_down(desk: Desk, bytes_per_second: int) -> None:
    tools = desk.page.context.new_cdp_session(desk.page)
    tools.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
    tools.send("Network.emulateNetworkConditions", conditions)


def test_several_files_at_once(desk: Desk, tmp_path: Path):
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
    assert desk.problems == []


def test_progress_and_going_on_after_a_reload(desk: Desk, tmp_path: Path):
    file = big_file(tmp_path, 4.5)
    slow_down(desk, 12 * 1024 * 1024)
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
    (kept,) = desk.files()
    assert kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_piece_that_fails_is_sent_again(desk: Desk, tmp_path: Path):
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


def test_cancelling(desk: Desk, tmp_path: Path):
    slow_down(desk, 2 * 1024 * 1024)
    desk.choose(big_file(tmp_path, 3))
    expect(desk.page.locator(".upload progress")).to_have_js_property("max", 100)
    while not desk.progress():
        desk.page.wait_for_timeout(50)
    desk.page.get_by_role("button", name="Cancel").click()
    expect(desk.page.locator(".upload")).to_have_count(0)
    expect(desk.page.get_by_text("No artwork yet")).to_be_visible()
    expect(desk.page.locator("#artwork-files")).to_be_focused()


def test_what_cannot_be_taken_is_said_at_once_and_a_bad_file_after_its_check(desk: Desk, tmp_path: Path):
    desk.choose(samples.write(tmp_path, "letter.docx", b"x"))
    expect(desk.page.get_by_text("We cannot use .docx files")).to_be_visible()
    desk.choose(samples.write(tmp_path, "logo.jpg", samples.half(samples.jpeg())))
    expect(desk.page.get_by_text("The end of the file is missing")).to_be_visible(timeout=20_000)


def test_replacing_keeps_the_label_that_is_being_written(desk: Desk, tmp_path: Path):
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
    assert desk.problems == []


def test_files_dropped_on_the_page(desk: Desk):
    data = desk.page.evaluate_handle(
        """svg => { const data = new DataTransfer(); data.items.add(new File([svg], 'dropped.svg')); return data; }""",
        samples.svg().decode(),
    )
    desk.page.locator(".uploader-drop").dispatch_event("drop", {"dataTransfer": data})
    expect(desk.page.locator(".artwork-meta", has_text="dropped.svg")).to_be_visible(timeout=20_000)


@pytest.mark.withstand
def test_the_worker_is_killed_while_it_checks(desk: Desk, worker, settings: Settings, tmp_path: Path):
    """Another worker takes the file over, and nothing is done twice."""
    desk.choose(samples.write(tmp_path, "large.png", samples.png(width=9000, height=9000)))
    expect(desk.page.get_by_text("is being checked")).to_be_visible(timeout=20_000)
    worker.kill()
    env = {**os.environ, **{name: str(value) for name, value in settings.model_dump().items()}}
    second = subprocess.Popen([sys.executable, "-m", "portal.worker"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        expect(desk.page.get_by_text("9000 × 9000 pixels")).to_be_visible(timeout=60_000)
    finally:
        second.terminate()
        second.wait(20)
    assert [file.revision for file in desk.files()] == [1]


def test_without_scripts_the_page_says_so(desk: Desk, chromium: Browser, base_url: str):
    context = chromium.new_context(java_script_enabled=False, storage_state=desk.page.context.storage_state())
    page = context.new_page()
    page.goto(f"{base_url}/briefs/{desk.brief.id}/artworks")
    # this browser shows no <noscript> when scripts are switched off from outside
    assert "Sending files needs JavaScript" in page.locator("noscript").first.text_content()
    expect(page.locator("#artwork-files")).to_be_hidden()
    context.close()
