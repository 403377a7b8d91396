"""What somebody does who wants something made."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from portal.core.clock import now
from portal.products import category as category_of
from portal.products.values import flat, raw_values
from tests.designs import samples
from tests.journeys.goods import Goods
from tests.journeys.people import Person

DECLINED, AUTHENTICATED, GOOD = "4000000000000002", "4000002760003184", "4242424242424242"
_ROW = re.compile(r"spec-(\w+)-([1-9]\d*)-")


class Creator(Person):
    """A creator, or the visitor who becomes one."""

    # --- the brief, page by page ---

    def begins_a_brief(self, goods: Goods) -> None:
        self.open("/briefs/new")
        self.press("Choose", goods.category_name)
        self.fill(title=goods.title, description=goods.spec["description"])
        self.press("Save and continue")

    def fills_in_the_details(self, goods: Goods) -> None:
        values: dict[str, Any] = goods.details
        for name, text in flat(raw_values(category_of(goods.category), values)):
            self._answer(f"spec-{name}", text)
        self.press("Save and continue")

    def _answer(self, name: str, text: str) -> None:
        row = _ROW.match(name)
        if row and not self.page.locator(f"#spec-{row[1]}-{row[2]}").count():
            self._one_more(row[1], row[2])
        field = self.page.locator(f'[name="{name}"]')
        self.reach(field)
        kind = field.first.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            self.page.locator(f'[name="{name}"][value="{text}"]').check()
        elif kind.startswith("select"):
            field.select_option(text)
        else:
            field.fill(text)

    def _one_more(self, table: str, number: str) -> None:
        """Another row, which brings the page anew with what was typed so far, and the writer to the new row."""
        button = self.page.locator(f'button[name="spec-add"][value="{table}"]')
        self.reach(button)
        with self.page.expect_navigation():
            button.click()
        expect(self.page.locator(f"#spec-{table}-{number}")).to_be_focused()

    def uploads(self, goods: Goods, folder: Path) -> None:
        """Choose files; the page shows by itself what became of them."""
        files = [samples.write(folder, name, samples.GOOD[name]()) for name in goods.artwork]
        self.page.locator("#artwork-files").set_input_files(files)
        cards = self.page.locator("article.artwork")
        expect(cards).to_have_count(len(files), timeout=30_000)
        expect(cards.filter(has_text=self.says("being checked"))).to_have_count(0, timeout=30_000)
        expect(self.page.locator(".artwork .artwork-meta")).to_have_count(len(files), timeout=30_000)
        self.look()

    def goes_on(self) -> None:
        self.press("Continue")

    def says_how_many(self, goods: Goods) -> None:
        for number, quantity in enumerate(goods.quantities):
            self.fill(**{f"quantities-{number}": quantity})
        self.fill(needed_by=f"{now() + timedelta(days=120):%Y-%m-%d}", ship_city="Somewhere")
        self.pick("currency", "USD")
        self.pick("ship_country", goods.country)
        if goods.confidential:
            self.page.locator('[name="confidential"]').check()
        self.press("Save and continue")

    def chooses_factories(self, *names: str) -> None:
        """Tick these of the factories that are suggested, and no other."""
        self.page.locator("#who-me").check()
        for box in self.page.locator("[name=factory]").all():
            box.set_checked(False)
        for name in names:
            self.page.locator("label.choice").filter(has_text=name).locator("[name=factory]").check()
        self.press("Save and continue")

    def sends_the_brief(self) -> str:
        """Returns the address of the brief's page."""
        self.press("Send to factories")
        return self.page.url

    # --- questions, quotes, award ---

    def answers_a_question(self, brief: str, text: str) -> None:
        self.open(f"{brief}/questions")
        self.fill(answer=text)
        self.press("Send the answer")

    def compares(self, brief: str, quantity: int) -> None:
        self.open(f"{brief}/compare?q={quantity}")

    @property
    def quotes(self) -> Locator:
        """The rows of the comparison."""
        return self.page.get_by_role("table", name=self.says("Quotes for %(n)s pcs")).locator("tbody tr")

    def awards(self, factory: str) -> str:
        """On the comparison: choose this factory's quote, and order. Returns the address of the order's page."""
        row = self.quotes.filter(has_text=factory)
        with self.page.expect_navigation():
            row.get_by_role("link", name=self.says("Choose")).click()
        self.look()
        self.page.locator('[name="agree"]').check()
        self.press("Order from this factory")
        return self.page.url

    # --- money and spec ---

    def goes_to_pay(self) -> None:
        """From the order's page to the payment page."""
        with self.page.expect_navigation(url=re.compile(re.escape(self.stage.stripe_url))):
            self.button("Pay the deposit of %(amount)s").click()

    def pays(self, card: str = GOOD) -> None:
        """Fill in the payment page, and press its button. A card that is not among those to choose from is typed."""
        offered = self.page.locator(f'input[name="card"][value="{card}"]')
        if offered.count():
            offered.check()
        else:
            self.fill(number=card)
        with self.page.expect_navigation():
            self.page.locator("form button").first.click()
        self.look()

    def answers_the_bank(self, answer: str) -> None:
        """On the page of the bank, behind the payment page."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=answer).click()
        self.look()

    def accepts_the_spec(self) -> None:
        self.press("Accept revision %(revision)s")
