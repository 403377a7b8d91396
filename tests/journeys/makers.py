"""What the two sides of an order do from its accepted spec to the closed order."""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from portal.core.clock import now
from portal.products import category
from portal.products.measures import measures
from tests.journeys.creators import Creator
from tests.journeys.goods import Goods
from tests.journeys.merchandisers import Merchandiser
from tests.journeys.people import Person


class OrderPage(Person):
    """Somebody with an order, whose page is at `order`."""

    order: str

    def goes_to(self, panel: str, *texts: str) -> None:
        """From a panel of the order's page to an act."""
        self.open(self.order)
        folded = self.page.locator(f"#{panel}:not([open]) > summary")
        if folded.count():
            folded.click()
        with self.page.expect_navigation():
            self.page.locator(f"#{panel}").get_by_role("link", name=self.says(*texts)).first.click()
        self.look()

    def stands_at(self, stage: str) -> None:
        """The order has come to a stage, whatever its page calls it."""
        ident = self.order.rsplit("/", 1)[1]
        found = self.stage.rows("select stage from purchase_order where id = %s", ident)
        assert found[0]["stage"] == stage

    def adds(self, name: str, picture: Path) -> None:
        """A photo from the device, until it has arrived."""
        box = self.page.locator(f'[data-photos="{name}"]')
        box.locator("[data-photo-files][multiple]").set_input_files(str(picture))
        expect(box.locator(f'input[type=hidden][name="{name}"]')).to_have_count(1, timeout=20_000)


class Buyer(Creator, OrderPage):
    """The creator of an order, at a desk."""

    def asks_for_another_sample(self, *pins: tuple[float, float, str]) -> None:
        """Press the photo where something is wrong (parts of its width and height), and say what."""
        self.goes_to("samples", "Ask for changes")
        photo = self.page.locator(".pin-press").first
        photo.scroll_into_view_if_needed()
        for x, y, text in pins:
            box = photo.bounding_box()
            assert box
            photo.click(position={"x": x * box["width"], "y": y * box["height"]})
            self.page.locator('li [name="pin_text"]').last.fill(text)
        self.look()
        self.press("Ask for changes")
        self.is_told("Sent. The factory makes the next sample.")

    def approves_the_sample(self) -> None:
        self.goes_to("samples", "Approve the sample")
        self.press("Approve and seal")
        self.is_told("Approved and sealed: this is the golden sample. Production begins.")

    def proposes(self, field: str, value: str, why: str, more: str) -> None:
        """Another value for a field of the spec, for so much `more` money."""
        self.goes_to("changes", "Propose a change")
        self.unfold()
        self.page.locator(f'[name="field"][value="{field}"]').check()
        self.press("Show these rows")
        self.fill(**{f"spec-{field}": value}, price=more, reason=why)
        self.tick("price_way", "more")
        self.press("Check the change")
        self.press("Propose this change")
        self.is_told("Proposed. The other side has been told.")

    def decides(self, decision: str) -> None:
        self.goes_to("inspections", "Decide")
        self.tick("decision", decision)
        self.press("Decide")

    def pays_the_balance(self) -> None:
        self.open(self.order)
        with self.page.expect_navigation(url=re.compile(re.escape(self.stage.stripe_url))):
            self.button("Pay the balance of %(amount)s").click()
        self.pays()
        self.reads("Thank you. The balance is paid.")

    def receives_a_parcel(self) -> None:
        self.goes_to("parcels", "It has arrived")
        self.press("Yes, it has arrived")

    def closes(self) -> None:
        self.goes_to("parcels", "All is well")
        self.tick("sure")
        self.press("Close the order")

    def orders_again(self) -> None:
        self.goes_to("repeat", "Order again")
        self.press("Send to the factory")
        self.is_told("Sent to %(factory)s. You hear when its quote is there.")


class Maker(Merchandiser, OrderPage):
    """The factory's merchandiser, on a phone."""

    def sends_a_sample(self, goods: Goods, picture: Path, *, off: int = 0) -> None:
        """With its first measure taken, which is `off` by so much."""
        self.goes_to("samples", "Send the sample")
        listed = measures(category(goods.category), goods.spec)
        if listed:
            self.fill(**{f"found-{listed[0].path}": listed[0].target + off})
        self.unfold()
        self.pick("carrier", "sf")
        self.fill(tracking_number="SF1234567890123", note="请看照片。")
        self.adds("photos", picture)
        self.press("Send the sample")
        self.is_told("The sample is sent. The creator has been told.")

    def reports_the_tooling(self, picture: Path) -> None:
        self.goes_to("samples", "Tooling is ready")
        self.adds("photos", picture)
        self.press("Tooling is ready")

    def accepts_the_change(self) -> None:
        self.open(self.order)
        self.press("Accept the change")
        self.is_told("Accepted. The new revision of the spec is being made.")

    def reports_progress(self, picture: Path) -> None:
        self.goes_to("production", "Report progress")
        self.page.locator('[name="milestone"]').last.check()
        self.fill(percent=60, quantity=40, expected_on=f"{now() + timedelta(days=5):%Y-%m-%d}", note="顺利。")
        self.adds("photos", picture)
        self.press("Send the report")
        self.is_told("Reported. The creator has been told.")

    def finishes(self, made: int) -> None:
        self.goes_to("production", "All pieces are made")
        self.fill(made=made)
        self.press("Check")
        self.press("Finish production")

    def inspects(self, picture: Path, **defects: int) -> None:
        """So many pieces with a defect of each class, with a photo of it; photos beside the golden sample's."""
        self.goes_to("inspections", "Report the final inspection")
        for code in ("critical", "major", "minor"):
            count = defects.get(code, 0)
            self.fill(**{code: count})
            if count:
                self.unfold()
                self.fill(**{f"{code}_lines-0-text": "有污渍。"})
                self.adds(f"{code}_lines-0-photos", picture)
        for view in self.page.locator('[data-photos^="view_"]').all():
            self.adds(view.get_attribute("data-photos") or "", picture)
        self.press("See the verdict")
        self.press("Send the report")

    def finishes_the_rework(self, made: int) -> None:
        self.goes_to("inspections", "The rework is done")
        self.fill(done="已全部返工。", made=made)
        self.press("The rework is done")

    def asks_for_a_concession(self, allowance: str) -> None:
        self.goes_to("inspections", "Ask for a concession")
        self.fill(reason="轻微色差，不影响使用。", allowance_minor=allowance)
        self.press("Send the request")

    def ships(self, pieces: int, *, last: bool = True) -> None:
        self.goes_to("parcels", "Ship a parcel")
        self.fill(pieces=pieces, cartons=2, net="9.5", gross="10.2", tracking_number=f"JD{pieces:010}")
        self.page.locator('[name="last"]').set_checked(last)
        self.pick("carrier", "dhl")
        self.press("Send the parcel")
