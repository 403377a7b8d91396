"""What people do in their browsers, as verbs. Every page that they come to is looked at by the inspector."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.inspector import Inspector
from tests.journeys.stage import Stage, until
from tests.journeys.words import says

PASSWORD = "four small words here"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_BROWSERS = {"en": "en-GB", "zh_Hans": "zh-CN", "zh_Hant": "zh-TW"}


@dataclass
class Person:
    """Somebody at a browser. `locale` is the language that they read."""

    stage: Stage
    page: Page
    inspector: Inspector
    email: str
    locale: str = "en"

    # --- getting about ---

    def open(self, path: str) -> None:
        """Go to a path of the portal, or to a whole address."""
        self.page.goto(path if "://" in path else self.stage.base_url + path)
        self.inspector.look(self.page)

    def look(self) -> None:
        self.inspector.look(self.page)

    def says(self, *texts: str) -> re.Pattern[str]:
        return says(self.locale, *texts)

    def button(self, *texts: str) -> Locator:
        return self.page.get_by_role("button", name=self.says(*texts))

    def link(self, *texts: str) -> Locator:
        return self.page.get_by_role("link", name=self.says(*texts))

    def press(self, *texts: str) -> None:
        """Press the button or follow the link that is called so, and look at the page to which it leads."""
        with self.page.expect_navigation():
            self.button(*texts).or_(self.link(*texts)).first.click()
        self.look()

    def follows(self, text: str) -> None:
        """Follow a link on somebody else's page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=text).click()
        self.look()

    def another_tab(self) -> Self:
        """The same person in a second tab of the same browser."""
        return replace(self, page=self.page.context.new_page())

    def reads(self, *texts: str) -> None:
        """The page says so, in the reader's language."""
        expect(self.page.locator("body")).to_contain_text(re.compile(self.says(*texts).pattern.strip("^$")))

    def finds(self, path: str, *texts: str) -> None:
        """Open the page at `path`, again and again, until it says so."""
        pattern = re.compile(self.says(*texts).pattern.strip("^$"))

        def look() -> bool:
            self.page.goto(self.stage.base_url + path)
            return bool(pattern.search(self.page.locator("body").inner_text()))

        until(look, f"{path} to say: {texts}")
        self.look()

    def is_told(self, *texts: str) -> None:
        """The banner on top says so."""
        expect(self.page.locator("#banners")).to_contain_text(re.compile(self.says(*texts).pattern.strip("^$")))

    def switches_language(self, name: str) -> None:
        """In the menu on top of every page, which calls each language by its own name."""
        self.page.locator("header .menu").first.locator("summary").click()
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name).click()
        self.look()

    # --- filling in ---

    def fill(self, **texts: Any) -> None:
        """Type into the inputs of these names."""
        for name, text in texts.items():
            self.page.locator(f'[name="{name}"]').first.fill(str(text))

    def tick(self, name: str, value: str = "y") -> None:
        self.page.locator(f'[name="{name}"][value="{value}"]').check()

    def pick(self, name: str, value: str) -> None:
        self.page.locator(f'select[name="{name}"]').select_option(value)

    def unfold(self) -> None:
        """Open whatever is folded away."""
        folded = self.page.locator("main details:not([open]) > summary:visible")
        while folded.count():
            folded.first.click()

    def reach(self, control: Locator) -> None:
        """Open whatever the control is folded away in, from the outside in."""
        folded = self.page.locator("details:not([open])", has=control)
        while folded.count():
            folded.first.locator("summary").first.click()

    # --- coming in ---

    def sign_in(self, password: str = PASSWORD) -> None:
        """On the page of signing in, to which a link may have led already."""
        if "/login" not in self.page.url:
            self.open("/login")
        self.fill(email=self.email, password=password)
        with self.page.expect_navigation():
            self.page.locator("main form").first.get_by_role("button").first.click()
        self.look()

    def sign_up(self, name: str, **more: str) -> None:
        """On the page of signing up: fill it in, then confirm the address by the link in the mailbox."""
        self.fill(name=name, email=self.email, password=PASSWORD, **more)
        self.press("Create the account")
        self.reads("Look into your mailbox")
        self.open(self.stage.link(self.email, "account_confirm"))
        self.press("Yes, confirm and go on")


P = TypeVar("P", bound=Person)


@contextmanager
def at_browser(
    browser: Browser,
    stage: Stage,
    kind: type[P],
    email: str,
    locale: str = "en",
    *,
    window: dict[str, int] = DESK,
    dark: bool = False,
    scripts: bool = True,
    strict: bool = True,
) -> Iterator[P]:
    """A person with a browser of their own. If `strict`, complaints about the pages that they saw are errors."""
    context = browser.new_context(
        viewport=window,
        locale=_BROWSERS[locale],
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        has_touch=window is PHONE,
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    inspector = Inspector(context, stage.base_url, stage.seen, scripts)
    yield kind(stage, context.new_page(), inspector, email, locale)
    context.close()
    assert not (strict and inspector.complaints), "\n".join(inspector.complaints)
