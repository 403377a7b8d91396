"""The script that every page carries, in a browser, on pages made for it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from portal import ROOT
from tests.browser import chromium

pytestmark = pytest.mark.journey
APP = ROOT / "static" / "js" / "app.js"


@pytest.fixture
def page() -> Iterator[Page]:
    """In Shanghai, at seven minutes past midnight of 27 November."""
    with chromium() as browser:
        page = browser.new_context(timezone_id="Asia/Shanghai").new_page()
        page.clock.set_fixed_time("2026-11-26T16:07:00Z")
        yield page


def test_days_are_counted_as_the_date_beside_them_is(page: Page):
    moments = ("2026-11-30T16:30:00Z", "2026-12-01T10:00:00Z", "2026-12-01T15:59:00Z", "2026-11-27T09:00:00Z")
    times = "".join(f'<p><time datetime="{one}" data-relative>.</time></p>' for one in moments)
    page.set_content(f'<html lang="en"><body>{times}</body></html>')
    page.add_script_tag(path=APP)
    assert page.locator("p").all_inner_texts() == [
        ". (in 4 days)",  # all three are on the first of December
        ". (in 4 days)",
        ". (in 4 days)",
        ". (in 17 hours)",
    ]


def test_a_form_that_asks_first_is_sent_after_a_yes_only(page: Page):
    asked, sent = list[str](), list[str]()
    page.route("**/*", lambda route: sent.append(route.request.url) or route.fulfill(body="gone"))
    page.set_content(
        '<form method="post" action="http://portal.test/remove" data-confirm="Really?"><button>Remove</button></form>'
    )
    page.add_script_tag(path=APP)
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button").click()
    assert (asked, sent) == (["Really?"], [])
    page.once("dialog", lambda dialog: dialog.accept())
    with page.expect_navigation():
        page.get_by_role("button").click()
    assert sent == ["http://portal.test/remove"]
