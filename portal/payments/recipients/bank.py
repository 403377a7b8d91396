"""Bank details of factories that Stripe can't pay: sealed in the database, masked on every page."""

import json
from dataclasses import asdict, dataclass

from portal.core.sealing import Sealer

_STARS = "****"


@dataclass(frozen=True)
class BankDetails:
    """What a bank needs to know to pay a factory. `country` is the bank's; `cnaps` (联行号) is of Chinese banks,
    `swift` of everybody else's and of whoever is paid in foreign currency. What is not needed is an empty text."""

    country: str
    holder: str
    number: str
    bank: str
    branch: str = ""
    cnaps: str = ""
    swift: str = ""
    address: str = ""

    def seal(self, sealer: Sealer) -> str:
        """As the database keeps it."""
        return sealer.seal(json.dumps(asdict(self), ensure_ascii=False))

    def masked(self) -> dict[str, str]:
        """What people see: enough to know one's own account by, nothing to pay it with."""
        return {
            "country": self.country,
            "holder": self.holder[:1] + _STARS,
            "number": f"{_STARS} {self.number[-4:]}",
            "bank": self.bank,
            "cnaps": f"{_STARS} {self.cnaps[-4:]}" if self.cnaps else "",
            "swift": self.swift[:4] + _STARS if self.swift else "",
        }


def unseal(sealer: Sealer, sealed: str) -> BankDetails:
    """What `BankDetails.seal` has kept: of a recipient, or of the line of a batch. Raises `Unreadable`.

    Whoever shows it to somebody, or hands it on, records that: see `operations.seen`."""
    return BankDetails(**json.loads(sealer.open(sealed)))
