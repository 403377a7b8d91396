"""What an operator does."""

from tests.journeys.given import OPERATOR
from tests.journeys.people import Person

__all__ = ["OPERATOR", "Operator"]


class Operator(Person):
    """Somebody of the platform's own staff."""

    def opens_the_application(self, factory: str) -> None:
        """From the desk to the profile of a factory that asks to be verified."""
        self.open("/operator")
        self.press("Factories")
        self.follows(factory)

    def refuses(self, why: str) -> None:
        self.fill(note=why)
        self.press("Ask for changes")

    def verifies(self) -> None:
        self.press("Verify this factory")

    def opens_a_letter(self, subject: str) -> None:
        self.open("/operator/mail?stage=sent")
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=subject).first.click()
        self.look()

    def opens_every_account(self) -> None:
        """From the books to the movements of each account."""
        self.open("/operator/money")
        for path in [
            link.get_attribute("href") for link in self.page.locator("table a[href^='/operator/money/']").all()
        ]:
            self.open(path or "")

    def finds_by_number(self, number: int) -> None:
        self.open("/operator")
        self.fill(number=number)
        self.press("Find")
