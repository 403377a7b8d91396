"""Who acts: a person in a role, or one of the portal's own hands (clock, payments, worker)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.core.i18n import DEFAULT


class Role(StrEnum):
    """The roles of the lifecycle tables. A visitor has none of them and is `ANYONE` to the guards."""

    CREATOR = "creator"
    FACTORY = "factory"
    OPERATOR = "operator"
    CLOCK = "clock"
    PAYMENTS = "payments"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. People have a `person_id`; a factory's people have the `factory_id` of this moment."""

    role: Role | None
    person_id: UUID | None = None
    factory_id: UUID | None = None
    name: str = ""
    email: str = ""
    factory_name: str = ""
    owner: bool = False  # of the factory: may invite and remove its members
    locale: str = DEFAULT
    timezone: str = "UTC"
    currency: str = ""  # that they think in; empty: whatever the thing at hand is priced in
    #: an unguessable key kept by a visitor's browser: what they made before signing up is theirs by it
    draft_key: str | None = None

    @property
    def signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def dismissed(self) -> bool:
        """Whether a factory's person is on no team any more: the factory pages are closed to them at once."""
        return self.role == Role.FACTORY and self.factory_id is None


CLOCK = Actor(Role.CLOCK, name="clock")
PAYMENTS = Actor(Role.PAYMENTS, name="payments")
WORKER = Actor(Role.WORKER, name="worker")
