"""Pinning comments in a browser: a press adds one without the server, photo by photo, and the form sends them all."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, Route

from portal.accounts.models import Person
from portal.orders.lifecycle import OrderStage
from tests.browser import chromium
from tests.orders.samples.test_views import samples, world

SignIn = Callable[[Person | None], FlaskClient]
SCRIPT = Path(__file__).parents[3] / "static" / "js" / "pins.js"
STYLE = ".pin-press { width: 400px; height: 300px; }"


def serve(page: Page, html: str) -> None:
    """Show the page without its server: its words and its script, nothing else."""

    def answer(route: Route) -> None:
        if route.request.url.endswith("/page"):
            route.fulfill(body=html, content_type="text/html")
        elif "/js/pins.js" in route.request.url:
            route.fulfill(path=SCRIPT, content_type="text/javascript")
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto("http://portal.test/page")
    page.add_style_tag(content=STYLE)


def placed(page: Page) -> list[tuple[str, int, int, str]]:
    """Each comment's photo, its place to the nearest hundredth, and its words."""
    columns = (
        [field.input_value() for field in page.locator(f"[data-pin-list] [name={name}]").all()]
        for name in ("pin_photo", "pin_x", "pin_y", "pin_text")
    )
    return [(photo, round(int(x), -1), round(int(y), -1), text) for photo, x, y, text in zip(*columns, strict=True)]


def test_pins_are_added_moved_and_removed_without_the_server(sign_in: SignIn):
    order, creator, _worker, _photo = world(OrderStage.SAMPLE_REVIEW)
    first, second = samples(order)[0].photos
    html = sign_in(creator).get(f"/orders/{order.id}/samples/1/changes").text
    with chromium() as browser:
        page = browser.new_page()
        serve(page, html)
        presses = page.locator(".pin-press")
        presses.nth(1).click(position={"x": 100, "y": 30})
        page.keyboard.type("Seam is open")
        presses.nth(0).click(position={"x": 200, "y": 150})
        page.keyboard.type("Paler")
        assert placed(page) == [(first, 500, 500, "Paler"), (second, 250, 100, "Seam is open")]
        assert [mark.text_content() for mark in page.locator(".pin-marks text").all()] == ["1", "2"]
        page.locator("[data-pin-move]").nth(0).press("ArrowUp")
        presses.nth(0).press("Enter")
        assert [one[1:3] for one in placed(page)] == [(500, 490), (500, 500), (250, 100)]
        page.locator("[data-pin-drop]").nth(0).click()
        assert [one[3] for one in placed(page)] == ["", "Seam is open"]
        assert page.locator("#pin-text-2").input_value() == "Seam is open", "what is left is counted again"
        assert page.url.endswith("/page"), "nothing was sent"


def test_pins_at_the_edge_are_seen_whole_and_the_last_one_is_told(sign_in: SignIn):
    order, creator, _worker, _photo = world(OrderStage.SAMPLE_REVIEW)
    html = sign_in(creator).get(f"/orders/{order.id}/samples/1/changes").text
    with chromium() as browser:
        page = browser.new_page()
        serve(page, html)
        press = page.locator(".pin-press").first
        press.click(position={"x": 399, "y": 1})
        box = page.locator(".pin-marks").first.get_attribute("viewBox").split()
        place = page.locator(".pin-marks g").first.get_attribute("transform")
        x, y = (float(part) for part in re.findall(r"[\d.]+", place))
        radius = float(page.locator(".pin-marks circle").first.get_attribute("r"))
        assert (x + radius, y - radius) == (pytest.approx(float(box[2]), abs=0.1), pytest.approx(0, abs=0.1))
        assert placed(page)[0][1:3] == (1000, 0), "where it was pressed is kept"
        full = page.locator("[data-pins-full]")
        for _ in range(28):
            press.click(position={"x": 200, "y": 150})
        assert not full.is_visible()
        press.click(position={"x": 200, "y": 150})
        assert full.is_visible()
        press.click(position={"x": 200, "y": 150})
        assert len(placed(page)) == 30
        page.locator("[data-pin-drop]").first.click()
        assert not full.is_visible()
