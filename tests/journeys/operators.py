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
