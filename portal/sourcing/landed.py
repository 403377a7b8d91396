"""What a quote comes to once everything is counted: the same sums on the comparison, the order and its papers."""

from dataclasses import dataclass
from typing import Any

from portal.core.money import share


@dataclass(frozen=True, slots=True)
class Costs:
    """A quote at one quantity, in minor units of its currency; `goods` is all pieces together."""

    quantity: int
    goods: int
    tooling: int
    plate: int
    sample: int
    freight: int
    tax: int

    @property
    def total(self) -> int:
        return self.goods + self.tooling + self.plate + self.sample + self.freight + self.tax

    @property
    def per_piece(self) -> int:
        """The landed cost of one piece, rounded half up to the minor unit."""
        return self.spread(self.total)

    def spread(self, minor: int) -> int:
        """An amount for the whole quantity, per piece."""
        return (2 * minor + self.quantity) // (2 * self.quantity)

    @property
    def parts(self) -> list[float]:
        """One piece's cost as piece, tooling and plates, sample, freight, tax; unrounded, so that it adds up."""
        amounts = (self.goods, self.tooling + self.plate, self.sample, self.freight, self.tax)
        return [amount / self.quantity for amount in amounts]


def costs(quote: Any, line: Any) -> Costs:
    """The costs of `quote` (fees and tax) with `line` (quantity, price, freight): entities, rows or offers.

    Tax that is not included is reckoned on goods and fees, not on freight.
    """
    goods = line.quantity * line.unit_price_minor
    fees = quote.tooling_minor + quote.plate_minor + quote.sample_minor
    return Costs(
        quantity=line.quantity,
        goods=goods,
        tooling=quote.tooling_minor,
        plate=quote.plate_minor,
        sample=quote.sample_minor,
        freight=line.freight_minor,
        tax=0 if quote.tax_included else share(goods + fees, quote.tax_percent),
    )
