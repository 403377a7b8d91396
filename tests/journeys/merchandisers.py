"""What a factory's merchandiser does, on a phone, in Chinese."""

from playwright.sync_api import expect

from portal.products import category
from portal.products.values import raw_values
from tests.journeys.goods import Goods
from tests.journeys.people import Person


class Merchandiser(Person):
    """Somebody at a factory."""

    def opens_by_letter(self) -> None:
        """Press the button of the invitation's letter, sign in, and be at the brief."""
        self.open(self.stage.link(self.email, "factory_invited"))
        self.sign_in()

    def opens_the_brief(self, title: str) -> None:
        """From the inbox. A confidential one has no title before the NDA is accepted."""
        self.open("/inbox")
        with self.page.expect_navigation():
            self.page.locator(".card-link a").filter(has_text=title).first.click()
        self.look()

    def accepts_the_nda(self) -> None:
        self.press("Accept and open the brief")

    def asks(self, text: str) -> None:
        self.fill(text=text)
        self.press("Ask the creator")

    def declines(self, reason: str, note: str) -> None:
        self.press("Decline")
        self.tick("reason", reason)
        self.fill(note=note)
        self.press("Decline")

    def starts_a_quote(self) -> None:
        self.press("Quote")

    def states_what_is_open(self, goods: Goods) -> None:
        """Answer each spec field that the brief leaves open, where nothing stands yet."""
        known = raw_values(category(goods.category), goods.spec)
        for field in self.page.locator('[name^="assume_"]').all():
            if field.input_value():
                continue
            answer = known[(field.get_attribute("name") or "").removeprefix("assume_")]
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(answer)
            else:
                field.fill(answer if isinstance(answer, str) else "按确认样")

    def quotes(self, goods: Goods, *prices: str) -> None:
        """On the form: the unit prices, quantity by quantity; the rest as it is filled in, and what is still blank."""
        self.unfold()
        for field, price in zip(self.page.locator('[name^="unit_price_"]').all(), prices, strict=True):
            field.fill(price)
        for name in ("freight_", "tooling_", "plate_", "sample_minor"):
            for field in self.page.locator(f'[name^="{name}"]').all():
                if not field.input_value():
                    field.fill("0")
        self.states_what_is_open(goods)
        self.press("Send the quote")

    def accepts_the_spec(self) -> None:
        self.press("Accept revision %(revision)s")
        expect(self.page.locator("#accept-spec")).to_have_count(0)

    # --- the factory itself ---

    def describes_the_factory(self, goods: Goods) -> None:
        """Everything that is marked as missing on the factory's own page, then what it makes and at what price."""
        self.open("/factory/profile")
        self.fill(license_number="91320000MA1TE0T00C", about_zh="我们做毛绒玩具。")
        self.pick("city", "yangzhou")
        self.press("Save")
        self.open("/factory/papers")
        self.fill(number="ISO-2026-1")
        self.press("Add")
        self.open(f"/factory/making/{goods.category}")
        self.fill(moq=50, lead_days=25, sample_days=7)
        for box in self.page.locator("[name=goods], [name=processes], [name=materials], [name=markets]").all():
            box.check()
        self.press("Save and go on to prices")
        self.fill(**{"tiers-0-min_quantity": 50, "tiers-0-unit_price_minor": "28.00", "tiers-0-lead_days": 25})
        self.press("Save")
        self.open("/factory")
